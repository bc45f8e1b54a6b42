-- Imports whose worker gave no sign of life for some seconds go back on the queue; one over which
-- too many workers died is given up. What was settled before its worker died is only tidied up.
WITH silent AS MATERIALIZED (
    SELECT
        job.id,
        CAST(job.args ->> 'import_id' AS bigint) AS import_id,
        job.args ->> 'token' AS token
    FROM jobs.procrastinate_jobs AS job
    LEFT JOIN jobs.procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE
        job.queue_name = :queue
        AND job.status = 'doing'
        AND (
            worker.id IS NULL
            OR worker.last_heartbeat < now() - make_interval(secs => :seconds)
        )
    FOR UPDATE OF job SKIP LOCKED
), dead AS MATERIALIZED (
    -- A worker that is only too busy to give signs of life still holds the lock of its import.
    SELECT * FROM silent
    WHERE pg_try_advisory_xact_lock(hashtextextended('import ' || import_id, 0))
), counted AS (
    SELECT
        dead.*,
        file.state IN ('queued', 'running') AS unsettled,
        coalesce(CAST(file.progress ->> 'deaths' AS integer), 0) + 1 AS deaths
    FROM dead
    LEFT JOIN imports.file ON file.id = dead.import_id
), marked AS (
    UPDATE imports.file
    SET state = CASE WHEN counted.deaths < :most THEN 'queued' ELSE 'failed' END,
        error = CASE WHEN counted.deaths < :most THEN NULL ELSE :error END,
        started_at = CASE WHEN counted.deaths < :most THEN NULL ELSE started_at END,
        finished_at = CASE WHEN counted.deaths < :most THEN NULL ELSE clock_timestamp() END,
        progress = CASE
            WHEN counted.deaths < :most THEN jsonb_build_object('deaths', counted.deaths)
        END
    FROM counted
    WHERE file.id = counted.import_id AND counted.unsettled
)
SELECT
    import_id,
    token,
    unsettled AND deaths >= :most AS given_up,
    CASE
        WHEN unsettled AND deaths >= :most
            THEN jobs.procrastinate_finish_job_v1(id, 'failed', false)
        ELSE jobs.procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
    END
FROM counted
