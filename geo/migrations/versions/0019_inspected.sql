ALTER TABLE planning.inspection_inspector ADD COLUMN inspected_on DATE;

UPDATE planning.inspection_inspector AS n SET inspected_on = i.inspected_on
FROM planning.inspection AS i WHERE i.id = n.inspection_id;

DROP INDEX planning.inspection_inspector_inspector_id_idx;
CREATE INDEX inspection_inspector_inspector_id_inspected_on_idx
    ON planning.inspection_inspector (inspector_id, inspected_on);

-- Whatever was given, the day is that of the inspection.
CREATE FUNCTION registry.place_inspected_on() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.inspected_on := (SELECT inspected_on FROM planning.inspection
                         WHERE id = NEW.inspection_id);
    RETURN NEW;
END
$$;

CREATE TRIGGER dated
    BEFORE INSERT OR UPDATE OF inspection_id, inspected_on ON planning.inspection_inspector
    FOR EACH ROW EXECUTE FUNCTION registry.place_inspected_on();

CREATE FUNCTION registry.move_inspected_on() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE planning.inspection_inspector SET inspected_on = NEW.inspected_on
    WHERE inspection_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER dates_inspectors
    AFTER UPDATE OF inspected_on ON planning.inspection
    FOR EACH ROW WHEN (OLD.inspected_on IS DISTINCT FROM NEW.inspected_on)
    EXECUTE FUNCTION registry.move_inspected_on();
