SELECT
    held.id,
    held.verdict,
    held.sheet,
    held.number,
    held.cells,
    held.shape,
    file.datum,
    held.resolved_by,
    coalesce(found.listed, '[]') AS findings
FROM imports.held_row AS held
INNER JOIN imports.file ON file.id = held.import_id
CROSS JOIN LATERAL (
    SELECT
        jsonb_agg(
            jsonb_build_object(
                'field', finding.field,
                'value', finding.value,
                'code', finding.code,
                'reason_zh', finding.reason_zh,
                'reason_en', finding.reason_en,
                'evidence', finding.evidence
            )
            ORDER BY finding.id
        ) AS listed
    FROM imports.finding
    WHERE finding.row_id = held.id
) AS found
WHERE held.import_id = :import_id
    AND (CAST(:verdict AS text) IS NULL OR held.verdict = :verdict)
    AND (CAST(:sheet AS text) IS NULL OR held.sheet = :sheet)
    AND held.id > :after
    AND (:resolved OR held.resolved_at IS NULL)
ORDER BY held.id
LIMIT :limit
