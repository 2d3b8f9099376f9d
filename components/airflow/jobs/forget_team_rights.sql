-- Drops the policies of teams' logins. Row-level security stays on, so those logins see no row until the policies are there
-- again. Before a migration, which may change the columns that policies name. Without two dollar signs in a row: in a
-- container's environment Kubernetes makes one of them.
DO $drop$
DECLARE found record;
BEGIN
    FOR found IN SELECT schemaname, tablename, policyname FROM pg_policies
        WHERE schemaname = 'public' AND starts_with(policyname, 'airflow_linkerd_')
    LOOP
        EXECUTE format('DROP POLICY %I ON %I.%I', found.policyname, found.schemaname, found.tablename);
    END LOOP;
END
$drop$
