-- Generalised outlines in web mercator, clockwise as tiles have them, and of districts the borders
-- each once: a border that two share is the one's whose code is lower.
ALTER TABLE registry.district_generalised
    ADD COLUMN line public.geometry(MULTILINESTRING, 4326),
    ADD COLUMN flat public.geometry(MULTIPOLYGON, 3857)
        GENERATED ALWAYS AS (public.ST_ForcePolygonCW(public.ST_Transform(geom, 3857))) STORED,
    ADD COLUMN flat_line public.geometry(MULTILINESTRING, 3857)
        GENERATED ALWAYS AS (public.ST_Transform(line, 3857)) STORED;
ALTER TABLE registry.street_generalised
    ADD COLUMN flat public.geometry(MULTIPOLYGON, 3857)
        GENERATED ALWAYS AS (public.ST_ForcePolygonCW(public.ST_Transform(geom, 3857))) STORED;

UPDATE registry.district_generalised AS own
SET line = public.ST_Multi(public.ST_LineMerge(public.ST_CollectionExtract(COALESCE(
    public.ST_Difference(public.ST_Boundary(own.geom), (
        SELECT public.ST_Collect(public.ST_Boundary(other.geom))
        FROM registry.district_generalised AS other
        JOIN registry.district_boundary AS beside ON beside.id = other.boundary_id
        WHERE other.max_zoom = own.max_zoom AND beside.superseded_at IS NULL
          AND upper_inf(beside.valid) AND beside.city_code = held.city_code
          AND beside.district_code < held.district_code
          AND other.geom OPERATOR(public.&&) own.geom)),
    public.ST_Boundary(own.geom)), 2)))
FROM registry.district_boundary AS held
WHERE held.id = own.boundary_id;
