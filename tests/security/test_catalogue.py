"""The database's catalogue: nothing a request can reach is without a filter on its rows."""

import pytest
from sqlalchemy import Engine, text

from access.credentials import installation_secret
from access.enforce import BACKUP, ENGINE, GATE, LOGINS, WORKER, enforce
from access.rules import PUBLIC, PUBLIC_WRITES, RULES

REQUESTS = (*LOGINS.values(), ENGINE, GATE)
OURS = ("access", "audit", "imports", "jobs", "oversight", "planning", "registry")

_REACHED = text("""
    SELECT n.nspname || '.' || c.relname AS name, c.relkind,
           c.relrowsecurity AND c.relforcerowsecurity AS secured, c.reloptions
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = ANY(:ours)
      AND EXISTS (
        SELECT FROM unnest(CAST(:roles AS text[])) AS role
        WHERE has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
           OR has_table_privilege(role, c.oid, 'DELETE, TRUNCATE, TRIGGER'))
    ORDER BY 1
""")


@pytest.fixture
def reached(database: Engine) -> list[tuple[str, str, bool, list[str] | None]]:
    with database.connect() as connection:
        found = connection.execute(_REACHED, {"ours": list(OURS), "roles": list(REQUESTS)}).all()
    return [tuple(one) for one in found]


def test_what_requests_reach_has_forced_row_security_or_is_known_to_be_public(reached) -> None:
    bare = {name for name, kind, secured, _ in reached if kind in "rp" and not secured}
    assert bare == set(PUBLIC) - set(PUBLIC_WRITES) - {
        one for one in PUBLIC if one.startswith("public.")
    }


def test_no_view_lends_its_owners_rights(reached) -> None:
    for name, kind, _, options in reached:
        assert kind != "m", f"{name} is a materialised view: it holds rows of no policy"
        assert kind != "v" or "security_invoker=true" in (options or ()), name


def test_every_table_has_a_rule(database: Engine) -> None:
    with database.connect() as connection:
        tables = set(
            connection.scalars(
                text("""
                    SELECT n.nspname || '.' || c.relname FROM pg_class AS c
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                      AND n.nspname IN ('oversight', 'planning', 'registry', 'imports')
                """)
            )
        )
    assert tables == {*RULES, *PUBLIC} - {
        one for one in (*RULES, *PUBLIC) if one.partition(".")[0] in {"audit", "public"}
    }


def test_functions_with_their_owners_rights_have_a_fixed_search_path(database: Engine) -> None:
    with database.connect() as connection:
        loose = connection.scalars(
            text("""
                SELECT CAST(p.oid::regprocedure AS text) FROM pg_proc AS p
                JOIN pg_namespace AS n ON n.oid = p.pronamespace
                WHERE p.prosecdef AND n.nspname = ANY(:ours)
                  AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS one
                                  WHERE one LIKE 'search_path=%')
            """),
            {"ours": list(OURS)},
        ).all()
    assert loose == []


def test_a_table_has_one_reading_policy_a_kind_of_scope(database: Engine) -> None:
    with database.connect() as connection:
        twice = connection.execute(
            text("""
                SELECT schemaname, tablename, role, count(*) FROM pg_policies, unnest(roles) AS role
                WHERE cmd IN ('SELECT', 'ALL') AND permissive = 'PERMISSIVE'
                GROUP BY 1, 2, 3 HAVING count(*) > 1
            """)
        ).all()
    assert twice == []


def test_no_role_of_requests_is_a_member_of_another_or_more_than_it_should(
    database: Engine,
) -> None:
    with database.connect() as connection:
        members = connection.execute(
            text("""
                SELECT CAST(member::regrole AS text), CAST(roleid::regrole AS text)
                FROM pg_auth_members WHERE CAST(member::regrole AS text) = ANY(:roles)
            """),
            {"roles": list(REQUESTS)},
        ).all()
        strong = connection.scalars(
            text("""
                SELECT rolname FROM pg_roles WHERE rolname = ANY(:roles)
                AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolinherit
                     OR rolreplication)
            """),
            {"roles": list(REQUESTS)},
        ).all()
    assert {of for _, of in members} <= {ENGINE}
    assert LOGINS["public"] not in {one for one, _ in members}
    assert strong == []


def test_nobody_may_make_things_in_the_database(database: Engine) -> None:
    with database.connect() as connection:
        makers = connection.execute(
            text("""
                SELECT role, nspname FROM pg_namespace, unnest(CAST(:roles AS text[])) AS role
                WHERE nspname = ANY(:ours) AND has_schema_privilege(role, nspname, 'CREATE')
            """),
            {"roles": list(REQUESTS), "ours": [*OURS, "public"]},
        ).all()
    assert makers == []


def test_nobody_makes_temporary_tables_but_who_imports(database: Engine) -> None:
    with database.begin() as connection:
        enforce(connection, installation_secret())  # a copied database has lost its rights
        makers = connection.scalars(
            text("""
                SELECT role FROM unnest(CAST(:roles AS text[])) AS role
                WHERE has_database_privilege(role, current_database(), 'TEMPORARY')
            """),
            {"roles": [*REQUESTS, WORKER, BACKUP]},
        ).all()
        granted = connection.scalar(
            text("""
                SELECT count(*) FROM pg_database, aclexplode(datacl)
                WHERE datname = current_database() AND grantee = 0 AND privilege_type = 'TEMPORARY'
            """)
        )
    assert (makers, granted) == ([WORKER], 0)


def test_personal_columns_are_kept_from_the_assessment(database: Engine) -> None:
    personal = [table for table, rule in RULES.items() if rule.personal]
    with database.connect() as connection:
        for table in personal:
            reads = text("SELECT has_any_column_privilege(:role, :table, 'SELECT')")
            for role in (ENGINE, LOGINS["public"]):
                assert not connection.scalar(reads, {"role": role, "table": table}), (role, table)
        lead = text("SELECT has_column_privilege(:role, 'oversight.lead', 'statement', 'SELECT')")
        assert not connection.scalar(lead, {"role": ENGINE})


def test_the_assessment_writes_statuses_and_nothing_else(database: Engine) -> None:
    with database.connect() as connection:
        written = set(
            connection.scalars(
                text("""
                    SELECT n.nspname || '.' || c.relname FROM pg_class AS c
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(:ours)
                      AND has_table_privilege(:role, c.oid, 'INSERT, UPDATE, DELETE')
                """),
                {"role": ENGINE, "ours": list(OURS)},
            )
        )
    assert written == {
        *("oversight.status", "oversight.company_status", "oversight.status_public"),
        "oversight.policy",  # the version that made a first status is kept with it
    }
