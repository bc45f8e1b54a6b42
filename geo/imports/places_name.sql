-- Units of :city take name and kind from the file; what a name was before goes to the audit.
DROP TABLE IF EXISTS renamed_unit;

CREATE TEMPORARY TABLE renamed_unit ON COMMIT DROP AS
SELECT
    unit.code,
    jsonb_build_object('name', held.name, 'kind', held.kind, 'parent', held.${parent}_code)
        AS before,
    jsonb_build_object('name', unit.name, 'kind', unit.kind, 'parent', unit.parent_code) AS after
FROM staged_unit AS unit
JOIN registry.${level} AS held ON held.code = unit.code
WHERE unit.city_code = :city
  AND (held.name, held.kind, held.${parent}_code)
      IS DISTINCT FROM (unit.name, unit.kind, unit.parent_code);

SELECT count(audit.record(
    action => CASE WHEN :correct THEN 'correct' ELSE 'rename' END,
    table_name => 'registry.${level}',
    row_key => code,
    before => before,
    after => after,
    reason => :reason,
    import_id => :import_id,
    actor => :actor
))
FROM renamed_unit;

INSERT INTO registry.${level} (code, ${parent}_code, city_code, name, kind)
SELECT code, parent_code, city_code, name, kind
FROM staged_unit
WHERE city_code = :city
ON CONFLICT (code) DO UPDATE
    SET ${parent}_code = excluded.${parent}_code, name = excluded.name, kind = excluded.kind
    WHERE (${level}.${parent}_code, ${level}.name, ${level}.kind)
        IS DISTINCT FROM (excluded.${parent}_code, excluded.name, excluded.kind);

DROP TABLE IF EXISTS staged_outline;

CREATE TEMPORARY TABLE staged_outline ON COMMIT DROP AS
SELECT code, geom FROM staged_unit WHERE city_code = :city;
