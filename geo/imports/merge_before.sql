-- The recorded facts that will be another from now on, and what of them is corrected.
DROP TABLE IF EXISTS changing, corrected;

CREATE TEMPORARY TABLE changing ON COMMIT DROP AS
SELECT id FROM draft WHERE changed {shifted};

CREATE TEMPORARY TABLE corrected ON COMMIT DROP AS
SELECT recorded.id, to_jsonb(recorded) AS before
FROM {table} AS recorded
JOIN draft ON draft.id = recorded.id
WHERE draft.changed AND cardinality(draft.against) > 0;
