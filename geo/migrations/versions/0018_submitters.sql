-- Who sent a file, under which grant, in which session and request; empty where a command read it.
ALTER TABLE imports.file
    ADD COLUMN account_id BIGINT,
    ADD COLUMN grant_id BIGINT,
    ADD COLUMN session_id TEXT,
    ADD COLUMN request_id TEXT,
    ADD COLUMN address INET;

CREATE TABLE audit.reading (
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    account_id BIGINT NOT NULL,
    layer TEXT NOT NULL,
    what TEXT NOT NULL,
    login TEXT NOT NULL,
    requests BIGINT NOT NULL,
    CONSTRAINT reading_pkey PRIMARY KEY (hour, account_id, layer, what),
    CONSTRAINT reading_requests_check CHECK (requests > 0)
);

-- Adds up what a process of the service counted since it last did; it can only grow.
CREATE FUNCTION audit.count_readings(counted jsonb) RETURNS void
    LANGUAGE sql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO audit.reading AS known (hour, account_id, layer, what, login, requests)
    SELECT hour, account_id, layer, what, coalesce(account.login, account_id::text), requests
    FROM jsonb_to_recordset(counted) AS one (
        hour timestamptz, account_id bigint, layer text, what text, requests bigint
    )
    LEFT JOIN access.account AS account ON account.id = account_id
    ORDER BY hour, account_id, layer, what
    ON CONFLICT (hour, account_id, layer, what)
        DO UPDATE SET requests = known.requests + excluded.requests
$$;

REVOKE ALL ON audit.reading FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.count_readings FROM PUBLIC;
