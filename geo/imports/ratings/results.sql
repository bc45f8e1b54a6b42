-- What is wrong with a round is wrong with all its rows. Results need a compound, a star and the
-- day on which their round was published.
DROP TABLE IF EXISTS round_became, staged_rating;

CREATE TEMPORARY TABLE round_became ON COMMIT DROP AS
SELECT "row", id, is_new, changed FROM draft;

INSERT INTO problem ("row", code, field, value, given)
SELECT member."row", problem.code, problem.field, problem.value, problem.given
FROM problem
JOIN staged_round ON staged_round."row" = problem."row"
JOIN round_row AS member ON member.round = staged_round.round
WHERE member."row" <> problem."row";

INSERT INTO problem ("row", code, field)
SELECT "row", 'missing_value', CASE WHEN compound_id IS NULL THEN 'compound' ELSE 'star' END
FROM staged
WHERE (compound_id IS NULL) <> (star IS NULL);

INSERT INTO problem ("row", code, field, value)
SELECT staged."row", 'round_unpublished', 'round', staged.round
FROM staged
JOIN oversight.rating_round AS round
  ON round.city_code = :city AND round.code = staged.round AND round.superseded_at IS NULL
WHERE staged.star IS NOT NULL AND round.published_on IS NULL;

DELETE FROM staged USING problem WHERE problem."row" = staged."row";

CREATE TEMPORARY TABLE staged_rating ON COMMIT DROP AS
SELECT staged.*, round.id AS round_id, round.published_on AS since
FROM staged
JOIN oversight.rating_round AS round
  ON round.city_code = :city AND round.code = staged.round AND round.superseded_at IS NULL
WHERE staged.compound_id IS NOT NULL;
