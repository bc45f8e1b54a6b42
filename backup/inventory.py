"""What a database has besides rows, as its catalogue tells it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

_DATABASE = text("""
    SELECT datname, pg_encoding_to_char(encoding) AS encoding, datcollate, datctype,
           pg_get_userbyid(datdba) AS owner, current_setting('server_version') AS server
    FROM pg_database WHERE datname = current_database()
""")
_EXTENSIONS = text("SELECT extname, extversion FROM pg_extension ORDER BY 1")

# Who owns or is granted anything. Dependencies on the first superuser are not recorded, so owners
# are asked for as well.
_ROLES = text("""
    SELECT role FROM (
        SELECT pg_get_userbyid(datdba) AS role FROM pg_database WHERE datname = current_database()
        UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace
        UNION SELECT pg_get_userbyid(relowner) FROM pg_class
        UNION SELECT pg_get_userbyid(proowner) FROM pg_proc
        UNION SELECT pg_get_userbyid(refobjid) FROM pg_shdepend
        WHERE refclassid = 'pg_authid'::regclass
          AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
          AND (dbid <> 0 OR classid = 'pg_database'::regclass
               AND objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    ) AS known
    WHERE role !~ '^pg_' AND role NOT LIKE 'unknown (%' ORDER BY 1
""")

# pg_dump leaves out what belongs to the database itself unless it is to keep its name.
_GRANTS = text("""
    SELECT coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS grantee,
           privilege_type AS privilege, is_grantable AS grantable
    FROM pg_database, aclexplode(datacl) WHERE datname = current_database() ORDER BY 1, 2
""")
_SETTINGS = text("""
    SELECT nullif(setrole, 0)::regrole::text AS role, unnest(setconfig) AS setting
    FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1 NULLS FIRST, 2
""")

_SEQUENCES = text("""
    SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences ORDER BY 1
""")

_OBJECTS = text("""
    WITH own AS (
        SELECT c.* FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname !~ '^pg_(temp|toast)'
          AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
                          AND d.objid = c.oid AND d.deptype = 'e')
    )
    SELECT 'relations', count(*) FROM own WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
    UNION ALL SELECT 'indexes', count(*) FROM pg_index WHERE indrelid IN (SELECT oid FROM own)
    UNION ALL SELECT 'constraints', count(*) FROM pg_constraint
        WHERE conrelid IN (SELECT oid FROM own)
    UNION ALL SELECT 'triggers', count(*) FROM pg_trigger
        WHERE tgrelid IN (SELECT oid FROM own) AND NOT tgisinternal
    UNION ALL SELECT 'row policies', count(*) FROM pg_policy
        WHERE polrelid IN (SELECT oid FROM own)
    UNION ALL SELECT 'tables with row security', count(*) FROM own WHERE relrowsecurity
    UNION ALL SELECT 'tables with forced row security', count(*) FROM own WHERE relforcerowsecurity
    UNION ALL SELECT 'functions', count(*) FROM pg_proc AS p
        JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass
                          AND d.objid = p.oid AND d.deptype = 'e')
""")

_UNPROVEN = text("""
    SELECT format('%s: its constraint %I is not validated', conrelid::regclass, conname)
    FROM pg_constraint WHERE NOT convalidated
    UNION ALL
    SELECT format('%s: its index %s is not valid', indrelid::regclass, indexrelid::regclass)
    FROM pg_index WHERE NOT indisvalid
    ORDER BY 1
""")


@dataclass(frozen=True)
class Inventory:
    """A database without its rows.

    ``grants`` are grantee, privilege and whether it may be passed on; ``settings`` are a role (None
    for all) and ``name=value``; ``sequences`` are the last numbers given (None before the first);
    ``objects`` counts what there is of each kind, extensions' own left out.
    """

    name: str
    server: str
    encoding: str
    collate: str
    ctype: str
    owner: str
    extensions: dict[str, str]
    roles: list[str]
    grants: list[tuple[str, str, bool]]
    settings: list[tuple[str | None, str]]
    sequences: dict[str, int | None]
    objects: dict[str, int]


def inventory(connection: Connection) -> Inventory:
    """Take the inventory of the connection's database."""
    database = connection.execute(_DATABASE).one()
    return Inventory(
        name=database.datname,
        server=database.server,
        encoding=database.encoding,
        collate=database.datcollate,
        ctype=database.datctype,
        owner=database.owner,
        extensions=_pairs(connection.execute(_EXTENSIONS)),
        roles=list(connection.scalars(_ROLES)),
        grants=[tuple(row) for row in connection.execute(_GRANTS)],
        settings=[tuple(row) for row in connection.execute(_SETTINGS)],
        sequences=sequences(connection),
        objects=objects(connection),
    )


def server_major(connection: Connection) -> int:
    """The major version of the connection's server."""
    number = "SELECT current_setting('server_version_num')::int / 10000"
    return int(connection.execute(text(number)).scalar_one())


def sequences(connection: Connection) -> dict[str, int | None]:
    """The last number each sequence gave; None before its first."""
    return _pairs(connection.execute(_SEQUENCES))


def objects(connection: Connection) -> dict[str, int]:
    """How many tables, indexes, constraints, policies and so on there are."""
    return _pairs(connection.execute(_OBJECTS))


def unproven(connection: Connection) -> list[str]:
    """Constraints that were never validated and indexes that are not valid, a sentence each."""
    return list(connection.scalars(_UNPROVEN))


def _pairs(rows: Any) -> dict[str, Any]:
    return {name: value for name, value in rows}  # noqa: C416 - rows are not pairs to mypy
