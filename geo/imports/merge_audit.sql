-- One event for each correction, with the columns that changed; how many.
SELECT count(audit.record(
    action => 'correct',
    table_name => '{table}',
    row_key => differing.id::text,
    before => differing.before,
    after => differing.after,
    reason => 'import ' || :import_id || coalesce(': ' || file.name, ''),
    import_id => :import_id,
    actor => :actor
))
FROM (
    SELECT
        corrected.id,
        jsonb_object_agg(was.key, was.value) AS before,
        jsonb_object_agg(was.key, becomes.value) AS after
    FROM corrected
    JOIN {table} AS recorded ON recorded.id = corrected.id
    CROSS JOIN LATERAL jsonb_each(corrected.before) AS was
    JOIN LATERAL jsonb_each(to_jsonb(recorded)) AS becomes ON becomes.key = was.key
    WHERE was.value IS DISTINCT FROM becomes.value
      AND was.key NOT IN ('recorded_at', 'import_id')
    GROUP BY corrected.id
    ORDER BY corrected.id
) AS differing
LEFT JOIN imports.file AS file ON file.id = :import_id;
