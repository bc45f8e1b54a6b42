"""A server that backups are restored on: what it must have, databases made and swapped."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from backup import roles
from backup.address import beside
from backup.manifest import Manifest
from geo.database import engine
from geo.errors import AtlasError

RESTORING, VERIFYING = "atlas_restoring_", "atlas_verify_"

_SUPERUSER = text("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
_AVAILABLE = text("SELECT name, default_version FROM pg_available_extensions")
_EXISTS = text("SELECT true FROM pg_database WHERE datname = :name")
_SCRATCH = text("SELECT datname FROM pg_database WHERE datname ~ :pattern")
_FILLED = text("""
    SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname !~ '^pg_(temp|toast)' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
""")
_DISCONNECT = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")


@contextmanager
def administering(url: str) -> Iterator[Connection]:
    """A connection to the server's database ``postgres``, each statement a transaction."""
    admin = engine(beside(url, "postgres"))
    try:
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
    finally:
        admin.dispose()


@contextmanager
def opened(url: str, database: str) -> Iterator[Engine]:
    """An engine for a database of the server, with no connection left after the block."""
    made = engine(beside(url, database))
    try:
        yield made
    finally:
        made.dispose()


def require_fit(connection: Connection, manifest: Manifest) -> list[str]:
    """Refuse a server that the backup cannot be restored on, before anything is made there.

    Returns what is well but worth telling. Raises AtlasError: the role is no superuser, the
    server is older, an extension is missing.
    """
    role = connection.execute(_SUPERUSER).one()
    if not role.rolsuper:
        raise AtlasError(
            f'the role "{role.rolname}" is no superuser, and extensions and owners need one: name '
            "one in ATLAS_RESTORE_URL"
        )
    here = connection.execute(text("SHOW server_version")).scalar_one()
    if _major(here) < _major(manifest.database.server):
        raise AtlasError(
            f"the server runs PostgreSQL {here}, the backup is of {manifest.database.server}: "
            f"restore it on {_major(manifest.database.server)} or newer"
        )
    available = {row.name: row.default_version for row in connection.execute(_AVAILABLE)}
    missing = [name for name in manifest.database.extensions if name not in available]
    if missing:
        raise AtlasError(
            f"the server lacks the extension {missing[0]}, which the backup needs: install it there"
        )
    return [
        f"extension {name} is {available[name]} here, {kept} in the backup"
        for name, kept in manifest.database.extensions.items()
        if available[name] != kept
    ]


def require_roles(connection: Connection, manifest: Manifest) -> None:
    """Refuse a server without the roles that own what the backup holds; AtlasError names one."""
    for name in sorted(set(manifest.database.roles) - roles.names(connection)):
        raise AtlasError(
            f'the role "{name}" owns or may use what the backup holds, and the server lacks it: '
            f'create role "{name}" there first'
        )


def create_roles(connection: Connection, folder: Path) -> list[str]:
    """Make the program's roles that the server lacks; returns their names."""
    return roles.create(connection, folder / "roles.sql")


def drop_roles(connection: Connection, names: list[str]) -> None:
    """Remove roles that own nothing any more."""
    for name in reversed(names):
        connection.execute(text(f"DROP ROLE {_quoted(name)}"))


def create_database(connection: Connection, prefix: str, manifest: Manifest) -> str:
    """Make an empty database for the backup under a random name, and return that name.

    The name stays locked while the connection lives.
    """
    name, kept = f"{prefix}{secrets.token_hex(6)}", manifest.database
    hold(connection, name)
    locale = " ".join(
        f"{word} '{value.replace(chr(39), chr(39) * 2)}'"
        for word, value in (
            ("ENCODING", kept.encoding),
            ("LC_COLLATE", kept.collate),
            ("LC_CTYPE", kept.ctype),
        )
    )
    try:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 {locale}"))
    except DBAPIError as error:
        raise AtlasError(
            f"no database like the backup's could be made ({str(error.orig).strip()}): install the "
            f"locale {kept.collate} on the server's machine"
        ) from None
    return name


def drop_database(connection: Connection, name: str) -> None:
    """Remove a database, ending its connections."""
    connection.execute(text(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)"))


def drop_abandoned(connection: Connection) -> None:
    """Remove scratch databases of commands that were killed; those of living ones are locked."""
    for name in connection.scalars(_SCRATCH, {"pattern": f"^{VERIFYING}[0-9a-f]{{12}}$"}).all():
        if hold(connection, name):
            drop_database(connection, name)
            release(connection, name)


def hold(connection: Connection, name: str) -> bool:
    """Lock a database's name for as long as the connection lives; False when another has it."""
    asked = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
    return bool(connection.execute(asked, {"name": name}).scalar_one())


def release(connection: Connection, name: str) -> None:
    """Give up the lock of :func:`hold`."""
    connection.execute(
        text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": name}
    )


def exists(connection: Connection, name: str) -> bool:
    """Whether the server has a database of that name."""
    return bool(connection.scalar(_EXISTS, {"name": name}))


def is_empty(url: str, database: str) -> bool:
    """Whether a database has no tables or views but those of extensions."""
    with opened(url, database) as made, made.connect() as connection:
        return bool(connection.execute(_FILLED).scalar_one() == 0)


def put_in_place(connection: Connection, made: str, name: str) -> None:
    """Rename ``made`` to ``name``; a database of that name goes once the new one stands there."""
    if not exists(connection, name):
        connection.execute(text(f"ALTER DATABASE {_quoted(made)} RENAME TO {_quoted(name)}"))
        return
    aside = f"atlas_replaced_{secrets.token_hex(6)}"
    connection.execute(text(f"ALTER DATABASE {_quoted(name)} ALLOW_CONNECTIONS false"))
    try:
        connection.execute(_DISCONNECT, {"name": name})
        _rename(connection, name, aside)
        try:
            _rename(connection, made, name)
        except DBAPIError:
            _rename(connection, aside, name)
            raise
    except DBAPIError:
        connection.execute(text(f"ALTER DATABASE {_quoted(name)} ALLOW_CONNECTIONS true"))
        raise
    drop_database(connection, aside)


def _rename(connection: Connection, name: str, new: str) -> None:
    """PostgreSQL itself waits five seconds for connections that are ending."""
    connection.execute(text(f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(new)}"))


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""').replace(":", "\\:")
    return f'"{escaped}"'


def _major(version: str) -> int:
    return int(re.split(r"\D", version)[0])
