DROP TRIGGER moves_facts ON registry.compound;
DROP FUNCTION registry.move_facts();
DO $undone$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT table_name FROM registry.placed LOOP
        EXECUTE format('DROP TRIGGER placed ON %s', one.table_name);
        EXECUTE format('ALTER TABLE %s DROP COLUMN area_code', one.table_name);
    END LOOP;
    FOR one IN SELECT DISTINCT split_part(by_table, '.', 2) AS parent FROM registry.placed LOOP
        EXECUTE format('DROP FUNCTION registry.place_by_%s()', one.parent);
    END LOOP;
END
$undone$;
DROP FUNCTION registry.place_complaint();
DROP FUNCTION registry.place_measure();
ALTER TABLE planning.action DROP COLUMN area_code;
ALTER TABLE planning.assessment DROP COLUMN area_code;
ALTER TABLE planning.campaign DROP COLUMN area_code;
ALTER TABLE planning.inspector DROP COLUMN area_code;
ALTER TABLE planning.plan DROP COLUMN area_code;
ALTER TABLE planning.target DROP COLUMN area_code;
ALTER TABLE planning.training DROP COLUMN area_code;
DROP TABLE registry.placed;
