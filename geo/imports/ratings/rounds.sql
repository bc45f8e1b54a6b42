-- Each round of the file once; what its rows say of it must agree.
DROP TABLE IF EXISTS round_row, staged_round;

CREATE TEMPORARY TABLE round_row ON COMMIT DROP AS
SELECT "row", round FROM staged;

INSERT INTO problem ("row", code, field, value, given)
SELECT staged."row", 'round_contradicts_itself', 'round', staged.round, said.differing
FROM staged
JOIN (
    SELECT
        round,
        jsonb_build_object(
            'said',
            concat_ws(
                '; ',
                CASE WHEN count(DISTINCT round_name) > 1
                    THEN string_agg(DISTINCT round_name, ' / ') END,
                CASE WHEN count(DISTINCT cutoff_on) > 1
                    THEN string_agg(DISTINCT cutoff_on::text, ' / ') END,
                CASE WHEN count(DISTINCT published_on) > 1
                    THEN string_agg(DISTINCT published_on::text, ' / ') END,
                CASE WHEN count(DISTINCT includes_ladder) > 1 THEN 'includes_ladder' END
            )
        ) AS differing
    FROM staged
    GROUP BY round
    HAVING count(DISTINCT round_name) > 1
     OR count(DISTINCT cutoff_on) > 1
     OR count(DISTINCT published_on) > 1
     OR count(DISTINCT includes_ladder) > 1
) AS said USING (round);

-- A round cannot move to the day of another that rated the same compound.
INSERT INTO problem ("row", code, field, value, given)
SELECT DISTINCT
    staged."row",
    'results_same_day',
    'published_on',
    staged.published_on::text,
    jsonb_build_object('rounds', other.code)
FROM staged
JOIN oversight.rating_round AS moved
  ON moved.city_code = :city AND moved.code = staged.round AND moved.superseded_at IS NULL
 AND moved.published_on <> staged.published_on
JOIN oversight.rating_round AS other
  ON other.city_code = :city AND other.published_on = staged.published_on
 AND other.superseded_at IS NULL AND other.id <> moved.id
WHERE EXISTS (
    SELECT
    FROM oversight.rating AS mine
    JOIN oversight.rating AS theirs USING (compound_id)
    WHERE mine.round_id = moved.id
      AND theirs.round_id = other.id
      AND mine.superseded_at IS NULL
      AND theirs.superseded_at IS NULL
);

DELETE FROM staged USING problem WHERE problem."row" = staged."row";

CREATE TEMPORARY TABLE staged_round ON COMMIT DROP AS
SELECT
    min("row") AS "row",
    round,
    max(round_name) AS round_name,
    max(cutoff_on) AS cutoff_on,
    max(published_on) AS published_on,
    bool_or(includes_ladder) AS includes_ladder
FROM staged
GROUP BY round;
