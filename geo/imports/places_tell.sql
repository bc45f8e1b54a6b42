-- What became of the units of :city; a corrected outline goes to the audit.
SELECT count(audit.record(
    action => 'correct',
    table_name => 'registry.${level}_boundary',
    row_key => CAST(fresh.stale_id AS text),
    before => jsonb_build_object('geom', ST_AsText(stale.geom)),
    after => jsonb_build_object('geom', ST_AsText(fresh.geom)),
    reason => :reason,
    import_id => :import_id,
    actor => :actor
))
FROM fresh_outline AS fresh
JOIN stale_outline AS stale ON stale.id = fresh.stale_id
WHERE :correct;

SELECT
    count(*) FILTER (WHERE fresh.code IS NOT NULL AND fresh.stale_id IS NULL) AS new,
    count(*) FILTER (
        WHERE fresh.stale_id IS NOT NULL
           OR (fresh.code IS NULL AND renamed.code IS NOT NULL)
    ) AS updated,
    count(*) FILTER (WHERE fresh.code IS NULL AND renamed.code IS NULL) AS unchanged,
    coalesce(
        array_agg(held.id ORDER BY held.id) FILTER (
            WHERE fresh.code IS NOT NULL OR renamed.code IS NOT NULL
        ),
        '{}'
    ) AS ids
FROM staged_unit AS unit
LEFT JOIN fresh_outline AS fresh ON fresh.code = unit.code
LEFT JOIN renamed_unit AS renamed ON renamed.code = unit.code
JOIN registry.${level}_boundary AS held
  ON held.${level}_code = unit.code AND held.superseded_at IS NULL AND upper_inf(held.valid)
WHERE unit.city_code = :city;
