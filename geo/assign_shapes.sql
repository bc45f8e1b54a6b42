-- Where each shape of ${source} lies, by largest share of its area: the temporary table placed.
DROP TABLE IF EXISTS
    placed, near_unit, within_street, within_community, unsure_shape, shared_shape, placed_street;

-- Units near the shapes, numbered so that drawn outlines go before invented ones. A nested one lies
-- in its parent: what it covers, its parent covers too.
CREATE TEMPORARY TABLE near_unit ON COMMIT DROP AS
WITH reach AS MATERIALIZED (
    SELECT ST_SetSRID(CAST(ST_Extent(geom) AS geometry), 4326) AS geom FROM ${source}
),
held AS (
    SELECT 'district' AS level, district_code AS code, NULL AS parent, synthetic, geom
    FROM registry.district_boundary
    WHERE superseded_at IS NULL AND valid @> CAST(:on AS date)
    UNION ALL
    SELECT 'street', held.street_code, unit.district_code, held.synthetic, held.geom
    FROM registry.street_boundary AS held
    JOIN registry.street AS unit ON unit.code = held.street_code
    WHERE held.superseded_at IS NULL AND held.valid @> CAST(:on AS date)
    UNION ALL
    SELECT 'community', held.community_code, unit.street_code, held.synthetic, held.geom
    FROM registry.community_boundary AS held
    JOIN registry.community AS unit ON unit.code = held.community_code
    WHERE held.superseded_at IS NULL AND held.valid @> CAST(:on AS date)
)
SELECT
    row_number() OVER (ORDER BY synthetic, code) AS number, level, code, parent, geom,
    FALSE AS nested
FROM held
WHERE geom && (SELECT geom FROM reach)
  AND EXISTS (SELECT FROM ${source} AS shape WHERE shape.geom && held.geom);

UPDATE near_unit AS unit
SET nested = TRUE
FROM near_unit AS parent
WHERE unit.level = 'street'
  AND parent.level = 'district'
  AND parent.code = unit.parent
  AND ST_Area(ST_Difference(unit.geom, parent.geom)) <= :nested * ST_Area(unit.geom);

ANALYZE near_unit;

-- From the unit's side, so that PostGIS prepares each outline once. Most shapes end here.
CREATE TEMPORARY TABLE within_street ON COMMIT DROP AS
SELECT shape.${key} AS key, min(unit.number) AS number
FROM near_unit AS unit
JOIN ${source} AS shape ON ST_Covers(unit.geom, shape.geom)
WHERE unit.nested
GROUP BY shape.${key};

CREATE TEMPORARY TABLE within_community ON COMMIT DROP AS
SELECT shape.${key} AS key, unit.number
FROM near_unit AS unit
JOIN ${source} AS shape ON ST_Covers(unit.geom, shape.geom)
WHERE unit.level = 'community';

ANALYZE within_street;
ANALYZE within_community;

-- The others cross a line, or lie where no unit does.
CREATE TEMPORARY TABLE unsure_shape ON COMMIT DROP AS
SELECT shape.${key} AS key, shape.geom, street.key IS NULL AS no_street
FROM ${source} AS shape
LEFT JOIN within_street AS street ON street.key = shape.${key}
LEFT JOIN (SELECT DISTINCT key FROM within_community) AS community
  ON community.key = shape.${key}
WHERE street.key IS NULL
   OR (community.key IS NULL AND EXISTS (SELECT FROM near_unit WHERE level = 'community'));

CREATE INDEX ON unsure_shape USING gist (geom);
ANALYZE unsure_shape;

CREATE TEMPORARY TABLE shared_shape ON COMMIT DROP AS
WITH measured AS MATERIALIZED (
    SELECT
        shape.key, unit.level, unit.code, unit.parent, unit.number,
        CASE
            WHEN ST_Covers(unit.geom, shape.geom) THEN 1
            ELSE least(1, ST_Area(ST_Intersection(unit.geom, shape.geom)) / ST_Area(shape.geom))
        END AS share
    FROM near_unit AS unit
    JOIN unsure_shape AS shape ON ST_Intersects(unit.geom, shape.geom)
    WHERE shape.no_street OR unit.level = 'community'
)
SELECT * FROM measured WHERE share > :least;

CREATE INDEX ON shared_shape (key, level);
ANALYZE shared_shape;

CREATE TEMPORARY TABLE placed_street ON COMMIT DROP AS
SELECT
    shape.key,
    unit.parent AS district_code,
    CAST(1 AS double precision) AS district_share,
    unit.code AS street_code,
    CAST(1 AS double precision) AS street_share
FROM within_street AS shape
JOIN near_unit AS unit ON unit.number = shape.number
UNION ALL
SELECT shape.key, district.code, district.share, street.code, street.share
FROM unsure_shape AS shape
LEFT JOIN LATERAL (
    SELECT code, share
    FROM shared_shape AS held
    WHERE held.key = shape.key AND held.level = 'district'
    ORDER BY share DESC, number
    LIMIT 1
) AS district ON TRUE
LEFT JOIN LATERAL (
    SELECT code, share
    FROM shared_shape AS held
    WHERE held.key = shape.key AND held.level = 'street' AND held.parent = district.code
    ORDER BY share DESC, number
    LIMIT 1
) AS street ON TRUE
WHERE shape.no_street;

CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
SELECT street.*, community.code AS community_code, community.share AS community_share
FROM placed_street AS street
LEFT JOIN (
    SELECT DISTINCT ON (key, parent) key, parent, code, share
    FROM (
        SELECT key, parent, code, number, share FROM shared_shape WHERE level = 'community'
        UNION ALL
        SELECT shape.key, unit.parent, unit.code, unit.number, 1
        FROM within_community AS shape
        JOIN near_unit AS unit ON unit.number = shape.number
    ) AS held
    ORDER BY key, parent, share DESC, number
) AS community
  ON community.key = street.key AND community.parent = street.street_code;

ANALYZE placed;
