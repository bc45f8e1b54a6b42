SELECT d.code::bigint AS id,
       b.geom,
       d.code,
       d.name,
       d.name_en,
       d.city_code,
       t.name AS city_name,
       t.name_en AS city_name_en,
       round((b.area_m2 / 1e6)::numeric, 2) AS area_km2,
       b.synthetic,
       round(ST_X(b.label_point)::numeric, 6) AS label_lon,
       round(ST_Y(b.label_point)::numeric, 6) AS label_lat
FROM registry.district AS d
JOIN registry.city AS t ON t.code = d.city_code
JOIN registry.district_boundary AS b
  ON b.district_code = d.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
