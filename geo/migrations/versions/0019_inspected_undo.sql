DROP TRIGGER dates_inspectors ON planning.inspection;
DROP TRIGGER dated ON planning.inspection_inspector;
DROP FUNCTION registry.move_inspected_on();
DROP FUNCTION registry.place_inspected_on();
DROP INDEX planning.inspection_inspector_inspector_id_inspected_on_idx;
CREATE INDEX inspection_inspector_inspector_id_idx ON planning.inspection_inspector (inspector_id);
ALTER TABLE planning.inspection_inspector DROP COLUMN inspected_on;
