SELECT s.code::bigint AS id,
       b.geom,
       s.code,
       s.name,
       s.kind,
       s.district_code,
       d.name AS district_name,
       s.city_code,
       round((b.area_m2 / 1e6)::numeric, 2) AS area_km2,
       b.synthetic,
       round(ST_X(b.label_point)::numeric, 6) AS label_lon,
       round(ST_Y(b.label_point)::numeric, 6) AS label_lat
FROM registry.street AS s
JOIN registry.district AS d ON d.code = s.district_code
JOIN registry.street_boundary AS b
  ON b.street_code = s.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
