-- Whole features of compounds as everybody reads them today, kept as they are answered; and whose
-- feature is no longer true. What changes something only adds to the latter, so that no writer
-- waits for another; atlas worker writes the features anew and takes the rows away.

CREATE TABLE registry.compound_feature (
    compound_id BIGINT NOT NULL,
    form INTEGER NOT NULL,
    feature BYTEA NOT NULL,
    CONSTRAINT compound_feature_pkey PRIMARY KEY (compound_id)
);

CREATE TABLE registry.compound_outdated (
    compound_id BIGINT NOT NULL
);
CREATE INDEX compound_outdated_compound_id_idx ON registry.compound_outdated (compound_id);

CREATE FUNCTION registry.outdate_compounds() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
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

CREATE FUNCTION registry.outdate_statuses() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
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

-- Features tell names of districts, streets, companies and rounds.
CREATE FUNCTION registry.outdate_named() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
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

CREATE TRIGGER outdates_added AFTER INSERT ON registry.compound
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();
CREATE TRIGGER outdates_changed AFTER UPDATE ON registry.compound
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();
CREATE TRIGGER outdates_removed AFTER DELETE ON registry.compound
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();
CREATE TRIGGER outdates_emptied AFTER TRUNCATE ON registry.compound
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_compounds();

CREATE TRIGGER outdates_added AFTER INSERT ON oversight.status_public
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();
CREATE TRIGGER outdates_changed AFTER UPDATE ON oversight.status_public
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();
CREATE TRIGGER outdates_removed AFTER DELETE ON oversight.status_public
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();
CREATE TRIGGER outdates_emptied AFTER TRUNCATE ON oversight.status_public
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_statuses();

CREATE TRIGGER outdates_named AFTER UPDATE ON registry.district
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();
CREATE TRIGGER outdates_named AFTER UPDATE ON registry.street
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();
CREATE TRIGGER outdates_named AFTER UPDATE ON registry.company
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();
CREATE TRIGGER outdates_named AFTER UPDATE ON oversight.rating_round
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry.outdate_named();

INSERT INTO registry.compound_outdated
SELECT id FROM registry.compound WHERE superseded_at IS NULL ORDER BY id;
