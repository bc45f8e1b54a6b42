-- Rows written before are taken by the first seal: they get the number of this transaction.
ALTER TABLE audit.event
    ADD COLUMN account_id BIGINT,
    ADD COLUMN grant_id BIGINT,
    ADD COLUMN session_id TEXT,
    ADD COLUMN import_id BIGINT,
    ADD COLUMN system_id BIGINT DEFAULT (pg_control_system()).system_identifier NOT NULL,
    ADD COLUMN xid XID8 DEFAULT pg_current_xact_id() NOT NULL;
CREATE INDEX event_xid_idx ON audit.event (xid);

CREATE TABLE audit.personal_field (
    table_name TEXT NOT NULL,
    field TEXT NOT NULL,
    CONSTRAINT personal_field_pkey PRIMARY KEY (table_name, field)
);

INSERT INTO audit.personal_field (table_name, field) VALUES
    ('oversight.complaint_person', 'name'),
    ('oversight.complaint_person', 'phone'),
    ('oversight.complaint_person', 'statement'),
    ('oversight.lead', 'statement'),
    ('oversight.violation', 'evidence'),
    ('planning.inspector_person', 'name'),
    ('planning.inspector_person', 'phone'),
    ('registry.company_contact', 'head_name'),
    ('registry.company_contact', 'phone'),
    ('registry.contract_manager', 'name'),
    ('registry.contract_manager', 'phone'),
    ('registry.member_person', 'community_post'),
    ('registry.member_person', 'delegate'),
    ('registry.member_person', 'name'),
    ('registry.member_person', 'party_member'),
    ('registry.member_person', 'phone');

CREATE TABLE audit.person_value (
    event_id BIGINT NOT NULL,
    side TEXT NOT NULL,
    field TEXT NOT NULL,
    salt BYTEA NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT person_value_pkey PRIMARY KEY (event_id, side, field),
    CONSTRAINT person_value_side_check CHECK ("side" IN ('before', 'after'))
);

CREATE TABLE audit.seal (
    number BIGINT NOT NULL,
    follows BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    system_id BIGINT NOT NULL,
    first_xid XID8 NOT NULL,
    end_xid XID8 NOT NULL,
    events BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    note TEXT,
    root BYTEA NOT NULL,
    key BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    CONSTRAINT seal_pkey PRIMARY KEY (number),
    CONSTRAINT seal_follows_check CHECK (follows >= 0 AND follows < number),
    CONSTRAINT seal_end_xid_check CHECK (first_xid <= end_xid)
);

CREATE TRIGGER seal_append_only
    BEFORE UPDATE OR DELETE ON audit.seal
    FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER seal_no_truncate
    BEFORE TRUNCATE ON audit.seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- A personal value can be erased, one at a time, but never exchanged for another.
CREATE TRIGGER person_value_only_erased
    BEFORE UPDATE ON audit.person_value
    FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER person_value_no_truncate
    BEFORE TRUNCATE ON audit.person_value
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- Personal values of a row go to audit.person_value; what is left in their place is a salted hash.
CREATE FUNCTION audit.hide(event_id bigint, of_table text, side text, facts jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    field text;
    salt bytea;
BEGIN
    FOR field IN
        SELECT personal.field FROM audit.personal_field AS personal
        WHERE personal.table_name = of_table AND jsonb_typeof(facts -> personal.field) <> 'null'
    LOOP
        salt := uuid_send(gen_random_uuid());
        INSERT INTO audit.person_value VALUES (event_id, side, field, salt, facts ->> field);
        facts := facts || jsonb_build_object(field, jsonb_build_object(
            'sha256', encode(sha256(salt || convert_to(facts ->> field, 'UTF8')), 'hex')
        ));
    END LOOP;
    RETURN facts;
END
$$;

-- Who acts is the person whose session the transaction bears; else what it, or the caller, says.
CREATE FUNCTION audit.record(
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

-- Partitions of this month and of the months ahead. A month that has rows in the default partition
-- stays there. Whoever reads the default partition for long is not waited for: it is tried again.
CREATE FUNCTION audit.make_partitions(ahead integer DEFAULT 3) RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '3s'
AS $$
DECLARE
    start timestamptz;
    until timestamptz;
    name text;
    made integer := 0;
BEGIN
    FOR month IN 0..ahead LOOP
        start := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month))
            AT TIME ZONE 'UTC';
        until := (start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
        name := 'event_' || to_char(start AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass('audit.' || name) IS NOT NULL OR EXISTS (
            SELECT FROM audit.event_default WHERE at >= start AND at < until
        );
        EXECUTE format('CREATE TABLE audit.%I (LIKE audit.event INCLUDING DEFAULTS)', name);
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE TRUNCATE ON audit.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()',
            name || '_no_truncate', name
        );
        EXECUTE format(
            'ALTER TABLE audit.event ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)',
            name, start, until
        );
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

REVOKE ALL ON audit.event, audit.event_default, audit.person_value, audit.seal FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.hide, audit.record, audit.make_partitions FROM PUBLIC;

-- What was recorded before is not sealed yet, so its personal values can still be taken out.
ALTER TABLE audit.event DISABLE TRIGGER event_append_only;
UPDATE audit.event SET
    before = audit.hide(id, table_name, 'before', before),
    after = audit.hide(id, table_name, 'after', after)
WHERE table_name IN (SELECT personal.table_name FROM audit.personal_field AS personal);
ALTER TABLE audit.event ENABLE TRIGGER event_append_only;

SELECT audit.make_partitions();
