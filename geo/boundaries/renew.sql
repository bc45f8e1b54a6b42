-- Which outlines of one level are not as staged; ${level} is district, street or community.
DROP TABLE IF EXISTS stale_outline, ending_outline, fresh_outline;

CREATE TEMPORARY TABLE stale_outline ON COMMIT DROP AS
SELECT held.id, held.${level}_code AS code, held.geom
FROM registry.${level}_boundary AS held
LEFT JOIN staged_outline AS staged ON staged.code = held.${level}_code
WHERE held.superseded_at IS NULL
  AND upper_inf(held.valid)
  AND CASE
      WHEN staged.code IS NULL THEN :whole AND held.city_code = :city
      ELSE NOT ST_Equals(staged.geom, held.geom)
  END;

CREATE TEMPORARY TABLE fresh_outline ON COMMIT DROP AS
SELECT staged.code, ST_Multi(staged.geom) AS geom, stale.id AS stale_id
FROM staged_outline AS staged
LEFT JOIN stale_outline AS stale ON stale.code = staged.code
WHERE stale.id IS NOT NULL
   OR NOT EXISTS (
       SELECT
       FROM registry.${level}_boundary AS held
       WHERE held.${level}_code = staged.code
         AND held.superseded_at IS NULL
         AND upper_inf(held.valid)
   );

-- An outline that ended only after :on makes room too.
CREATE TEMPORARY TABLE ending_outline ON COMMIT DROP AS
SELECT held.id, CAST(:on AS date) AS day
FROM registry.${level}_boundary AS held
WHERE held.superseded_at IS NULL
  AND (upper_inf(held.valid) OR upper(held.valid) > :on)
  AND held.${level}_code IN (
      SELECT code FROM stale_outline UNION SELECT code FROM fresh_outline
  )
  AND NOT (:correct AND held.id IN (SELECT stale_id FROM fresh_outline));

INSERT INTO touched_outline (level, code, geom)
SELECT '${level}', code, geom FROM stale_outline
UNION ALL
SELECT '${level}', code, geom FROM fresh_outline;
