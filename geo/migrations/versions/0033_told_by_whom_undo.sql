CREATE OR REPLACE FUNCTION registry.tell_layers() RETURNS trigger
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

CREATE OR REPLACE FUNCTION registry.tell_places(geoms public.geometry[]) RETURNS void
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
