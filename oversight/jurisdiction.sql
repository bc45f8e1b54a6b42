-- Who claims to answer in a compound on a day, over what area, and for what share of it.
WITH own AS (
    SELECT c.id, c.city_code, c.geom, p.district_code, p.district_share, p.street_code,
           p.street_share
    FROM registry.compound AS c
    CROSS JOIN LATERAL (
        SELECT c.district_code, c.district_share, c.street_code, c.street_share
        WHERE c.place_since <= CAST(:as_of AS date)
        UNION ALL
        SELECT h.district_code, h.district_share, h.street_code, h.street_share
        FROM registry.compound_place AS h
        WHERE h.compound_id = c.id AND h.valid @> CAST(:as_of AS date)
          AND h.superseded_at IS NULL AND c.place_since > CAST(:as_of AS date)
    ) AS p
    WHERE c.id = :compound_id AND c.superseded_at IS NULL
),
-- The streets the compound lies in: the recorded one, and the others where it is not wholly there.
streets AS (
    SELECT o.street_code AS code, COALESCE(o.street_share, 1) AS share FROM own AS o
    WHERE o.street_code IS NOT NULL
    UNION ALL
    SELECT b.street_code, ST_Area(ST_Intersection(b.geom, o.geom)) / ST_Area(o.geom)
    FROM own AS o
    JOIN registry.street_boundary AS b
      ON b.geom && o.geom AND b.city_code = o.city_code AND b.valid @> CAST(:as_of AS date)
     AND b.superseded_at IS NULL AND b.street_code IS DISTINCT FROM o.street_code
    WHERE COALESCE(o.street_share, 0) < :whole
),
districts AS (
    SELECT o.district_code AS code, COALESCE(o.district_share, 1) AS share FROM own AS o
    WHERE o.district_code IS NOT NULL
    UNION ALL
    SELECT b.district_code, ST_Area(ST_Intersection(b.geom, o.geom)) / ST_Area(o.geom)
    FROM own AS o
    JOIN registry.district_boundary AS b
      ON b.geom && o.geom AND b.city_code = o.city_code AND b.valid @> CAST(:as_of AS date)
     AND b.superseded_at IS NULL AND b.district_code IS DISTINCT FROM o.district_code
    WHERE COALESCE(o.district_share, 0) < :whole
)
SELECT j.id, j.agency_id, a.kind AS agency_kind, a.name AS agency_name, a.level AS agency_level,
       j.role, j.type_code, j.family, r.area, r.name AS area_name, r.within, r.share,
       COALESCE(j.hotline, a.hotline) AS hotline, j.legal_basis
FROM own AS o
JOIN oversight.jurisdiction AS j
  ON j.city_code = o.city_code AND j.valid @> CAST(:as_of AS date) AND j.superseded_at IS NULL
JOIN oversight.agency AS a ON a.id = j.agency_id
CROSS JOIN LATERAL (
    SELECT 'custom' AS area, j.area_name AS name, CAST(NULL AS text) AS within, x.share
    FROM oversight.compound_jurisdiction AS x
    WHERE j.geom IS NOT NULL AND x.jurisdiction_id = j.id AND x.compound_id = o.id
      AND x.valid @> CAST(:as_of AS date) AND x.superseded_at IS NULL
    UNION ALL
    SELECT 'street', s.name, s.district_code, p.share
    FROM streets AS p JOIN registry.street AS s ON s.code = p.code
    WHERE j.geom IS NULL AND j.street_code = p.code
    UNION ALL
    SELECT 'district', d.name, d.code, p.share
    FROM districts AS p JOIN registry.district AS d ON d.code = p.code
    WHERE j.geom IS NULL AND j.street_code IS NULL AND j.district_code = p.code
    UNION ALL
    SELECT 'city', t.name, NULL, 1
    FROM registry.city AS t
    WHERE j.geom IS NULL AND j.street_code IS NULL AND j.district_code IS NULL
      AND t.code = j.city_code
) AS r
WHERE r.share >= :least
ORDER BY j.id, r.area, r.name
