SELECT jsonb_build_object(
    'id', id,
    'kind', kind,
    'city_code', city_code,
    'name', name,
    'bytes', bytes,
    'sha256', sha256,
    'format', format,
    'datum', datum,
    'dry_run', dry_run,
    'options', options,
    'state', state,
    'progress', nullif(progress - 'deaths', '{}'),
    'report', report,
    'error', error,
    'held', (
        SELECT jsonb_build_object(
            'rejected', count(*) FILTER (WHERE verdict = 'rejected'),
            'review', count(*) FILTER (WHERE verdict = 'review'),
            'resolved', count(resolved_at)
        )
        FROM imports.held_row WHERE import_id = file.id
    ),
    'created_by', created_by,
    'created_at', created_at,
    'started_at', started_at,
    'finished_at', finished_at
)
FROM imports.file
WHERE id = :import_id
