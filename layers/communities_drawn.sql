SELECT m.code::bigint AS id,
       b.geom,
       b.geom AS reach,
       b.label_point,
       m.code,
       m.name,
       m.street_code,
       s.district_code,
       m.city_code
FROM registry.community AS m
JOIN registry.street AS s ON s.code = m.street_code
JOIN registry.community_boundary AS b
  ON b.community_code = m.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
