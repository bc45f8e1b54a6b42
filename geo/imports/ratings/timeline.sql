-- The results of every compound that gets one, or whose round was published on another day.
DROP TABLE IF EXISTS result, shifted;

CREATE TEMPORARY TABLE result ON COMMIT DROP AS
SELECT draft.compound_id, draft.id, draft."row", draft.valid_from AS since
FROM draft
UNION ALL
SELECT recorded.compound_id, recorded.id, NULL, round.published_on
FROM oversight.rating AS recorded
JOIN oversight.rating_round AS round ON round.id = recorded.round_id
WHERE recorded.city_code = :city
  AND recorded.superseded_at IS NULL
  AND NOT EXISTS (SELECT FROM draft WHERE draft.id = recorded.id)
  AND (
      recorded.compound_id IN (SELECT compound_id FROM draft)
      OR recorded.compound_id IN (
          SELECT rated.compound_id
          FROM oversight.rating AS rated
          JOIN round_became ON round_became.id = rated.round_id
          WHERE round_became.changed AND rated.superseded_at IS NULL
      )
  );

INSERT INTO problem ("row", code, field, value, given)
SELECT
    mine."row",
    'results_same_day',
    'published_on',
    mine.since::text,
    jsonb_build_object('rounds', string_agg(DISTINCT round.code, ', '))
FROM result AS mine
JOIN result AS other
  ON other.compound_id = mine.compound_id AND other.since = mine.since AND other.id <> mine.id
LEFT JOIN draft ON draft.id = other.id
LEFT JOIN oversight.rating AS recorded ON recorded.id = other.id
JOIN oversight.rating_round AS round ON round.id = coalesce(draft.round_id, recorded.round_id)
WHERE mine."row" IS NOT NULL
GROUP BY mine."row", mine.since;

DELETE FROM result USING problem WHERE problem."row" = result."row";
