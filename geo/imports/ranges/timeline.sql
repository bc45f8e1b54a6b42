-- What holds when, of every subject the file names: the file's facts, and recorded ones it does not
-- mean. A fact without a last day, or recorded already, gives way to the next of its subject.
DROP TABLE IF EXISTS timeline, shifted;

CREATE TEMPORARY TABLE timeline ON COMMIT DROP AS
SELECT
    {draft_subject} AS subject,
    draft.id,
    draft."row",
    draft.is_new,
    draft.valid_until IS NULL OR NOT draft.is_new AS gives_way,
    draft.valid_from AS since,
    draft.valid_until AS until
FROM draft;

INSERT INTO timeline (subject, id, gives_way, since, until)
SELECT {recorded_subject}, recorded.id, FALSE, lower(recorded.valid), upper(recorded.valid)
FROM {table} AS recorded
WHERE recorded.city_code = :city
  AND recorded.superseded_at IS NULL
  AND {recorded_subject} IN (SELECT subject FROM timeline)
  AND NOT EXISTS (SELECT FROM draft WHERE draft.id = recorded.id);

ANALYZE timeline;
