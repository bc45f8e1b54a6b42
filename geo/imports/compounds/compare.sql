-- How the file differs from what is recorded. What an office says a public map does not change; a
-- circle about a point does not replace an outline.
INSERT INTO compared
SELECT
    known."row",
    known.id,
    rank.kept,
    NOT rank.kept AND (${recorded}) IS DISTINCT FROM (${given}),
    NOT rank.kept
    AND staged.geom IS NOT NULL
    AND NOT (staged.approximate AND NOT held.approximate)
    AND CASE
        WHEN staged.approximate <> held.approximate THEN TRUE
        WHEN ST_OrderingEquals(staged.geom, held.geom) THEN FALSE
        WHEN ST_NPoints(staged.geom) <> ST_NPoints(held.geom) THEN TRUE
        WHEN NOT ST_Expand(held.geom, :tolerance) ~ staged.geom
          OR NOT ST_Expand(staged.geom, :tolerance) ~ held.geom THEN TRUE
        ELSE ST_HausdorffDistance(staged.geom, held.geom) > :tolerance
    END
FROM known
JOIN staged ON staged."row" = known."row"
JOIN registry.compound AS held ON held.id = known.id
CROSS JOIN LATERAL (SELECT :source <> 'office' AND held.source = 'office' AS kept) AS rank
WHERE NOT EXISTS (SELECT FROM compared WHERE compared."row" = known."row");

ANALYZE compared;
