UPDATE imports.held_row AS held
SET resolved_by = later.id, resolved_at = now()
FROM imports.file AS later, imports.file AS earlier
WHERE later.id = :by_import
    AND held.id = ANY(CAST(:ids AS bigint[]))
    AND held.resolved_at IS NULL
    AND earlier.id = held.import_id
    AND earlier.kind = later.kind
    AND (CAST(:city AS text) IS NULL OR earlier.city_code = :city)
