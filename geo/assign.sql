-- The place of each wanted compound by largest share, and what of it is new.
DROP TABLE IF EXISTS placed_compound, moved_compound;

CREATE TEMPORARY TABLE placed_compound ON COMMIT DROP AS
SELECT
    compound.id,
    compound.city_code,
    compound.synthetic,
    district.code AS district_code,
    district.share AS district_share,
    street.code AS street_code,
    street.share AS street_share
FROM registry.compound AS compound
LEFT JOIN LATERAL (
    SELECT held.district_code AS code, shared.share
    FROM registry.district_boundary AS held
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN ST_Covers(held.geom, compound.geom) THEN 1
            ELSE least(
                1, ST_Area(ST_Intersection(held.geom, compound.geom)) / ST_Area(compound.geom)
            )
        END AS share
    ) AS shared
    WHERE ST_Intersects(held.geom, compound.geom)
      AND held.valid @> CAST(:on AS date)
      AND held.superseded_at IS NULL
      AND shared.share > 0
    ORDER BY shared.share DESC, held.district_code
    LIMIT 1
) AS district ON TRUE
LEFT JOIN LATERAL (
    SELECT held.street_code AS code, shared.share
    FROM registry.street_boundary AS held
    JOIN registry.street AS unit ON unit.code = held.street_code
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN ST_Covers(held.geom, compound.geom) THEN 1
            ELSE least(
                1, ST_Area(ST_Intersection(held.geom, compound.geom)) / ST_Area(compound.geom)
            )
        END AS share
    ) AS shared
    WHERE unit.district_code = district.code
      AND ST_Intersects(held.geom, compound.geom)
      AND held.valid @> CAST(:on AS date)
      AND held.superseded_at IS NULL
      AND shared.share > 0
    ORDER BY shared.share DESC, held.street_code
    LIMIT 1
) AS street ON TRUE
WHERE (CAST(:city AS text) IS NULL OR compound.city_code = :city)
  AND (CAST(:ids AS bigint[]) IS NULL OR compound.id = ANY(CAST(:ids AS bigint[])));

UPDATE registry.compound AS compound
SET district_code = placed.district_code, street_code = placed.street_code
FROM placed_compound AS placed
WHERE placed.id = compound.id
  AND (compound.district_code, compound.street_code)
      IS DISTINCT FROM (placed.district_code, placed.street_code);

CREATE TEMPORARY TABLE moved_compound ON COMMIT DROP AS
SELECT placed.*, held.id AS held_id
FROM placed_compound AS placed
LEFT JOIN registry.compound_place AS held
  ON held.compound_id = placed.id
 AND held.superseded_at IS NULL
 AND upper_inf(held.valid)
WHERE (held.district_code, held.street_code)
      IS DISTINCT FROM (placed.district_code, placed.street_code)
   OR abs(coalesce(held.district_share, 0) - coalesce(placed.district_share, 0)) > 1e-6
   OR abs(coalesce(held.street_share, 0) - coalesce(placed.street_share, 0)) > 1e-6;

-- A place that began on that very day never held and is superseded; an older one ends.
UPDATE registry.compound_place AS held
SET superseded_at = CASE WHEN lower(held.valid) >= :on THEN now() END,
    valid = CASE
        WHEN lower(held.valid) >= :on THEN held.valid
        ELSE daterange(lower(held.valid), :on)
    END
FROM moved_compound AS moved
WHERE moved.held_id = held.id;

INSERT INTO registry.compound_place
    (city_code, valid, compound_id, district_code, district_share, street_code, street_share,
     synthetic)
SELECT
    moved.city_code,
    daterange(
        CASE
            WHEN EXISTS (
                SELECT FROM registry.compound_place AS past WHERE past.compound_id = moved.id
            ) THEN :on
            ELSE :first_day
        END,
        NULL
    ),
    moved.id,
    moved.district_code,
    moved.district_share,
    moved.street_code,
    moved.street_share,
    moved.synthetic
FROM moved_compound AS moved
WHERE moved.district_code IS NOT NULL;

SELECT count(*) FROM moved_compound;
