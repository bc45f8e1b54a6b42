-- What is cut short, and which recorded facts end on the day before a new one begins.
UPDATE draft
SET valid_until = cut.until
FROM cut
WHERE cut."row" = draft."row" AND cut.until IS DISTINCT FROM draft.valid_until;

CREATE TEMPORARY TABLE shifted ON COMMIT DROP AS
SELECT DISTINCT ON (recorded.id)
    recorded.id, recorded.since AS valid_from, cut.since AS valid_until, cut.id AS next_id
FROM cut
JOIN timeline AS recorded
  ON recorded.subject = cut.subject
 AND recorded."row" IS NULL
 AND recorded.since < cut.since
 AND coalesce(recorded.until, 'infinity') > cut.since
ORDER BY recorded.id, cut.since;

SELECT count(*) FROM cut WHERE is_new AND until IS DISTINCT FROM said_until;
