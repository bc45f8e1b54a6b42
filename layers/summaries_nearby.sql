-- Compounds whose label point lies within metres of a point along the ellipsoid, nearest first.
-- The box about the circle lets the index on label_point be used; it is a little too large.
WITH near AS (
    SELECT c.id, c.code, c.name, c.district_code, c.street_code, c.households,
           ST_Distance(
               c.label_point::geography,
               ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326)::geography
           ) AS distance_m
    FROM registry.compound AS c
    WHERE c.superseded_at IS NULL
      AND c.label_point && ST_Envelope(ST_Buffer(
              ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326)::geography,
              CAST(:radius AS float8) * 1.05 + 1)::geometry)
),
found AS (
    SELECT n.*, count(*) OVER () AS matched
    FROM near AS n
    WHERE n.distance_m <= CAST(:radius AS float8)
    ORDER BY n.distance_m, n.id
    LIMIT CAST(:rows AS bigint)
)
SELECT f.id, f.code, f.name, f.district_code, f.street_code, f.households, f.distance_m, f.matched,
       p.effective_star,
       u.key_target
FROM found AS f
LEFT JOIN oversight.status_public AS p
       ON p.compound_id = f.id AND p.valid @> CAST(:as_of AS date)
LEFT JOIN oversight.status AS u ON u.compound_id = f.id AND u.valid @> CAST(:as_of AS date)
ORDER BY f.distance_m, f.id
