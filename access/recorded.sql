-- Who recorded facts, and who changed them last: for whoever sees the facts, by the conditions of
-- their row policies; for nobody else. Of a person the name and the office, nothing more.
CREATE OR REPLACE FUNCTION access.recorded(wanted text[], numbers bigint[])
    RETURNS TABLE (
        table_name text, id bigint, changed boolean, at timestamptz, name text, erased boolean,
        role text, office text, imported boolean
    )
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp' AS $$
DECLARE
    known jsonb := '{tables}';
    one text;
    condition text;
BEGIN
    FOR one IN SELECT DISTINCT asked FROM unnest(wanted) AS asked WHERE known ? asked LOOP
        condition := CASE session_user
            WHEN 'atlas_all' THEN 'true' WHEN 'atlas_area' THEN known -> one ->> 'area' END;
        CONTINUE WHEN condition IS NULL;
        RETURN QUERY EXECUTE format($query$
            WITH seen AS (
                SELECT fact.id, %2$s AS import_id FROM %1$s AS fact
                WHERE fact.id = ANY($1) AND (%3$s)
            ), told AS (
                SELECT s.id, e.id AS event_id, e.at, e.account_id, e.grant_id,
                       e.import_id IS NOT NULL AS imported
                FROM seen AS s
                JOIN audit.event AS e ON e.table_name = $2 AND e.row_key = s.id::text
                UNION ALL
                SELECT s.id, NULL, f.finished_at, f.account_id, f.grant_id, true
                FROM seen AS s JOIN imports.file AS f ON f.id = s.import_id
            ), ends AS (
                SELECT t.*, row_number() OVER forth AS nth, row_number() OVER back AS from_last
                FROM told AS t
                WINDOW forth AS (PARTITION BY t.id ORDER BY t.at, t.event_id),
                       back AS (PARTITION BY t.id ORDER BY t.at DESC, t.event_id DESC)
            )
            SELECT $2, n.id, n.nth > 1, n.at, nullif(a.name, ''),
                   n.account_id IS NOT NULL AND nullif(a.name, '') IS NULL,
                   g.role, COALESCE(street.name, district.name, city.name, agency.name, company.name),
                   n.imported
            FROM ends AS n
            LEFT JOIN access.account AS a ON a.id = n.account_id
            LEFT JOIN access.role_grant AS g ON g.id = n.grant_id
            LEFT JOIN registry.city AS city ON city.code = g.area_code
            LEFT JOIN registry.district AS district ON district.code = g.area_code
            LEFT JOIN registry.street AS street ON street.code = g.area_code
            LEFT JOIN oversight.agency AS agency ON agency.id = g.agency_id
            LEFT JOIN registry.company AS company ON company.id = g.company_id
            WHERE n.nth = 1 OR n.from_last = 1
        $query$, one, known -> one ->> 'import', condition)
        USING (SELECT array_agg(n) FROM unnest(wanted, numbers) AS given (t, n) WHERE t = one), one;
    END LOOP;
END
$$
