"""The migrations, the models and the committed schema.sql say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from geo import migrate, schema
from geo.errors import AtlasError
from geo.models import SCHEMAS, Base
from tests.support import new_database

COMMITTED = Path(schema.__file__).with_name("schema.sql")

# What migrations add that a model cannot say.
BEYOND_MODELS = re.compile(
    r"alembic_version|event_default|refuse_change|event_no_truncate"
    r"|FUNCTION registry\.(place|move|tell|draw|outdate)_|TRIGGER (date|tells|draws|outdates)"
    r"|refuse_real"
    r"|audit\.(record|hide|make_partitions|count_readings)\("
)
VERSIONS = Path(schema.__file__).with_name("migrations") / "versions"


@pytest.fixture(scope="module")
def database(server: str) -> Iterator[Engine]:
    """A database with the schema only: without the roles' policies, which come from the rules."""
    with new_database(server) as made:
        migrate.upgrade(made)
        yield made


def test_schema_sql_is_what_the_migrations_make(database: Engine) -> None:
    assert schema.dump(database) == COMMITTED.read_text("utf-8"), (
        "run `atlas db schema > geo/schema.sql` and look at the difference"
    )


def test_audit_rows_can_be_added_but_not_changed(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("SELECT audit.record('b')"))
    for statement in (
        "UPDATE audit.event SET actor = 'c'",
        "DELETE FROM audit.event",
        "TRUNCATE audit.event",
        "TRUNCATE audit.event_default",
    ):
        with pytest.raises(DBAPIError, match="append-only"), database.begin() as connection:
            connection.execute(text(statement))


def test_going_down_and_up_again_gives_the_same_schema(database: Engine) -> None:
    before = schema.dump(database)
    migrate.downgrade(database)
    with database.connect() as connection:
        left = connection.scalars(
            text("SELECT nspname FROM pg_namespace WHERE nspname = ANY(:ours)"),
            {"ours": list(SCHEMAS)},
        ).all()
    assert left == []
    assert migrate.upgrade(database)
    assert schema.dump(database) == before


def test_each_step_can_be_undone_by_itself(database: Engine) -> None:
    migrate.downgrade(database)
    revisions = sorted(one.name[:4] for one in VERSIONS.glob("0*.py"))
    for revision in revisions:
        migrate.upgrade(database, revision)
        made = schema.dump(database)
        migrate.downgrade(database, "-1")
        migrate.upgrade(database, revision)
        assert schema.dump(database) == made


def test_migrating_a_current_database_does_nothing(database: Engine) -> None:
    migrate.upgrade(database)
    assert migrate.upgrade(database) is False


def test_a_database_from_a_newer_program_is_refused(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(AtlasError, match="'9999'"):
        migrate.upgrade(database)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()}
        )


def test_the_models_say_what_the_migrations_make(database: Engine) -> None:
    from_migrations = _statements(schema.dump(database))
    migrate.downgrade(database)
    with database.begin() as connection:
        for name in SCHEMAS:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        Base.metadata.create_all(connection)
    from_models = _statements(schema.dump(database))
    assert from_models == from_migrations


def _statements(dumped: str) -> set[str]:
    blocks = re.split(r"\n\n", dumped)
    return {block.strip() for block in blocks if not BEYOND_MODELS.search(block)} - {""}
