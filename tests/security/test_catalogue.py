"""The database's catalogue: nothing a request can reach is without a filter on its rows."""

import pytest
from sqlalchemy import Connection, Engine, text

from access.credentials import installation_secret
from access.enforce import BACKUP, ENGINE, GATE, INTAKE, LOGINS, WORKER, enforce
from access.rules import ENGINE_ADDS, PUBLIC, PUBLIC_WRITES, RULES

REQUESTS = (*LOGINS.values(), ENGINE, GATE, INTAKE)
INNER = {"access", "audit", "jobs"}
"""Schemas whose tables hold no facts: accounts, the record of changes, the queue."""

EXTENSIONS = {"public.geography_columns", "public.geometry_columns", "public.spatial_ref_sys"}
"""PostGIS' own: projections, and the views that tell which columns are geometries."""
ESTIMATES = {
    f"st_estimatedextent({given})"
    for given in ("text,text", "text,text,text", "text,text,text,boolean")
}
"""PostGIS' own, which read the planner's statistics of a column as their owner."""
NUMBER = "public.alembic_version"
QUEUE = {f"jobs.procrastinate_{name}" for name in ("events", "jobs", "periodic_defers")}
"""Of the queue, what uploads are put on it with; :mod:`access.enforce` gives it to one role."""

# Of all schemas, those that are made tomorrow too; temporary tables are their makers' own.
_OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

_REACHED = text(f"""
    SELECT n.nspname || '.' || c.relname AS name, c.relkind,
           c.relrowsecurity AND c.relforcerowsecurity AS secured, c.reloptions
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS}
      AND EXISTS (
        SELECT FROM unnest(CAST(:roles AS text[])) AS role
        WHERE has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
           OR has_table_privilege(role, c.oid, 'DELETE, TRUNCATE, TRIGGER'))
    ORDER BY 1
""")
_LOOSE = text(f"""
    SELECT CAST(p.oid::regprocedure AS text) FROM pg_proc AS p
    JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND {_OURS}
      AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS one WHERE one LIKE 'search_path=%')
""")

Relation = tuple[str, str, bool, list[str] | None]
"""Name, kind, whether row security is enabled and forced, options."""


def reached_by(connection: Connection, *roles: str) -> list[Relation]:
    found = connection.execute(_REACHED, {"roles": list(roles)}).all()
    return [tuple(one) for one in found]


def unfiltered(relations: list[Relation]) -> set[str]:
    return {name for name, kind, secured, _ in relations if kind in "rpf" and not secured}


def lending(relations: list[Relation]) -> set[str]:
    """Views that show rows with their owner's rights, and those that hold rows themselves."""
    return {
        name
        for name, kind, _, options in relations
        if kind == "m" or (kind == "v" and "security_invoker=true" not in (options or ()))
    }


@pytest.fixture
def reached(database: Engine) -> list[Relation]:
    with database.connect() as connection:
        return reached_by(connection, *REQUESTS)


def test_what_requests_reach_has_forced_row_security_or_is_known_to_be_public(
    reached: list[Relation],
) -> None:
    public = {*PUBLIC} - {*PUBLIC_WRITES, *ENGINE_ADDS} - lending(reached)
    assert unfiltered(reached) == public | QUEUE
    assert EXTENSIONS | {NUMBER} == {one for one in PUBLIC if one.startswith("public.")}


def test_no_view_lends_its_owners_rights(reached: list[Relation]) -> None:
    assert lending(reached) == EXTENSIONS - {"public.spatial_ref_sys"}


def test_what_is_exempt_is_read_only_and_the_queue_is_one_roles(database: Engine) -> None:
    writes = text("""
        SELECT count(*) FROM unnest(CAST(:roles AS text[])) AS role,
                             unnest(CAST(:tables AS text[])) AS one
        WHERE has_table_privilege(role, one, 'INSERT, UPDATE, DELETE, TRUNCATE')
    """)
    with database.connect() as connection:
        given = {"roles": list(REQUESTS), "tables": [*EXTENSIONS, NUMBER]}
        assert connection.scalar(writes, given) == 0
        others = [role for role in REQUESTS if role != INTAKE]
        assert not {name for name, *_ in reached_by(connection, *others)} & QUEUE


def test_every_schema_is_looked_at(database: Engine) -> None:
    with database.connect() as connection:
        connection.execute(
            text(f"""
                CREATE SCHEMA later;
                GRANT USAGE ON SCHEMA later TO {LOGINS["public"]};
                CREATE TABLE later.plain (id int);
                CREATE TABLE public.plain (id int);
                CREATE TABLE public.unforced (id int);
                ALTER TABLE public.unforced ENABLE ROW LEVEL SECURITY;
                CREATE VIEW later.lends AS SELECT id FROM registry.compound;
                CREATE MATERIALIZED VIEW public.holds AS SELECT id FROM registry.compound;
                CREATE FUNCTION public.as_owner() RETURNS int LANGUAGE sql SECURITY DEFINER
                    AS 'SELECT 1';
                GRANT SELECT ON later.plain, later.lends, public.holds TO {LOGINS["public"]};
                GRANT SELECT (id) ON public.plain TO {ENGINE};
                GRANT INSERT ON public.unforced TO {GATE};
            """)
        )
        found = reached_by(connection, *REQUESTS)
        assert unfiltered(found) >= {"later.plain", "public.plain", "public.unforced"}
        assert lending(found) >= {"later.lends", "public.holds"}
        assert "as_owner()" in connection.scalars(_LOOSE).all()
        assert {"later.plain", "public.plain"} <= _ruleless(connection)
        connection.rollback()


def _ruleless(connection: Connection) -> set[str]:
    """Tables of facts of which the rules say nothing."""
    tables = connection.scalars(
        text(f"""
            SELECT n.nspname || '.' || c.relname FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
              AND {_OURS} AND n.nspname <> ALL(:inner)
        """),
        {"inner": list(INNER)},
    ).all()
    return {*tables} - {*RULES} - {*PUBLIC}


def test_every_table_has_a_rule_and_every_rule_its_table(database: Engine) -> None:
    with database.connect() as connection:
        assert _ruleless(connection) == set()
        there = text("SELECT to_regclass(one) IS NOT NULL FROM unnest(CAST(:all AS text[])) AS one")
        assert all(connection.scalars(there, {"all": [*RULES, *PUBLIC]}))


def test_functions_with_their_owners_rights_have_a_fixed_search_path(database: Engine) -> None:
    with database.connect() as connection:
        assert {*connection.scalars(_LOOSE)} == ESTIMATES


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
    assert not {LOGINS["public"], GATE, INTAKE} & {one for one, _ in members}
    assert strong == []


def test_nobody_may_make_things_in_the_database(database: Engine) -> None:
    with database.connect() as connection:
        makers = connection.execute(
            text(f"""
                SELECT role, nspname FROM pg_namespace AS n, unnest(CAST(:roles AS text[])) AS role
                WHERE {_OURS} AND has_schema_privilege(role, nspname, 'CREATE')
            """),
            {"roles": list(REQUESTS)},
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
                text(f"""
                    SELECT n.nspname || '.' || c.relname FROM pg_class AS c
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p', 'f') AND {_OURS}
                      AND has_table_privilege(:role, c.oid, 'INSERT, UPDATE, DELETE')
                """),
                {"role": ENGINE},
            )
        )
    assert written == {
        *("oversight.status", "oversight.company_status", "oversight.status_public"),
        *ENGINE_ADDS,
    }
