SELECT h.id,
       COALESCE(h.geom, c.label_point) AS geom,
       h.code,
       h.compound_id,
       c.name AS compound_name,
       h.city_code,
       c.district_code,
       c.street_code,
       h.type_code,
       t.name AS type_name,
       h.severity,
       h.found_on,
       h.due_on,
       h.cleared_on,
       h.cleared_on IS NULL OR h.cleared_on > CAST(:as_of AS date) AS open,
       (h.cleared_on IS NULL OR h.cleared_on > CAST(:as_of AS date))
           AND h.due_on < CAST(:as_of AS date) AS overdue,
       h.synthetic
FROM oversight.hazard AS h
JOIN registry.compound AS c ON c.id = h.compound_id
LEFT JOIN oversight.violation_type AS t ON t.code = h.type_code
WHERE h.superseded_at IS NULL AND h.found_on <= CAST(:as_of AS date)
