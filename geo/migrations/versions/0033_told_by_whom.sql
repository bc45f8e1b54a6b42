-- What is told begins with the transaction that made the change: who has an answer drawn by somebody
-- else can tell by a snapshot of that drawing whether it saw the change.
CREATE OR REPLACE FUNCTION registry.tell_layers() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    FOR place IN 0 .. TG_NARGS - 1 LOOP
        PERFORM pg_notify('atlas_drawn', format('%s %s', pg_current_xact_id(), TG_ARGV[place]));
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
        PERFORM pg_notify('atlas_drawn', format('%s compounds', pg_current_xact_id()));
        RETURN;
    END IF;
    PERFORM pg_notify('atlas_drawn', format('%s compounds %s %s %s %s', pg_current_xact_id(),
                      public.ST_XMin(g), public.ST_YMin(g), public.ST_XMax(g), public.ST_YMax(g)))
    FROM unnest(geoms) AS g WHERE g IS NOT NULL;
END
$$;
