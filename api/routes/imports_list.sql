SELECT
    id,
    jsonb_build_object(
        'id', id,
        'kind', kind,
        'city_code', city_code,
        'name', name,
        'bytes', bytes,
        'dry_run', dry_run,
        'state', state,
        'created_by', created_by,
        'created_at', created_at,
        'started_at', started_at,
        'finished_at', finished_at
    ) AS import
FROM imports.file
WHERE CAST(:before AS bigint) IS NULL OR id < :before
ORDER BY id DESC
LIMIT :limit + 1
