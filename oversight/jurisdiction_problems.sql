-- Areas drawn as jurisdictions, where two of equal rank overlap, and streets where nobody answers,
-- as of a day. A city in which no jurisdiction is recorded has none of these.
WITH held AS MATERIALIZED (
    SELECT j.id, j.city_code, j.district_code, j.street_code, j.geom, j.role, j.type_code, j.family,
           j.area_name, j.agency_id, a.kind AS agency_kind, a.name AS agency_name,
           COALESCE(j.type_code, j.family) AS breach
    FROM oversight.jurisdiction AS j
    JOIN oversight.agency AS a ON a.id = j.agency_id
    WHERE j.valid @> CAST(:as_of AS date) AND j.superseded_at IS NULL
),
streets AS MATERIALIZED (
    SELECT s.code, s.name, s.district_code, s.city_code, b.geom
    FROM registry.street AS s
    JOIN registry.street_boundary AS b
      ON b.street_code = s.code AND b.valid @> CAST(:as_of AS date) AND b.superseded_at IS NULL
    WHERE s.city_code IN (SELECT city_code FROM held)
),
-- Claims over areas that are not drawn, by the street they reach.
reaching AS MATERIALIZED (
    SELECT DISTINCT s.code AS street_code, h.role, h.type_code, h.family
    FROM streets AS s
    JOIN held AS h ON h.city_code = s.city_code AND h.geom IS NULL
     AND (h.street_code IS NULL OR h.street_code = s.code)
     AND (h.district_code IS NULL OR h.district_code = s.district_code)
),
-- Breaches nobody answers for all over a street, with the drawn areas that do in a part of it.
missing AS MATERIALIZED (
    SELECT s.code AS street_code, r.role, t.code, t.family, t.many, ARRAY(
               SELECT h.id FROM held AS h
               WHERE h.geom && s.geom AND h.role = r.role
                 AND (h.type_code = t.code OR h.family = t.family)
               ORDER BY h.id
           ) AS drawn
    FROM streets AS s
    CROSS JOIN (VALUES ('accept'), ('enforce')) AS r(role)
    CROSS JOIN (
        SELECT code, family, count(*) OVER (PARTITION BY family) AS many
        FROM oversight.violation_type
    ) AS t
    WHERE NOT EXISTS (
        SELECT FROM reaching AS h
        WHERE h.street_code = s.code AND h.role = r.role
          AND (h.type_code = t.code OR h.family = t.family)
    )
),
-- What those areas leave of the street.
grounds AS MATERIALIZED (
    SELECT m.street_code, m.drawn,
           COALESCE(ST_CollectionExtract(ST_Difference(s.geom, c.geom), 3), s.geom) AS geom
    FROM (SELECT DISTINCT street_code, drawn FROM missing) AS m
    JOIN streets AS s ON s.code = m.street_code
    LEFT JOIN LATERAL (
        SELECT ST_Union(h.geom) AS geom FROM held AS h WHERE h.id = ANY(m.drawn)
    ) AS c ON true
    WHERE c.geom IS NULL OR ST_Area(ST_Difference(s.geom, c.geom)) > 0.01 * ST_Area(s.geom)
),
-- A family of which all is missing over the same ground stands by its name.
named AS (
    SELECT m.street_code, m.role, g.geom, m.family,
           CASE WHEN count(*) = max(m.many) THEN m.family
                ELSE string_agg(m.code, ', ' ORDER BY m.code) END AS breaches
    FROM missing AS m
    JOIN grounds AS g ON g.street_code = m.street_code AND g.drawn = m.drawn
    GROUP BY m.street_code, m.role, g.geom, m.family
),
open_gaps AS (
    SELECT street_code, role, geom, string_agg(breaches, ', ' ORDER BY family) AS breaches
    FROM named
    GROUP BY street_code, role, geom
),
-- Claims of equal rank over the same ground for the same breach: two that accept, or two of a kind
-- that enforce.
doubled AS (
    SELECT a.id, b.id AS other, a.city_code, a.district_code, a.street_code, a.role, a.breach,
           a.agency_name || '、' || b.agency_name AS agencies,
           CASE WHEN a.geom IS NOT NULL
                THEN ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3) END AS geom,
           concat_ws('、', a.area_name, b.area_name) AS area_name
    FROM held AS a
    JOIN held AS b
      ON b.id > a.id AND b.city_code = a.city_code AND b.role = a.role
     AND b.agency_id <> a.agency_id
     AND a.role IN ('accept', 'enforce')
     AND (a.role = 'accept' OR a.geom IS NOT NULL OR b.agency_kind = a.agency_kind)
     AND (b.breach = a.breach
          OR (a.geom IS NOT NULL AND EXISTS (
              SELECT FROM oversight.violation_type AS t
              WHERE (t.code = a.type_code AND t.family = b.family)
                 OR (t.code = b.type_code AND t.family = a.family))))
     AND ((a.geom IS NULL AND b.geom IS NULL
           AND a.street_code IS NOT DISTINCT FROM b.street_code
           AND a.district_code IS NOT DISTINCT FROM b.district_code)
          OR a.geom && b.geom)
),
overlapping AS (
    SELECT d.id, d.other, d.city_code, d.district_code, d.street_code, d.role, d.breach,
           d.agencies, NULLIF(d.area_name, '') AS area_name, COALESCE(d.geom, p.geom) AS geom
    FROM doubled AS d
    LEFT JOIN LATERAL (
        SELECT ST_Union(s.geom) AS geom
        FROM streets AS s
        WHERE s.city_code = d.city_code
          AND (d.street_code IS NULL OR s.code = d.street_code)
          AND (d.district_code IS NULL OR s.district_code = d.district_code)
    ) AS p ON d.geom IS NULL
)
SELECT f.id, ST_Multi(f.geom)::geometry(MultiPolygon, 4326) AS geom, f.problem, f.role, f.city_code,
       f.district_code, f.street_code, f.area_name, f.breaches, f.agencies,
       round(ST_Area(f.geom::geography)) AS area_m2
FROM (
    SELECT ('x' || left(md5('gap' || g.street_code || g.role || g.breaches), 13))
               ::bit(52)::bigint AS id,
           g.geom, 'gap' AS problem, g.role, s.city_code, s.district_code, g.street_code,
           s.name AS area_name, g.breaches, CAST(NULL AS text) AS agencies
    FROM open_gaps AS g
    JOIN streets AS s ON s.code = g.street_code
    UNION ALL
    SELECT ('x' || left(md5('overlap' || o.id || '-' || o.other), 13))::bit(52)::bigint,
           o.geom, 'overlap', o.role, o.city_code, o.district_code, o.street_code,
           COALESCE(o.area_name, s.name, d.name, t.name), o.breach, o.agencies
    FROM overlapping AS o
    JOIN registry.city AS t ON t.code = o.city_code
    LEFT JOIN registry.district AS d ON d.code = o.district_code
    LEFT JOIN registry.street AS s ON s.code = o.street_code
    WHERE o.geom IS NOT NULL AND NOT ST_IsEmpty(o.geom) AND ST_Area(o.geom::geography) >= 1
    UNION ALL
    SELECT h.id, h.geom, 'area', h.role, h.city_code, NULL, NULL, h.area_name, h.breach,
           h.agency_name
    FROM held AS h
    WHERE h.geom IS NOT NULL
) AS f
