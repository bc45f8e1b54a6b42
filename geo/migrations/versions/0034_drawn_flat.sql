-- All that a tile shows of a compound stands in the one row it is drawn from, so that nothing is
-- joined. The stars in it are copies: true while no compound stands in compound_outdated, since
-- atlas worker copies them when it takes the notes away. Room is left in each page for that.

CREATE TEMPORARY TABLE was_mark ON COMMIT DROP AS TABLE registry.compound_mark;
CREATE TEMPORARY TABLE was_band ON COMMIT DROP AS TABLE registry.compound_band;
TRUNCATE registry.compound_mark, registry.compound_band;

ALTER TABLE registry.compound_mark
    ADD COLUMN effective_star SMALLINT,
    ADD COLUMN rated_star SMALLINT,
    SET (fillfactor = 80);
ALTER TABLE registry.compound_band
    ADD COLUMN point public.geometry(POINT, 3857) NOT NULL,
    ADD COLUMN name TEXT NOT NULL,
    ADD COLUMN district_code TEXT,
    ADD COLUMN street_code TEXT,
    ADD COLUMN synthetic BOOLEAN NOT NULL,
    ADD COLUMN effective_star SMALLINT,
    ADD COLUMN rated_star SMALLINT,
    SET (fillfactor = 80);

INSERT INTO registry.compound_mark (
    compound_id, place, point, name, district_code, street_code, synthetic,
    effective_star, rated_star)
SELECT m.compound_id, m.place, m.point, m.name, m.district_code, m.street_code, m.synthetic,
       s.effective_star, s.rated_star
FROM was_mark AS m LEFT JOIN registry.compound_star AS s ON s.compound_id = m.compound_id
ORDER BY m.place;
INSERT INTO registry.compound_band (
    compound_id, geom, geom_14, geom_12, geom_10,
    point, name, district_code, street_code, synthetic, effective_star, rated_star)
SELECT b.compound_id, b.geom, b.geom_14, b.geom_12, b.geom_10,
       m.point, m.name, m.district_code, m.street_code, m.synthetic, m.effective_star, m.rated_star
FROM was_band AS b JOIN registry.compound_mark AS m ON m.compound_id = b.compound_id
ORDER BY b.geom USING OPERATOR(public.<);

CREATE OR REPLACE FUNCTION registry.draw_bands(ids bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    world CONSTANT double precision := 40075016.685578488;
BEGIN
    DELETE FROM registry.compound_band WHERE compound_id = ANY(ids);
    INSERT INTO registry.compound_band (
        compound_id, geom, geom_14, geom_12, geom_10,
        point, name, district_code, street_code, synthetic)
    SELECT c.id, c.flat,
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 14))),
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 12))),
           public.ST_Multi(public.ST_SimplifyPreserveTopology(c.flat, world / (2048 << 10))),
           m.point, m.name, m.district_code, m.street_code, m.synthetic
    FROM (
        SELECT id, public.ST_ForcePolygonCW(public.ST_Transform(geom, 3857)) AS flat
        FROM registry.compound WHERE id = ANY(ids)
        ORDER BY geom USING OPERATOR(public.<)
    ) AS c
    JOIN registry.compound_mark AS m ON m.compound_id = c.id;
    DELETE FROM registry.compound_geojson WHERE compound_id = ANY(ids);
    INSERT INTO registry.compound_geojson (compound_id, shape)
    SELECT id, registry.draw_text(geom)
    FROM registry.compound WHERE id = ANY(ids)
    ORDER BY id;
END
$$;

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
        UPDATE registry.compound_band AS b
        SET point = m.point, name = m.name, district_code = m.district_code,
            street_code = m.street_code, synthetic = m.synthetic
        FROM registry.compound_mark AS m
        WHERE m.compound_id = b.compound_id AND b.compound_id = ANY(moved || named);
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
