-- ``sameness`` has the keys of every row, by the place of the identity among the kind's; ``alone``
-- tells that an earlier identity does not tell of the row. A later identity is asked only where a
-- row has no other.
DROP TABLE IF EXISTS alike;

CREATE TEMPORARY TABLE alike ON COMMIT DROP AS
SELECT
    sameness."row",
    sameness.place,
    sameness.key,
    md5((to_jsonb(staged) - 'row' - 'decision')::text) AS content
FROM sameness
JOIN (
    SELECT place, key
    FROM sameness
    GROUP BY place, key
    HAVING count(*) > 1 AND bool_or(alone)
) AS shared USING (place, key)
JOIN staged ON staged."row" = sameness."row";

-- What says the same again is dropped.
DELETE FROM staged
USING alike, alike AS earlier
WHERE alike."row" = staged."row"
  AND earlier.place = alike.place
  AND earlier.key = alike.key
  AND earlier.content = alike.content
  AND earlier."row" < alike."row";
