SELECT d.id,
       NULL::geometry(Point, 4326) AS geom,
       d.city_code,
       d.row,
       d.level,
       d.role,
       d.body,
       d.synthetic
FROM oversight.duty AS d
WHERE d.superseded_at IS NULL
