CREATE OR REPLACE FUNCTION registry.draw_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    gone bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NOT NULL);
    back bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NOT NULL AND a.superseded_at IS NULL);
    moved bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NULL
          AND (a.district_code IS DISTINCT FROM b.district_code
               OR NOT COALESCE(a.label_point OPERATOR(public.=) b.label_point, false)));
    named bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NULL
          AND (a.name, a.street_code, a.synthetic)
              IS DISTINCT FROM (b.name, b.street_code, b.synthetic));
    outlined bigint[] := ARRAY(
        SELECT a.id FROM before_rows AS b JOIN after_rows AS a ON a.id = b.id
        WHERE b.superseded_at IS NULL AND a.superseded_at IS NULL
          AND NOT public.ST_OrderingEquals(a.geom, b.geom));
BEGIN
    IF cardinality(gone || moved) > 0 THEN
        PERFORM registry.draw_in_cells(gone || moved, -1);
        DELETE FROM registry.compound_mark WHERE compound_id = ANY(gone);
        DELETE FROM registry.compound_band WHERE compound_id = ANY(gone);
        DELETE FROM registry.compound_geojson WHERE compound_id = ANY(gone);
    END IF;
    IF cardinality(moved || named) > 0 THEN
        UPDATE registry.compound_mark AS m
        SET point = public.ST_Transform(
                COALESCE(c.label_point, public.ST_PointOnSurface(c.geom)), 3857),
            name = c.name, district_code = c.district_code, street_code = c.street_code,
            synthetic = c.synthetic
        FROM registry.compound AS c
        WHERE c.id = m.compound_id AND c.id = ANY(moved || named);
        PERFORM registry.draw_in_cells(moved, 1);
    END IF;
    IF cardinality(outlined) > 0 THEN
        PERFORM registry.draw_bands(outlined);
    END IF;
    IF cardinality(back) > 0 THEN
        PERFORM registry.draw_anew(back);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION registry.draw_bands(ids bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    world CONSTANT double precision := 40075016.685578488;
BEGIN
    DELETE FROM registry.compound_band WHERE compound_id = ANY(ids);
    INSERT INTO registry.compound_band (compound_id, geom, geom_14, geom_12, geom_10)
    SELECT c.id, c.flat,
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 14))),
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 12))),
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 10)))
    FROM (
        SELECT id, public.ST_ForcePolygonCW(public.ST_Transform(geom, 3857)) AS flat
        FROM registry.compound WHERE id = ANY(ids)
        ORDER BY geom USING OPERATOR(public.<)
    ) AS c;
    DELETE FROM registry.compound_geojson WHERE compound_id = ANY(ids);
    INSERT INTO registry.compound_geojson (compound_id, shape)
    SELECT id, registry.draw_text(geom)
    FROM registry.compound WHERE id = ANY(ids)
    ORDER BY id;
END
$$;

ALTER TABLE registry.compound_band
    DROP COLUMN point,
    DROP COLUMN name,
    DROP COLUMN district_code,
    DROP COLUMN street_code,
    DROP COLUMN synthetic,
    DROP COLUMN effective_star,
    DROP COLUMN rated_star,
    RESET (fillfactor);
ALTER TABLE registry.compound_mark
    DROP COLUMN effective_star,
    DROP COLUMN rated_star,
    RESET (fillfactor);
