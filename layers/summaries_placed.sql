-- Compounds of districts and streets, each on the days it lay there.
SELECT x.code AS place,
       c.id AS compound_id,
       c.households,
       c.synthetic,
       daterange(c.place_since, NULL) AS during
FROM registry.compound AS c
CROSS JOIN LATERAL (VALUES (c.district_code), (c.street_code)) AS x (code)
WHERE c.superseded_at IS NULL
  AND (c.district_code = ANY(CAST(:places AS text[])) OR c.street_code = ANY(CAST(:places AS text[])))
  AND x.code = ANY(CAST(:places AS text[]))
UNION ALL
SELECT x.code,
       c.id,
       c.households,
       c.synthetic,
       h.valid * daterange(NULL, c.place_since)
FROM registry.compound_place AS h
JOIN registry.compound AS c ON c.id = h.compound_id AND c.superseded_at IS NULL
CROSS JOIN LATERAL (VALUES (h.district_code), (h.street_code)) AS x (code)
WHERE h.superseded_at IS NULL
  AND (h.district_code = ANY(CAST(:places AS text[])) OR h.street_code = ANY(CAST(:places AS text[])))
  AND x.code = ANY(CAST(:places AS text[]))
