-- One event for each correction, with the columns that changed.
INSERT INTO audit.event (actor, action, table_name, row_key, before, after, reason)
SELECT
    :actor,
    'correct',
    '{table}',
    corrected.id::text,
    jsonb_object_agg(was.key, was.value),
    jsonb_object_agg(was.key, becomes.value),
    'import ' || :import_id || coalesce(': ' || file.name, '')
FROM corrected
JOIN {table} AS recorded ON recorded.id = corrected.id
CROSS JOIN LATERAL jsonb_each(corrected.before) AS was
JOIN LATERAL jsonb_each(to_jsonb(recorded)) AS becomes ON becomes.key = was.key
LEFT JOIN imports.file AS file ON file.id = :import_id
WHERE was.value IS DISTINCT FROM becomes.value
  AND was.key NOT IN ('recorded_at', 'import_id')
GROUP BY corrected.id, file.name;
