SELECT m.code::bigint AS id,
       b.geom,
       m.code,
       m.name,
       m.kind,
       m.street_code,
       s.name AS street_name,
       s.district_code,
       m.city_code,
       round((b.area_m2 / 1e6)::numeric, 3) AS area_km2,
       b.synthetic
FROM registry.community AS m
JOIN registry.street AS s ON s.code = m.street_code
JOIN registry.community_boundary AS b
  ON b.community_code = m.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
