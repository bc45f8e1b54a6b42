-- What the row policies ask about whoever is signed in. The opaque token of the session stands in
-- the setting atlas.session of the transaction; everything else follows from it here, so that no
-- caller can claim a scope. Each is asked once a query.

CREATE OR REPLACE FUNCTION access.granted() RETURNS access.role_grant
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    token text := nullif(current_setting('atlas.session', true), '');
    found access.role_grant;
BEGIN
    IF token IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT g.* INTO found
    FROM access.session AS s
    JOIN access.role_grant AS g ON g.id = s.grant_id
    JOIN access.account AS a ON a.id = s.account_id
    WHERE s.token_hash = sha256(convert_to(token, 'UTF8'))
      AND s.revoked_at IS NULL AND s.expires_at > now()
      AND (s.idle_seconds IS NULL
           OR COALESCE(s.last_used_at, s.created_at) + make_interval(secs => s.idle_seconds) > now())
      AND a.disabled_at IS NULL AND g.revoked_at IS NULL
      -- Whose password an administrator knows is nobody yet.
      AND NOT (a.password_hash IS NOT NULL AND a.password_changed_at IS NULL)
      AND g.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date;
    RETURN found;
END
$$;

CREATE OR REPLACE FUNCTION access.role() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    RETURN (access.granted()).role;
END
$$;

-- Of a city, district or street: its code and those of all below it.
CREATE OR REPLACE FUNCTION access.codes() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    area text := (access.granted()).area_code;
BEGIN
    IF area IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT area
        UNION SELECT code FROM registry.district WHERE city_code = area
        UNION SELECT code FROM registry.street WHERE city_code = area OR district_code = area);
END
$$;

-- The city an area lies in.
CREATE OR REPLACE FUNCTION access.cities() RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    area text := (access.granted()).area_code;
BEGIN
    RETURN ARRAY(
        SELECT code FROM registry.city WHERE code = area
        UNION SELECT city_code FROM registry.district WHERE code = area
        UNION SELECT city_code FROM registry.street WHERE code = area);
END
$$;

CREATE OR REPLACE FUNCTION access.company_id() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    RETURN (access.granted()).company_id;
END
$$;

CREATE OR REPLACE FUNCTION access.agency_id() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    RETURN (access.granted()).agency_id;
END
$$;

CREATE OR REPLACE FUNCTION access.inspector_id() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    RETURN (access.granted()).inspector_id;
END
$$;

-- The compounds a company serves today, or an inspector visits from a month ago on. Asked for many
-- tables in a query, and planning it takes longer than the answer.
CREATE OR REPLACE FUNCTION access.compounds() RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO force_generic_plan AS $$
DECLARE
    mine access.role_grant := access.granted();
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF mine.company_id IS NOT NULL THEN
        RETURN ARRAY(
            SELECT DISTINCT compound_id FROM registry.contract
            WHERE company_id = mine.company_id AND superseded_at IS NULL
              AND lower(valid) <= today AND (upper_inf(valid) OR upper(valid) > today));
    ELSIF mine.inspector_id IS NOT NULL THEN
        RETURN ARRAY(
            SELECT v.compound_id FROM planning.visit AS v JOIN planning.plan AS p ON p.id = v.plan_id
            WHERE v.inspector_id = mine.inspector_id AND p.day >= today - 31
            UNION
            SELECT i.compound_id FROM planning.inspection_inspector AS n
            JOIN planning.inspection AS i ON i.id = n.inspection_id
            WHERE n.inspector_id = mine.inspector_id AND n.inspected_on >= today - 31);
    END IF;
    RETURN '{}';
END
$$;

-- The companies that serve in an area today. The day is compared without @>: of that the planner
-- expects few rows, and reads the contracts of all areas by it.
CREATE OR REPLACE FUNCTION access.companies() RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    mine text[] := access.codes();
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT company_id FROM registry.contract
        WHERE area_code = ANY(mine) AND superseded_at IS NULL
          AND lower(valid) <= today AND (upper_inf(valid) OR upper(valid) > today));
END
$$;

-- The violations that were passed to an agency, and their versions that were set aside.
CREATE OR REPLACE FUNCTION access.violations() RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    mine bigint := (access.granted()).agency_id;
BEGIN
    RETURN ARRAY(
        WITH passed AS (
            SELECT DISTINCT violation_id FROM oversight.referral
            WHERE agency_id = mine AND superseded_at IS NULL)
        SELECT violation_id FROM passed
        UNION ALL
        SELECT v.id FROM passed JOIN oversight.violation AS v ON v.version_of = passed.violation_id
        WHERE v.version_of IS NOT NULL);
END
$$;

-- Under whose name an idempotency key is kept: the person's, under the grant acted under.
CREATE OR REPLACE FUNCTION access.actor() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    mine access.role_grant := access.granted();
BEGIN
    RETURN mine.account_id || '/' || mine.id;
END
$$;
