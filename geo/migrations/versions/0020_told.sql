-- Whoever keeps drawn maps hears of what changed in them when the change is committed: the layer,
-- and where (west, south, east, north in WGS 84) if it is few places. Nothing is told that the
-- public may not read.

CREATE FUNCTION registry.tell_layers() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    FOR place IN 0 .. TG_NARGS - 1 LOOP
        PERFORM pg_notify('atlas_drawn', TG_ARGV[place]);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.tell_places(geoms public.geometry[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF cardinality(geoms) > 100 THEN
        PERFORM pg_notify('atlas_drawn', 'compounds');
        RETURN;
    END IF;
    PERFORM pg_notify('atlas_drawn', format('compounds %s %s %s %s', public.ST_XMin(g),
                      public.ST_YMin(g), public.ST_XMax(g), public.ST_YMax(g)))
    FROM unnest(geoms) AS g WHERE g IS NOT NULL;
END
$$;

-- Who writes need not be let call what tells.
CREATE FUNCTION registry.tell_compounds() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
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
            WHERE NOT COALESCE(b.geom OPERATOR(public.=) a.geom
                               AND b.label_point OPERATOR(public.=) a.label_point, false)
               OR (b.name, b.city_code, b.district_code, b.street_code, b.synthetic,
                   b.superseded_at)
                  IS DISTINCT FROM
                  (a.name, a.city_code, a.district_code, a.street_code, a.synthetic,
                   a.superseded_at)
            LIMIT 101));
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION registry.tell_statuses() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
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

CREATE TRIGGER tells_added AFTER INSERT ON registry.compound
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_compounds();
CREATE TRIGGER tells_changed AFTER UPDATE ON registry.compound
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_compounds();
CREATE TRIGGER tells_removed AFTER DELETE ON registry.compound
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_compounds();
CREATE TRIGGER tells_emptied AFTER TRUNCATE ON registry.compound
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells_added AFTER INSERT ON oversight.status_public
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_statuses();
CREATE TRIGGER tells_changed AFTER UPDATE ON oversight.status_public
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_statuses();
CREATE TRIGGER tells_removed AFTER DELETE ON oversight.status_public
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_statuses();
CREATE TRIGGER tells_emptied AFTER TRUNCATE ON oversight.status_public
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');

CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.district
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts', 'jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.district_boundary
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts', 'jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.district_generalised
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.street
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('streets', 'communities', 'jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.street_boundary
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('streets', 'jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.street_generalised
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('streets');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.community
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('communities');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.community_boundary
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('communities');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON oversight.jurisdiction
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON oversight.agency
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON oversight.violation_type
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');
CREATE TRIGGER tells AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.city
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('jurisdictions');
