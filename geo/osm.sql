-- Staged areas become compounds. The city: that of the district holding most of the area, else the
-- one asked for, else the one the compound had, else the catch-all. Returns what is new or changed.
ANALYZE staged_compound;

CREATE TEMPORARY TABLE placed_area ON COMMIT DROP AS
SELECT
    staged.*,
    coalesce(inside.city_code, CAST(:city AS text), held.city_code, :elsewhere) AS city_code
FROM staged_compound AS staged
LEFT JOIN registry.compound AS held
  ON held.source = 'osm' AND held.source_ref = staged.source_ref
LEFT JOIN LATERAL (
    SELECT district.city_code
    FROM registry.district_boundary AS district
    WHERE ST_Intersects(district.geom, staged.geom)
      AND district.superseded_at IS NULL
      AND upper_inf(district.valid)
    ORDER BY ST_Area(ST_Intersection(district.geom, staged.geom)) DESC, district.district_code
    LIMIT 1
) AS inside ON TRUE;

INSERT INTO registry.city (code, name)
SELECT DISTINCT :elsewhere, :elsewhere_name
FROM placed_area
WHERE city_code = :elsewhere
ON CONFLICT (code) DO NOTHING;

INSERT INTO registry.compound AS held
    (city_code, code, name, name_generated, address, geom, source, source_ref, synthetic)
SELECT
    city_code, source_ref, name, name_generated, address, geom, 'osm', source_ref, FALSE
FROM placed_area
ORDER BY city_code, ST_GeoHash(ST_PointOnSurface(geom)), source_ref
ON CONFLICT (source, source_ref) WHERE source_ref IS NOT NULL DO UPDATE
    SET city_code = excluded.city_code,
        name = excluded.name,
        name_generated = excluded.name_generated,
        address = excluded.address,
        geom = excluded.geom
    WHERE (held.city_code, held.name, held.name_generated, held.address)
            IS DISTINCT FROM
          (excluded.city_code, excluded.name, excluded.name_generated, excluded.address)
       OR NOT ST_OrderingEquals(held.geom, excluded.geom)
RETURNING held.id, held.xmax = 0 AS is_new;
