"""The role that the service makes for backups takes whole ones, once it was given a password."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from access import credentials
from access.enforce import BACKUP, enforce
from audit.months import make_partitions
from backup import roles
from backup.restore import restore
from backup.take import Sources, take
from tests.backup.conftest import address, run, scalar

SECRET = credentials.installation_secret()
_VERIFIER = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{BACKUP}'"


@pytest.fixture
def password(server: str) -> Iterator[str]:
    """What an administrator gives the role; taken back after the test."""
    given = secrets.token_hex(12)
    run(server, f"ALTER ROLE {BACKUP} PASSWORD '{given}'")
    yield given
    run(server, f"ALTER ROLE {BACKUP} PASSWORD NULL")


def test_it_backs_up_everything_also_what_was_made_after_it(
    fresh: Engine, password: str, tmp_path: Path, named: Callable[[], str]
) -> None:
    assert make_partitions(fresh, ahead=9) > 0
    run(address(fresh), "CREATE TABLE planning.made_later AS SELECT 7 AS fact")
    months = text(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit.event'::regclass"
    )
    with fresh.connect() as connection:
        partitions = set(connection.scalars(months))
    url = make_url(address(fresh)).set(username=BACKUP, password=password)
    folder, manifest = take(
        url.render_as_string(hide_password=False), tmp_path / "backups", Sources(tmp_path / "home")
    )
    assert len(partitions) > 9
    assert partitions | {"planning.made_later", "jobs.procrastinate_jobs"} <= set(manifest.tables)
    assert restore(named(), folder).differences == []


def test_the_password_it_was_given_stays(fresh: Engine, server: str, password: str) -> None:
    before = scalar(server, _VERIFIER)
    with fresh.begin() as connection:
        enforce(connection, SECRET)
    assert scalar(server, _VERIFIER) == before is not None


def test_the_secret_of_the_service_does_not_open_it(fresh: Engine, server: str) -> None:
    with fresh.begin() as connection:  # as it was until there was a rule against it
        credentials.give_passwords(connection, SECRET, (BACKUP,))
    derived = credentials.address(address(fresh), BACKUP, SECRET)
    assert scalar(derived, "SELECT current_user") == BACKUP
    with fresh.begin() as connection:
        enforce(connection, SECRET)
    with pytest.raises(OperationalError, match="password authentication failed"):
        scalar(derived, "SELECT 1")
    assert scalar(server, _VERIFIER) is None


def test_a_role_that_is_made_again_is_not_taken_to_have_its_password(
    database: Engine, tmp_path: Path
) -> None:
    kept = tmp_path / "roles.sql"
    kept.write_text("CREATE ROLE atlas_test_new;\nCOMMENT ON ROLE atlas_test_new IS 'its mark';\n")
    with database.connect() as connection:
        assert roles.create(connection, kept) == ["atlas_test_new"]
        marked = text("SELECT shobj_description('atlas_test_new'::regrole, 'pg_authid')")
        assert connection.scalar(marked) is None
        connection.rollback()


def test_a_backup_keeps_no_marks_of_passwords(fresh: Engine, password: str, tmp_path: Path) -> None:
    url = make_url(address(fresh)).set(username=BACKUP, password=password)
    folder, _ = take(
        url.render_as_string(hide_password=False), tmp_path / "backups", Sources(tmp_path / "home")
    )
    said = (folder / "roles.sql").read_text()
    assert "CREATE ROLE atlas_gate;" in said
    assert "COMMENT" not in said
