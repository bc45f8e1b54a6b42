-- New compounds, with what is derived from their outlines. Without a number of its own a compound
-- is called by its reference, else by its city and id.
WITH inserted AS (
INSERT INTO registry.compound
    (id, city_code, code, name, name_generated, address, households, floor_area_m2, year_built,
     district_code, district_share, street_code, street_share, community_code, community_share,
     place_decided, geom, approximate, area_m2, label_point, source, source_ref, import_id)
SELECT
    id, city_code, coalesce(code, source_ref, city_code || '-' || id), name, name_generated,
    address, households, floor_area_m2, year_built,
    district_code, district_share, street_code, street_share, community_code, community_share,
    place_decided, geom, approximate, ST_Area(ST_Transform(geom, 6933)), ST_PointOnSurface(geom),
    :source, source_ref, :import_id
FROM (
    SELECT
        nextval(numbers.sequence) AS id,
        settled.city_code, staged.code, staged.name,
        coalesce(staged.name_generated, FALSE) AS name_generated,
        staged.address, staged.households, staged.floor_area_m2, staged.year_built,
        settled.district_code, settled.district_share, settled.street_code, settled.street_share,
        settled.community_code, settled.community_share, settled.place_decided,
        staged.geom, coalesce(staged.approximate, FALSE) AS approximate, staged.source_ref
    FROM staged
    JOIN settled ON settled."row" = staged."row"
    CROSS JOIN (
        SELECT CAST(pg_get_serial_sequence('registry.compound', 'id') AS regclass) AS sequence
        OFFSET 0
    ) AS numbers
    WHERE NOT EXISTS (SELECT FROM compared WHERE compared."row" = staged."row")
) AS made
RETURNING id
)
SELECT coalesce(array_agg(id), '{}') FROM inserted;
