-- Held rows that tell of the person lose the cells that do, their findings the words, and the report
-- of their import its examples.
WITH row AS (
    UPDATE imports.held_row
    SET cells = (
        SELECT jsonb_agg(
            CASE WHEN cell.value #>> '{}' = ANY(:values) THEN 'null' ELSE cell.value END
            ORDER BY cell.place
        )
        FROM jsonb_array_elements(cells) WITH ORDINALITY AS cell (value, place)
    )
    WHERE jsonb_exists_any(cells, :telling)
    RETURNING id, import_id
), finding AS (
    UPDATE imports.finding
    SET value = NULL, evidence = NULL, reason_zh = '（已删除）', reason_en = '(erased)'
    FROM row
    WHERE finding.row_id = row.id AND finding.value = ANY(:values)
), report AS (
    UPDATE imports.file SET report = jsonb_set(report, '{examples}', '[]', false)
    WHERE id IN (SELECT import_id FROM row)
)
SELECT count(*) FROM row
