"""Puts the rules of :mod:`access.rules` into PostgreSQL: roles, grants, row policies.

Everything is made anew from the rules each time, so that nothing in the database can differ from
them. Login roles are one a kind of scope and none is a member of another; they inherit nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Connection, text

from access import credentials, told
from access.rules import (
    AREA,
    DERIVED,
    ENGINE_ADDS,
    KINDS,
    PUBLIC,
    PUBLIC_WRITES,
    RULES,
    WITHDRAWING,
    Part,
    Rule,
)
from geo.turns import take

OWNER, ENGINE, GATE = "atlas_owner", "atlas_engine", "atlas_gate"
INTAKE, WORKER, BACKUP = "atlas_intake", "atlas_worker", "atlas_backup"
LOGINS = {kind: f"atlas_{kind}" for kind in KINDS}
"""By kind of scope the role that requests of that kind connect as."""

SIGNING_IN = (*LOGINS.values(), GATE, INTAKE, WORKER)
"""The roles whose passwords follow from the secret; that of backups is the administrator's."""

SCHEMAS = ("access", "audit", "imports", "oversight", "planning", "registry")
_SCOPES, _OWNED, _RECORDED, _UNRULED = (
    Path(__file__).with_name(name).read_text("utf-8")
    for name in ("scopes.sql", "owned.sql", "recorded.sql", "unruled.sql")
)
_SIGNED_IN = ", ".join(LOGINS[kind] for kind in KINDS if kind != "public")
_ALL = ", ".join(LOGINS.values())
_GRANTED = f"{ENGINE}, {GATE}, {INTAKE}, {BACKUP}, {_ALL}"
_LOCK = 640101
_ASKED = (
    *("role()", "codes()", "cities()", "company_id()", "agency_id()", "inspector_id()"),
    *("compounds()", "companies()", "violations()", "actor()", "may_write(text)"),
)
_RECORD = "audit.record(text, text, text, jsonb, jsonb, text, bigint, text, text, inet)"
_NAMED = (
    *("registry.city", "registry.district", "registry.street", "registry.company"),
    "oversight.agency",
)
"""What grants are bound to, by name; everybody may read these."""
_GATE_WRITES = ("access.account", "access.role_grant", "access.session", "access.attempt")


_NUMBERS = text("""
    SELECT CAST(c.oid AS bigint) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(:schemas) AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
""")


_LOOSE = text("""
    SELECT replace(quote_ident(datname), '%', '%%') FROM pg_database
    WHERE datname = current_database() AND pg_has_role(datdba, 'USAGE')
      AND (datacl IS NULL OR EXISTS (
          SELECT FROM aclexplode(datacl) WHERE grantee = 0 AND privilege_type = 'TEMPORARY'))
""")


def enforce(connection: Connection, secret: bytes) -> bool:
    """Make roles, grants and policies what the rules say, within the caller's transaction.

    Tells whether there was anything to do: a comment on the schema ``access`` says which rules hold
    already, and of which tables. The login roles get the passwords that follow from the
    installation's ``secret``. Needs a superuser, or a role that may create roles and is a member of
    ``atlas_owner``.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    there = _tables(connection)
    wanted = list(statements(there))
    # A table that was made anew, by a migration or a rebuild, has another number.
    tables = connection.scalars(_NUMBERS, {"schemas": list(SCHEMAS)}).all()
    mark = hashlib.sha256("\n".join((*wanted, repr(tables))).encode()).hexdigest()
    holds = text("SELECT obj_description(to_regnamespace('access'), 'pg_namespace')")
    fresh = bool(connection.scalar(holds) != mark)
    make_roles(connection)
    _keep_temporary(connection)
    credentials.give_passwords(connection, secret, SIGNING_IN)
    credentials.take_back(connection, secret, BACKUP)
    if fresh:
        take(connection, sorted(there))
        for statement in (*wanted, f"COMMENT ON SCHEMA access IS '{mark}'"):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    return fresh


def _keep_temporary(connection: Connection) -> None:
    """Leave temporary tables to those who import and assess whole cities.

    A right to a database is lost when it is copied or made anew, so it is looked at each time.
    Whoever does not own the database leaves it as it is.
    """
    database = connection.scalar(_LOOSE)
    if database is not None:
        connection.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        connection.exec_driver_sql(f"GRANT TEMPORARY ON DATABASE {database} TO {OWNER}")


def make_roles(connection: Connection) -> None:
    """Make the roles that are missing; those that are there keep their passwords."""
    for name, attributes in (
        (OWNER, "NOLOGIN"),
        (ENGINE, "NOLOGIN NOINHERIT"),
        *((login, "LOGIN NOINHERIT") for login in LOGINS.values()),
        (GATE, "LOGIN NOINHERIT"),
        (INTAKE, "LOGIN NOINHERIT"),
        (WORKER, "LOGIN"),
        (BACKUP, "LOGIN BYPASSRLS"),
    ):
        there = text("SELECT FROM pg_roles WHERE rolname = :name")
        if connection.execute(there, {"name": name}).first() is None:
            connection.exec_driver_sql(f"CREATE ROLE {name} {attributes}")
    connection.exec_driver_sql(f"GRANT {ENGINE} TO {_ALL.partition(', ')[2]}")
    connection.exec_driver_sql(f"GRANT {OWNER} TO {WORKER}")
    # It reads also what is made later. Where a superuser saw to it, no right to grant it is needed.
    reads = text("SELECT pg_has_role(:role, 'pg_read_all_data', 'USAGE')")
    if not connection.scalar(reads, {"role": BACKUP}):
        connection.exec_driver_sql(f"GRANT pg_read_all_data TO {BACKUP}")


def statements(tables: dict[str, list[str]]) -> Iterator[str]:
    """What makes the rules hold, in order. ``tables`` gives the columns of each relation."""
    yield _UNRULED
    yield from _taken_back()
    yield _SCOPES
    yield _may_write()
    yield _recorded(tables)
    yield told.functions()
    yield from _reachable()
    for table in PUBLIC:
        yield from _public(table)
    for table, rule in RULES.items():
        yield from _filtered(table, rule, tables)
    yield f"GRANT SELECT ON public.alembic_version TO {_ALL}, {WORKER}"
    yield from _gate()
    yield from _intake()
    yield from _jobs()


def _taken_back() -> Iterator[str]:
    """What was granted by earlier rules."""
    for schema in SCHEMAS:
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {_GRANTED}"
        yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, {GATE}, {_ALL}"
        yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {_GRANTED}"
        yield f"REVOKE ALL ON SCHEMA {schema} FROM {BACKUP}"


def _may_write() -> str:
    """The roles that write a table, as a function that the write policies ask."""
    writers = {
        **{table: sorted(roles) for table, roles in PUBLIC_WRITES.items()},
        **{table: sorted(rule.writes) for table, rule in RULES.items() if rule.writes},
    }
    return f"""
        CREATE OR REPLACE FUNCTION access.may_write(wanted text) RETURNS boolean
            LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
            SET search_path TO 'pg_catalog', 'pg_temp' AS $$
        BEGIN
            RETURN COALESCE('{json.dumps(writers)}'::jsonb -> wanted ? access.role(), false);
        END
        $$"""


def _recorded(tables: dict[str, list[str]]) -> str:
    """Who recorded a fact, as a function that asks the conditions of the row policies."""
    facts = {
        table: {
            "area": rule.condition("area"),
            "import": "fact.import_id" if "import_id" in tables[table] else "NULL::bigint",
        }
        for table, rule in RULES.items()
        if rule.area == AREA and "id" in tables[table]
    }
    return _RECORDED.replace("{tables}", json.dumps(facts).replace("'", "''"))


def _reachable() -> Iterator[str]:
    for schema in SCHEMAS:
        yield f"GRANT USAGE ON SCHEMA {schema} TO {ENGINE}, {GATE}, {_ALL}"
    yield _OWNED
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC"
    for function in _ASKED:
        yield f"GRANT EXECUTE ON FUNCTION access.{function} TO {_SIGNED_IN}, {ENGINE}"
    officers = f"{LOGINS['area']}, {LOGINS['all']}"
    yield f"GRANT EXECUTE ON FUNCTION access.recorded(text[], bigint[]) TO {officers}"
    for function in ("seen(text[], bigint[])", "told(text, bigint, date)"):
        yield f"GRANT EXECUTE ON FUNCTION access.{function} TO {_SIGNED_IN}"


def _public(table: str) -> Iterator[str]:
    if table.startswith("public."):
        return  # extensions' own, and the number of the schema: readable by all as they are made
    yield f"GRANT SELECT ON {table} TO {ENGINE}, {_ALL}"
    if table in DERIVED:
        yield f"GRANT INSERT, UPDATE, DELETE ON {table} TO {ENGINE}"
    if table not in PUBLIC_WRITES and table not in ENGINE_ADDS:
        return
    yield from _secured(table)
    yield f"CREATE POLICY everybody ON {table} FOR SELECT TO {ENGINE}, {_ALL} USING (true)"
    if table in ENGINE_ADDS:
        yield f"GRANT INSERT ON {table} TO {ENGINE}"
        yield f"CREATE POLICY engine ON {table} FOR INSERT TO {ENGINE} WITH CHECK (true)"
    if table in PUBLIC_WRITES:
        yield f"GRANT INSERT, UPDATE ON {table} TO {_SIGNED_IN}"
        yield from _writing(table, dict.fromkeys(KINDS[1:], "true"))


def _filtered(table: str, rule: Rule, tables: dict[str, list[str]]) -> Iterator[str]:
    yield from _secured(table)
    reads = {kind: one for kind in KINDS[1:] if (one := rule.condition(kind)) is not None}
    if _assessed(table, rule):
        # Who has no policy sees no row, so that one query serves every kind of scope.
        yield f"GRANT SELECT{_columns(tables[table], rule.told)} ON {table} TO {_ALL}"
    for kind, condition in reads.items():
        told_apart = rule.told if kind != "all" else frozenset[str]()
        yield f"GRANT SELECT{_columns(tables[table], told_apart)} ON {table} TO {LOGINS[kind]}"
        yield (
            f"CREATE POLICY {kind}_reads ON {table} FOR SELECT"
            f" TO {LOGINS[kind]} USING ({condition})"
        )
    if rule.writes:
        for kind in reads:
            part = rule.part.get(kind)
            columns = "" if part is None else f" ({', '.join((*part.columns, 'recorded_at'))})"
            yield f"GRANT INSERT, UPDATE{columns} ON {table} TO {LOGINS[kind]}"
        yield from _writing(table, reads, rule.part)
        if "superseded_at" in tables[table]:
            yield from _withdrawing(table)
    if _assessed(table, rule):
        yield f"GRANT SELECT{_columns(tables[table], rule.hidden)} ON {table} TO {ENGINE}"
        does = "ALL" if table in DERIVED else "SELECT"
        if table in DERIVED:
            yield f"GRANT INSERT, UPDATE, DELETE ON {table} TO {ENGINE}"
        yield f"CREATE POLICY engine ON {table} FOR {does} TO {ENGINE} USING (true)"


def _columns(names: list[str], without: frozenset[str]) -> str:
    """The columns that a right is for: none named where it is for all."""
    kept = ", ".join(f'"{name}"' for name in names if name not in without)
    return f" ({kept})" if without else ""


def _assessed(table: str, rule: Rule) -> bool:
    """Whether a table holds facts that the assessment may see."""
    return not rule.personal and table.partition(".")[0] not in {"audit", "imports"}


def _secured(table: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY owner ON {table} TO {OWNER} USING (true)"


def _writing(
    table: str, reads: dict[str, str], parts: Mapping[str, Part] = MappingProxyType({})
) -> Iterator[str]:
    """One writes what one reads, and only in a role that writes the table."""
    for kind, condition in reads.items():
        login = LOGINS[kind]
        part = parts.get(kind)
        aside = "" if part is None or part.enters else " AND superseded_at IS NOT NULL"
        yield (
            f"CREATE POLICY {kind}_enters ON {table} FOR INSERT TO {login}"
            f" WITH CHECK ({condition}{aside})"
        )
        yield (
            f"CREATE POLICY {kind}_changes ON {table} FOR UPDATE TO {login}"
            f" USING ({condition}) WITH CHECK ({condition})"
        )
    may = f"(SELECT access.may_write('{table}'))"
    yield (
        f"CREATE POLICY role_enters ON {table} AS RESTRICTIVE FOR INSERT TO {_SIGNED_IN}"
        f" WITH CHECK ({may})"
    )
    yield (
        f"CREATE POLICY role_changes ON {table} AS RESTRICTIVE FOR UPDATE TO {_SIGNED_IN}"
        f" USING ({may}) WITH CHECK ({may})"
    )
    if table == "oversight.answered":
        for kind, condition in reads.items():
            yield f"GRANT DELETE ON {table} TO {LOGINS[kind]}"
            yield (
                f"CREATE POLICY {kind}_forgets ON {table} FOR DELETE"
                f" TO {LOGINS[kind]} USING ({condition})"
            )


def _withdrawing(table: str) -> Iterator[str]:
    """To set the fact itself aside is to withdraw it; its versions are added as they are."""
    roles = ", ".join(f"'{role}'" for role in sorted(WITHDRAWING))
    yield (
        f"CREATE POLICY role_withdraws ON {table} AS RESTRICTIVE FOR UPDATE TO {_SIGNED_IN}"
        f" USING (true) WITH CHECK"
        f" (superseded_at IS NULL OR (SELECT access.role()) IN ({roles}))"
    )


def _gate() -> Iterator[str]:
    """Signing in reads accounts and makes sessions, and sees no fact."""
    for table in _GATE_WRITES:
        yield from _secured(table)
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {GATE}"
        yield f"CREATE POLICY gate ON {table} TO {GATE} USING (true)"
    yield from _secured("access.demo")
    yield f"GRANT SELECT ON access.demo TO {GATE}"
    yield f"CREATE POLICY gate ON access.demo FOR SELECT TO {GATE} USING (true)"
    for table in _NAMED:
        yield f"GRANT SELECT ON {table} TO {GATE}"
    yield f"GRANT EXECUTE ON FUNCTION {_RECORD} TO {ENGINE}, {GATE}, {_SIGNED_IN}"
    yield f"GRANT EXECUTE ON FUNCTION audit.count_readings(jsonb) TO {GATE}"


def _intake() -> Iterator[str]:
    """Uploads are entered and queued, or taken off the queue; no row of a file is read."""
    yield f"GRANT USAGE ON SCHEMA imports, jobs TO {INTAKE}"
    yield f"GRANT SELECT (id, state), INSERT ON imports.file TO {INTAKE}"
    yield f"GRANT UPDATE (state, error, progress, finished_at) ON imports.file TO {INTAKE}"
    for does, holds in (
        ("SELECT", "USING (true)"),
        ("INSERT", "WITH CHECK (state = 'queued')"),
        ("UPDATE", "USING (state = 'queued') WITH CHECK (state = 'failed')"),
    ):
        yield f"CREATE POLICY intake_{does.lower()} ON imports.file FOR {does} TO {INTAKE} {holds}"
    yield f"GRANT SELECT, INSERT, UPDATE (status), DELETE ON jobs.procrastinate_jobs TO {INTAKE}"
    yield f"GRANT INSERT ON jobs.procrastinate_events TO {INTAKE}"
    # A trigger of the queue does so when a job is taken off it.
    yield (
        f"GRANT SELECT (job_id), UPDATE (job_id) ON jobs.procrastinate_periodic_defers TO {INTAKE}"
    )
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO {INTAKE}"


def _jobs() -> Iterator[str]:
    """The queue is the worker's."""
    for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"GRANT ALL ON ALL {what} IN SCHEMA jobs TO {WORKER}"
    yield f"GRANT USAGE ON SCHEMA jobs TO {WORKER}"


def _tables(connection: Connection) -> dict[str, list[str]]:
    """The columns of every relation, in order."""
    rows = connection.execute(
        text("""
            SELECT n.nspname || '.' || c.relname AS name,
                   array_agg(CAST(a.attname AS text) ORDER BY a.attnum) AS columns
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname = ANY(:schemas) AND c.relkind IN ('r', 'p') GROUP BY 1
        """),
        {"schemas": list(SCHEMAS)},
    )
    return {row.name: row.columns for row in rows}
