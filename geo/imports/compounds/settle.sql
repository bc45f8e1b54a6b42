-- Where rows lie, and to which city they belong: the temporary table settled.
DROP TABLE IF EXISTS settled;

CREATE TEMPORARY TABLE settled ON COMMIT DROP AS
SELECT
    placed.key AS "row",
    CASE
        WHEN :elsewhere THEN coalesce(
            own.city_code, unit.city_code, nullif(:city, :nowhere), held.city_code, :nowhere
        )
        ELSE :city
    END AS city_code,
    coalesce(decided.district_code, sure.district_code) AS district_code,
    CASE WHEN decided.district_code IS NULL
        THEN CASE WHEN sure.district_code IS NOT NULL THEN placed.district_share END
        ELSE own.share
    END AS district_share,
    coalesce(decided.street_code, sure.street_code) AS street_code,
    CASE WHEN decided.street_code IS NULL
        THEN CASE WHEN sure.street_code IS NOT NULL THEN placed.street_share END
        ELSE street.share
    END AS street_share,
    sure.community_code,
    CASE WHEN sure.community_code IS NOT NULL THEN placed.community_share END AS community_share,
    decided.district_code IS NOT NULL AS place_decided,
    unit.city_code AS found_city,
    placed.district_code AS found_district,
    placed.district_share AS found_share,
    placed.street_share AS found_street_share
FROM placed
LEFT JOIN registry.district AS unit ON unit.code = placed.district_code
LEFT JOIN compared ON compared."row" = placed.key
LEFT JOIN registry.compound AS held ON held.id = compared.id
LEFT JOIN decided ON decided."row" = placed.key AND decided.district_code IS NOT NULL
LEFT JOIN LATERAL (
    SELECT
        district.city_code,
        nullif(least(1, ST_Area(ST_Intersection(line.geom, staged.geom)) / ST_Area(staged.geom)), 0)
            AS share
    FROM registry.district
    JOIN staged ON staged."row" = decided."row"
    LEFT JOIN registry.district_boundary AS line
      ON line.district_code = district.code
     AND line.superseded_at IS NULL
     AND line.valid @> CAST(:on AS date)
    WHERE district.code = decided.district_code
) AS own ON TRUE
LEFT JOIN LATERAL (
    SELECT
        nullif(least(1, ST_Area(ST_Intersection(line.geom, staged.geom)) / ST_Area(staged.geom)), 0)
            AS share
    FROM registry.street_boundary AS line
    JOIN staged ON staged."row" = decided."row"
    WHERE line.street_code = decided.street_code
      AND line.superseded_at IS NULL
      AND line.valid @> CAST(:on AS date)
) AS street ON TRUE
CROSS JOIN LATERAL (
    SELECT coalesce(decided.district_code, CASE
        WHEN placed.district_share >= :clear THEN placed.district_code
    END) AS code
) AS district
CROSS JOIN LATERAL (
    SELECT coalesce(decided.street_code, CASE
        WHEN placed.street_share >= :clear AND placed.district_code = district.code
            THEN placed.street_code
    END) AS code
) AS within
CROSS JOIN LATERAL (
    SELECT
        district.code AS district_code,
        within.code AS street_code,
        CASE
            WHEN placed.community_share >= :clear AND placed.street_code = within.code
                THEN placed.community_code
        END AS community_code
) AS sure;

INSERT INTO problem ("row", code, field, value, given)
SELECT
    settled."row",
    CASE
        WHEN found_district IS NULL THEN 'outside_districts'
        WHEN found_city <> :city THEN 'other_city'
        ELSE 'unclear_place'
    END,
    'wkt',
    NULL,
    jsonb_build_object(
        'code', found_district, 'district', unit.name, 'percent', floor(100 * found_share),
        'city', city.name, 'city_code', found_city
    )
FROM settled
LEFT JOIN registry.district AS unit ON unit.code = found_district
LEFT JOIN registry.city ON city.code = found_city
WHERE NOT :elsewhere
  AND NOT place_decided
  AND (found_district IS NULL OR found_city <> :city OR found_share < :clear);
