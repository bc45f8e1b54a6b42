-- Which facts are placed by what. A table, so that the trigger below and those who read it agree.
CREATE TABLE registry.placed (
    table_name TEXT NOT NULL,
    by_table TEXT NOT NULL,
    by_column TEXT NOT NULL,
    CONSTRAINT placed_pkey PRIMARY KEY (table_name)
);
INSERT INTO registry.placed (by_table, by_column, table_name)
SELECT 'registry.compound', 'compound_id', name
FROM unnest(ARRAY[
    'oversight.complaint', 'oversight.exit_case', 'oversight.hazard', 'oversight.lead',
    'oversight.measure', 'oversight.mediation', 'oversight.rating',
    'oversight.rectification_order', 'oversight.referral', 'oversight.status',
    'oversight.violation',
    'planning.campaign_problem', 'planning.draw_pick', 'planning.inspection', 'planning.visit',
    'registry.assembly_vote', 'registry.committee', 'registry.contract', 'registry.disclosure',
    'registry.emergency_plan', 'registry.fire_feature', 'registry.guard_filing',
    'registry.notice', 'registry.plaque', 'registry.presence', 'registry.utility',
    'registry.work_filing']) AS name;
INSERT INTO registry.placed (table_name, by_table, by_column) VALUES
    ('oversight.complaint_person', 'oversight.complaint', 'complaint_id'),
    ('oversight.order_extension', 'oversight.rectification_order', 'order_id'),
    ('oversight.order_reopening', 'oversight.rectification_order', 'order_id'),
    ('oversight.referral_extension', 'oversight.referral', 'referral_id'),
    ('oversight.referral_reopening', 'oversight.referral', 'referral_id'),
    ('planning.inspection_inspector', 'planning.inspection', 'inspection_id'),
    ('planning.inspection_photo', 'planning.inspection', 'inspection_id'),
    ('planning.inspector_person', 'planning.inspector', 'inspector_id'),
    ('registry.committee_step', 'registry.committee', 'committee_id'),
    ('registry.contract_manager', 'registry.contract', 'contract_id'),
    ('registry.member', 'registry.committee', 'committee_id'),
    ('registry.member_person', 'registry.member', 'member_id');

-- What belongs to a district or street by its own columns.
ALTER TABLE planning.action ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (COALESCE(district_code, city_code)) STORED;
ALTER TABLE planning.assessment ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (COALESCE(street_code, district_code, city_code)) STORED;
ALTER TABLE planning.campaign ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (COALESCE(district_code, city_code)) STORED;
ALTER TABLE planning.inspector ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (COALESCE(street_code, city_code)) STORED;
ALTER TABLE planning.plan ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (COALESCE(district_code, city_code)) STORED;
ALTER TABLE planning.target ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (district_code) STORED;
ALTER TABLE planning.training ADD COLUMN area_code TEXT NOT NULL
    GENERATED ALWAYS AS (COALESCE(street_code, district_code, city_code)) STORED;
CREATE INDEX action_area_code_idx ON planning.action (area_code);
CREATE INDEX assessment_area_code_idx ON planning.assessment (area_code);
CREATE INDEX campaign_area_code_idx ON planning.campaign (area_code);
CREATE INDEX inspector_area_code_idx ON planning.inspector (area_code);
CREATE INDEX plan_area_code_idx ON planning.plan (area_code);
CREATE INDEX target_area_code_idx ON planning.target (area_code);
CREATE INDEX training_area_code_idx ON planning.training (area_code);

-- Of a fact about no compound: the street or community it names, else the whole city.
CREATE FUNCTION registry.place_complaint() RETURNS trigger
    LANGUAGE plpgsql SET search_path TO 'pg_catalog', 'pg_temp' AS $$
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
CREATE FUNCTION registry.place_measure() RETURNS trigger
    LANGUAGE plpgsql SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    NEW.area_code := COALESCE(
        (SELECT COALESCE(street_code, district_code, city_code)
         FROM registry.compound WHERE id = NEW.compound_id),
        NEW.city_code);
    RETURN NEW;
END
$$;
CREATE FUNCTION registry.place_by_compound() RETURNS trigger
    LANGUAGE plpgsql SET search_path TO 'pg_catalog', 'pg_temp' AS $$
BEGIN
    -- Where there is no such compound, the foreign key says so.
    NEW.area_code := COALESCE(
        (SELECT COALESCE(street_code, district_code, city_code)
         FROM registry.compound WHERE id = NEW.compound_id), '');
    RETURN NEW;
END
$$;

DO $placing$
DECLARE
    one record;
    parent text;
BEGIN
    FOR one IN SELECT * FROM registry.placed ORDER BY by_table = 'registry.member', table_name LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN area_code TEXT', one.table_name);
        parent := split_part(one.by_table, '.', 2);
        CONTINUE WHEN one.table_name IN ('oversight.complaint', 'oversight.measure');
        IF parent <> 'compound' THEN
            EXECUTE format($made$
                CREATE OR REPLACE FUNCTION registry.place_by_%1$s() RETURNS trigger
                    LANGUAGE plpgsql SET search_path TO 'pg_catalog', 'pg_temp' AS $$
                BEGIN
                    NEW.area_code := COALESCE(
                        (SELECT area_code FROM %2$s WHERE id = NEW.%3$s), '');
                    RETURN NEW;
                END
                $$ $made$, parent, one.by_table, one.by_column);
        END IF;
    END LOOP;
    -- Parents first, whose children read their area.
    FOR one IN SELECT * FROM registry.placed
               ORDER BY by_table <> 'registry.compound', by_table = 'registry.member' LOOP
        parent := split_part(one.by_table, '.', 2);
        IF one.table_name = 'oversight.complaint' THEN
            UPDATE oversight.complaint AS f SET area_code = COALESCE(
                (SELECT COALESCE(street_code, district_code, city_code)
                 FROM registry.compound WHERE id = f.compound_id),
                f.street_code,
                (SELECT street_code FROM registry.community WHERE code = f.community_code),
                f.city_code);
            CREATE TRIGGER placed BEFORE INSERT
                OR UPDATE OF compound_id, street_code, community_code, area_code
                ON oversight.complaint FOR EACH ROW EXECUTE FUNCTION registry.place_complaint();
        ELSIF one.table_name = 'oversight.measure' THEN
            UPDATE oversight.measure AS f SET area_code = COALESCE(
                (SELECT COALESCE(street_code, district_code, city_code)
                 FROM registry.compound WHERE id = f.compound_id), f.city_code);
            CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF compound_id, area_code
                ON oversight.measure FOR EACH ROW EXECUTE FUNCTION registry.place_measure();
        ELSE
            EXECUTE format('UPDATE %s AS f SET area_code = %s FROM %s AS p WHERE p.id = f.%s',
                           one.table_name,
                           CASE WHEN parent = 'compound'
                                THEN 'COALESCE(p.street_code, p.district_code, p.city_code)'
                                ELSE 'p.area_code' END,
                           one.by_table, one.by_column);
            EXECUTE format(
                'CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF %2$s, area_code'
                ' ON %1$s FOR EACH ROW EXECUTE FUNCTION registry.place_by_%3$s()',
                one.table_name, one.by_column, parent);
        END IF;
        EXECUTE format('ALTER TABLE %s ALTER COLUMN area_code SET NOT NULL', one.table_name);
        EXECUTE format('CREATE INDEX %2$s_area_code_idx ON %1$s (area_code)',
                       one.table_name, split_part(one.table_name, '.', 2));
    END LOOP;
END
$placing$;

-- A compound that comes to another street takes its facts along.
CREATE FUNCTION registry.move_facts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'pg_catalog', 'pg_temp' AS $$
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
$$;
CREATE TRIGGER moves_facts AFTER UPDATE ON registry.compound
    REFERENCING OLD TABLE AS was NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION registry.move_facts();
