-- Policies of earlier rules go.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT format('%I ON %I.%I', policyname, schemaname, tablename) AS what FROM pg_policies
        WHERE schemaname IN ('access', 'audit', 'imports', 'oversight', 'planning', 'registry')
    LOOP
        EXECUTE 'DROP POLICY ' || one.what;
    END LOOP;
END
$$
