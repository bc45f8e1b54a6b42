-- Each result holds until the compound's next one.
CREATE TEMPORARY TABLE lasting ON COMMIT DROP AS
SELECT
    id,
    "row",
    since,
    lead(since) OVER (PARTITION BY compound_id ORDER BY since) AS until
FROM result;

UPDATE draft
SET valid_until = lasting.until
FROM lasting
WHERE lasting."row" = draft."row" AND lasting.until IS DISTINCT FROM draft.valid_until;

CREATE TEMPORARY TABLE shifted ON COMMIT DROP AS
SELECT lasting.id, lasting.since AS valid_from, lasting.until AS valid_until
FROM lasting
JOIN oversight.rating AS recorded ON recorded.id = lasting.id
WHERE lasting."row" IS NULL
  AND recorded.valid IS DISTINCT FROM daterange(lasting.since, lasting.until);

DROP TABLE lasting;

SELECT count(*) FROM shifted;
