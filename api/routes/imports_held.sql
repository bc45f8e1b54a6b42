SELECT
    held.id,
    held.verdict,
    held.sheet,
    held.number,
    held.cells,
    held.resolved_by,
    (
        SELECT layout -> 'headings'
        FROM jsonb_array_elements(file.layouts) AS layout
        WHERE layout ->> 'sheet' = held.sheet
        LIMIT 1
    ) AS headings,
    (
        SELECT jsonb_agg(
            jsonb_build_object(
                'field', finding.field,
                'value', finding.value,
                'code', finding.code,
                'zh', finding.reason_zh,
                'en', finding.reason_en,
                'evidence', finding.evidence
            )
            ORDER BY finding.id
        )
        FROM imports.finding
        WHERE finding.row_id = held.id
    ) AS findings
FROM imports.held_row AS held
JOIN imports.file ON file.id = held.import_id
WHERE
    held.import_id = :import_id
    AND (CAST(:verdict AS text) IS NULL OR held.verdict = :verdict)
    AND held.id > :after
ORDER BY held.id
LIMIT :limit + 1
