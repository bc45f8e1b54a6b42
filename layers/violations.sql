SELECT v.id,
       c.label_point AS geom,
       v.code,
       v.compound_id,
       c.name AS compound_name,
       v.city_code,
       c.district_code,
       c.street_code,
       v.type_code,
       t.family,
       t.name AS type_name,
       v.offender_kind,
       v.company_id,
       y.name AS company_name,
       v.severity,
       CASE
           WHEN v.revoked_on <= CAST(:as_of AS date) THEN 'revoked'
           WHEN v.closed_on <= CAST(:as_of AS date) THEN 'closed'
           WHEN v.appealed_on <= CAST(:as_of AS date) THEN 'appealed'
           WHEN v.confirmed_on <= CAST(:as_of AS date) THEN 'confirmed'
           ELSE 'found'
       END AS status,
       v.occurred_on,
       v.found_on,
       v.confirmed_on,
       v.closed_on,
       v.synthetic
FROM oversight.violation AS v
JOIN registry.compound AS c ON c.id = v.compound_id
LEFT JOIN oversight.violation_type AS t ON t.code = v.type_code
LEFT JOIN registry.company AS y ON y.id = v.company_id
WHERE v.superseded_at IS NULL AND v.found_on <= CAST(:as_of AS date)
