"""Bring a database to the current schema, and back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from geo.errors import AtlasError

# One number for this program, so that two servers starting at once migrate one after the other.
_LOCK = 640100


def upgrade(engine: Engine, revision: str = "head") -> bool:
    """Migrate up to ``revision`` in one transaction; tell whether anything was done."""
    with engine.begin() as connection:
        return upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> bool:
    """The same on a connection whose transaction the caller ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = current(connection)
    if before == head() and revision == "head":
        return False
    _refuse_unknown(before)
    command.upgrade(_config(connection), revision)
    return current(connection) != before


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Migrate down to ``revision`` in one transaction; the tables above it and their rows go."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.downgrade(_config(connection), revision)


def head() -> str | None:
    """The newest revision this program knows."""
    return _scripts().get_current_head()


def current(connection: Connection) -> str | None:
    """The revision the database is at; None when it is empty."""
    return MigrationContext.configure(
        connection, opts={"version_table_schema": "public"}
    ).get_current_revision()


def _refuse_unknown(revision: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise AtlasError(
            f"the database is at revision {revision!r}, which this program does not know: "
            "install the newer program, or name another database in ATLAS_DATABASE_URL"
        )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).with_name("migrations")))


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
