-- Area and label point of the wanted compounds.
UPDATE registry.compound AS compound
SET area_m2 = measured.area_m2, label_point = measured.label_point
FROM (
    SELECT
        id,
        ST_Area(ST_Transform(geom, 6933)) AS area_m2,
        ST_PointOnSurface(geom) AS label_point
    FROM registry.compound
    WHERE superseded_at IS NULL
      AND (CAST(:city AS text) IS NULL OR city_code = :city)
      AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
) AS measured
WHERE measured.id = compound.id
  AND (compound.area_m2 IS DISTINCT FROM measured.area_m2
       OR compound.label_point IS NULL
       OR NOT ST_OrderingEquals(compound.label_point, measured.label_point));
