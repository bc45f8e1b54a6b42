-- Rows of one subject from the same day, and rows that overlap what is recorded.
INSERT INTO problem ("row", code, field, value, given)
SELECT
    cut."row",
    'overlaps_in_file',
    'valid_from',
    cut.since::text,
    jsonb_build_object('rows', string_agg((other."row" & 4294967295)::text, ', '))
FROM cut
JOIN cut AS other
  ON other.subject = cut.subject AND other.since = cut.since AND other."row" <> cut."row"
WHERE cut.twice
GROUP BY cut."row", cut.since;

INSERT INTO problem ("row", code, field, value, given)
SELECT
    overlap."row",
    'overlaps_recorded',
    'valid_from',
    cut.since::text,
    jsonb_build_object(
        'recorded',
        string_agg(
            overlap.since || '–' || coalesce((overlap.until - 1)::text, ''),
            '; ' ORDER BY overlap.since
        )
    )
FROM overlap
JOIN cut USING ("row")
GROUP BY overlap."row", cut.since;

DELETE FROM timeline USING problem WHERE timeline."row" = problem."row";
