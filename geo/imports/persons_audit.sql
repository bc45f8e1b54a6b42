-- One event for each person of whom the file says something else than is recorded.
SELECT count(audit.record(
    action => 'correct',
    table_name => '{table}',
    row_key => held.{key}::text,
    before => differing.before,
    after => differing.after,
    reason => 'import ' || :import_id || coalesce(': ' || file.name, ''),
    import_id => :import_id,
    actor => :actor
))
FROM draft
JOIN staged USING ("row")
JOIN {table} AS held ON held.{key} = draft.id
LEFT JOIN imports.file AS file ON file.id = :import_id
CROSS JOIN LATERAL (
    SELECT
        jsonb_object_agg(was.key, was.value) AS before,
        jsonb_object_agg(was.key, becomes.value) AS after
    FROM jsonb_each_text(jsonb_build_object({was})) AS was
    JOIN jsonb_each_text(jsonb_build_object({becomes})) AS becomes USING (key)
    WHERE was.value <> becomes.value
) AS differing
WHERE differing.before IS NOT NULL;
