-- Pages of features are kept too: whatever the public reads in them is told, not only what is
-- drawn.

CREATE OR REPLACE FUNCTION registry.tell_compounds() RETURNS trigger
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
            LIMIT 101));
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER tells_features AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.company
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');
CREATE TRIGGER tells_features AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON oversight.rating_round
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');
CREATE TRIGGER tells_features AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.district
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds', 'streets');
CREATE TRIGGER tells_features AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.street
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('compounds');
CREATE TRIGGER tells_features AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON registry.city
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('districts');
CREATE TRIGGER tells_features AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON oversight.duty
    FOR EACH STATEMENT EXECUTE FUNCTION registry.tell_layers('duties');
