"""What the rows of every table add up to, so that two databases can be compared."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from geo.errors import AtlasError

_SUM = Path(__file__).with_suffix(".sql").read_text()

# Tables of extensions (spatial_ref_sys) are the extension's business, save rows of our own.
_TABLES = text("""
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname !~ '^pg_(temp|toast)'
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1
""")

# A row's text must not depend on who asks, and a filtered row must be an error.
_SAME_TEXT = (
    "SET LOCAL row_security = off",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL lock_timeout = '10min'",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)

_BYPASSES = text(
    "SELECT rolname, rolsuper OR rolbypassrls AS whole FROM pg_roles WHERE rolname = current_user"
)


@dataclass(frozen=True)
class Sum:
    """A table's number of rows, and a digest (128 bits in hexadecimal) that ignores their order."""

    rows: int
    digest: str


def sums(connection: Connection) -> dict[str, Sum]:
    """The sum of every table (``schema.name``), in the connection's transaction.

    Fails when row security would hide a row from the connection's role.
    """
    for setting in _SAME_TEXT:
        connection.execute(text(setting))
    return {name: _sum(connection, name) for name in connection.scalars(_TABLES)}


def require_all_rows(connection: Connection) -> None:
    """Refuse a role that row security may hide rows from; raises AtlasError with the way out."""
    role = connection.execute(_BYPASSES).one()
    if not role.whole:
        raise AtlasError(
            f'the role "{role.rolname}" has no BYPASSRLS, so row security would hide rows from the '
            "backup: give atlas_backup, which the service makes, a password, and name it in "
            "ATLAS_BACKUP_URL"
        )


def _sum(connection: Connection, table: str) -> Sum:
    rows, first, second = connection.execute(text(_SUM.replace("{table}", _bindless(table)))).one()
    return Sum(rows, f"{int(first) % 2**64:016x}{int(second) % 2**64:016x}")


def _bindless(name: str) -> str:
    """A quoted name in which SQLAlchemy sees no parameter."""
    return name.replace(":", "\\:")
