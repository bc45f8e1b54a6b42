-- Area and label point of the wanted compounds, and outlines that the history does not hold yet.
DROP TABLE IF EXISTS redrawn_compound;

UPDATE registry.compound AS compound
SET area_m2 = measured.area_m2, label_point = measured.label_point
FROM (
    SELECT
        id,
        ST_Area(ST_Transform(geom, 6933)) AS area_m2,
        ST_PointOnSurface(geom) AS label_point
    FROM registry.compound
    WHERE (CAST(:city AS text) IS NULL OR city_code = :city)
      AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
) AS measured
WHERE measured.id = compound.id
  AND (compound.area_m2 IS DISTINCT FROM measured.area_m2
       OR compound.label_point IS NULL
       OR NOT ST_OrderingEquals(compound.label_point, measured.label_point));

CREATE TEMPORARY TABLE redrawn_compound ON COMMIT DROP AS
SELECT
    compound.id, compound.city_code, compound.geom, compound.source, compound.synthetic,
    held.id AS held_id
FROM registry.compound AS compound
LEFT JOIN registry.compound_outline AS held
  ON held.compound_id = compound.id
 AND held.superseded_at IS NULL
 AND upper_inf(held.valid)
WHERE (CAST(:city AS text) IS NULL OR compound.city_code = :city)
  AND (CAST(:ids AS bigint[]) IS NULL OR compound.id = ANY(CAST(:ids AS bigint[])))
  AND (held.id IS NULL OR NOT ST_OrderingEquals(held.geom, compound.geom));

-- An outline that began on that very day never held and is superseded; an older one ends.
UPDATE registry.compound_outline AS held
SET superseded_at = CASE WHEN lower(held.valid) >= :on THEN now() END,
    valid = CASE
        WHEN lower(held.valid) >= :on THEN held.valid
        ELSE daterange(lower(held.valid), :on)
    END
FROM redrawn_compound AS redrawn
WHERE redrawn.held_id = held.id;

INSERT INTO registry.compound_outline (city_code, valid, compound_id, geom, source, synthetic)
SELECT
    redrawn.city_code,
    daterange(CASE WHEN past.known THEN :on ELSE :first_day END, NULL),
    redrawn.id,
    redrawn.geom,
    redrawn.source,
    redrawn.synthetic
FROM redrawn_compound AS redrawn
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM registry.compound_outline AS old WHERE old.compound_id = redrawn.id
    ) AS known
) AS past;

SELECT count(*) FROM redrawn_compound;
