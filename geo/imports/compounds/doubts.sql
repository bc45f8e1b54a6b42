-- Rows that wait for a person, once it is known which rows are which recorded compounds.
DROP TABLE IF EXISTS doubtful, overlapping;

-- An import changes nothing of another city.
INSERT INTO problem ("row", code, field, value, given)
SELECT
    known."row", 'of_other_city', 'name', staged.name,
    jsonb_build_object('code', held.code, 'name', held.name, 'city', held.city_code)
FROM known
JOIN staged ON staged."row" = known."row"
JOIN registry.compound AS held ON held.id = known.id
WHERE held.city_code <> :city AND NOT :elsewhere;

-- Numbers of one office tell compounds apart, unless outline and name are the same all the same.
INSERT INTO problem ("row", code, field, value, given)
SELECT
    doubt."row", 'maybe_same', 'name', staged.name,
    jsonb_build_object(
        'id', held.id, 'code', held.code, 'name', held.name,
        'iou', round(CAST(doubt.iou AS numeric), 2),
        'similarity', round(CAST(doubt.similarity AS numeric), 2)
    )
FROM (
    SELECT DISTINCT ON ("row") *
    FROM measured
    WHERE candidate
      AND CASE
          WHEN numbered THEN iou >= :same_iou AND similarity >= :same_name
          ELSE iou >= :doubt_iou OR (near AND similarity >= :doubt_name)
      END
      AND NOT EXISTS (SELECT FROM known WHERE known."row" = measured."row")
    ORDER BY "row", iou DESC, similarity DESC, id
) AS doubt
JOIN staged ON staged."row" = doubt."row"
JOIN registry.compound AS held ON held.id = doubt.id;

-- Two rows that are one recorded compound, or look like one place.
CREATE TEMPORARY TABLE doubtful ON COMMIT DROP AS
SELECT "row", min(other) AS other
FROM (
    SELECT first."row", second."row" AS other
    FROM known AS first
    JOIN known AS second ON second.id = first.id AND second."row" <> first."row"
    UNION ALL
    SELECT met."row", met.other
    FROM (
        SELECT "row", other, candidate, approximate, iou, similarity FROM measured_in_file
        UNION ALL
        SELECT other, "row", candidate, approximate, iou, similarity FROM measured_in_file
    ) AS met
    WHERE met.candidate
      AND met.iou >= :doubt_iou
      AND (NOT met.approximate OR met.similarity >= :same_name)
) AS pairs
GROUP BY "row";

INSERT INTO problem ("row", code, field, value, given)
SELECT
    doubtful."row", 'same_in_file', 'name', staged.name,
    jsonb_build_object('other', doubtful.other & 4294967295, 'other_name', other.name)
FROM doubtful
JOIN staged ON staged."row" = doubtful."row"
JOIN staged AS other ON other."row" = doubtful.other;

-- What lies on a neighbour by more than two hands drawing one line can explain.
CREATE TEMPORARY TABLE overlapping ON COMMIT DROP AS
SELECT met."row", met.share, met.free, held.name AS other_name, held.code AS other
FROM measured AS met
JOIN registry.compound AS held ON held.id = met.id
WHERE met.share > 0
  AND NOT met.approximate
  AND NOT EXISTS (SELECT FROM known WHERE known."row" = met."row" AND known.id = met.id)
UNION ALL
SELECT
    met."row", met.share, met.free, other.name,
    coalesce(other.code, '#' || CAST(met.other & 4294967295 AS text))
FROM (
    SELECT "row", other, share, approximate, free FROM measured_in_file
    UNION ALL
    SELECT other, "row", share, approximate, free FROM measured_in_file
) AS met
JOIN staged AS other ON other."row" = met.other
WHERE met.share > 0 AND NOT met.approximate;

INSERT INTO problem ("row", code, field, value, given)
SELECT DISTINCT ON (met."row")
    met."row", 'overlaps', 'wkt', NULL,
    jsonb_build_object(
        'other', met.other, 'other_name', met.other_name, 'percent', round(100 * met.share)
    )
FROM overlapping AS met
LEFT JOIN decided ON decided."row" = met."row"
WHERE met.share > :overlap
  AND NOT met.free
  AND decided.id IS NULL
  AND NOT coalesce(decided.made_new, FALSE)
  AND NOT EXISTS (SELECT FROM problem WHERE problem."row" = met."row")
ORDER BY met."row", met.share DESC, met.other;

INSERT INTO problem ("row", code, field, value)
SELECT staged."row", 'outline_missing', 'wkt', NULL
FROM staged
WHERE staged.geom IS NULL
  AND NOT EXISTS (SELECT FROM known WHERE known."row" = staged."row");

-- Noted of those that go in: small overlaps, and any between areas of one public map.
SELECT
    count(DISTINCT met."row") FILTER (WHERE met.share <= :overlap) AS slight_overlap,
    count(DISTINCT met."row") FILTER (WHERE met.share > :overlap) AS allowed_overlap
FROM overlapping AS met
WHERE NOT EXISTS (SELECT FROM problem WHERE problem."row" = met."row");
