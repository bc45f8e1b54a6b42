-- Of the copies for one zoom of the districts that hold, the borders each once: one that two share
-- is the one's whose code is lower.
UPDATE registry.district_generalised AS own
SET line = ST_Multi(ST_LineMerge(ST_CollectionExtract(COALESCE(
    ST_Difference(ST_Boundary(own.geom), (
        SELECT ST_Collect(ST_Boundary(other.geom))
        FROM registry.district_generalised AS other
        JOIN registry.district_boundary AS beside ON beside.id = other.boundary_id
        WHERE other.max_zoom = own.max_zoom AND beside.superseded_at IS NULL
          AND upper_inf(beside.valid) AND beside.city_code = held.city_code
          AND beside.district_code < held.district_code AND other.geom && own.geom)),
    ST_Boundary(own.geom)), 2)))
FROM registry.district_boundary AS held
WHERE held.id = own.boundary_id AND own.max_zoom = :zoom AND held.city_code = :city
  AND held.superseded_at IS NULL AND upper_inf(held.valid);
