-- What speaks against staged units. Invented outlines prove nothing against drawn ones, and what a
-- person accepted is not doubted again.
INSERT INTO problem ("row", code, field, value, given)
SELECT "row", 'unknown_parent', '${parent}', stated_parent, jsonb_build_object('code', code)
FROM staged_unit
WHERE parent_code IS NULL;

INSERT INTO problem ("row", code, field, value, given)
SELECT
    "row", 'code_not_of_parent', 'code', code,
    jsonb_build_object('parent', parent_code, 'name', parent_name)
FROM staged_unit
WHERE NOT starts_with(
    code,
    CASE
        WHEN parent_code = rpad(left(parent_code, 4), 6, '0') THEN left(parent_code, 4)
        ELSE parent_code
    END
);

INSERT INTO problem ("row", code, field, value, given)
SELECT
    unit."row", 'outside_parent', '${parent}', unit.parent_code,
    jsonb_build_object(
        'code', unit.code, 'name', unit.parent_name, 'percent', floor(inside.share * 100),
        'wanted', round(:clear * 100)
    )
FROM staged_unit AS unit
JOIN registry.${parent}_boundary AS held ON held.${parent}_code = unit.parent_code
CROSS JOIN LATERAL (
    SELECT ST_Area(ST_Intersection(held.geom, unit.geom)) / ST_Area(unit.geom) AS share
) AS inside
WHERE NOT unit.accepted
  AND NOT held.synthetic
  AND held.superseded_at IS NULL
  AND held.valid @> CAST(:on AS date)
  AND inside.share < :clear;

INSERT INTO problem ("row", code, field, value, given)
SELECT DISTINCT ON (unit."row")
    unit."row", 'overlaps_neighbour', 'code', unit.code,
    jsonb_build_object(
        'neighbour', other.code, 'name', other.name,
        'percent', round(CAST(common.share * 100 AS numeric), 1),
        'allowed', round(:overlap * 100)
    )
FROM staged_unit AS unit
JOIN (
    SELECT code, name, geom FROM staged_unit
    UNION ALL
    SELECT held.${level}_code, known.name, held.geom
    FROM registry.${level}_boundary AS held
    JOIN registry.${level} AS known ON known.code = held.${level}_code
    WHERE NOT held.synthetic
      AND held.superseded_at IS NULL
      AND held.valid @> CAST(:on AS date)
      AND held.${level}_code NOT IN (SELECT code FROM staged_unit)
) AS other
  ON other.code <> unit.code AND ST_Intersects(other.geom, unit.geom)
CROSS JOIN LATERAL (
    SELECT ST_Area(ST_Intersection(other.geom, unit.geom))
        / least(ST_Area(other.geom), ST_Area(unit.geom)) AS share
) AS common
WHERE NOT unit.accepted AND common.share > :overlap
ORDER BY unit."row", common.share DESC, other.code;

DELETE FROM staged_unit
USING problem
WHERE problem."row" = staged_unit."row";
