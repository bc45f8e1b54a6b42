DROP FUNCTION audit.record;
DROP FUNCTION audit.hide;
DROP FUNCTION audit.make_partitions;

-- Months keep their partitions: nothing written is lost.
DROP INDEX audit.event_xid_idx;
ALTER TABLE audit.event
    DROP COLUMN account_id,
    DROP COLUMN grant_id,
    DROP COLUMN session_id,
    DROP COLUMN import_id,
    DROP COLUMN system_id,
    DROP COLUMN xid;
