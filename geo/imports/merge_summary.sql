-- One event for all an import changed; what it corrected has events of its own.
SELECT audit.record(
    action => 'import',
    table_name => :table,
    after => CAST(:counts AS jsonb),
    reason => 'import ' || :import_id
        || coalesce(': ' || (SELECT name FROM imports.file WHERE id = :import_id), ''),
    import_id => :import_id,
    actor => :actor
);
