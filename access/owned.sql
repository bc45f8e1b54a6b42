-- Everything belongs to one role that nobody signs in as.
DO $$
DECLARE
    ours name[] := ARRAY['access', 'audit', 'imports', 'oversight', 'planning', 'registry'];
    one record;
BEGIN
    FOR one IN
        SELECT format('SCHEMA %I', nspname) AS what FROM pg_namespace
        WHERE nspname = ANY(ours) AND nspowner <> 'atlas_owner'::regrole
        UNION ALL
        SELECT format('TABLE %I.%I', nspname, relname)
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = ANY(ours) AND relkind IN ('r', 'p')
          AND relowner <> 'atlas_owner'::regrole
        UNION ALL
        SELECT format('FUNCTION %s', pg_proc.oid::regprocedure)
        FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE nspname = ANY(ours) AND proowner <> 'atlas_owner'::regrole
    LOOP
        EXECUTE format('ALTER %s OWNER TO atlas_owner', one.what);
    END LOOP;
END
$$
