-- Of very many compounds the numbers are hashed: ANY(ids) of a parameter is searched from its
-- beginning for each row, which took minutes for half a million.

CREATE OR REPLACE FUNCTION registry.draw_cells_of(ids bigint[], sign integer)
    RETURNS SETOF registry.compound_cell
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT z, at.x >> (8 - z), at.y >> (8 - z), at.district_code, at.effective_star,
           CAST(sign * count(*) AS integer)
    FROM (
        SELECT m.district_code, s.effective_star,
               CAST(floor((public.ST_X(m.point) / 40075016.685578488 + 0.5) * 32768) AS integer),
               CAST(floor((0.5 - public.ST_Y(m.point) / 40075016.685578488) * 32768) AS integer)
        FROM registry.compound_mark AS m
        LEFT JOIN registry.compound_star AS s ON s.compound_id = m.compound_id
        WHERE m.compound_id IN (SELECT unnest(ids))
    ) AS at(district_code, effective_star, x, y)
    CROSS JOIN (SELECT CAST(generate_series(3, 8) AS smallint)) AS zooms(z)
    GROUP BY 1, 2, 3, 4, 5
$$;

CREATE OR REPLACE FUNCTION registry.draw_cells() RETURNS void
    LANGUAGE sql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
    WITH gone AS (DELETE FROM registry.compound_cell)
    INSERT INTO registry.compound_cell SELECT * FROM registry.draw_cells_of(
        ARRAY(SELECT compound_id FROM registry.compound_mark), 1)
$$;
