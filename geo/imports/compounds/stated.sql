-- Where the office says a compound lies, beside where its outline does.
INSERT INTO problem ("row", code, field, value, given)
SELECT
    staged."row", 'other_${level}', '${level}', staged.${level},
    jsonb_build_object('code', lies.code, 'name', unit.name, 'percent', floor(100 * lies.share))
FROM staged
LEFT JOIN settled ON settled."row" = staged."row"
LEFT JOIN compared ON compared."row" = staged."row"
LEFT JOIN registry.compound AS held ON held.id = compared.id
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN settled."row" IS NULL THEN held.${level}_code ELSE settled.${level}_code END
            AS code,
        CASE WHEN settled."row" IS NULL THEN held.${level}_share ELSE settled.${level}_share END
            AS share
) AS lies
JOIN registry.${level} AS unit ON unit.code = lies.code
WHERE staged.${level}_code <> lies.code
  AND NOT coalesce(settled.place_decided, FALSE);
