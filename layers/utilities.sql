SELECT u.id,
       c.label_point AS geom,
       u.compound_id,
       c.name AS compound_name,
       u.city_code,
       c.district_code,
       c.street_code,
       u.kind,
       u.provider,
       u.serves_end_user,
       u.hotline,
       u.synthetic
FROM registry.utility AS u
JOIN registry.compound AS c ON c.id = u.compound_id
WHERE u.superseded_at IS NULL AND u.valid @> CAST(:as_of AS date)
