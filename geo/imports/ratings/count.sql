-- What became of every row: of its result, or of its round where it only announces one.
SELECT
    count(*) FILTER (WHERE row_became.is_new) AS new,
    count(*) FILTER (WHERE NOT row_became.is_new AND row_became.changed) AS updated,
    count(*) FILTER (WHERE NOT row_became.is_new AND NOT row_became.changed) AS unchanged
FROM (
    SELECT
        coalesce(draft.is_new, round.is_new) AS is_new,
        coalesce(draft.changed, FALSE) OR coalesce(first.changed, draft.id IS NULL AND round.changed)
            AS changed
    FROM staged
    JOIN staged_round USING (round)
    JOIN round_became AS round ON round."row" = staged_round."row"
    LEFT JOIN round_became AS first ON first."row" = staged."row"
    LEFT JOIN draft ON draft."row" = staged."row"
) AS row_became;
