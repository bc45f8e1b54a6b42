DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT n.nspname || '.' || c.relname AS name
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'version_of'
        WHERE n.nspname IN ('registry', 'oversight', 'planning') AND c.relkind = 'r'
          AND NOT a.attisdropped
    LOOP
        EXECUTE format('ALTER TABLE %s DROP COLUMN version_of', one.name);
    END LOOP;
END
$$;
