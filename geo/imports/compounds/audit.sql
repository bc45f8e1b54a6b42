-- A correction of a compound, with the columns it corrects as they were and as they are.
SELECT count(audit.record(
    action => 'correct',
    table_name => 'registry.compound',
    row_key => CAST(held.id AS text),
    before => differing.before,
    after => differing.after,
    reason => 'import ' || :import_id || coalesce(': ' || file.name, ''),
    import_id => :import_id,
    actor => :actor
))
FROM compared
JOIN staged ON staged."row" = compared."row"
JOIN registry.compound AS held ON held.id = compared.id
LEFT JOIN imports.file AS file ON file.id = :import_id
CROSS JOIN LATERAL (
    SELECT
        jsonb_object_agg(old.key, old.value) AS before,
        jsonb_object_agg(old.key, given.after -> old.key) AS after
    FROM (
        SELECT
            jsonb_build_object(${recorded}) || CASE WHEN compared.redrawn
                THEN jsonb_build_object('geom', ST_AsText(held.geom)) ELSE '{}' END AS before,
            jsonb_build_object(${given}) || CASE WHEN compared.redrawn
                THEN jsonb_build_object('geom', ST_AsText(staged.geom)) ELSE '{}' END AS after
    ) AS given
    CROSS JOIN LATERAL jsonb_each(given.before) AS old
    WHERE old.value IS DISTINCT FROM given.after -> old.key
) AS differing
WHERE (compared.changed OR compared.redrawn) AND differing.before IS NOT NULL;
