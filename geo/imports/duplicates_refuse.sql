-- What says something else of the same fact is held, with all it contradicts.
INSERT INTO problem ("row", code, given)
SELECT
    alike."row",
    'duplicate_in_file',
    jsonb_build_object('rows', array_to_string(array_remove(
        shared.numbers, (alike."row" & 4294967295)::text
    ), ', '))
FROM alike
JOIN staged USING ("row")
JOIN (
    SELECT
        place,
        key,
        (array_agg((alike."row" & 4294967295)::text ORDER BY alike."row"))[1:20] AS numbers
    FROM alike
    JOIN staged USING ("row")
    GROUP BY place, key
    HAVING count(*) > 1
) AS shared USING (place, key);

DROP TABLE alike, sameness;
