SELECT m.id,
       COALESCE(m.geom, c.label_point) AS geom,
       m.code,
       m.compound_id,
       c.name AS compound_name,
       m.city_code,
       COALESCE(c.district_code, s.district_code) AS district_code,
       COALESCE(c.street_code, m.street_code) AS street_code,
       m.type_code,
       t.name AS type_name,
       m.subject,
       m.channel,
       m.received_on,
       m.due_on,
       m.closed_on,
       m.upheld,
       m.closed_on IS NULL OR m.closed_on > CAST(:as_of AS date) AS open,
       m.synthetic
FROM oversight.complaint AS m
LEFT JOIN registry.compound AS c ON c.id = m.compound_id
LEFT JOIN registry.street AS s ON s.code = m.street_code
LEFT JOIN oversight.violation_type AS t ON t.code = m.type_code
WHERE m.superseded_at IS NULL AND m.received_on <= CAST(:as_of AS date)
