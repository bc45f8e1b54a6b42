-- How each shape, read in each datum, fits what is known: districts, outlines, names.
WITH tried AS MATERIALIZED (
    SELECT
        given.key,
        given.datum,
        ST_SetSRID(ST_GeomFromWKB(decode(given.shape, 'hex')), 4326) AS geom,
        given.name
    FROM unnest(
        CAST(:datums AS text[]), CAST(:shapes AS text[]), CAST(:names AS text[])
    ) WITH ORDINALITY AS given (datum, shape, name, key)
),

-- Whole names by hash: the trigram index on them, which || keeps out, takes milliseconds for each.
known_name AS MATERIALIZED (
    SELECT held.name, coalesce(held.label_point, ST_PointOnSurface(held.geom)) AS place
    FROM registry.compound AS held
    JOIN (SELECT DISTINCT tried.name FROM tried) AS wanted ON wanted.name = held.name || ''
    WHERE held.superseded_at IS NULL
      AND (CAST(:city AS text) IS NULL OR held.city_code = :city)
),

named AS (
    SELECT
        tried.key,
        min(ST_DistanceSphere(known_name.place, ST_PointOnSurface(tried.geom))) AS metres
    FROM tried
    JOIN known_name ON known_name.name = tried.name
    GROUP BY tried.key
),

fitted AS (
    SELECT
        tried.datum,
        ST_Dimension(tried.geom) = 2 AS area,
        EXISTS (
            SELECT
            FROM registry.district_boundary AS held
            WHERE held.superseded_at IS NULL
              AND held.valid @> CAST(:on AS date)
              AND (CAST(:city AS text) IS NULL OR held.city_code = :city)
              AND ST_Covers(held.geom, tried.geom)
        ) AS whole,
        known.iou,
        named.metres
    FROM tried
    LEFT JOIN LATERAL (
        SELECT max(
            shared.area / (ST_Area(held.geom) + ST_Area(tried.geom) - shared.area)
        ) AS iou
        FROM registry.compound AS held
        CROSS JOIN LATERAL (
            SELECT ST_Area(ST_Intersection(held.geom, tried.geom)) AS area
        ) AS shared
        WHERE held.superseded_at IS NULL
          AND NOT held.approximate
          AND (CAST(:city AS text) IS NULL OR held.city_code = :city)
          AND ST_Dimension(tried.geom) = 2
          AND ST_Intersects(held.geom, tried.geom)
    ) AS known ON TRUE
    LEFT JOIN named ON named.key = tried.key
)

SELECT
    datum,
    count(*) AS shapes,
    count(*) FILTER (WHERE whole) AS whole,
    count(*) FILTER (WHERE area) AS areas,
    count(*) FILTER (WHERE iou >= :match) AS matched,
    avg(coalesce(iou, 0)) FILTER (WHERE area) AS iou,
    count(metres) AS named,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY metres) AS metres
FROM fitted
GROUP BY datum;
