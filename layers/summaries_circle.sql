-- Compounds whose label point lies within metres of a point along the ellipsoid, each on the days it
-- did. The box about the circle lets indexes be used; it is a little too large.
SELECT '' AS place, a.compound_id, a.households, a.synthetic, a.during, a.distance_m
FROM (
    SELECT ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326) AS point
) AS g
CROSS JOIN LATERAL (
    SELECT ST_Envelope(
               ST_Buffer(g.point::geography, CAST(:radius AS float8) * 1.05 + 1)::geometry
           ) AS box
) AS b
CROSS JOIN LATERAL (
    SELECT c.id AS compound_id,
           c.households,
           c.synthetic,
           daterange(c.outline_since, NULL) AS during,
           ST_Distance(c.label_point::geography, g.point::geography) AS distance_m
    FROM registry.compound AS c
    WHERE c.superseded_at IS NULL AND c.label_point && b.box
    UNION ALL
    SELECT c.id,
           c.households,
           c.synthetic,
           h.valid * daterange(NULL, c.outline_since),
           ST_Distance(ST_PointOnSurface(h.geom)::geography, g.point::geography)
    FROM registry.compound_outline AS h
    JOIN registry.compound AS c ON c.id = h.compound_id AND c.superseded_at IS NULL
    WHERE h.superseded_at IS NULL AND h.geom && b.box
) AS a
WHERE a.distance_m <= CAST(:radius AS float8)
