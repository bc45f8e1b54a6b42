-- Excel's cells end at 32,767 characters: a longer outline cannot go out in a spreadsheet, so it
-- is taken from here when its row comes back.
SELECT
    held.id,
    held.shape,
    file.datum,
    CASE
        WHEN held.shape IS NULL THEN (
            SELECT array_agg(cell)
            FROM jsonb_array_elements_text(held.cells) AS cell
            WHERE length(cell) >= 32767
        )
    END AS long_cells
FROM imports.held_row AS held
INNER JOIN imports.file ON file.id = held.import_id
WHERE held.id = ANY(CAST(:ids AS bigint[]))
    -- Numbers are those of all cities and kinds: one in a file proves nothing.
    AND (CAST(:kind AS text) IS NULL OR file.kind = :kind)
    AND (CAST(:city AS text) IS NULL OR file.city_code = :city)
