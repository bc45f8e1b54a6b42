-- Outlines that are new: a corrected one takes the place of what was recorded, the others open.
UPDATE registry.${level}_boundary AS held
SET geom = fresh.geom,
    area_m2 = ST_Area(ST_Transform(fresh.geom, 6933)),
    label_point = (ST_MaximumInscribedCircle(fresh.geom)).center,
    source = :source,
    source_version = :version,
    synthetic = :synthetic,
    import_id = :import_id,
    recorded_at = now()
FROM fresh_outline AS fresh
WHERE :correct AND fresh.stale_id = held.id;

INSERT INTO registry.${level}_boundary
    (city_code, valid, ${level}_code, geom, area_m2, label_point, source, source_version,
     synthetic, import_id)
SELECT
    :city,
    daterange(
        CASE
            WHEN EXISTS (
                SELECT
                FROM registry.${level}_boundary AS past
                WHERE past.${level}_code = fresh.code
            ) THEN :on
            ELSE :first_day
        END,
        NULL
    ),
    fresh.code,
    fresh.geom,
    ST_Area(ST_Transform(fresh.geom, 6933)),
    (ST_MaximumInscribedCircle(fresh.geom)).center,
    :source,
    :version,
    :synthetic,
    :import_id
FROM fresh_outline AS fresh
WHERE NOT (:correct AND fresh.stale_id IS NOT NULL);

SELECT
    (SELECT count(*) FROM fresh_outline) AS opened,
    (SELECT count(*) FROM stale_outline) AS closed;
