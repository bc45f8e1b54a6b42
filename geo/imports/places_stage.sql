-- Staged rows as units of one level, with their parents; ${level} is street or community, ${parent}
-- is district or street. A city without districts is a district of its own.
DROP TABLE IF EXISTS staged_unit;

CREATE TEMPORARY TABLE staged_unit ON COMMIT DROP AS
SELECT
    staged."row",
    staged.code,
    coalesce(staged.name, held.name) AS name,
    coalesce(staged.kind, held.kind, ${kind}) AS kind,
    staged.geom,
    coalesce(lower(btrim(staged.decision)) IN ('新建', 'new'), FALSE) AS accepted,
    coalesce(staged.${parent}_code, left(staged.code, :digits)) AS stated_parent,
    above.code AS parent_code,
    above.name AS parent_name,
    above.city_code
FROM staged
LEFT JOIN registry.${level} AS held ON held.code = staged.code
LEFT JOIN LATERAL (
    SELECT parent.code, parent.name, parent.city_code
    FROM registry.${parent} AS parent
    WHERE (:anywhere OR parent.city_code = :city)
      AND CASE
          WHEN staged.${parent}_code IS NOT NULL THEN parent.code = staged.${parent}_code
          ELSE parent.code IN (left(staged.code, :digits), rpad(left(staged.code, 4), 6, '0'))
      END
    ORDER BY parent.code DESC
    LIMIT 1
) AS above ON TRUE;

CREATE INDEX ON staged_unit USING gist (geom);
ANALYZE staged_unit;
