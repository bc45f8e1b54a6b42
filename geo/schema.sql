CREATE SCHEMA access;

CREATE SCHEMA audit;

CREATE SCHEMA imports;

CREATE SCHEMA oversight;

CREATE SCHEMA planning;

CREATE SCHEMA registry;

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;

COMMENT ON EXTENSION postgis IS 'PostGIS geometry and geography spatial types and functions';

CREATE FUNCTION access.refuse_real() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'this database is a demonstration and takes made-up rows only: atlas demo end'
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION audit.count_readings(counted jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

CREATE FUNCTION audit.hide(event_id bigint, of_table text, side text, facts jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
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

CREATE FUNCTION audit.make_partitions(ahead integer DEFAULT 3) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '3s'
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

CREATE FUNCTION audit.record(action text, table_name text DEFAULT NULL::text, row_key text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, after jsonb DEFAULT NULL::jsonb, reason text DEFAULT NULL::text, import_id bigint DEFAULT NULL::bigint, actor text DEFAULT NULL::text, request_id text DEFAULT NULL::text, address inet DEFAULT NULL::inet) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
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

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'audit.% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION registry.draw_added() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM registry.draw_anew(ARRAY(SELECT id FROM after_rows WHERE superseded_at IS NULL));
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.draw_anew(ids bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO registry.compound_mark
        (compound_id, point, name, district_code, street_code, synthetic)
    SELECT c.id, public.ST_Transform(c.marked, 3857), c.name, c.district_code, c.street_code,
           c.synthetic
    FROM (
        SELECT *, COALESCE(label_point, public.ST_PointOnSurface(geom)) AS marked
        FROM registry.compound WHERE id = ANY(ids)
    ) AS c
    -- PostGIS orders geometries along a Hilbert curve.
    ORDER BY c.marked USING OPERATOR(public.<);
    PERFORM registry.draw_bands(ids);
    PERFORM registry.draw_in_cells(ids, 1);
END
$$;

CREATE FUNCTION registry.draw_bands(ids bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    world CONSTANT double precision := 40075016.685578488;
BEGIN
    DELETE FROM registry.compound_band WHERE compound_id = ANY(ids);
    INSERT INTO registry.compound_band (
        compound_id, geom, geom_14, geom_12, geom_10,
        point, name, district_code, street_code, synthetic)
    SELECT c.id, c.flat,
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 14))),
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 12))),
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 10))),
           m.point, m.name, m.district_code, m.street_code, m.synthetic
    FROM (
        SELECT id, public.ST_ForcePolygonCW(public.ST_Transform(geom, 3857)) AS flat
        FROM registry.compound WHERE id = ANY(ids)
        ORDER BY geom USING OPERATOR(public.<)
    ) AS c
    JOIN registry.compound_mark AS m ON m.compound_id = c.id;
    DELETE FROM registry.compound_geojson WHERE compound_id = ANY(ids);
    INSERT INTO registry.compound_geojson (compound_id, shape)
    SELECT id, registry.draw_text(geom)
    FROM registry.compound WHERE id = ANY(ids)
    ORDER BY id;
END
$$;

CREATE FUNCTION registry.draw_cells() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH gone AS (DELETE FROM registry.compound_cell)
    INSERT INTO registry.compound_cell SELECT * FROM registry.draw_cells_of(
        ARRAY(SELECT compound_id FROM registry.compound_mark), 1)
$$;

CREATE TABLE registry.compound_cell (
    zoom smallint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    district_code text,
    effective_star smallint,
    compounds integer NOT NULL
);

CREATE FUNCTION registry.draw_cells_of(ids bigint[], sign integer) RETURNS SETOF registry.compound_cell
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT z, at.x >> (8 - z), at.y >> (8 - z), at.district_code, at.effective_star,
           CAST(sign * count(*) AS integer)
    FROM (
        SELECT m.district_code, s.effective_star,
               CAST(floor((public.ST_X(m.point) / 40075016.685578488 + 0.5) * 32768) AS integer),
               CAST(floor((0.5 - public.ST_Y(m.point) / 40075016.685578488) * 32768) AS integer)
        FROM registry.compound_mark AS m
        LEFT JOIN registry.compound_star AS s ON s.compound_id = m.compound_id
        WHERE m.compound_id IN (SELECT unnest(ids))
    ) AS at(district_code, effective_star, x, y)
    CROSS JOIN (SELECT CAST(generate_series(3, 8) AS smallint)) AS zooms(z)
    GROUP BY 1, 2, 3, 4, 5
$$;

CREATE FUNCTION registry.draw_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    gone bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NOT NULL);
    back bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NOT NULL AND a.superseded_at IS NULL);
    moved bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NULL
          AND (a.district_code IS DISTINCT FROM b.district_code
               OR NOT COALESCE(a.label_point OPERATOR(public.=) b.label_point, false)));
    named bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NULL
          AND (a.name, a.street_code, a.synthetic)
              IS DISTINCT FROM (b.name, b.street_code, b.synthetic));
    outlined bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NULL
          AND NOT public.ST_OrderingEquals(a.geom, b.geom));
BEGIN
    IF cardinality(gone || moved) > 0 THEN
        PERFORM registry.draw_in_cells(gone || moved, -1);
        DELETE FROM registry.compound_mark WHERE compound_id = ANY(gone);
        DELETE FROM registry.compound_band WHERE compound_id = ANY(gone);
        DELETE FROM registry.compound_geojson WHERE compound_id = ANY(gone);
    END IF;
    IF cardinality(moved || named) > 0 THEN
        UPDATE registry.compound_mark AS m
        SET point = public.ST_Transform(
                COALESCE(c.label_point, public.ST_PointOnSurface(c.geom)), 3857),
            name = c.name, district_code = c.district_code, street_code = c.street_code,
            synthetic = c.synthetic
        FROM registry.compound AS c
        WHERE c.id = m.compound_id AND c.id = ANY(moved || named);
        UPDATE registry.compound_band AS b
        SET point = m.point, name = m.name, district_code = m.district_code,
            street_code = m.street_code, synthetic = m.synthetic
        FROM registry.compound_mark AS m
        WHERE m.compound_id = b.compound_id AND b.compound_id = ANY(moved || named);
        PERFORM registry.draw_in_cells(moved, 1);
    END IF;
    IF cardinality(outlined) > 0 THEN
        PERFORM registry.draw_bands(outlined);
    END IF;
    IF cardinality(back) > 0 THEN
        PERFORM registry.draw_anew(back);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.draw_emptied() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    TRUNCATE registry.compound_mark, registry.compound_band, registry.compound_star,
             registry.compound_cell, registry.compound_geojson;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.draw_in_cells(ids bigint[], sign integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF current_setting('atlas.cells', true) IS DISTINCT FROM 'later' THEN
        INSERT INTO registry.compound_cell SELECT * FROM registry.draw_cells_of(ids, sign);
    END IF;
END
$$;

CREATE FUNCTION registry.draw_removed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    gone bigint[] := ARRAY(SELECT id FROM before_rows WHERE superseded_at IS NULL);
BEGIN
    PERFORM registry.draw_in_cells(gone, -1);
    DELETE FROM registry.compound_mark WHERE compound_id = ANY(gone);
    DELETE FROM registry.compound_band WHERE compound_id = ANY(gone);
    DELETE FROM registry.compound_geojson WHERE compound_id = ANY(gone);
    DELETE FROM registry.compound_star WHERE compound_id = ANY(gone);
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.draw_stars() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    recoloured bigint[] := ARRAY(
        SELECT a.compound_id FROM after_rows AS a
        LEFT JOIN registry.compound_star AS s ON s.compound_id = a.compound_id
        WHERE upper_inf(a.valid) AND a.effective_star IS DISTINCT FROM s.effective_star);
BEGIN
    IF cardinality(recoloured) > 0 THEN
        PERFORM registry.draw_in_cells(recoloured, -1);
    END IF;
    INSERT INTO registry.compound_star AS s (compound_id, effective_star, rated_star)
    SELECT a.compound_id, a.effective_star, a.rated_star FROM after_rows AS a
    LEFT JOIN registry.compound_star AS s ON s.compound_id = a.compound_id
    WHERE upper_inf(a.valid)
      AND (a.effective_star, a.rated_star) IS DISTINCT FROM (s.effective_star, s.rated_star)
    ON CONFLICT (compound_id) DO UPDATE
        SET effective_star = excluded.effective_star, rated_star = excluded.rated_star;
    IF cardinality(recoloured) > 0 THEN
        PERFORM registry.draw_in_cells(recoloured, 1);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.draw_text(geom public.geometry) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT concat('"bbox":[', round(CAST(public.ST_XMin(geom) AS numeric), 7), ',',
                  round(CAST(public.ST_YMin(geom) AS numeric), 7), ',',
                  round(CAST(public.ST_XMax(geom) AS numeric), 7), ',',
                  round(CAST(public.ST_YMax(geom) AS numeric), 7),
                  '],"geometry":', public.ST_AsGeoJSON(geom, 7, 0))
$$;

CREATE FUNCTION registry.move_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    one record;
    moved bigint[];
BEGIN
    moved := ARRAY(
        SELECT now.id FROM now JOIN was ON was.id = now.id
        WHERE COALESCE(now.street_code, now.district_code, now.city_code)
              IS DISTINCT FROM COALESCE(was.street_code, was.district_code, was.city_code));
    IF cardinality(moved) = 0 THEN
        RETURN NULL;
    END IF;
    -- The triggers of the rows say which area it is.
    FOR one IN SELECT table_name FROM registry.placed WHERE by_table = 'registry.compound' LOOP
        EXECUTE format('UPDATE %s SET area_code = '''' WHERE compound_id = ANY($1)',
                       one.table_name) USING moved;
    END LOOP;
    FOR one IN SELECT p.*, q.by_table AS beyond FROM registry.placed AS p
               JOIN registry.placed AS q ON q.table_name = p.by_table
               ORDER BY p.by_table = 'registry.member' LOOP
        EXECUTE format(
            'UPDATE %1$s AS f SET area_code = p.area_code FROM %2$s AS p'
            ' WHERE p.id = f.%3$s AND f.area_code <> p.area_code AND p.%4$s',
            one.table_name, one.by_table, one.by_column,
            CASE WHEN one.beyond = 'registry.compound' THEN 'compound_id = ANY($1)'
                 ELSE 'committee_id IN (SELECT id FROM registry.committee'
                      ' WHERE compound_id = ANY($1))' END) USING moved;
    END LOOP;
    RETURN NULL;
END
$_$;

CREATE FUNCTION registry.move_inspected_on() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE planning.inspection_inspector SET inspected_on = NEW.inspected_on
    WHERE inspection_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.outdate_compounds() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CASE TG_OP
        WHEN 'DELETE' THEN
            INSERT INTO registry.compound_outdated SELECT id FROM before_rows;
        WHEN 'TRUNCATE' THEN
            TRUNCATE registry.compound_feature, registry.compound_outdated;
        ELSE
            INSERT INTO registry.compound_outdated SELECT id FROM after_rows;
    END CASE;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.outdate_named() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'district' THEN
            INSERT INTO registry.compound_outdated
            SELECT id FROM registry.compound
            WHERE superseded_at IS NULL AND district_code = ANY(ARRAY(
                SELECT code FROM after_rows JOIN before_rows AS b USING (code)
                WHERE after_rows.name <> b.name));
        WHEN 'street' THEN
            INSERT INTO registry.compound_outdated
            SELECT id FROM registry.compound
            WHERE superseded_at IS NULL AND street_code = ANY(ARRAY(
                SELECT code FROM after_rows JOIN before_rows AS b USING (code)
                WHERE after_rows.name <> b.name));
        WHEN 'company' THEN
            -- As in status_public, which has no index by company.
            INSERT INTO registry.compound_outdated
            SELECT compound_id FROM oversight.status
            WHERE upper_inf(valid) AND company_id = ANY(ARRAY(
                SELECT id FROM after_rows JOIN before_rows AS b USING (id)
                WHERE after_rows.name <> b.name));
        WHEN 'rating_round' THEN
            INSERT INTO registry.compound_outdated
            SELECT compound_id FROM oversight.status_public
            WHERE upper_inf(valid) AND round_id = ANY(ARRAY(
                SELECT id FROM after_rows JOIN before_rows AS b USING (id)
                WHERE (after_rows.name, after_rows.published_on)
                      IS DISTINCT FROM (b.name, b.published_on)));
    END CASE;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.outdate_statuses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CASE TG_OP
        WHEN 'DELETE' THEN
            INSERT INTO registry.compound_outdated SELECT DISTINCT compound_id FROM before_rows;
        WHEN 'TRUNCATE' THEN
            INSERT INTO registry.compound_outdated SELECT compound_id FROM registry.compound_feature;
        ELSE
            INSERT INTO registry.compound_outdated SELECT DISTINCT compound_id FROM after_rows;
    END CASE;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.place_by_committee() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM registry.committee WHERE id = NEW.committee_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_complaint() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM oversight.complaint WHERE id = NEW.complaint_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_compound() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- Where there is no such compound, the foreign key says so.
    NEW.area_code := COALESCE(
        (SELECT COALESCE(street_code, district_code, city_code)
         FROM registry.compound WHERE id = NEW.compound_id), '');
    RETURN NEW;
END
$$;

CREATE FUNCTION registry.place_by_contract() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM registry.contract WHERE id = NEW.contract_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_inspection() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM planning.inspection WHERE id = NEW.inspection_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_inspector() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM planning.inspector WHERE id = NEW.inspector_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_member() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM registry.member WHERE id = NEW.member_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_rectification_order() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM oversight.rectification_order WHERE id = NEW.order_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_by_referral() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM oversight.referral WHERE id = NEW.referral_id), '');
                    RETURN NEW;
                END
                $$;

CREATE FUNCTION registry.place_complaint() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.area_code := COALESCE(
        (SELECT COALESCE(street_code, district_code, city_code)
         FROM registry.compound WHERE id = NEW.compound_id),
        NEW.street_code,
        (SELECT street_code FROM registry.community WHERE code = NEW.community_code),
        NEW.city_code);
    RETURN NEW;
END
$$;

CREATE FUNCTION registry.place_inspected_on() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.inspected_on := (SELECT inspected_on FROM planning.inspection
                         WHERE id = NEW.inspection_id);
    RETURN NEW;
END
$$;

CREATE FUNCTION registry.place_measure() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.area_code := COALESCE(
        (SELECT COALESCE(street_code, district_code, city_code)
         FROM registry.compound WHERE id = NEW.compound_id),
        NEW.city_code);
    RETURN NEW;
END
$$;

CREATE FUNCTION registry.tell_compounds() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- One more than are told singly is enough to know that there are many.
    IF TG_OP = 'INSERT' THEN
        PERFORM registry.tell_places(ARRAY(SELECT geom FROM after_rows LIMIT 101));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM registry.tell_places(ARRAY(SELECT geom FROM before_rows LIMIT 101));
    ELSE
        PERFORM registry.tell_places(ARRAY(
            SELECT unnest(ARRAY[b.geom, a.geom])
            FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
            LIMIT 101));
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.tell_layers() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    FOR place IN 0 .. TG_NARGS - 1 LOOP
        PERFORM pg_notify('atlas_drawn', format('%s %s', pg_current_xact_id(), TG_ARGV[place]));
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.tell_places(geoms public.geometry[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF cardinality(geoms) > 100 THEN
        PERFORM pg_notify('atlas_drawn', format('%s compounds', pg_current_xact_id()));
        RETURN;
    END IF;
    PERFORM pg_notify('atlas_drawn', format('%s compounds %s %s %s %s', pg_current_xact_id(),
                      public.ST_XMin(g), public.ST_YMin(g), public.ST_XMax(g), public.ST_YMax(g)))
    FROM unnest(geoms) AS g WHERE g IS NOT NULL;
END
$$;

CREATE FUNCTION registry.tell_statuses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        touched := ARRAY(SELECT DISTINCT compound_id FROM before_rows LIMIT 101);
    ELSE
        touched := ARRAY(SELECT DISTINCT compound_id FROM after_rows LIMIT 101);
    END IF;
    PERFORM registry.tell_places(ARRAY(
        SELECT c.geom FROM unnest(touched) AS t(id)
        LEFT JOIN registry.compound AS c ON c.id = t.id));
    RETURN NULL;
END
$$;

CREATE TABLE access.account (
    id bigint NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    password_hash text,
    issuer text,
    subject text,
    synthetic boolean DEFAULT false NOT NULL,
    disabled_at timestamp with time zone,
    password_changed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_issuer_subject_check CHECK (((issuer IS NULL) = (subject IS NULL))),
    CONSTRAINT account_login_check CHECK ((((char_length(login) >= 1) AND (char_length(login) <= 200)) AND (login = btrim(lower(login))) AND (login IS NFKC NORMALIZED))),
    CONSTRAINT account_name_check CHECK (((btrim(name) <> ''::text) OR ((name = ''::text) AND (disabled_at IS NOT NULL)))),
    CONSTRAINT account_password_hash_check CHECK ((password_hash ~~ '$argon2id$%'::text))
);

ALTER TABLE access.account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME access.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE access.attempt (
    kind text NOT NULL,
    key bytea NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    last_failed_at timestamp with time zone NOT NULL,
    next_allowed_at timestamp with time zone NOT NULL,
    CONSTRAINT attempt_failures_check CHECK ((failures >= 0)),
    CONSTRAINT attempt_key_check CHECK ((octet_length(key) = 32)),
    CONSTRAINT attempt_kind_check CHECK ((kind = ANY (ARRAY['pair'::text, 'address'::text, 'login'::text, 'state'::text])))
);

CREATE TABLE access.demo (
    holds boolean DEFAULT true NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT demo_holds_check CHECK (holds)
);

CREATE TABLE access.role_grant (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    valid daterange NOT NULL,
    role text NOT NULL,
    area_code text,
    company_id bigint,
    agency_id bigint,
    inspector_id bigint,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT role_grant_agency_id_check CHECK (((role = 'agency_officer'::text) = (agency_id IS NOT NULL))),
    CONSTRAINT role_grant_area_code_check CHECK (
CASE role
    WHEN 'city_officer'::text THEN COALESCE((area_code ~ '^[0-9]{4}00$'::text), true)
    WHEN 'district_officer'::text THEN COALESCE(((area_code ~ '^[0-9]{6}$'::text) AND ("right"(area_code, 2) <> '00'::text)), false)
    WHEN 'street_officer'::text THEN COALESCE((area_code ~ '^[0-9]{9}$'::text), false)
    ELSE (area_code IS NULL)
END),
    CONSTRAINT role_grant_company_id_check CHECK (((role = 'company_user'::text) = (company_id IS NOT NULL))),
    CONSTRAINT role_grant_inspector_id_check CHECK (((role = 'inspector'::text) = (inspector_id IS NOT NULL))),
    CONSTRAINT role_grant_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'city_officer'::text, 'district_officer'::text, 'street_officer'::text, 'agency_officer'::text, 'inspector'::text, 'company_user'::text, 'auditor'::text]))),
    CONSTRAINT role_grant_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE access.role_grant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME access.role_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE access.session (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    grant_id bigint NOT NULL,
    kind text NOT NULL,
    name text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    idle_seconds integer,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT session_expires_at_check CHECK ((expires_at > created_at)),
    CONSTRAINT session_idle_check CHECK (((kind = 'browser'::text) = (idle_seconds IS NOT NULL))),
    CONSTRAINT session_idle_seconds_check CHECK ((idle_seconds > 0)),
    CONSTRAINT session_kind_check CHECK ((kind = ANY (ARRAY['browser'::text, 'token'::text]))),
    CONSTRAINT session_name_check CHECK (((kind = 'token'::text) = (name IS NOT NULL))),
    CONSTRAINT session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE access.session ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME access.session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE audit.event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    table_name text,
    row_key text,
    before jsonb,
    after jsonb,
    reason text,
    request_id text,
    address inet,
    account_id bigint,
    grant_id bigint,
    session_id text,
    import_id bigint,
    system_id bigint DEFAULT (pg_control_system()).system_identifier NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
)
PARTITION BY RANGE (at);

CREATE TABLE audit.event_default (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    table_name text,
    row_key text,
    before jsonb,
    after jsonb,
    reason text,
    request_id text,
    address inet,
    account_id bigint,
    grant_id bigint,
    session_id text,
    import_id bigint,
    system_id bigint DEFAULT (pg_control_system()).system_identifier NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE audit.event ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME audit.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE audit.person_value (
    event_id bigint NOT NULL,
    side text NOT NULL,
    field text NOT NULL,
    salt bytea NOT NULL,
    value text NOT NULL,
    CONSTRAINT person_value_side_check CHECK ((side = ANY (ARRAY['before'::text, 'after'::text])))
);

CREATE TABLE audit.personal_field (
    table_name text NOT NULL,
    field text NOT NULL
);

CREATE TABLE audit.reading (
    hour timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    layer text NOT NULL,
    what text NOT NULL,
    login text NOT NULL,
    requests bigint NOT NULL,
    CONSTRAINT reading_requests_check CHECK ((requests > 0))
);

CREATE TABLE audit.seal (
    number bigint NOT NULL,
    follows bigint NOT NULL,
    previous bytea NOT NULL,
    system_id bigint NOT NULL,
    first_xid xid8 NOT NULL,
    end_xid xid8 NOT NULL,
    events bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    note text,
    root bytea NOT NULL,
    key bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT seal_end_xid_check CHECK ((first_xid <= end_xid)),
    CONSTRAINT seal_follows_check CHECK (((follows >= 0) AND (follows < number)))
);

CREATE TABLE imports.file (
    id bigint NOT NULL,
    kind text NOT NULL,
    city_code text,
    name text NOT NULL,
    sha256 text,
    bytes bigint NOT NULL,
    format text,
    datum text,
    dry_run boolean DEFAULT false NOT NULL,
    state text NOT NULL,
    options jsonb NOT NULL,
    layouts jsonb,
    progress jsonb,
    report jsonb,
    error text,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    account_id bigint,
    grant_id bigint,
    session_id text,
    request_id text,
    address inet,
    CONSTRAINT file_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT file_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'refused'::text, 'failed'::text])))
);

ALTER TABLE imports.file ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME imports.file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE imports.finding (
    id bigint NOT NULL,
    row_id bigint NOT NULL,
    field text,
    value text,
    code text NOT NULL,
    reason_zh text NOT NULL,
    reason_en text NOT NULL,
    evidence jsonb
);

ALTER TABLE imports.finding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME imports.finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE imports.held_row (
    id bigint NOT NULL,
    import_id bigint NOT NULL,
    verdict text NOT NULL,
    sheet text NOT NULL,
    number integer NOT NULL,
    cells jsonb NOT NULL,
    shape bytea,
    resolved_by bigint,
    resolved_at timestamp with time zone,
    CONSTRAINT held_row_verdict_check CHECK ((verdict = ANY (ARRAY['rejected'::text, 'review'::text])))
);

ALTER TABLE imports.held_row ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME imports.held_row_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE imports.repair (
    id bigint NOT NULL,
    import_id bigint NOT NULL,
    sheet text NOT NULL,
    code text NOT NULL,
    numbers integer[] NOT NULL,
    amounts double precision[]
);

ALTER TABLE imports.repair ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME imports.repair_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.agency (
    id bigint NOT NULL,
    city_code text NOT NULL,
    kind text NOT NULL,
    level text NOT NULL,
    district_code text,
    name text NOT NULL,
    hotline text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT agency_kind_check CHECK ((kind = ANY (ARRAY['housing'::text, 'urban_enforcement'::text, 'police'::text, 'market'::text, 'development'::text, 'fire'::text, 'emergency'::text, 'civil_affairs'::text, 'natural_resources'::text, 'parks'::text, 'municipal_works'::text, 'network_information'::text]))),
    CONSTRAINT agency_level_check CHECK ((level = ANY (ARRAY['city'::text, 'county'::text]))),
    CONSTRAINT agency_level_district_check CHECK (((level = 'county'::text) = (district_code IS NOT NULL)))
);

ALTER TABLE oversight.agency ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.agency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.answered (
    key text NOT NULL,
    actor text NOT NULL,
    request_digest text NOT NULL,
    status smallint NOT NULL,
    body jsonb NOT NULL,
    etag text,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE oversight.company_status (
    company_id bigint NOT NULL,
    valid daterange NOT NULL,
    restricted boolean NOT NULL,
    blacklisted boolean NOT NULL,
    joint_punishment boolean NOT NULL,
    city_code text NOT NULL,
    policy_version text NOT NULL,
    rung smallint NOT NULL,
    credit_points double precision NOT NULL,
    detail jsonb NOT NULL,
    reasons jsonb NOT NULL,
    holds_until date,
    CONSTRAINT company_status_rung_check CHECK (((rung >= 0) AND (rung <= 4))),
    CONSTRAINT company_status_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

CREATE TABLE oversight.complaint (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint,
    street_code text,
    community_code text,
    type_code text,
    subject text NOT NULL,
    channel text NOT NULL,
    received_on date NOT NULL,
    due_on date NOT NULL,
    closed_on date,
    upheld boolean,
    geom public.geometry(Point,4326),
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT complaint_about_check CHECK ((num_nonnulls(compound_id, street_code, community_code) >= 1)),
    CONSTRAINT complaint_channel_check CHECK ((channel = ANY (ARRAY['hotline'::text, 'visit'::text, 'letter'::text, 'online'::text, 'office'::text]))),
    CONSTRAINT complaint_received_on_closed_on_order_check CHECK ((received_on <= closed_on)),
    CONSTRAINT complaint_received_on_due_on_order_check CHECK ((received_on <= due_on)),
    CONSTRAINT complaint_subject_check CHECK ((subject = ANY (ARRAY['company'::text, 'committee'::text, 'resident'::text, 'utility'::text, 'street'::text, 'community'::text])))
);

ALTER TABLE oversight.complaint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.complaint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.complaint_person (
    complaint_id bigint NOT NULL,
    name text,
    phone text,
    statement text,
    area_code text NOT NULL
);

CREATE TABLE oversight.compound_jurisdiction (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    jurisdiction_id bigint NOT NULL,
    share double precision NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    version_of bigint,
    CONSTRAINT compound_jurisdiction_share_check CHECK (((share > (0)::double precision) AND (share <= (1)::double precision))),
    CONSTRAINT compound_jurisdiction_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE oversight.compound_jurisdiction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.compound_jurisdiction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.duty (
    id bigint NOT NULL,
    city_code text NOT NULL,
    "row" text NOT NULL,
    level text NOT NULL,
    role text NOT NULL,
    body text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    version_of bigint,
    CONSTRAINT duty_body_check CHECK ((body = ANY (ARRAY['housing'::text, 'urban_enforcement'::text, 'police'::text, 'market'::text, 'development'::text, 'fire'::text, 'emergency'::text, 'civil_affairs'::text, 'natural_resources'::text, 'parks'::text, 'municipal_works'::text, 'network_information'::text, 'leading_group'::text, 'government'::text, 'street'::text]))),
    CONSTRAINT duty_level_check CHECK ((level = ANY (ARRAY['city'::text, 'county'::text]))),
    CONSTRAINT duty_role_check CHECK ((role = ANY (ARRAY['lead'::text, 'responsible'::text]))),
    CONSTRAINT duty_row_check CHECK (("row" = ANY (ARRAY['T1'::text, 'T2'::text, 'T3'::text, 'T4'::text, 'T5'::text, 'T6'::text, 'T7'::text, 'T8'::text, 'T9'::text, 'T10'::text, 'T11'::text, 'T12'::text, 'T13'::text, 'T14'::text, 'T15'::text])))
);

ALTER TABLE oversight.duty ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.duty_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.exit_case (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    company_id bigint NOT NULL,
    ground text NOT NULL,
    opened_on date NOT NULL,
    decided_on date,
    closed_on date,
    withdrawn_on date,
    reason text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT exit_case_ground_check CHECK ((ground = ANY (ARRAY['substandard'::text, 'two_low_rounds'::text, 'third_rung'::text]))),
    CONSTRAINT exit_case_opened_on_closed_on_order_check CHECK (((opened_on <= decided_on) AND (opened_on <= closed_on) AND (decided_on <= closed_on))),
    CONSTRAINT exit_case_withdrawn_check CHECK (((withdrawn_on IS NULL) OR (reason IS NOT NULL)))
);

ALTER TABLE oversight.exit_case ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.exit_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.hazard (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    type_code text NOT NULL,
    severity text NOT NULL,
    found_on date NOT NULL,
    due_on date NOT NULL,
    cleared_on date,
    geom public.geometry(Point,4326),
    description text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT hazard_found_on_cleared_on_order_check CHECK ((found_on <= cleared_on)),
    CONSTRAINT hazard_found_on_due_on_order_check CHECK ((found_on <= due_on)),
    CONSTRAINT hazard_severity_check CHECK ((severity = ANY (ARRAY['minor'::text, 'general'::text, 'serious'::text])))
);

ALTER TABLE oversight.hazard ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.hazard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.jurisdiction (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    agency_id bigint NOT NULL,
    role text NOT NULL,
    level text NOT NULL,
    type_code text,
    family text,
    district_code text,
    street_code text,
    area_name text,
    geom public.geometry(MultiPolygon,4326),
    hotline text,
    legal_basis text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT jurisdiction_area_check CHECK ((num_nonnulls(district_code, street_code, geom) <= 1)),
    CONSTRAINT jurisdiction_breach_check CHECK ((num_nonnulls(type_code, family) = 1)),
    CONSTRAINT jurisdiction_family_check CHECK ((family = ANY (ARRAY['prohibition'::text, 'conduct'::text, 'safety'::text, 'committee'::text, 'public_management'::text]))),
    CONSTRAINT jurisdiction_geom_check CHECK (((geom IS NULL) OR public.st_isvalid(geom))),
    CONSTRAINT jurisdiction_level_check CHECK ((level = ANY (ARRAY['city'::text, 'county'::text]))),
    CONSTRAINT jurisdiction_role_check CHECK ((role = ANY (ARRAY['accept'::text, 'enforce'::text, 'lead'::text, 'support'::text]))),
    CONSTRAINT jurisdiction_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE oversight.jurisdiction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.jurisdiction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.lead (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    type_code text,
    agency_id bigint,
    violation_id bigint,
    reporter_kind text NOT NULL,
    reported_on date NOT NULL,
    decided_on date,
    outcome text,
    statement text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT lead_outcome_check CHECK ((outcome = ANY (ARRAY['proven'::text, 'unproven'::text, 'passed_on'::text]))),
    CONSTRAINT lead_proven_check CHECK ((COALESCE((outcome = 'proven'::text), false) = (violation_id IS NOT NULL))),
    CONSTRAINT lead_reported_on_decided_on_order_check CHECK ((reported_on <= decided_on)),
    CONSTRAINT lead_reporter_kind_check CHECK ((reporter_kind = ANY (ARRAY['company'::text, 'resident'::text, 'office'::text])))
);

ALTER TABLE oversight.lead ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.lead_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.measure (
    id bigint NOT NULL,
    city_code text NOT NULL,
    kind text NOT NULL,
    company_id bigint,
    compound_id bigint,
    due_on date NOT NULL,
    decided_on date,
    authority text,
    document text,
    ends_on date,
    done_on date,
    withdrawn_on date,
    reason text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT measure_decided_check CHECK (((decided_on IS NULL) OR ((authority IS NOT NULL) AND (document IS NOT NULL)))),
    CONSTRAINT measure_done_check CHECK (((done_on IS NULL) OR (decided_on IS NOT NULL))),
    CONSTRAINT measure_due_on_done_on_order_check CHECK (((due_on <= decided_on) AND (due_on <= done_on) AND (decided_on <= done_on))),
    CONSTRAINT measure_kind_check CHECK ((kind = ANY (ARRAY['credit'::text, 'talk'::text, 'order'::text, 'manager_advice'::text, 'star_down'::text, 'substandard'::text, 'exit'::text, 'blacklist'::text, 'restriction'::text, 'joint_punishment'::text]))),
    CONSTRAINT measure_subject_check CHECK ((num_nonnulls(company_id, compound_id) >= 1)),
    CONSTRAINT measure_withdrawn_check CHECK (((withdrawn_on IS NULL) OR (reason IS NOT NULL)))
);

ALTER TABLE oversight.measure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.measure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.mediation (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    party text NOT NULL,
    counterparty text NOT NULL,
    subject text NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    outcome text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT mediation_counterparty_check CHECK ((counterparty = ANY (ARRAY['owners'::text, 'committee'::text, 'company'::text, 'resident'::text, 'utility'::text]))),
    CONSTRAINT mediation_opened_on_closed_on_order_check CHECK ((opened_on <= closed_on)),
    CONSTRAINT mediation_outcome_check CHECK ((outcome = ANY (ARRAY['agreed'::text, 'failed'::text, 'court'::text]))),
    CONSTRAINT mediation_party_check CHECK ((party = ANY (ARRAY['owners'::text, 'committee'::text, 'company'::text, 'resident'::text, 'utility'::text])))
);

ALTER TABLE oversight.mediation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.mediation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.order_extension (
    id bigint NOT NULL,
    city_code text NOT NULL,
    order_id bigint NOT NULL,
    granted_on date NOT NULL,
    due_on date NOT NULL,
    reason text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT order_extension_granted_on_due_on_order_check CHECK ((granted_on <= due_on)),
    CONSTRAINT order_extension_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE oversight.order_extension ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.order_extension_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.order_reopening (
    id bigint NOT NULL,
    city_code text NOT NULL,
    order_id bigint NOT NULL,
    reopened_on date NOT NULL,
    due_on date NOT NULL,
    done_on date NOT NULL,
    accepted_on date,
    reason text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT order_reopening_done_on_due_on_order_check CHECK (((done_on <= accepted_on) AND (done_on <= reopened_on) AND (done_on <= due_on) AND (accepted_on <= reopened_on) AND (accepted_on <= due_on) AND (reopened_on <= due_on))),
    CONSTRAINT order_reopening_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE oversight.order_reopening ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.order_reopening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.policy (
    city_code text NOT NULL,
    version text NOT NULL,
    content jsonb NOT NULL,
    first_used_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE oversight.published_case (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    violation_id bigint NOT NULL,
    published_on date NOT NULL,
    title text NOT NULL,
    text text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    version_of bigint
);

ALTER TABLE oversight.published_case ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.published_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.rating (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    round_id bigint NOT NULL,
    company_id bigint,
    star smallint NOT NULL,
    total_score double precision,
    sanitation double precision,
    waste_sorting double precision,
    greening double precision,
    "order" double precision,
    facilities double precision,
    disclosure double precision,
    governance double precision,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT rating_disclosure_check CHECK (((disclosure >= (0)::double precision) AND (disclosure <= (100)::double precision))),
    CONSTRAINT rating_facilities_check CHECK (((facilities >= (0)::double precision) AND (facilities <= (100)::double precision))),
    CONSTRAINT rating_governance_check CHECK (((governance >= (0)::double precision) AND (governance <= (100)::double precision))),
    CONSTRAINT rating_greening_check CHECK (((greening >= (0)::double precision) AND (greening <= (100)::double precision))),
    CONSTRAINT rating_order_check CHECK ((("order" >= (0)::double precision) AND ("order" <= (100)::double precision))),
    CONSTRAINT rating_sanitation_check CHECK (((sanitation >= (0)::double precision) AND (sanitation <= (100)::double precision))),
    CONSTRAINT rating_star_check CHECK (((star >= 0) AND (star <= 5))),
    CONSTRAINT rating_total_score_check CHECK (((total_score >= (0)::double precision) AND (total_score <= (100)::double precision))),
    CONSTRAINT rating_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid)))),
    CONSTRAINT rating_waste_sorting_check CHECK (((waste_sorting >= (0)::double precision) AND (waste_sorting <= (100)::double precision)))
);

ALTER TABLE oversight.rating ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.rating_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.rating_round (
    id bigint NOT NULL,
    city_code text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    cutoff_on date NOT NULL,
    published_on date,
    includes_ladder boolean DEFAULT false NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT rating_round_cutoff_on_published_on_order_check CHECK ((cutoff_on <= published_on))
);

ALTER TABLE oversight.rating_round ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.rating_round_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.rectification_order (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    violation_id bigint,
    company_id bigint,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    done_on date,
    accepted_on date,
    withdrawn_on date,
    requirement text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    reason text,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT rectification_order_issued_on_accepted_on_order_check CHECK (((issued_on <= done_on) AND (issued_on <= accepted_on) AND (done_on <= accepted_on))),
    CONSTRAINT rectification_order_issued_on_due_on_order_check CHECK ((issued_on <= due_on)),
    CONSTRAINT rectification_order_withdrawn_on_check CHECK ((withdrawn_on >= issued_on))
);

ALTER TABLE oversight.rectification_order ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.rectification_order_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.referral (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    violation_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    sent_on date NOT NULL,
    due_on date,
    answered_on date,
    outcome text,
    answer text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    received_on date,
    withdrawn_on date,
    reason text,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT referral_answered_check CHECK (((outcome IS NULL) OR (answered_on IS NOT NULL))),
    CONSTRAINT referral_outcome_check CHECK ((outcome = ANY (ARRAY['penalised'::text, 'warned'::text, 'no_case'::text, 'returned'::text, 'passed_on'::text]))),
    CONSTRAINT referral_sent_on_answered_on_order_check CHECK (((sent_on <= received_on) AND (sent_on <= answered_on) AND (received_on <= answered_on))),
    CONSTRAINT referral_sent_on_due_on_order_check CHECK ((sent_on <= due_on)),
    CONSTRAINT referral_withdrawn_on_check CHECK ((withdrawn_on >= sent_on))
);

CREATE TABLE oversight.referral_extension (
    id bigint NOT NULL,
    city_code text NOT NULL,
    referral_id bigint NOT NULL,
    granted_on date NOT NULL,
    due_on date NOT NULL,
    reason text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT referral_extension_granted_on_due_on_order_check CHECK ((granted_on <= due_on)),
    CONSTRAINT referral_extension_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE oversight.referral_extension ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.referral_extension_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE oversight.referral ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.referral_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.referral_reopening (
    id bigint NOT NULL,
    city_code text NOT NULL,
    referral_id bigint NOT NULL,
    reopened_on date NOT NULL,
    due_on date,
    answered_on date NOT NULL,
    outcome text,
    answer text,
    reason text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT referral_reopening_answered_on_due_on_order_check CHECK (((answered_on <= reopened_on) AND (answered_on <= due_on) AND (reopened_on <= due_on))),
    CONSTRAINT referral_reopening_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE oversight.referral_reopening ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.referral_reopening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.status (
    compound_id bigint NOT NULL,
    valid daterange NOT NULL,
    company_id bigint,
    rated_star smallint,
    effective_star smallint,
    key_target boolean NOT NULL,
    exit_case boolean NOT NULL,
    exit_ground text,
    self_government text NOT NULL,
    next_inspection_on date,
    next_inspection_for text,
    orders_open smallint NOT NULL,
    orders_overdue smallint NOT NULL,
    hazards_open smallint NOT NULL,
    measures_due text[] NOT NULL,
    gaps text[] NOT NULL,
    city_code text NOT NULL,
    policy_version text NOT NULL,
    rung smallint NOT NULL,
    credit_points double precision NOT NULL,
    detail jsonb NOT NULL,
    reasons jsonb NOT NULL,
    holds_until date,
    area_code text NOT NULL,
    CONSTRAINT status_effective_star_check CHECK (((effective_star >= 0) AND (effective_star <= 5))),
    CONSTRAINT status_exit_case_check CHECK (((exit_ground IS NOT NULL) = exit_case)),
    CONSTRAINT status_exit_ground_check CHECK ((exit_ground = ANY (ARRAY['substandard'::text, 'two_low_rounds'::text, 'third_rung'::text]))),
    CONSTRAINT status_rated_star_check CHECK (((rated_star >= 0) AND (rated_star <= 5))),
    CONSTRAINT status_rung_check CHECK (((rung >= 0) AND (rung <= 4))),
    CONSTRAINT status_self_government_check CHECK ((self_government = ANY (ARRAY['committee'::text, 'pmc'::text, 'community_acting'::text, 'committee_expired'::text, 'none'::text]))),
    CONSTRAINT status_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

CREATE TABLE oversight.status_public (
    compound_id bigint NOT NULL,
    valid daterange NOT NULL,
    city_code text NOT NULL,
    company_id bigint,
    rated_star smallint,
    effective_star smallint,
    round_id bigint,
    disclosures jsonb NOT NULL,
    CONSTRAINT status_public_effective_star_check CHECK (((effective_star >= 0) AND (effective_star <= 5))),
    CONSTRAINT status_public_rated_star_check CHECK (((rated_star >= 0) AND (rated_star <= 5))),
    CONSTRAINT status_public_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

CREATE TABLE oversight.violation (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    type_code text NOT NULL,
    offender_kind text NOT NULL,
    company_id bigint,
    committee_id bigint,
    incident text,
    severity text NOT NULL,
    occurred_on date,
    found_on date NOT NULL,
    confirmed_on date,
    appealed_on date,
    closed_on date,
    revoked_on date,
    evidence text,
    status text GENERATED ALWAYS AS (
CASE
    WHEN (revoked_on IS NOT NULL) THEN 'revoked'::text
    WHEN (closed_on IS NOT NULL) THEN 'closed'::text
    WHEN (appealed_on IS NOT NULL) THEN 'appealed'::text
    WHEN (confirmed_on IS NOT NULL) THEN 'confirmed'::text
    ELSE 'found'::text
END) STORED NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    member_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT violation_appealed_on_check CHECK ((appealed_on >= confirmed_on)),
    CONSTRAINT violation_confirmed_on_closed_on_order_check CHECK ((confirmed_on <= closed_on)),
    CONSTRAINT violation_occurred_on_confirmed_on_order_check CHECK (((occurred_on <= found_on) AND (occurred_on <= confirmed_on) AND (found_on <= confirmed_on))),
    CONSTRAINT violation_offender_committee_check CHECK (((offender_kind <> ALL (ARRAY['committee'::text, 'member'::text])) OR (committee_id IS NOT NULL))),
    CONSTRAINT violation_offender_company_check CHECK (((offender_kind <> 'company'::text) OR (company_id IS NOT NULL))),
    CONSTRAINT violation_offender_kind_check CHECK ((offender_kind = ANY (ARRAY['company'::text, 'committee'::text, 'member'::text, 'resident'::text, 'utility'::text, 'unknown'::text]))),
    CONSTRAINT violation_revoked_on_check CHECK ((revoked_on >= confirmed_on)),
    CONSTRAINT violation_severity_check CHECK ((severity = ANY (ARRAY['minor'::text, 'general'::text, 'serious'::text])))
);

ALTER TABLE oversight.violation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME oversight.violation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE oversight.violation_type (
    code text NOT NULL,
    family text NOT NULL,
    "row" text NOT NULL,
    name text NOT NULL,
    name_en text NOT NULL,
    severity text NOT NULL,
    referral text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT violation_type_family_check CHECK ((family = ANY (ARRAY['prohibition'::text, 'conduct'::text, 'safety'::text, 'committee'::text, 'public_management'::text]))),
    CONSTRAINT violation_type_row_check CHECK (("row" = ANY (ARRAY['T1'::text, 'T2'::text, 'T3'::text, 'T4'::text, 'T5'::text, 'T6'::text, 'T7'::text, 'T8'::text, 'T9'::text, 'T10'::text, 'T11'::text, 'T12'::text, 'T13'::text, 'T14'::text, 'T15'::text]))),
    CONSTRAINT violation_type_severity_check CHECK ((severity = ANY (ARRAY['minor'::text, 'general'::text, 'serious'::text])))
);

CREATE TABLE planning.action (
    id bigint NOT NULL,
    city_code text NOT NULL,
    "row" text NOT NULL,
    district_code text,
    body text NOT NULL,
    title text NOT NULL,
    starts_on date NOT NULL,
    due_on date NOT NULL,
    done_on date,
    note text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (COALESCE(district_code, city_code)) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT action_body_check CHECK ((body = ANY (ARRAY['housing'::text, 'urban_enforcement'::text, 'police'::text, 'market'::text, 'development'::text, 'fire'::text, 'emergency'::text, 'civil_affairs'::text, 'natural_resources'::text, 'parks'::text, 'municipal_works'::text, 'network_information'::text, 'leading_group'::text, 'government'::text, 'street'::text]))),
    CONSTRAINT action_row_check CHECK (("row" = ANY (ARRAY['T1'::text, 'T2'::text, 'T3'::text, 'T4'::text, 'T5'::text, 'T6'::text, 'T7'::text, 'T8'::text, 'T9'::text, 'T10'::text, 'T11'::text, 'T12'::text, 'T13'::text, 'T14'::text, 'T15'::text]))),
    CONSTRAINT action_starts_on_done_on_order_check CHECK ((starts_on <= done_on)),
    CONSTRAINT action_starts_on_due_on_order_check CHECK ((starts_on <= due_on))
);

ALTER TABLE planning.action ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.assessment (
    id bigint NOT NULL,
    city_code text NOT NULL,
    subject text NOT NULL,
    district_code text,
    street_code text,
    community_code text,
    company_id bigint,
    committee_id bigint,
    year smallint NOT NULL,
    score double precision NOT NULL,
    note text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (COALESCE(street_code, district_code, city_code)) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT assessment_one_subject_check CHECK ((num_nonnulls(district_code, street_code, community_code, company_id, committee_id) = 1)),
    CONSTRAINT assessment_score_check CHECK (((score >= (0)::double precision) AND (score <= (100)::double precision))),
    CONSTRAINT assessment_subject_check CHECK ((subject = ANY (ARRAY['district'::text, 'street'::text, 'community'::text, 'company'::text, 'committee'::text]))),
    CONSTRAINT assessment_year_check CHECK (((year >= 2000) AND (year <= 2100)))
);

ALTER TABLE planning.assessment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.assessment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.campaign (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    kind text NOT NULL,
    "row" text NOT NULL,
    district_code text,
    title text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (COALESCE(district_code, city_code)) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT campaign_kind_check CHECK ((kind = ANY (ARRAY['fee_disclosure'::text, 'safety'::text, 'guards'::text, 'committee'::text, 'other'::text]))),
    CONSTRAINT campaign_row_check CHECK (("row" = ANY (ARRAY['T1'::text, 'T2'::text, 'T3'::text, 'T4'::text, 'T5'::text, 'T6'::text, 'T7'::text, 'T8'::text, 'T9'::text, 'T10'::text, 'T11'::text, 'T12'::text, 'T13'::text, 'T14'::text, 'T15'::text]))),
    CONSTRAINT campaign_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE planning.campaign ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.campaign_problem (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    violation_id bigint,
    description text NOT NULL,
    found_on date NOT NULL,
    solved_on date,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT campaign_problem_found_on_solved_on_order_check CHECK ((found_on <= solved_on))
);

ALTER TABLE planning.campaign_problem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.campaign_problem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.draw (
    id bigint NOT NULL,
    city_code text NOT NULL,
    drawn_at timestamp with time zone NOT NULL,
    seed bigint NOT NULL,
    size integer NOT NULL,
    strata jsonb NOT NULL,
    population_digest text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    version_of bigint,
    CONSTRAINT draw_size_check CHECK ((size > 0))
);

ALTER TABLE planning.draw ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.draw_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.draw_pick (
    id bigint NOT NULL,
    compound_id bigint NOT NULL,
    draw_id bigint NOT NULL,
    "position" integer NOT NULL,
    stratum text NOT NULL,
    skipped_reason text,
    area_code text NOT NULL
);

ALTER TABLE planning.draw_pick ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.draw_pick_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.inspection (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    visit_id bigint,
    inspected_on date NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    agency_kind text NOT NULL,
    findings_count integer NOT NULL,
    checklist jsonb,
    findings text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT inspection_agency_kind_check CHECK ((agency_kind = ANY (ARRAY['housing'::text, 'urban_enforcement'::text, 'police'::text, 'market'::text, 'development'::text, 'fire'::text, 'emergency'::text, 'civil_affairs'::text, 'natural_resources'::text, 'parks'::text, 'municipal_works'::text, 'network_information'::text, 'street'::text]))),
    CONSTRAINT inspection_findings_count_check CHECK ((findings_count >= 0)),
    CONSTRAINT inspection_kind_check CHECK ((kind = ANY (ARRAY['routine'::text, 'special'::text, 'case'::text]))),
    CONSTRAINT inspection_reason_check CHECK ((reason = ANY (ARRAY['hazard'::text, 'exit_case'::text, 'deadline'::text, 'key_target'::text, 'nine_prohibitions'::text, 'complaint'::text, 'fee_check'::text, 'safety_check'::text, 'joint_presence'::text, 'routine'::text, 'random'::text])))
);

ALTER TABLE planning.inspection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.inspection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.inspection_inspector (
    inspection_id bigint NOT NULL,
    inspector_id bigint NOT NULL,
    area_code text NOT NULL,
    inspected_on date
);

CREATE TABLE planning.inspection_photo (
    id bigint NOT NULL,
    city_code text NOT NULL,
    inspection_id bigint NOT NULL,
    path text NOT NULL,
    sha256 text NOT NULL,
    taken_at timestamp with time zone,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT inspection_photo_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE planning.inspection_photo ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.inspection_photo_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.inspector (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    code text NOT NULL,
    agency_id bigint,
    street_code text,
    certified boolean DEFAULT false NOT NULL,
    skills text[] NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (COALESCE(street_code, city_code)) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT inspector_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE planning.inspector ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.inspector_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.inspector_person (
    inspector_id bigint NOT NULL,
    name text,
    phone text,
    area_code text NOT NULL
);

CREATE TABLE planning.plan (
    id bigint NOT NULL,
    city_code text NOT NULL,
    district_code text,
    day date NOT NULL,
    state text NOT NULL,
    settings jsonb NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (COALESCE(district_code, city_code)) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT plan_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text, 'withdrawn'::text])))
);

ALTER TABLE planning.plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.target (
    id bigint NOT NULL,
    city_code text NOT NULL,
    district_code text NOT NULL,
    year smallint NOT NULL,
    metric text NOT NULL,
    goal double precision NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (district_code) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT target_goal_check CHECK ((goal >= (0)::double precision)),
    CONSTRAINT target_metric_check CHECK ((metric = ANY (ARRAY['compounds_rated'::text, 'key_targets_inspected'::text, 'orders_kept'::text, 'pmc_established'::text, 'committees_established'::text, 'disclosures_complete'::text, 'exits_completed'::text]))),
    CONSTRAINT target_year_check CHECK (((year >= 2000) AND (year <= 2100)))
);

ALTER TABLE planning.target ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.target_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.training (
    id bigint NOT NULL,
    city_code text NOT NULL,
    district_code text,
    street_code text,
    audience text NOT NULL,
    topic text NOT NULL,
    held_on date NOT NULL,
    attendees integer,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text GENERATED ALWAYS AS (COALESCE(street_code, district_code, city_code)) STORED NOT NULL,
    version_of bigint,
    CONSTRAINT training_attendees_check CHECK ((attendees >= 0)),
    CONSTRAINT training_audience_check CHECK ((audience = ANY (ARRAY['committee'::text, 'company'::text, 'guards'::text, 'officers'::text, 'residents'::text])))
);

ALTER TABLE planning.training ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.training_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE planning.visit (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    inspector_id bigint NOT NULL,
    "position" smallint NOT NULL,
    kind text NOT NULL,
    tier smallint NOT NULL,
    arrives_at time without time zone,
    minutes integer NOT NULL,
    locked boolean DEFAULT false NOT NULL,
    reasons jsonb NOT NULL,
    approval text,
    legal_item text,
    state text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT visit_kind_check CHECK ((kind = ANY (ARRAY['routine'::text, 'special'::text, 'case'::text]))),
    CONSTRAINT visit_minutes_check CHECK ((minutes > 0)),
    CONSTRAINT visit_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'done'::text, 'skipped'::text]))),
    CONSTRAINT visit_tier_check CHECK (((tier >= 1) AND (tier <= 3)))
);

ALTER TABLE planning.visit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME planning.visit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE registry.assembly_vote (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    topic text NOT NULL,
    electronic boolean NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    entitled integer,
    voted integer,
    passed boolean,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT assembly_vote_opened_on_closed_on_order_check CHECK ((opened_on <= closed_on)),
    CONSTRAINT assembly_vote_voted_check CHECK (((voted >= 0) AND (voted <= entitled)))
);

ALTER TABLE registry.assembly_vote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.assembly_vote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.city (
    code text NOT NULL,
    name text NOT NULL,
    name_en text,
    CONSTRAINT city_code_check CHECK ((code ~ '^[0-9]{6}$'::text))
);

CREATE TABLE registry.committee (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    kind text NOT NULL,
    community_code text,
    term daterange,
    members_count integer,
    party_members_count integer,
    filed_on date,
    funds_published_on date,
    handed_over_on date,
    pilot boolean DEFAULT false NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT committee_kind_check CHECK ((kind = ANY (ARRAY['committee'::text, 'pmc'::text, 'community_acting'::text]))),
    CONSTRAINT committee_members_count_check CHECK (((members_count >= 1) AND (members_count <= 99))),
    CONSTRAINT committee_party_members_count_check CHECK ((party_members_count <= members_count)),
    CONSTRAINT committee_pilot_check CHECK (((NOT pilot) OR (kind = 'pmc'::text))),
    CONSTRAINT committee_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.committee ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.committee_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.committee_step (
    id bigint NOT NULL,
    city_code text NOT NULL,
    committee_id bigint NOT NULL,
    member_id bigint,
    violation_id bigint,
    kind text NOT NULL,
    taken_on date NOT NULL,
    document text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT committee_step_kind_check CHECK ((kind = ANY (ARRAY['suspended'::text, 'termination_proposed'::text, 'announced'::text, 'revoked'::text, 'prosecuted'::text, 'reinstated'::text])))
);

ALTER TABLE registry.committee_step ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.committee_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.community (
    code text NOT NULL,
    street_code text NOT NULL,
    city_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT community_code_check CHECK ((code ~ '^[0-9]{12}$'::text)),
    CONSTRAINT community_kind_check CHECK ((kind = ANY (ARRAY['community'::text, 'village'::text])))
);

CREATE TABLE registry.community_boundary (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    community_code text NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    area_m2 double precision NOT NULL,
    label_point public.geometry(Point,4326) NOT NULL,
    source text NOT NULL,
    source_version text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT community_boundary_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT community_boundary_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.community_boundary ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.community_boundary_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.company (
    id bigint NOT NULL,
    city_code text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    founded_on date,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT company_name_check CHECK ((name <> ''::text))
);

CREATE TABLE registry.company_contact (
    company_id bigint NOT NULL,
    head_name text,
    phone text
);

ALTER TABLE registry.company ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.company_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.compound (
    id bigint NOT NULL,
    city_code text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_generated boolean DEFAULT false NOT NULL,
    address text,
    households integer,
    floor_area_m2 double precision,
    year_built integer,
    district_code text,
    street_code text,
    community_code text,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    area_m2 double precision,
    label_point public.geometry(Point,4326),
    source text NOT NULL,
    source_ref text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    approximate boolean DEFAULT false NOT NULL,
    outline_since date DEFAULT '1900-01-01'::date NOT NULL,
    district_share double precision,
    street_share double precision,
    community_share double precision,
    place_decided boolean DEFAULT false NOT NULL,
    place_since date DEFAULT '1900-01-01'::date NOT NULL,
    version_of bigint,
    CONSTRAINT compound_community_share_check CHECK (((community_share > (0)::double precision) AND (community_share <= (1)::double precision))),
    CONSTRAINT compound_district_share_check CHECK (((district_share > (0)::double precision) AND (district_share <= (1)::double precision))),
    CONSTRAINT compound_floor_area_m2_check CHECK ((floor_area_m2 >= (0)::double precision)),
    CONSTRAINT compound_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT compound_households_check CHECK ((households >= 0)),
    CONSTRAINT compound_name_check CHECK ((name <> ''::text)),
    CONSTRAINT compound_street_share_check CHECK (((street_share > (0)::double precision) AND (street_share <= (1)::double precision))),
    CONSTRAINT compound_year_built_check CHECK (((year_built >= 1900) AND (year_built <= 2100)))
);

CREATE TABLE registry.compound_band (
    compound_id bigint NOT NULL,
    geom public.geometry(MultiPolygon,3857) NOT NULL,
    geom_14 public.geometry(MultiPolygon,3857) NOT NULL,
    geom_12 public.geometry(MultiPolygon,3857) NOT NULL,
    geom_10 public.geometry(MultiPolygon,3857) NOT NULL,
    point public.geometry(Point,3857) NOT NULL,
    name text NOT NULL,
    district_code text,
    street_code text,
    synthetic boolean NOT NULL,
    effective_star smallint,
    rated_star smallint
)
WITH (fillfactor='80');

CREATE TABLE registry.compound_feature (
    compound_id bigint NOT NULL,
    form integer NOT NULL,
    feature bytea NOT NULL
);

CREATE TABLE registry.compound_geojson (
    compound_id bigint NOT NULL,
    shape text NOT NULL
);

ALTER TABLE registry.compound ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.compound_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.compound_mark (
    compound_id bigint NOT NULL,
    place bigint NOT NULL,
    point public.geometry(Point,3857) NOT NULL,
    name text NOT NULL,
    district_code text,
    street_code text,
    synthetic boolean NOT NULL,
    effective_star smallint,
    rated_star smallint
)
WITH (fillfactor='80');

ALTER TABLE registry.compound_mark ALTER COLUMN place ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.compound_mark_place_seq
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.compound_outdated (
    compound_id bigint NOT NULL
);

CREATE TABLE registry.compound_outline (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    source text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT compound_outline_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT compound_outline_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.compound_outline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.compound_outline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.compound_place (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    district_code text,
    district_share double precision,
    street_code text,
    street_share double precision,
    community_code text,
    community_share double precision,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT compound_place_community_share_check CHECK (((community_share > (0)::double precision) AND (community_share <= (1)::double precision))),
    CONSTRAINT compound_place_district_share_check CHECK (((district_share > (0)::double precision) AND (district_share <= (1)::double precision))),
    CONSTRAINT compound_place_street_share_check CHECK (((street_share > (0)::double precision) AND (street_share <= (1)::double precision))),
    CONSTRAINT compound_place_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.compound_place ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.compound_place_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.compound_star (
    compound_id bigint NOT NULL,
    effective_star smallint,
    rated_star smallint
);

CREATE TABLE registry.contract (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    company_id bigint NOT NULL,
    kind text NOT NULL,
    filed boolean DEFAULT false NOT NULL,
    filed_on date,
    model_text boolean,
    fee_per_m2 double precision,
    end_reason text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    code text,
    import_id bigint,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT contract_end_reason_check CHECK ((end_reason = ANY (ARRAY['expired'::text, 'resigned'::text, 'dismissed'::text, 'exit'::text, 'replaced'::text]))),
    CONSTRAINT contract_ended_check CHECK (((end_reason IS NULL) OR (NOT upper_inf(valid)))),
    CONSTRAINT contract_fee_per_m2_check CHECK ((fee_per_m2 >= (0)::double precision)),
    CONSTRAINT contract_filed_check CHECK ((filed OR (filed_on IS NULL))),
    CONSTRAINT contract_kind_check CHECK ((kind = ANY (ARRAY['early'::text, 'ordinary'::text]))),
    CONSTRAINT contract_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.contract ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.contract_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.contract_manager (
    contract_id bigint NOT NULL,
    name text,
    phone text,
    area_code text NOT NULL
);

CREATE TABLE registry.disclosure (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    kind text NOT NULL,
    disclosed boolean NOT NULL,
    evidence text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT disclosure_kind_check CHECK ((kind = ANY (ARRAY['contract'::text, 'content'::text, 'telephone'::text, 'method'::text, 'fees'::text, 'revenue'::text]))),
    CONSTRAINT disclosure_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.disclosure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.disclosure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.district (
    code text NOT NULL,
    city_code text NOT NULL,
    name text NOT NULL,
    name_en text,
    CONSTRAINT district_code_check CHECK ((code ~ '^[0-9]{6}$'::text))
);

CREATE TABLE registry.district_boundary (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    district_code text NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    area_m2 double precision NOT NULL,
    label_point public.geometry(Point,4326) NOT NULL,
    source text NOT NULL,
    source_version text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT district_boundary_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT district_boundary_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.district_boundary ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.district_boundary_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.district_generalised (
    id bigint NOT NULL,
    boundary_id bigint NOT NULL,
    max_zoom smallint NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    line public.geometry(MultiLineString,4326),
    flat public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_forcepolygoncw(public.st_transform(geom, 3857))) STORED,
    flat_line public.geometry(MultiLineString,3857) GENERATED ALWAYS AS (public.st_transform(line, 3857)) STORED,
    CONSTRAINT district_generalised_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT district_generalised_max_zoom_check CHECK (((max_zoom >= 0) AND (max_zoom <= 22)))
);

ALTER TABLE registry.district_generalised ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.district_generalised_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.emergency_plan (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    kind text NOT NULL,
    supplies boolean,
    trained_on date,
    drilled_on date,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT emergency_plan_kind_check CHECK ((kind = ANY (ARRAY['fire'::text, 'public_order'::text, 'public_health'::text, 'extreme_weather'::text]))),
    CONSTRAINT emergency_plan_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.emergency_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.emergency_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.fire_feature (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    kind text NOT NULL,
    marked boolean,
    geom public.geometry(Geometry,4326) NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT fire_feature_kind_check CHECK ((kind = ANY (ARRAY['fire_lane'::text, 'ladder_ground'::text, 'exit'::text]))),
    CONSTRAINT fire_feature_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.fire_feature ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.fire_feature_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.grid_cell (
    code text NOT NULL,
    community_code text NOT NULL,
    city_code text NOT NULL,
    name text NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    CONSTRAINT grid_cell_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom))))
);

CREATE TABLE registry.guard_filing (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    company_id bigint,
    guards integer NOT NULL,
    certified integer NOT NULL,
    filed boolean DEFAULT false NOT NULL,
    filed_on date,
    document text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT guard_filing_certified_check CHECK (((certified >= 0) AND (certified <= guards))),
    CONSTRAINT guard_filing_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.guard_filing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.guard_filing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.member (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    committee_id bigint NOT NULL,
    "position" text NOT NULL,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT member_position_check CHECK (("position" = ANY (ARRAY['chair'::text, 'vice_chair'::text, 'member'::text]))),
    CONSTRAINT member_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.member ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.member_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.member_person (
    member_id bigint NOT NULL,
    name text,
    phone text,
    party_member boolean,
    community_post boolean,
    delegate boolean,
    area_code text NOT NULL
);

CREATE TABLE registry.notice (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    posted_on date NOT NULL,
    removed_on date,
    photo text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT notice_posted_on_removed_on_order_check CHECK ((posted_on <= removed_on))
);

ALTER TABLE registry.notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.placed (
    table_name text NOT NULL,
    by_table text NOT NULL,
    by_column text NOT NULL
);

CREATE TABLE registry.plaque (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    rating_id bigint,
    star smallint NOT NULL,
    issued_on date NOT NULL,
    withdrawn_on date,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT plaque_issued_on_withdrawn_on_order_check CHECK ((issued_on <= withdrawn_on)),
    CONSTRAINT plaque_star_check CHECK (((star >= 1) AND (star <= 5)))
);

ALTER TABLE registry.plaque ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.plaque_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.presence (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    schedule text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT presence_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.presence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.presence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.street (
    code text NOT NULL,
    district_code text NOT NULL,
    city_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT street_code_check CHECK ((code ~ '^[0-9]{9}$'::text)),
    CONSTRAINT street_kind_check CHECK ((kind = ANY (ARRAY['subdistrict'::text, 'town'::text, 'township'::text, 'other'::text])))
);

CREATE TABLE registry.street_boundary (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    street_code text NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    area_m2 double precision NOT NULL,
    label_point public.geometry(Point,4326) NOT NULL,
    source text NOT NULL,
    source_version text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    import_id bigint,
    version_of bigint,
    CONSTRAINT street_boundary_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT street_boundary_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.street_boundary ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.street_boundary_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.street_generalised (
    id bigint NOT NULL,
    boundary_id bigint NOT NULL,
    max_zoom smallint NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    flat public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_forcepolygoncw(public.st_transform(geom, 3857))) STORED,
    CONSTRAINT street_generalised_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT street_generalised_max_zoom_check CHECK (((max_zoom >= 0) AND (max_zoom <= 22)))
);

ALTER TABLE registry.street_generalised ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.street_generalised_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.utility (
    id bigint NOT NULL,
    city_code text NOT NULL,
    valid daterange NOT NULL,
    compound_id bigint NOT NULL,
    kind text NOT NULL,
    provider text NOT NULL,
    serves_end_user boolean NOT NULL,
    hotline text,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT utility_kind_check CHECK ((kind = ANY (ARRAY['water'::text, 'drainage'::text, 'power'::text, 'gas'::text, 'heat'::text, 'telecom'::text, 'cable_tv'::text]))),
    CONSTRAINT utility_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

ALTER TABLE registry.utility ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.utility_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE registry.work_filing (
    id bigint NOT NULL,
    city_code text NOT NULL,
    compound_id bigint NOT NULL,
    company_id bigint,
    kind text NOT NULL,
    filed_on date,
    starts_on date NOT NULL,
    ends_on date,
    certified boolean,
    synthetic boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    area_code text NOT NULL,
    version_of bigint,
    CONSTRAINT work_filing_kind_check CHECK ((kind = ANY (ARRAY['confined_space'::text, 'at_height'::text]))),
    CONSTRAINT work_filing_starts_on_ends_on_order_check CHECK ((starts_on <= ends_on))
);

ALTER TABLE registry.work_filing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME registry.work_filing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY audit.event ATTACH PARTITION audit.event_default DEFAULT;

ALTER TABLE ONLY access.account
    ADD CONSTRAINT account_issuer_subject_key UNIQUE (issuer, subject);

ALTER TABLE ONLY access.account
    ADD CONSTRAINT account_login_key UNIQUE (login);

ALTER TABLE ONLY access.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY access.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (kind, key);

ALTER TABLE ONLY access.demo
    ADD CONSTRAINT demo_pkey PRIMARY KEY (holds);

ALTER TABLE ONLY access.role_grant
    ADD CONSTRAINT role_grant_id_account_id_key UNIQUE (id, account_id);

ALTER TABLE ONLY access.role_grant
    ADD CONSTRAINT role_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY access.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY access.session
    ADD CONSTRAINT session_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY audit.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY audit.event_default
    ADD CONSTRAINT event_default_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY audit.person_value
    ADD CONSTRAINT person_value_pkey PRIMARY KEY (event_id, side, field);

ALTER TABLE ONLY audit.personal_field
    ADD CONSTRAINT personal_field_pkey PRIMARY KEY (table_name, field);

ALTER TABLE ONLY audit.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (hour, account_id, layer, what);

ALTER TABLE ONLY audit.seal
    ADD CONSTRAINT seal_pkey PRIMARY KEY (number);

ALTER TABLE ONLY imports.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY imports.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY imports.held_row
    ADD CONSTRAINT held_row_pkey PRIMARY KEY (id);

ALTER TABLE ONLY imports.repair
    ADD CONSTRAINT repair_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.agency
    ADD CONSTRAINT agency_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.answered
    ADD CONSTRAINT answered_pkey PRIMARY KEY (key, actor);

ALTER TABLE ONLY oversight.company_status
    ADD CONSTRAINT company_status_pkey PRIMARY KEY (company_id, valid);

ALTER TABLE ONLY oversight.company_status
    ADD CONSTRAINT company_status_valid_excl EXCLUDE USING gist (company_id WITH =, valid WITH &&);

ALTER TABLE ONLY oversight.complaint_person
    ADD CONSTRAINT complaint_person_pkey PRIMARY KEY (complaint_id);

ALTER TABLE ONLY oversight.complaint
    ADD CONSTRAINT complaint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.compound_jurisdiction
    ADD CONSTRAINT compound_jurisdiction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.compound_jurisdiction
    ADD CONSTRAINT compound_jurisdiction_valid_excl EXCLUDE USING gist (compound_id WITH =, jurisdiction_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY oversight.duty
    ADD CONSTRAINT duty_city_code_row_level_role_body_key UNIQUE (city_code, "row", level, role, body);

ALTER TABLE ONLY oversight.duty
    ADD CONSTRAINT duty_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.exit_case
    ADD CONSTRAINT exit_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.hazard
    ADD CONSTRAINT hazard_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_valid_excl EXCLUDE USING gist (agency_id WITH =, role WITH =, COALESCE(type_code, family) WITH =, COALESCE(street_code, district_code, city_code) WITH =, valid WITH &&) WHERE (((superseded_at IS NULL) AND (geom IS NULL)));

ALTER TABLE ONLY oversight.lead
    ADD CONSTRAINT lead_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.measure
    ADD CONSTRAINT measure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.mediation
    ADD CONSTRAINT mediation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.order_extension
    ADD CONSTRAINT order_extension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.order_reopening
    ADD CONSTRAINT order_reopening_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (city_code, version);

ALTER TABLE ONLY oversight.published_case
    ADD CONSTRAINT published_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.rating
    ADD CONSTRAINT rating_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.rating_round
    ADD CONSTRAINT rating_round_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.rating
    ADD CONSTRAINT rating_valid_excl EXCLUDE USING gist (compound_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY oversight.rectification_order
    ADD CONSTRAINT rectification_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.referral_extension
    ADD CONSTRAINT referral_extension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.referral
    ADD CONSTRAINT referral_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.referral_reopening
    ADD CONSTRAINT referral_reopening_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.status
    ADD CONSTRAINT status_pkey PRIMARY KEY (compound_id, valid);

ALTER TABLE ONLY oversight.status_public
    ADD CONSTRAINT status_public_pkey PRIMARY KEY (compound_id, valid);

ALTER TABLE ONLY oversight.status
    ADD CONSTRAINT status_valid_excl EXCLUDE USING gist (compound_id WITH =, valid WITH &&);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oversight.violation_type
    ADD CONSTRAINT violation_type_pkey PRIMARY KEY (code);

ALTER TABLE ONLY planning.action
    ADD CONSTRAINT action_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.campaign
    ADD CONSTRAINT campaign_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.campaign_problem
    ADD CONSTRAINT campaign_problem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.draw_pick
    ADD CONSTRAINT draw_pick_draw_id_compound_id_key UNIQUE (draw_id, compound_id);

ALTER TABLE ONLY planning.draw_pick
    ADD CONSTRAINT draw_pick_draw_id_position_key UNIQUE (draw_id, "position");

ALTER TABLE ONLY planning.draw_pick
    ADD CONSTRAINT draw_pick_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.draw
    ADD CONSTRAINT draw_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.inspection_inspector
    ADD CONSTRAINT inspection_inspector_pkey PRIMARY KEY (inspection_id, inspector_id);

ALTER TABLE ONLY planning.inspection_photo
    ADD CONSTRAINT inspection_photo_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.inspection
    ADD CONSTRAINT inspection_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.inspector
    ADD CONSTRAINT inspector_city_code_code_key UNIQUE (city_code, code);

ALTER TABLE ONLY planning.inspector_person
    ADD CONSTRAINT inspector_person_pkey PRIMARY KEY (inspector_id);

ALTER TABLE ONLY planning.inspector
    ADD CONSTRAINT inspector_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.target
    ADD CONSTRAINT target_district_code_year_metric_key UNIQUE (district_code, year, metric);

ALTER TABLE ONLY planning.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.training
    ADD CONSTRAINT training_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY planning.visit
    ADD CONSTRAINT visit_plan_id_inspector_id_position_key UNIQUE (plan_id, inspector_id, "position");

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY registry.assembly_vote
    ADD CONSTRAINT assembly_vote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.city
    ADD CONSTRAINT city_pkey PRIMARY KEY (code);

ALTER TABLE ONLY registry.committee
    ADD CONSTRAINT committee_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.committee_step
    ADD CONSTRAINT committee_step_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.committee
    ADD CONSTRAINT committee_valid_excl EXCLUDE USING gist (compound_id WITH =, kind WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.community_boundary
    ADD CONSTRAINT community_boundary_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.community_boundary
    ADD CONSTRAINT community_boundary_valid_excl EXCLUDE USING gist (community_code WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.community
    ADD CONSTRAINT community_pkey PRIMARY KEY (code);

ALTER TABLE ONLY registry.company_contact
    ADD CONSTRAINT company_contact_pkey PRIMARY KEY (company_id);

ALTER TABLE ONLY registry.company
    ADD CONSTRAINT company_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.compound_band
    ADD CONSTRAINT compound_band_pkey PRIMARY KEY (compound_id);

ALTER TABLE ONLY registry.compound_feature
    ADD CONSTRAINT compound_feature_pkey PRIMARY KEY (compound_id);

ALTER TABLE ONLY registry.compound_geojson
    ADD CONSTRAINT compound_geojson_pkey PRIMARY KEY (compound_id);

ALTER TABLE ONLY registry.compound_mark
    ADD CONSTRAINT compound_mark_pkey PRIMARY KEY (compound_id);

ALTER TABLE ONLY registry.compound_outline
    ADD CONSTRAINT compound_outline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.compound_outline
    ADD CONSTRAINT compound_outline_valid_excl EXCLUDE USING gist (compound_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.compound
    ADD CONSTRAINT compound_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_valid_excl EXCLUDE USING gist (compound_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.compound_star
    ADD CONSTRAINT compound_star_pkey PRIMARY KEY (compound_id);

ALTER TABLE ONLY registry.contract_manager
    ADD CONSTRAINT contract_manager_pkey PRIMARY KEY (contract_id);

ALTER TABLE ONLY registry.contract
    ADD CONSTRAINT contract_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.contract
    ADD CONSTRAINT contract_valid_excl EXCLUDE USING gist (compound_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.disclosure
    ADD CONSTRAINT disclosure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.disclosure
    ADD CONSTRAINT disclosure_valid_excl EXCLUDE USING gist (compound_id WITH =, kind WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.district_boundary
    ADD CONSTRAINT district_boundary_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.district_boundary
    ADD CONSTRAINT district_boundary_valid_excl EXCLUDE USING gist (district_code WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.district_generalised
    ADD CONSTRAINT district_generalised_boundary_id_max_zoom_key UNIQUE (boundary_id, max_zoom);

ALTER TABLE ONLY registry.district_generalised
    ADD CONSTRAINT district_generalised_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.district
    ADD CONSTRAINT district_pkey PRIMARY KEY (code);

ALTER TABLE ONLY registry.emergency_plan
    ADD CONSTRAINT emergency_plan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.emergency_plan
    ADD CONSTRAINT emergency_plan_valid_excl EXCLUDE USING gist (compound_id WITH =, kind WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.fire_feature
    ADD CONSTRAINT fire_feature_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.grid_cell
    ADD CONSTRAINT grid_cell_pkey PRIMARY KEY (code);

ALTER TABLE ONLY registry.guard_filing
    ADD CONSTRAINT guard_filing_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.guard_filing
    ADD CONSTRAINT guard_filing_valid_excl EXCLUDE USING gist (compound_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.member_person
    ADD CONSTRAINT member_person_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY registry.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.placed
    ADD CONSTRAINT placed_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY registry.plaque
    ADD CONSTRAINT plaque_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.presence
    ADD CONSTRAINT presence_valid_excl EXCLUDE USING gist (compound_id WITH =, agency_id WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.street_boundary
    ADD CONSTRAINT street_boundary_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.street_boundary
    ADD CONSTRAINT street_boundary_valid_excl EXCLUDE USING gist (street_code WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.street_generalised
    ADD CONSTRAINT street_generalised_boundary_id_max_zoom_key UNIQUE (boundary_id, max_zoom);

ALTER TABLE ONLY registry.street_generalised
    ADD CONSTRAINT street_generalised_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.street
    ADD CONSTRAINT street_pkey PRIMARY KEY (code);

ALTER TABLE ONLY registry.utility
    ADD CONSTRAINT utility_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.utility
    ADD CONSTRAINT utility_valid_excl EXCLUDE USING gist (compound_id WITH =, kind WITH =, valid WITH &&) WHERE ((superseded_at IS NULL));

ALTER TABLE ONLY registry.work_filing
    ADD CONSTRAINT work_filing_pkey PRIMARY KEY (id);

CREATE INDEX attempt_last_failed_at_idx ON access.attempt USING btree (last_failed_at);

CREATE INDEX role_grant_account_id_idx ON access.role_grant USING btree (account_id);

CREATE INDEX session_account_id_idx ON access.session USING btree (account_id);

CREATE INDEX session_grant_id_idx ON access.session USING btree (grant_id);

CREATE INDEX event_table_name_row_key_idx ON ONLY audit.event USING btree (table_name, row_key);

CREATE INDEX event_default_table_name_row_key_idx ON audit.event_default USING btree (table_name, row_key);

CREATE INDEX event_xid_idx ON ONLY audit.event USING btree (xid);

CREATE INDEX event_default_xid_idx ON audit.event_default USING btree (xid);

CREATE INDEX file_city_code_idx ON imports.file USING btree (city_code);

CREATE INDEX file_created_at_idx ON imports.file USING btree (created_at DESC);

CREATE INDEX finding_row_id_idx ON imports.finding USING btree (row_id);

CREATE INDEX held_row_import_id_idx ON imports.held_row USING btree (import_id);

CREATE INDEX held_row_resolved_by_idx ON imports.held_row USING btree (resolved_by);

CREATE INDEX repair_import_id_idx ON imports.repair USING btree (import_id);

CREATE INDEX agency_city_code_idx ON oversight.agency USING btree (city_code);

CREATE UNIQUE INDEX agency_city_code_name_key ON oversight.agency USING btree (city_code, name) WHERE ((superseded_at IS NULL) AND (name IS NOT NULL));

CREATE INDEX agency_district_code_idx ON oversight.agency USING btree (district_code);

CREATE INDEX answered_at_idx ON oversight.answered USING btree (at);

CREATE INDEX company_status_city_code_idx ON oversight.company_status USING btree (city_code);

CREATE INDEX company_status_holds_until_idx ON oversight.company_status USING btree (holds_until) WHERE upper_inf(valid);

CREATE INDEX complaint_area_code_idx ON oversight.complaint USING btree (area_code);

CREATE UNIQUE INDEX complaint_city_code_code_key ON oversight.complaint USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX complaint_city_code_idx ON oversight.complaint USING btree (city_code);

CREATE INDEX complaint_community_code_idx ON oversight.complaint USING btree (community_code);

CREATE INDEX complaint_compound_id_idx ON oversight.complaint USING btree (compound_id);

CREATE INDEX complaint_due_on_open_idx ON oversight.complaint USING btree (due_on) WHERE (closed_on IS NULL);

CREATE INDEX complaint_geom_gist ON oversight.complaint USING gist (geom);

CREATE INDEX complaint_person_area_code_idx ON oversight.complaint_person USING btree (area_code);

CREATE INDEX complaint_street_code_idx ON oversight.complaint USING btree (street_code);

CREATE INDEX compound_jurisdiction_city_code_idx ON oversight.compound_jurisdiction USING btree (city_code);

CREATE INDEX compound_jurisdiction_compound_id_idx ON oversight.compound_jurisdiction USING btree (compound_id);

CREATE INDEX compound_jurisdiction_jurisdiction_id_idx ON oversight.compound_jurisdiction USING btree (jurisdiction_id);

CREATE INDEX duty_city_code_idx ON oversight.duty USING btree (city_code);

CREATE INDEX exit_case_area_code_idx ON oversight.exit_case USING btree (area_code);

CREATE INDEX exit_case_city_code_idx ON oversight.exit_case USING btree (city_code);

CREATE INDEX exit_case_company_id_idx ON oversight.exit_case USING btree (company_id);

CREATE INDEX exit_case_compound_id_idx ON oversight.exit_case USING btree (compound_id);

CREATE INDEX hazard_area_code_idx ON oversight.hazard USING btree (area_code);

CREATE UNIQUE INDEX hazard_city_code_code_key ON oversight.hazard USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX hazard_city_code_idx ON oversight.hazard USING btree (city_code);

CREATE INDEX hazard_compound_id_idx ON oversight.hazard USING btree (compound_id);

CREATE INDEX hazard_due_on_open_idx ON oversight.hazard USING btree (due_on) WHERE (cleared_on IS NULL);

CREATE INDEX hazard_geom_gist ON oversight.hazard USING gist (geom);

CREATE INDEX jurisdiction_agency_id_idx ON oversight.jurisdiction USING btree (agency_id);

CREATE INDEX jurisdiction_city_code_idx ON oversight.jurisdiction USING btree (city_code);

CREATE INDEX jurisdiction_district_code_idx ON oversight.jurisdiction USING btree (district_code);

CREATE INDEX jurisdiction_geom_gist ON oversight.jurisdiction USING gist (geom);

CREATE INDEX jurisdiction_street_code_idx ON oversight.jurisdiction USING btree (street_code);

CREATE INDEX jurisdiction_type_code_idx ON oversight.jurisdiction USING btree (type_code);

CREATE INDEX lead_agency_id_idx ON oversight.lead USING btree (agency_id);

CREATE INDEX lead_area_code_idx ON oversight.lead USING btree (area_code);

CREATE INDEX lead_city_code_idx ON oversight.lead USING btree (city_code);

CREATE INDEX lead_compound_id_idx ON oversight.lead USING btree (compound_id);

CREATE INDEX lead_violation_id_idx ON oversight.lead USING btree (violation_id);

CREATE INDEX measure_area_code_idx ON oversight.measure USING btree (area_code);

CREATE INDEX measure_city_code_idx ON oversight.measure USING btree (city_code);

CREATE INDEX measure_company_id_idx ON oversight.measure USING btree (company_id);

CREATE INDEX measure_compound_id_idx ON oversight.measure USING btree (compound_id);

CREATE INDEX mediation_area_code_idx ON oversight.mediation USING btree (area_code);

CREATE INDEX mediation_city_code_idx ON oversight.mediation USING btree (city_code);

CREATE INDEX mediation_compound_id_idx ON oversight.mediation USING btree (compound_id);

CREATE INDEX order_extension_area_code_idx ON oversight.order_extension USING btree (area_code);

CREATE INDEX order_extension_city_code_idx ON oversight.order_extension USING btree (city_code);

CREATE INDEX order_extension_order_id_idx ON oversight.order_extension USING btree (order_id);

CREATE INDEX order_reopening_area_code_idx ON oversight.order_reopening USING btree (area_code);

CREATE INDEX order_reopening_city_code_idx ON oversight.order_reopening USING btree (city_code);

CREATE INDEX order_reopening_order_id_idx ON oversight.order_reopening USING btree (order_id);

CREATE INDEX published_case_city_code_idx ON oversight.published_case USING btree (city_code);

CREATE INDEX published_case_compound_id_idx ON oversight.published_case USING btree (compound_id);

CREATE INDEX published_case_violation_id_idx ON oversight.published_case USING btree (violation_id);

CREATE INDEX rating_area_code_idx ON oversight.rating USING btree (area_code);

CREATE INDEX rating_city_code_idx ON oversight.rating USING btree (city_code);

CREATE INDEX rating_company_id_idx ON oversight.rating USING btree (company_id);

CREATE INDEX rating_compound_id_idx ON oversight.rating USING btree (compound_id);

CREATE UNIQUE INDEX rating_round_city_code_code_key ON oversight.rating_round USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX rating_round_city_code_idx ON oversight.rating_round USING btree (city_code);

CREATE UNIQUE INDEX rating_round_id_compound_id_key ON oversight.rating USING btree (round_id, compound_id) WHERE (superseded_at IS NULL);

CREATE INDEX rectification_order_area_code_idx ON oversight.rectification_order USING btree (area_code);

CREATE UNIQUE INDEX rectification_order_city_code_code_key ON oversight.rectification_order USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX rectification_order_city_code_idx ON oversight.rectification_order USING btree (city_code);

CREATE INDEX rectification_order_company_id_idx ON oversight.rectification_order USING btree (company_id);

CREATE INDEX rectification_order_compound_id_idx ON oversight.rectification_order USING btree (compound_id);

CREATE INDEX rectification_order_due_on_open_idx ON oversight.rectification_order USING btree (due_on) WHERE (done_on IS NULL);

CREATE INDEX rectification_order_violation_id_idx ON oversight.rectification_order USING btree (violation_id);

CREATE INDEX referral_agency_id_idx ON oversight.referral USING btree (agency_id);

CREATE INDEX referral_area_code_idx ON oversight.referral USING btree (area_code);

CREATE INDEX referral_city_code_idx ON oversight.referral USING btree (city_code);

CREATE INDEX referral_compound_id_idx ON oversight.referral USING btree (compound_id);

CREATE INDEX referral_extension_area_code_idx ON oversight.referral_extension USING btree (area_code);

CREATE INDEX referral_extension_city_code_idx ON oversight.referral_extension USING btree (city_code);

CREATE INDEX referral_extension_referral_id_idx ON oversight.referral_extension USING btree (referral_id);

CREATE INDEX referral_reopening_area_code_idx ON oversight.referral_reopening USING btree (area_code);

CREATE INDEX referral_reopening_city_code_idx ON oversight.referral_reopening USING btree (city_code);

CREATE INDEX referral_reopening_referral_id_idx ON oversight.referral_reopening USING btree (referral_id);

CREATE INDEX referral_violation_id_idx ON oversight.referral USING btree (violation_id);

CREATE INDEX status_area_code_idx ON oversight.status USING btree (area_code);

CREATE INDEX status_city_code_idx ON oversight.status USING btree (city_code);

CREATE INDEX status_company_id_idx ON oversight.status USING btree (company_id) WHERE upper_inf(valid);

CREATE UNIQUE INDEX status_compound_id_open_idx ON oversight.status USING btree (compound_id) WHERE upper_inf(valid);

CREATE INDEX status_holds_until_idx ON oversight.status USING btree (holds_until) WHERE upper_inf(valid);

CREATE INDEX status_public_city_code_idx ON oversight.status_public USING btree (city_code);

CREATE UNIQUE INDEX status_public_compound_id_open_idx ON oversight.status_public USING btree (compound_id) WHERE upper_inf(valid);

CREATE INDEX violation_area_code_idx ON oversight.violation USING btree (area_code);

CREATE UNIQUE INDEX violation_city_code_code_key ON oversight.violation USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX violation_city_code_idx ON oversight.violation USING btree (city_code);

CREATE INDEX violation_committee_id_idx ON oversight.violation USING btree (committee_id);

CREATE INDEX violation_company_id_idx ON oversight.violation USING btree (company_id);

CREATE INDEX violation_compound_id_idx ON oversight.violation USING btree (compound_id);

CREATE INDEX violation_member_id_idx ON oversight.violation USING btree (member_id);

CREATE INDEX violation_type_code_idx ON oversight.violation USING btree (type_code);

CREATE INDEX violation_version_of_idx ON oversight.violation USING btree (version_of) WHERE (version_of IS NOT NULL);

CREATE INDEX action_area_code_idx ON planning.action USING btree (area_code);

CREATE INDEX action_city_code_idx ON planning.action USING btree (city_code);

CREATE INDEX action_district_code_idx ON planning.action USING btree (district_code);

CREATE INDEX assessment_area_code_idx ON planning.assessment USING btree (area_code);

CREATE INDEX assessment_city_code_idx ON planning.assessment USING btree (city_code);

CREATE INDEX assessment_committee_id_idx ON planning.assessment USING btree (committee_id);

CREATE INDEX assessment_community_code_idx ON planning.assessment USING btree (community_code);

CREATE INDEX assessment_company_id_idx ON planning.assessment USING btree (company_id);

CREATE INDEX assessment_district_code_idx ON planning.assessment USING btree (district_code);

CREATE INDEX assessment_street_code_idx ON planning.assessment USING btree (street_code);

CREATE INDEX campaign_area_code_idx ON planning.campaign USING btree (area_code);

CREATE INDEX campaign_city_code_idx ON planning.campaign USING btree (city_code);

CREATE INDEX campaign_district_code_idx ON planning.campaign USING btree (district_code);

CREATE INDEX campaign_problem_area_code_idx ON planning.campaign_problem USING btree (area_code);

CREATE INDEX campaign_problem_campaign_id_idx ON planning.campaign_problem USING btree (campaign_id);

CREATE INDEX campaign_problem_city_code_idx ON planning.campaign_problem USING btree (city_code);

CREATE INDEX campaign_problem_compound_id_idx ON planning.campaign_problem USING btree (compound_id);

CREATE INDEX campaign_problem_violation_id_idx ON planning.campaign_problem USING btree (violation_id);

CREATE INDEX draw_city_code_idx ON planning.draw USING btree (city_code);

CREATE INDEX draw_pick_area_code_idx ON planning.draw_pick USING btree (area_code);

CREATE INDEX draw_pick_compound_id_idx ON planning.draw_pick USING btree (compound_id);

CREATE INDEX inspection_area_code_idx ON planning.inspection USING btree (area_code);

CREATE UNIQUE INDEX inspection_city_code_code_key ON planning.inspection USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX inspection_city_code_idx ON planning.inspection USING btree (city_code);

CREATE INDEX inspection_compound_id_idx ON planning.inspection USING btree (compound_id);

CREATE INDEX inspection_inspector_area_code_idx ON planning.inspection_inspector USING btree (area_code);

CREATE INDEX inspection_inspector_inspector_id_inspected_on_idx ON planning.inspection_inspector USING btree (inspector_id, inspected_on);

CREATE INDEX inspection_photo_area_code_idx ON planning.inspection_photo USING btree (area_code);

CREATE INDEX inspection_photo_city_code_idx ON planning.inspection_photo USING btree (city_code);

CREATE INDEX inspection_photo_inspection_id_idx ON planning.inspection_photo USING btree (inspection_id);

CREATE INDEX inspection_visit_id_idx ON planning.inspection USING btree (visit_id);

CREATE INDEX inspector_agency_id_idx ON planning.inspector USING btree (agency_id);

CREATE INDEX inspector_area_code_idx ON planning.inspector USING btree (area_code);

CREATE INDEX inspector_city_code_idx ON planning.inspector USING btree (city_code);

CREATE INDEX inspector_person_area_code_idx ON planning.inspector_person USING btree (area_code);

CREATE INDEX inspector_street_code_idx ON planning.inspector USING btree (street_code);

CREATE INDEX plan_area_code_idx ON planning.plan USING btree (area_code);

CREATE INDEX plan_city_code_idx ON planning.plan USING btree (city_code);

CREATE INDEX plan_district_code_idx ON planning.plan USING btree (district_code);

CREATE INDEX target_area_code_idx ON planning.target USING btree (area_code);

CREATE INDEX target_city_code_idx ON planning.target USING btree (city_code);

CREATE INDEX training_area_code_idx ON planning.training USING btree (area_code);

CREATE INDEX training_city_code_idx ON planning.training USING btree (city_code);

CREATE INDEX training_district_code_idx ON planning.training USING btree (district_code);

CREATE INDEX training_street_code_idx ON planning.training USING btree (street_code);

CREATE INDEX visit_area_code_idx ON planning.visit USING btree (area_code);

CREATE INDEX visit_city_code_idx ON planning.visit USING btree (city_code);

CREATE INDEX visit_compound_id_idx ON planning.visit USING btree (compound_id);

CREATE INDEX visit_inspector_id_idx ON planning.visit USING btree (inspector_id);

CREATE INDEX assembly_vote_area_code_idx ON registry.assembly_vote USING btree (area_code);

CREATE INDEX assembly_vote_city_code_idx ON registry.assembly_vote USING btree (city_code);

CREATE INDEX assembly_vote_compound_id_idx ON registry.assembly_vote USING btree (compound_id);

CREATE INDEX committee_area_code_idx ON registry.committee USING btree (area_code);

CREATE UNIQUE INDEX committee_city_code_code_key ON registry.committee USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX committee_city_code_idx ON registry.committee USING btree (city_code);

CREATE INDEX committee_community_code_idx ON registry.committee USING btree (community_code);

CREATE INDEX committee_compound_id_idx ON registry.committee USING btree (compound_id);

CREATE INDEX committee_step_area_code_idx ON registry.committee_step USING btree (area_code);

CREATE INDEX committee_step_city_code_idx ON registry.committee_step USING btree (city_code);

CREATE INDEX committee_step_committee_id_idx ON registry.committee_step USING btree (committee_id);

CREATE INDEX committee_step_member_id_idx ON registry.committee_step USING btree (member_id);

CREATE INDEX committee_step_violation_id_idx ON registry.committee_step USING btree (violation_id);

CREATE INDEX community_boundary_city_code_idx ON registry.community_boundary USING btree (city_code);

CREATE INDEX community_boundary_community_code_idx ON registry.community_boundary USING btree (community_code);

CREATE INDEX community_boundary_geom_gist ON registry.community_boundary USING gist (geom);

CREATE INDEX community_boundary_label_point_gist ON registry.community_boundary USING gist (label_point) WHERE (superseded_at IS NULL);

CREATE INDEX community_city_code_idx ON registry.community USING btree (city_code);

CREATE INDEX community_street_code_idx ON registry.community USING btree (street_code);

CREATE UNIQUE INDEX company_city_code_code_key ON registry.company USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX company_city_code_idx ON registry.company USING btree (city_code);

CREATE INDEX compound_band_geom_idx ON registry.compound_band USING gist (geom);

CREATE INDEX compound_cell_zoom_x_y_idx ON registry.compound_cell USING btree (zoom, x, y) INCLUDE (district_code, effective_star, compounds);

CREATE UNIQUE INDEX compound_city_code_code_key ON registry.compound USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX compound_city_code_idx ON registry.compound USING btree (city_code);

CREATE INDEX compound_community_code_idx ON registry.compound USING btree (community_code);

CREATE INDEX compound_district_code_id_idx ON registry.compound USING btree (district_code, id);

CREATE INDEX compound_geom_gist ON registry.compound USING gist (geom);

CREATE INDEX compound_label_point_gist ON registry.compound USING gist (label_point);

CREATE UNIQUE INDEX compound_mark_place_idx ON registry.compound_mark USING btree (place);

CREATE INDEX compound_mark_point_idx ON registry.compound_mark USING gist (point);

CREATE INDEX compound_name_trgm ON registry.compound USING gin (name public.gin_trgm_ops);

CREATE INDEX compound_outdated_compound_id_idx ON registry.compound_outdated USING btree (compound_id);

CREATE INDEX compound_outline_city_code_idx ON registry.compound_outline USING btree (city_code);

CREATE INDEX compound_outline_compound_id_idx ON registry.compound_outline USING btree (compound_id);

CREATE INDEX compound_outline_geom_gist ON registry.compound_outline USING gist (geom);

CREATE INDEX compound_place_city_code_idx ON registry.compound_place USING btree (city_code);

CREATE INDEX compound_place_community_code_idx ON registry.compound_place USING btree (community_code);

CREATE INDEX compound_place_compound_id_idx ON registry.compound_place USING btree (compound_id);

CREATE INDEX compound_place_district_code_idx ON registry.compound_place USING btree (district_code);

CREATE INDEX compound_place_street_code_idx ON registry.compound_place USING btree (street_code);

CREATE UNIQUE INDEX compound_source_ref_key ON registry.compound USING btree (source, source_ref) WHERE ((superseded_at IS NULL) AND (source_ref IS NOT NULL));

CREATE INDEX compound_street_code_id_idx ON registry.compound USING btree (street_code, id);

CREATE INDEX contract_area_code_company_id_idx ON registry.contract USING btree (area_code, company_id) INCLUDE (valid) WHERE (superseded_at IS NULL);

CREATE INDEX contract_area_code_idx ON registry.contract USING btree (area_code);

CREATE UNIQUE INDEX contract_city_code_code_key ON registry.contract USING btree (city_code, code) WHERE ((superseded_at IS NULL) AND (code IS NOT NULL));

CREATE INDEX contract_city_code_idx ON registry.contract USING btree (city_code);

CREATE INDEX contract_company_id_compound_id_idx ON registry.contract USING btree (company_id, compound_id) INCLUDE (valid) WHERE (superseded_at IS NULL);

CREATE INDEX contract_company_id_idx ON registry.contract USING btree (company_id);

CREATE INDEX contract_compound_id_idx ON registry.contract USING btree (compound_id);

CREATE INDEX contract_manager_area_code_idx ON registry.contract_manager USING btree (area_code);

CREATE INDEX disclosure_area_code_idx ON registry.disclosure USING btree (area_code);

CREATE INDEX disclosure_city_code_idx ON registry.disclosure USING btree (city_code);

CREATE INDEX disclosure_compound_id_idx ON registry.disclosure USING btree (compound_id);

CREATE INDEX district_boundary_city_code_idx ON registry.district_boundary USING btree (city_code);

CREATE INDEX district_boundary_district_code_idx ON registry.district_boundary USING btree (district_code);

CREATE INDEX district_boundary_geom_gist ON registry.district_boundary USING gist (geom);

CREATE INDEX district_boundary_label_point_gist ON registry.district_boundary USING gist (label_point) WHERE (superseded_at IS NULL);

CREATE INDEX district_city_code_idx ON registry.district USING btree (city_code);

CREATE INDEX district_generalised_geom_gist ON registry.district_generalised USING gist (geom);

CREATE INDEX emergency_plan_area_code_idx ON registry.emergency_plan USING btree (area_code);

CREATE INDEX emergency_plan_city_code_idx ON registry.emergency_plan USING btree (city_code);

CREATE INDEX emergency_plan_compound_id_idx ON registry.emergency_plan USING btree (compound_id);

CREATE INDEX fire_feature_area_code_idx ON registry.fire_feature USING btree (area_code);

CREATE INDEX fire_feature_city_code_idx ON registry.fire_feature USING btree (city_code);

CREATE INDEX fire_feature_compound_id_idx ON registry.fire_feature USING btree (compound_id);

CREATE INDEX fire_feature_geom_gist ON registry.fire_feature USING gist (geom);

CREATE INDEX grid_cell_city_code_idx ON registry.grid_cell USING btree (city_code);

CREATE INDEX grid_cell_community_code_idx ON registry.grid_cell USING btree (community_code);

CREATE INDEX grid_cell_geom_gist ON registry.grid_cell USING gist (geom);

CREATE INDEX guard_filing_area_code_idx ON registry.guard_filing USING btree (area_code);

CREATE INDEX guard_filing_city_code_idx ON registry.guard_filing USING btree (city_code);

CREATE INDEX guard_filing_company_id_idx ON registry.guard_filing USING btree (company_id);

CREATE INDEX guard_filing_compound_id_idx ON registry.guard_filing USING btree (compound_id);

CREATE INDEX member_area_code_idx ON registry.member USING btree (area_code);

CREATE INDEX member_city_code_idx ON registry.member USING btree (city_code);

CREATE INDEX member_committee_id_idx ON registry.member USING btree (committee_id);

CREATE INDEX member_person_area_code_idx ON registry.member_person USING btree (area_code);

CREATE INDEX notice_area_code_idx ON registry.notice USING btree (area_code);

CREATE INDEX notice_city_code_idx ON registry.notice USING btree (city_code);

CREATE INDEX notice_compound_id_idx ON registry.notice USING btree (compound_id);

CREATE INDEX plaque_area_code_idx ON registry.plaque USING btree (area_code);

CREATE INDEX plaque_city_code_idx ON registry.plaque USING btree (city_code);

CREATE INDEX plaque_compound_id_idx ON registry.plaque USING btree (compound_id);

CREATE INDEX plaque_rating_id_idx ON registry.plaque USING btree (rating_id);

CREATE INDEX presence_agency_id_idx ON registry.presence USING btree (agency_id);

CREATE INDEX presence_area_code_idx ON registry.presence USING btree (area_code);

CREATE INDEX presence_city_code_idx ON registry.presence USING btree (city_code);

CREATE INDEX presence_compound_id_idx ON registry.presence USING btree (compound_id);

CREATE INDEX street_boundary_city_code_idx ON registry.street_boundary USING btree (city_code);

CREATE INDEX street_boundary_geom_gist ON registry.street_boundary USING gist (geom);

CREATE INDEX street_boundary_label_point_gist ON registry.street_boundary USING gist (label_point) WHERE (superseded_at IS NULL);

CREATE INDEX street_boundary_street_code_idx ON registry.street_boundary USING btree (street_code);

CREATE INDEX street_city_code_idx ON registry.street USING btree (city_code);

CREATE INDEX street_district_code_idx ON registry.street USING btree (district_code);

CREATE INDEX street_generalised_geom_gist ON registry.street_generalised USING gist (geom);

CREATE INDEX utility_area_code_idx ON registry.utility USING btree (area_code);

CREATE INDEX utility_city_code_idx ON registry.utility USING btree (city_code);

CREATE INDEX utility_compound_id_idx ON registry.utility USING btree (compound_id);

CREATE INDEX work_filing_area_code_idx ON registry.work_filing USING btree (area_code);

CREATE INDEX work_filing_city_code_idx ON registry.work_filing USING btree (city_code);

CREATE INDEX work_filing_company_id_idx ON registry.work_filing USING btree (company_id);

CREATE INDEX work_filing_compound_id_idx ON registry.work_filing USING btree (compound_id);

ALTER INDEX audit.event_pkey ATTACH PARTITION audit.event_default_pkey;

ALTER INDEX audit.event_table_name_row_key_idx ATTACH PARTITION audit.event_default_table_name_row_key_idx;

ALTER INDEX audit.event_xid_idx ATTACH PARTITION audit.event_default_xid_idx;

CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE ON audit.event FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER event_default_no_truncate BEFORE TRUNCATE ON audit.event_default FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER person_value_no_truncate BEFORE TRUNCATE ON audit.person_value FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER person_value_only_erased BEFORE UPDATE ON audit.person_value FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER seal_append_only BEFORE DELETE OR UPDATE ON audit.seal FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON audit.seal FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER draws_added AFTER INSERT ON oversight.status_public REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.draw_stars();

CREATE TRIGGER draws_changed AFTER UPDATE ON oversight.status_public REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.draw_stars();

CREATE TRIGGER outdates_added AFTER INSERT ON oversight.status_public REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();

CREATE TRIGGER outdates_changed AFTER UPDATE ON oversight.status_public REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();

CREATE TRIGGER outdates_emptied AFTER TRUNCATE ON oversight.status_public FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();

CREATE TRIGGER outdates_named AFTER UPDATE ON oversight.rating_round REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();

CREATE TRIGGER outdates_removed AFTER DELETE ON oversight.status_public REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, street_code, community_code, area_code ON oversight.complaint FOR EACH ROW EXECUTE FUNCTION registry.place_complaint();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF complaint_id, area_code ON oversight.complaint_person FOR EACH ROW EXECUTE FUNCTION registry.place_by_complaint();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.exit_case FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.hazard FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.lead FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.measure FOR EACH ROW EXECUTE FUNCTION registry.place_measure();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.mediation FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF order_id, area_code ON oversight.order_extension FOR EACH ROW EXECUTE FUNCTION registry.place_by_rectification_order();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF order_id, area_code ON oversight.order_reopening FOR EACH ROW EXECUTE FUNCTION registry.place_by_rectification_order();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.rating FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.rectification_order FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.referral FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF referral_id, area_code ON oversight.referral_extension FOR EACH ROW EXECUTE FUNCTION registry.place_by_referral();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF referral_id, area_code ON oversight.referral_reopening FOR EACH ROW EXECUTE FUNCTION registry.place_by_referral();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.status FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON oversight.violation FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON oversight.agency FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON oversight.jurisdiction FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON oversight.violation_type FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');

CREATE TRIGGER tells_added AFTER INSERT ON oversight.status_public REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_statuses();

CREATE TRIGGER tells_changed AFTER UPDATE ON oversight.status_public REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_statuses();

CREATE TRIGGER tells_emptied AFTER TRUNCATE ON oversight.status_public FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells_features AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON oversight.duty FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('duties');

CREATE TRIGGER tells_features AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON oversight.rating_round FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells_removed AFTER DELETE ON oversight.status_public REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_statuses();

CREATE TRIGGER dated BEFORE INSERT OR UPDATE OF inspection_id, inspected_on ON planning.inspection_inspector FOR EACH ROW EXECUTE FUNCTION registry.place_inspected_on();

CREATE TRIGGER dates_inspectors AFTER UPDATE OF inspected_on ON planning.inspection FOR EACH ROW WHEN ((old.inspected_on IS DISTINCT FROM new.inspected_on)) EXECUTE FUNCTION registry.move_inspected_on();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON planning.campaign_problem FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON planning.draw_pick FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON planning.inspection FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF inspection_id, area_code ON planning.inspection_inspector FOR EACH ROW EXECUTE FUNCTION registry.place_by_inspection();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF inspection_id, area_code ON planning.inspection_photo FOR EACH ROW EXECUTE FUNCTION registry.place_by_inspection();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF inspector_id, area_code ON planning.inspector_person FOR EACH ROW EXECUTE FUNCTION registry.place_by_inspector();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON planning.visit FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER draws_added AFTER INSERT ON registry.compound REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.draw_added();

CREATE TRIGGER draws_changed AFTER UPDATE ON registry.compound REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.draw_changed();

CREATE TRIGGER draws_emptied AFTER TRUNCATE ON registry.compound FOR EACH STATEMENT EXECUTE FUNCTION registry.draw_emptied();

CREATE TRIGGER draws_removed AFTER DELETE ON registry.compound REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.draw_removed();

CREATE TRIGGER moves_facts AFTER UPDATE ON registry.compound REFERENCING OLD TABLE AS was NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION registry.move_facts();

CREATE TRIGGER outdates_added AFTER INSERT ON registry.compound REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();

CREATE TRIGGER outdates_changed AFTER UPDATE ON registry.compound REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();

CREATE TRIGGER outdates_emptied AFTER TRUNCATE ON registry.compound FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();

CREATE TRIGGER outdates_named AFTER UPDATE ON registry.company REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();

CREATE TRIGGER outdates_named AFTER UPDATE ON registry.district REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();

CREATE TRIGGER outdates_named AFTER UPDATE ON registry.street REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();

CREATE TRIGGER outdates_removed AFTER DELETE ON registry.compound REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.assembly_vote FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.committee FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF committee_id, area_code ON registry.committee_step FOR EACH ROW EXECUTE FUNCTION registry.place_by_committee();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.contract FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF contract_id, area_code ON registry.contract_manager FOR EACH ROW EXECUTE FUNCTION registry.place_by_contract();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.disclosure FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.emergency_plan FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.fire_feature FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.guard_filing FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF committee_id, area_code ON registry.member FOR EACH ROW EXECUTE FUNCTION registry.place_by_committee();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF member_id, area_code ON registry.member_person FOR EACH ROW EXECUTE FUNCTION registry.place_by_member();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.notice FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.plaque FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.presence FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.utility FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code ON registry.work_filing FOR EACH ROW EXECUTE FUNCTION registry.place_by_compound();

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.city FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.community FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('communities');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.community_boundary FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('communities');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.district FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts', 'jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.district_boundary FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts', 'jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.district_generalised FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.street FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('streets', 'communities', 'jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.street_boundary FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('streets', 'jurisdictions');

CREATE TRIGGER tells AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.street_generalised FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('streets');

CREATE TRIGGER tells_added AFTER INSERT ON registry.compound REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_compounds();

CREATE TRIGGER tells_changed AFTER UPDATE ON registry.compound REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_compounds();

CREATE TRIGGER tells_emptied AFTER TRUNCATE ON registry.compound FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells_features AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.city FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts');

CREATE TRIGGER tells_features AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.company FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells_features AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.district FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds', 'streets');

CREATE TRIGGER tells_features AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON registry.street FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells_removed AFTER DELETE ON registry.compound REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_compounds();

ALTER TABLE ONLY access.role_grant
    ADD CONSTRAINT role_grant_account_id_fkey FOREIGN KEY (account_id) REFERENCES access.account(id) ON DELETE CASCADE;

ALTER TABLE ONLY access.session
    ADD CONSTRAINT session_grant_id_fkey FOREIGN KEY (grant_id, account_id) REFERENCES access.role_grant(id, account_id) ON DELETE CASCADE;

ALTER TABLE ONLY imports.file
    ADD CONSTRAINT file_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY imports.finding
    ADD CONSTRAINT finding_row_id_fkey FOREIGN KEY (row_id) REFERENCES imports.held_row(id);

ALTER TABLE ONLY imports.held_row
    ADD CONSTRAINT held_row_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports.file(id);

ALTER TABLE ONLY imports.held_row
    ADD CONSTRAINT held_row_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES imports.file(id);

ALTER TABLE ONLY imports.repair
    ADD CONSTRAINT repair_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports.file(id);

ALTER TABLE ONLY oversight.agency
    ADD CONSTRAINT agency_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.agency
    ADD CONSTRAINT agency_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY oversight.complaint
    ADD CONSTRAINT complaint_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.complaint
    ADD CONSTRAINT complaint_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY oversight.complaint
    ADD CONSTRAINT complaint_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.complaint_person
    ADD CONSTRAINT complaint_person_complaint_id_fkey FOREIGN KEY (complaint_id) REFERENCES oversight.complaint(id);

ALTER TABLE ONLY oversight.complaint
    ADD CONSTRAINT complaint_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY oversight.complaint
    ADD CONSTRAINT complaint_type_code_fkey FOREIGN KEY (type_code) REFERENCES oversight.violation_type(code);

ALTER TABLE ONLY oversight.compound_jurisdiction
    ADD CONSTRAINT compound_jurisdiction_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.compound_jurisdiction
    ADD CONSTRAINT compound_jurisdiction_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.compound_jurisdiction
    ADD CONSTRAINT compound_jurisdiction_jurisdiction_id_fkey FOREIGN KEY (jurisdiction_id) REFERENCES oversight.jurisdiction(id);

ALTER TABLE ONLY oversight.duty
    ADD CONSTRAINT duty_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.exit_case
    ADD CONSTRAINT exit_case_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.exit_case
    ADD CONSTRAINT exit_case_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY oversight.exit_case
    ADD CONSTRAINT exit_case_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.hazard
    ADD CONSTRAINT hazard_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.hazard
    ADD CONSTRAINT hazard_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.hazard
    ADD CONSTRAINT hazard_type_code_fkey FOREIGN KEY (type_code) REFERENCES oversight.violation_type(code);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES oversight.agency(id);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY oversight.jurisdiction
    ADD CONSTRAINT jurisdiction_type_code_fkey FOREIGN KEY (type_code) REFERENCES oversight.violation_type(code);

ALTER TABLE ONLY oversight.lead
    ADD CONSTRAINT lead_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES oversight.agency(id);

ALTER TABLE ONLY oversight.lead
    ADD CONSTRAINT lead_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.lead
    ADD CONSTRAINT lead_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.lead
    ADD CONSTRAINT lead_type_code_fkey FOREIGN KEY (type_code) REFERENCES oversight.violation_type(code);

ALTER TABLE ONLY oversight.lead
    ADD CONSTRAINT lead_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES oversight.violation(id);

ALTER TABLE ONLY oversight.measure
    ADD CONSTRAINT measure_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.measure
    ADD CONSTRAINT measure_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY oversight.measure
    ADD CONSTRAINT measure_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.mediation
    ADD CONSTRAINT mediation_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.mediation
    ADD CONSTRAINT mediation_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.order_extension
    ADD CONSTRAINT order_extension_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.order_extension
    ADD CONSTRAINT order_extension_order_id_fkey FOREIGN KEY (order_id) REFERENCES oversight.rectification_order(id);

ALTER TABLE ONLY oversight.order_reopening
    ADD CONSTRAINT order_reopening_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.order_reopening
    ADD CONSTRAINT order_reopening_order_id_fkey FOREIGN KEY (order_id) REFERENCES oversight.rectification_order(id);

ALTER TABLE ONLY oversight.policy
    ADD CONSTRAINT policy_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.published_case
    ADD CONSTRAINT published_case_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.published_case
    ADD CONSTRAINT published_case_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.published_case
    ADD CONSTRAINT published_case_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES oversight.violation(id);

ALTER TABLE ONLY oversight.rating
    ADD CONSTRAINT rating_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.rating
    ADD CONSTRAINT rating_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY oversight.rating
    ADD CONSTRAINT rating_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.rating_round
    ADD CONSTRAINT rating_round_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.rating
    ADD CONSTRAINT rating_round_id_fkey FOREIGN KEY (round_id) REFERENCES oversight.rating_round(id);

ALTER TABLE ONLY oversight.rectification_order
    ADD CONSTRAINT rectification_order_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.rectification_order
    ADD CONSTRAINT rectification_order_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY oversight.rectification_order
    ADD CONSTRAINT rectification_order_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.rectification_order
    ADD CONSTRAINT rectification_order_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES oversight.violation(id);

ALTER TABLE ONLY oversight.referral
    ADD CONSTRAINT referral_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES oversight.agency(id);

ALTER TABLE ONLY oversight.referral
    ADD CONSTRAINT referral_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.referral
    ADD CONSTRAINT referral_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.referral_extension
    ADD CONSTRAINT referral_extension_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.referral_extension
    ADD CONSTRAINT referral_extension_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES oversight.referral(id);

ALTER TABLE ONLY oversight.referral_reopening
    ADD CONSTRAINT referral_reopening_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.referral_reopening
    ADD CONSTRAINT referral_reopening_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES oversight.referral(id);

ALTER TABLE ONLY oversight.referral
    ADD CONSTRAINT referral_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES oversight.violation(id);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES registry.committee(id);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_member_id_fkey FOREIGN KEY (member_id) REFERENCES registry.member(id);

ALTER TABLE ONLY oversight.violation
    ADD CONSTRAINT violation_type_code_fkey FOREIGN KEY (type_code) REFERENCES oversight.violation_type(code);

ALTER TABLE ONLY planning.action
    ADD CONSTRAINT action_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.action
    ADD CONSTRAINT action_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES registry.committee(id);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY planning.assessment
    ADD CONSTRAINT assessment_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY planning.campaign
    ADD CONSTRAINT campaign_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.campaign
    ADD CONSTRAINT campaign_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY planning.campaign_problem
    ADD CONSTRAINT campaign_problem_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES planning.campaign(id);

ALTER TABLE ONLY planning.campaign_problem
    ADD CONSTRAINT campaign_problem_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.campaign_problem
    ADD CONSTRAINT campaign_problem_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY planning.campaign_problem
    ADD CONSTRAINT campaign_problem_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES oversight.violation(id);

ALTER TABLE ONLY planning.draw
    ADD CONSTRAINT draw_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.draw_pick
    ADD CONSTRAINT draw_pick_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY planning.draw_pick
    ADD CONSTRAINT draw_pick_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES planning.draw(id);

ALTER TABLE ONLY planning.inspection
    ADD CONSTRAINT inspection_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.inspection
    ADD CONSTRAINT inspection_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY planning.inspection_inspector
    ADD CONSTRAINT inspection_inspector_inspection_id_fkey FOREIGN KEY (inspection_id) REFERENCES planning.inspection(id);

ALTER TABLE ONLY planning.inspection_inspector
    ADD CONSTRAINT inspection_inspector_inspector_id_fkey FOREIGN KEY (inspector_id) REFERENCES planning.inspector(id);

ALTER TABLE ONLY planning.inspection_photo
    ADD CONSTRAINT inspection_photo_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.inspection_photo
    ADD CONSTRAINT inspection_photo_inspection_id_fkey FOREIGN KEY (inspection_id) REFERENCES planning.inspection(id);

ALTER TABLE ONLY planning.inspection
    ADD CONSTRAINT inspection_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES planning.visit(id);

ALTER TABLE ONLY planning.inspector
    ADD CONSTRAINT inspector_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES oversight.agency(id);

ALTER TABLE ONLY planning.inspector
    ADD CONSTRAINT inspector_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.inspector_person
    ADD CONSTRAINT inspector_person_inspector_id_fkey FOREIGN KEY (inspector_id) REFERENCES planning.inspector(id);

ALTER TABLE ONLY planning.inspector
    ADD CONSTRAINT inspector_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY planning.plan
    ADD CONSTRAINT plan_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.plan
    ADD CONSTRAINT plan_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY planning.target
    ADD CONSTRAINT target_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.target
    ADD CONSTRAINT target_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY planning.training
    ADD CONSTRAINT training_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.training
    ADD CONSTRAINT training_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY planning.training
    ADD CONSTRAINT training_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY planning.visit
    ADD CONSTRAINT visit_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY planning.visit
    ADD CONSTRAINT visit_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY planning.visit
    ADD CONSTRAINT visit_inspector_id_fkey FOREIGN KEY (inspector_id) REFERENCES planning.inspector(id);

ALTER TABLE ONLY planning.visit
    ADD CONSTRAINT visit_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES planning.plan(id);

ALTER TABLE ONLY registry.assembly_vote
    ADD CONSTRAINT assembly_vote_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.assembly_vote
    ADD CONSTRAINT assembly_vote_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.committee
    ADD CONSTRAINT committee_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.committee
    ADD CONSTRAINT committee_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY registry.committee
    ADD CONSTRAINT committee_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.committee_step
    ADD CONSTRAINT committee_step_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.committee_step
    ADD CONSTRAINT committee_step_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES registry.committee(id);

ALTER TABLE ONLY registry.committee_step
    ADD CONSTRAINT committee_step_member_id_fkey FOREIGN KEY (member_id) REFERENCES registry.member(id);

ALTER TABLE ONLY registry.committee_step
    ADD CONSTRAINT committee_step_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES oversight.violation(id);

ALTER TABLE ONLY registry.community_boundary
    ADD CONSTRAINT community_boundary_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.community_boundary
    ADD CONSTRAINT community_boundary_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY registry.community
    ADD CONSTRAINT community_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.community
    ADD CONSTRAINT community_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY registry.company
    ADD CONSTRAINT company_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.company_contact
    ADD CONSTRAINT company_contact_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY registry.compound
    ADD CONSTRAINT compound_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.compound
    ADD CONSTRAINT compound_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY registry.compound
    ADD CONSTRAINT compound_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY registry.compound_outline
    ADD CONSTRAINT compound_outline_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.compound_outline
    ADD CONSTRAINT compound_outline_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY registry.compound_place
    ADD CONSTRAINT compound_place_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY registry.compound
    ADD CONSTRAINT compound_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY registry.contract
    ADD CONSTRAINT contract_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.contract
    ADD CONSTRAINT contract_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY registry.contract
    ADD CONSTRAINT contract_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.contract_manager
    ADD CONSTRAINT contract_manager_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES registry.contract(id);

ALTER TABLE ONLY registry.disclosure
    ADD CONSTRAINT disclosure_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.disclosure
    ADD CONSTRAINT disclosure_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.district_boundary
    ADD CONSTRAINT district_boundary_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.district_boundary
    ADD CONSTRAINT district_boundary_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY registry.district
    ADD CONSTRAINT district_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.district_generalised
    ADD CONSTRAINT district_generalised_boundary_id_fkey FOREIGN KEY (boundary_id) REFERENCES registry.district_boundary(id) ON DELETE CASCADE;

ALTER TABLE ONLY registry.emergency_plan
    ADD CONSTRAINT emergency_plan_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.emergency_plan
    ADD CONSTRAINT emergency_plan_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.fire_feature
    ADD CONSTRAINT fire_feature_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.fire_feature
    ADD CONSTRAINT fire_feature_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.grid_cell
    ADD CONSTRAINT grid_cell_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.grid_cell
    ADD CONSTRAINT grid_cell_community_code_fkey FOREIGN KEY (community_code) REFERENCES registry.community(code);

ALTER TABLE ONLY registry.guard_filing
    ADD CONSTRAINT guard_filing_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.guard_filing
    ADD CONSTRAINT guard_filing_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY registry.guard_filing
    ADD CONSTRAINT guard_filing_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.member
    ADD CONSTRAINT member_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.member
    ADD CONSTRAINT member_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES registry.committee(id);

ALTER TABLE ONLY registry.member_person
    ADD CONSTRAINT member_person_member_id_fkey FOREIGN KEY (member_id) REFERENCES registry.member(id);

ALTER TABLE ONLY registry.notice
    ADD CONSTRAINT notice_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.notice
    ADD CONSTRAINT notice_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.plaque
    ADD CONSTRAINT plaque_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.plaque
    ADD CONSTRAINT plaque_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.plaque
    ADD CONSTRAINT plaque_rating_id_fkey FOREIGN KEY (rating_id) REFERENCES oversight.rating(id);

ALTER TABLE ONLY registry.presence
    ADD CONSTRAINT presence_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES oversight.agency(id);

ALTER TABLE ONLY registry.presence
    ADD CONSTRAINT presence_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.presence
    ADD CONSTRAINT presence_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.street_boundary
    ADD CONSTRAINT street_boundary_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.street_boundary
    ADD CONSTRAINT street_boundary_street_code_fkey FOREIGN KEY (street_code) REFERENCES registry.street(code);

ALTER TABLE ONLY registry.street
    ADD CONSTRAINT street_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.street
    ADD CONSTRAINT street_district_code_fkey FOREIGN KEY (district_code) REFERENCES registry.district(code);

ALTER TABLE ONLY registry.street_generalised
    ADD CONSTRAINT street_generalised_boundary_id_fkey FOREIGN KEY (boundary_id) REFERENCES registry.street_boundary(id) ON DELETE CASCADE;

ALTER TABLE ONLY registry.utility
    ADD CONSTRAINT utility_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.utility
    ADD CONSTRAINT utility_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

ALTER TABLE ONLY registry.work_filing
    ADD CONSTRAINT work_filing_city_code_fkey FOREIGN KEY (city_code) REFERENCES registry.city(code);

ALTER TABLE ONLY registry.work_filing
    ADD CONSTRAINT work_filing_company_id_fkey FOREIGN KEY (company_id) REFERENCES registry.company(id);

ALTER TABLE ONLY registry.work_filing
    ADD CONSTRAINT work_filing_compound_id_fkey FOREIGN KEY (compound_id) REFERENCES registry.compound(id);

REVOKE ALL ON FUNCTION audit.count_readings(counted jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit.hide(event_id bigint, of_table text, side text, facts jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit.make_partitions(ahead integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION audit.record(action text, table_name text, row_key text, before jsonb, after jsonb, reason text, import_id bigint, actor text, request_id text, address inet) FROM PUBLIC;
