-- The staged copies for one zoom replace those of the outlines that hold; ${level} as before.
INSERT INTO registry.${level}_generalised (boundary_id, max_zoom, geom)
SELECT held.id, :zoom, ST_Multi(staged.geom)
FROM staged_outline AS staged
JOIN registry.${level}_boundary AS held
  ON held.${level}_code = staged.code
 AND held.city_code = :city
 AND held.superseded_at IS NULL
 AND upper_inf(held.valid)
ON CONFLICT (boundary_id, max_zoom) DO UPDATE SET geom = excluded.geom;
