-- One event for all an import changed; what it corrected has events of its own.
INSERT INTO audit.event (actor, action, table_name, after, reason)
SELECT
    :actor,
    'import',
    :table,
    CAST(:counts AS jsonb),
    'import ' || :import_id || coalesce(': ' || (SELECT name FROM imports.file WHERE id = :import_id), '');
