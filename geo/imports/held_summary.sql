SELECT
    file.id,
    file.kind,
    file.name,
    file.state,
    file.finished_at,
    count(*) FILTER (WHERE held.verdict = 'review' AND held.resolved_at IS NULL) AS review,
    count(*) FILTER (WHERE held.verdict = 'rejected' AND held.resolved_at IS NULL) AS rejected,
    count(held.resolved_at) AS resolved
FROM imports.file
INNER JOIN imports.held_row AS held ON held.import_id = file.id
WHERE CAST(:import_id AS bigint) IS NULL OR file.id = :import_id
GROUP BY file.id
ORDER BY file.id DESC
