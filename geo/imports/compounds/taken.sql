-- Rows that would bear a number another compound of their city has, or a reference another row has.
INSERT INTO problem ("row", code, field, value, given)
SELECT
    staged."row", 'code_taken', 'code', held.code,
    jsonb_build_object('code', held.code, 'name', held.name)
FROM staged
LEFT JOIN settled ON settled."row" = staged."row"
LEFT JOIN compared ON compared."row" = staged."row"
LEFT JOIN registry.compound AS own ON own.id = compared.id
JOIN registry.compound AS held
  ON held.city_code = coalesce(settled.city_code, own.city_code)
 AND held.code = coalesce(staged.code, staged.source_ref)
 AND held.superseded_at IS NULL
WHERE held.id IS DISTINCT FROM compared.id
  AND (staged.code IS NOT NULL OR compared.id IS NULL)
  AND NOT coalesce(compared.kept, FALSE);

INSERT INTO problem ("row", code, field, value, given)
SELECT
    "row", 'reference_twice', 'source_ref', source_ref,
    jsonb_build_object('other', (first & 4294967295))
FROM (
    SELECT "row", source_ref, min("row") OVER (PARTITION BY source_ref) AS first
    FROM staged
    WHERE source_ref IS NOT NULL
) AS numbered
WHERE first <> "row";
