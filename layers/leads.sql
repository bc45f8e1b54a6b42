SELECT l.id,
       c.label_point AS geom,
       l.compound_id,
       c.name AS compound_name,
       l.city_code,
       c.district_code,
       c.street_code,
       l.type_code,
       t.name AS type_name,
       l.reporter_kind,
       l.reported_on,
       l.decided_on,
       l.outcome,
       l.decided_on IS NULL OR l.decided_on > CAST(:as_of AS date) AS open,
       l.synthetic
FROM oversight.lead AS l
JOIN registry.compound AS c ON c.id = l.compound_id
LEFT JOIN oversight.violation_type AS t ON t.code = l.type_code
WHERE l.superseded_at IS NULL AND l.reported_on <= CAST(:as_of AS date)
