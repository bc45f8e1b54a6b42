-- Who acts is the person whose session the transaction bears, also one that ended meanwhile. Without
-- a session it is whom the transaction or the caller names; but the roles that requests connect as
-- are not believed, for they could name anybody.
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
    token text := nullif(current_setting('atlas.session', true), '');
    mine access.session;
    login text;
BEGIN
    IF token IS NOT NULL THEN
        SELECT s.* INTO mine FROM access.session AS s
        WHERE s.token_hash = sha256(convert_to(token, 'UTF8'));
        SELECT a.login INTO login FROM access.account AS a WHERE a.id = mine.account_id;
    END IF;
    IF mine.id IS NULL AND session_user IN (
        'atlas_public', 'atlas_area', 'atlas_company', 'atlas_agency', 'atlas_inspector',
        'atlas_all'
    ) THEN
        RAISE EXCEPTION 'an event of a request needs the session of whoever asks'
            USING ERRCODE = 'insufficient_privilege';
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
        coalesce(mine.grant_id, nullif(current_setting('atlas.grant_id', true), '')::bigint),
        coalesce(mine.id::text, nullif(current_setting('atlas.session_id', true), '')),
        coalesce(nullif(current_setting('atlas.request_id', true), ''), request_id),
        coalesce(nullif(current_setting('atlas.address', true), '')::inet, address)
    );
    RETURN number;
END
$$;
