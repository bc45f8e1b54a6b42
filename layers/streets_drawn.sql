SELECT s.code::bigint AS id,
       COALESCE(g.geom, b.geom) AS geom,
       g.flat,
       b.geom AS reach,
       b.label_point,
       s.code,
       s.name,
       s.district_code,
       s.city_code
FROM registry.street AS s
JOIN registry.street_boundary AS b
  ON b.street_code = s.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
LEFT JOIN LATERAL (
    SELECT geom, flat
    FROM registry.street_generalised
    WHERE boundary_id = b.id AND max_zoom >= CAST(:zoom AS int)
    ORDER BY max_zoom
    LIMIT 1
) AS g ON true
