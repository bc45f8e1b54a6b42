SELECT d.code::bigint AS id,
       COALESCE(g.geom, b.geom) AS geom,
       g.flat,
       g.flat_line,
       b.geom AS reach,
       b.label_point,
       d.code,
       d.name,
       d.name_en,
       d.city_code
FROM registry.district AS d
JOIN registry.district_boundary AS b
  ON b.district_code = d.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
LEFT JOIN LATERAL (
    SELECT geom, flat, flat_line
    FROM registry.district_generalised
    WHERE boundary_id = b.id AND max_zoom >= CAST(:zoom AS int)
    ORDER BY max_zoom
    LIMIT 1
) AS g ON true
