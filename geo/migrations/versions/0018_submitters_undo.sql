DROP FUNCTION audit.count_readings;

ALTER TABLE imports.file
    DROP COLUMN account_id,
    DROP COLUMN grant_id,
    DROP COLUMN session_id,
    DROP COLUMN request_id,
    DROP COLUMN address;
