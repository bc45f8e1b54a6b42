-- Compounds whose whole outline lies in a shape, each on the days it had such an outline.
SELECT '' AS place,
       c.id AS compound_id,
       c.households,
       c.synthetic,
       daterange(c.outline_since, NULL) AS during
FROM registry.compound AS c
WHERE c.superseded_at IS NULL
  AND ST_CoveredBy(c.geom, ST_GeomFromEWKB(CAST(:shape AS bytea)))
UNION ALL
SELECT '',
       c.id,
       c.households,
       c.synthetic,
       h.valid * daterange(NULL, c.outline_since)
FROM registry.compound_outline AS h
JOIN registry.compound AS c ON c.id = h.compound_id AND c.superseded_at IS NULL
WHERE h.superseded_at IS NULL
  AND ST_CoveredBy(h.geom, ST_GeomFromEWKB(CAST(:shape AS bytea)))
