-- One event for all an import changed.
INSERT INTO audit.event (actor, action, table_name, after, reason)
SELECT
    :actor, 'import', 'registry.compound',
    jsonb_build_object('updated', CAST(:updated AS integer)),
    'import ' || :import_id
        || coalesce(': ' || (SELECT name FROM imports.file WHERE id = :import_id), '');
