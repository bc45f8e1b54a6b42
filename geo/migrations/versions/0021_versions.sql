-- Every table of numbered facts. Of what was set aside before, the audit tells the fact where it
-- knows of one only that was changed at that very moment; other old versions keep their own numbers.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT n.nspname || '.' || c.relname AS name
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('registry', 'oversight', 'planning') AND c.relkind = 'r'
          AND 2 = (SELECT count(*) FROM pg_attribute AS a
                   WHERE a.attrelid = c.oid AND a.attname IN ('id', 'superseded_at')
                     AND NOT a.attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN version_of BIGINT', one.name);
        EXECUTE format($update$
            UPDATE %1$s AS version SET version_of = event.number
            FROM (
                SELECT at, CAST(min(row_key) AS bigint) AS number FROM audit.event
                WHERE table_name = %2$L AND row_key ~ '^[0-9]{1,18}$'
                GROUP BY at HAVING count(DISTINCT row_key) = 1
            ) AS event
            WHERE event.at = version.superseded_at AND event.number <> version.id
              AND 1 = (SELECT count(*) FROM %1$s AS other WHERE other.superseded_at = event.at)
        $update$, one.name, one.name);
    END LOOP;
END
$$;

-- Row policies ask it for the violations that were passed to an agency.
CREATE INDEX violation_version_of_idx ON oversight.violation (version_of)
    WHERE version_of IS NOT NULL;
