-- Who acts is the person whose session the transaction bears; else what it, or the caller, says.
CREATE OR REPLACE FUNCTION audit.record(
    action text,
    table_name text DEFAULT NULL,
    row_key text DEFAULT NULL,
    before jsonb DEFAULT NULL,
    after jsonb DEFAULT NULL,
    reason text DEFAULT NULL,
    import_id bigint DEFAULT NULL,
    actor text DEFAULT NULL,
    request_id text DEFAULT NULL,
    address inet DEFAULT NULL
) RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    number bigint := nextval('audit.event_id_seq');
    session text;
    mine access.role_grant;
    login text;
BEGIN
    IF nullif(current_setting('atlas.session', true), '') IS NOT NULL THEN
        mine := access.granted();
        SELECT a.login, s.id::text INTO login, session
        FROM access.session AS s JOIN access.account AS a ON a.id = s.account_id
        WHERE s.token_hash = sha256(convert_to(current_setting('atlas.session'), 'UTF8'));
    END IF;
    IF EXISTS (
        SELECT FROM audit.personal_field AS personal WHERE personal.table_name = record.table_name
    ) THEN
        before := audit.hide(number, table_name, 'before', before);
        after := audit.hide(number, table_name, 'after', after);
    END IF;
    INSERT INTO audit.event (
        id, actor, action, table_name, row_key, before, after, reason, import_id, account_id,
        grant_id, session_id, request_id, address
    ) VALUES (
        number,
        coalesce(
            login, nullif(current_setting('atlas.actor', true), ''), actor,
            'database ' || session_user
        ),
        action, table_name, row_key, before, after, reason, import_id,
        coalesce(mine.account_id, nullif(current_setting('atlas.account_id', true), '')::bigint),
        coalesce(mine.id, nullif(current_setting('atlas.grant_id', true), '')::bigint),
        coalesce(session, nullif(current_setting('atlas.session_id', true), '')),
        coalesce(nullif(current_setting('atlas.request_id', true), ''), request_id),
        coalesce(nullif(current_setting('atlas.address', true), '')::inet, address)
    );
    RETURN number;
END
$$;
