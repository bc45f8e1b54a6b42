-- The file's facts as cut short by the next of the file; which of them still hold on days on which
-- a fact holds that does not give way to them.
DROP TABLE IF EXISTS cut, overlap;

CREATE TEMPORARY TABLE cut ON COMMIT DROP AS
SELECT
    ours.subject,
    ours.id,
    ours."row",
    ours.is_new,
    ours.since,
    ours.until AS said_until,
    least(ours.until, ours.next_ours, CASE WHEN ours.gives_way THEN ours.next_recorded END)
        AS until,
    ours.alike > 1 AS twice
FROM (
    SELECT
        timeline.*,
        min(since) FILTER (WHERE "row" IS NOT NULL) OVER later AS next_ours,
        min(since) FILTER (WHERE "row" IS NULL) OVER later AS next_recorded,
        count("row") OVER (PARTITION BY subject, since) AS alike
    FROM timeline
    WINDOW later AS (
        PARTITION BY subject ORDER BY since
        GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    )
) AS ours
WHERE ours."row" IS NOT NULL;

CREATE TEMPORARY TABLE overlap ON COMMIT DROP AS
SELECT cut."row", cut.is_new, recorded.id, recorded.since, recorded.until
FROM cut
JOIN timeline AS recorded
  ON recorded.subject = cut.subject
 AND recorded."row" IS NULL
 AND recorded.since >= cut.since
 AND recorded.since < coalesce(cut.until, 'infinity');
