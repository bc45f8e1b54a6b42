-- Events of a cluster, by transaction, as text that no setting of a session changes: what is sealed.
SELECT
    xid::text::bigint AS xid,
    id,
    ARRAY[
        id::text,
        (extract(epoch FROM at) * 1000000)::bigint::text,
        actor,
        action,
        table_name,
        row_key,
        before::text,
        after::text,
        reason,
        request_id,
        address::text,
        account_id::text,
        grant_id::text,
        session_id,
        import_id::text,
        system_id::text,
        xid::text
    ] AS columns
FROM audit.event
WHERE system_id = :system
  AND xid >= CAST(CAST(:first AS text) AS xid8)
  AND xid < CAST(CAST(:end AS text) AS xid8)
ORDER BY event.xid, id
