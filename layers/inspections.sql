SELECT i.id,
       c.label_point AS geom,
       i.code,
       i.compound_id,
       c.name AS compound_name,
       i.city_code,
       c.district_code,
       c.street_code,
       i.inspected_on,
       i.kind,
       i.reason,
       i.agency_kind,
       i.findings_count,
       i.synthetic
FROM planning.inspection AS i
JOIN registry.compound AS c ON c.id = i.compound_id
WHERE i.superseded_at IS NULL AND i.inspected_on <= CAST(:as_of AS date)
