-- One event for all an import changed.
SELECT audit.record(
    action => 'import',
    table_name => 'registry.compound',
    after => jsonb_build_object('updated', CAST(:updated AS integer)),
    reason => 'import ' || :import_id
        || coalesce(': ' || (SELECT name FROM imports.file WHERE id = :import_id), ''),
    import_id => :import_id,
    actor => :actor
);
