-- Staged outlines of one level become those that hold from :on; ${level} is district or street.
-- What is as before stays untouched. What changed or vanished ends on :on; an outline that began
-- on that very day never held and is superseded.
DROP TABLE IF EXISTS stale_outline, fresh_outline;

CREATE TEMPORARY TABLE stale_outline ON COMMIT DROP AS
SELECT held.id, held.${level}_code AS code
FROM registry.${level}_boundary AS held
LEFT JOIN staged_outline AS staged ON staged.code = held.${level}_code
WHERE held.city_code = :city
  AND held.superseded_at IS NULL
  AND upper_inf(held.valid)
  AND (staged.code IS NULL OR NOT ST_Equals(staged.geom, held.geom));

UPDATE registry.${level}_boundary AS held
SET superseded_at = CASE WHEN lower(held.valid) >= :on THEN now() END,
    valid = CASE
        WHEN lower(held.valid) >= :on THEN held.valid
        ELSE daterange(lower(held.valid), :on)
    END
FROM stale_outline AS stale
WHERE stale.id = held.id;

CREATE TEMPORARY TABLE fresh_outline ON COMMIT DROP AS
SELECT staged.code, ST_Multi(staged.geom) AS geom
FROM staged_outline AS staged
WHERE NOT EXISTS (
    SELECT
    FROM registry.${level}_boundary AS held
    WHERE held.${level}_code = staged.code
      AND held.superseded_at IS NULL
      AND upper_inf(held.valid)
);

INSERT INTO registry.${level}_boundary
    (city_code, valid, ${level}_code, geom, area_m2, label_point, source, source_version, synthetic)
SELECT
    :city,
    daterange(CASE WHEN known.yes THEN :on ELSE :first_day END, NULL),
    fresh.code,
    fresh.geom,
    ST_Area(ST_Transform(fresh.geom, 6933)),
    (ST_MaximumInscribedCircle(fresh.geom)).center,
    :source,
    :version,
    :synthetic
FROM fresh_outline AS fresh
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM registry.${level}_boundary AS past WHERE past.${level}_code = fresh.code
    ) AS yes
) AS known;

SELECT
    (SELECT count(*) FROM fresh_outline) AS opened,
    (SELECT count(*) FROM stale_outline) AS closed;
