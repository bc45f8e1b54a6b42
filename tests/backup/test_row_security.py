"""Row security never makes a backup smaller: a role that it filters is refused."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from backup.checksums import sums
from backup.programs import Programs
from backup.restore import restore
from backup.take import Sources, take
from geo.database import engine
from geo.errors import AtlasError
from tests.backup.conftest import address, run, scalar

RULES = """
    GRANT USAGE ON SCHEMA public TO atlas_test_owner;
    ALTER TABLE secret OWNER TO atlas_test_owner;
    ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
    ALTER TABLE secret FORCE ROW LEVEL SECURITY;
    CREATE POLICY one ON secret TO atlas_test_owner USING (id = 1)
"""


@pytest.fixture(scope="module")
def passwords() -> dict[str, str]:
    return {role: secrets.token_hex(12) for role in ("atlas_test_owner", "atlas_reader")}


@pytest.fixture(scope="module")
def forced(database: Engine, server: str, passwords: dict[str, str]) -> Iterator[Engine]:
    """A database with a table whose owner sees one row of three, and a role for backups."""
    owner, reader = passwords.values()
    run(
        server,
        f"CREATE ROLE atlas_test_owner LOGIN IN ROLE pg_read_all_data PASSWORD '{owner}'",
        f"CREATE ROLE atlas_reader LOGIN BYPASSRLS IN ROLE pg_read_all_data PASSWORD '{reader}'",
    )
    run(
        address(database),
        "CREATE TABLE secret (id int)",
        "INSERT INTO secret VALUES (1), (2), (3)",
        *RULES.split(";"),
    )
    yield database
    run(address(database), "DROP TABLE secret", "DROP OWNED BY atlas_test_owner")
    run(server, "DROP ROLE atlas_test_owner", "DROP ROLE atlas_reader")


@pytest.fixture
def empty(tmp_path: Path) -> Sources:
    return Sources(tmp_path / "home")


def _as(database: Engine, role: str, passwords: dict[str, str]) -> str:
    url = make_url(address(database)).set(username=role, password=passwords[role])
    return url.render_as_string(hide_password=False)


def test_an_owner_under_forced_row_security_is_refused(
    forced: Engine, passwords: dict[str, str], empty: Sources, tmp_path: Path
):
    url = _as(forced, "atlas_test_owner", passwords)
    assert scalar(url, "SELECT count(*) FROM secret") == 1
    with pytest.raises(AtlasError, match='the role "atlas_test_owner" has no BYPASSRLS'):
        take(url, tmp_path / "backups", empty)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]


def test_neither_dump_nor_checksums_pass_over_hidden_rows(
    forced: Engine, passwords: dict[str, str], tmp_path: Path
):
    url = _as(forced, "atlas_test_owner", passwords)
    options = ("--format=directory", "--table=secret", f"--file={tmp_path / 'dump'}")
    with pytest.raises(AtlasError, match=r"pg_dump failed: .*row-level security policy"):
        Programs(15).run("pg_dump", url, *options)
    plain = engine(url)
    with plain.connect() as connection, pytest.raises(ProgrammingError, match="row-level security"):
        sums(connection)
    plain.dispose()


def test_a_role_that_bypasses_row_security_backs_up_every_row(
    forced: Engine, passwords: dict[str, str], empty: Sources, tmp_path: Path, named
):
    folder, manifest = take(_as(forced, "atlas_reader", passwords), tmp_path / "backups", empty)
    assert manifest.tables["public.secret"].rows == 3
    assert manifest.database.objects["tables with forced row security"] > 1
    restored = named()
    assert restore(restored, folder).differences == []
    other = engine(restored)
    with other.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM secret")) == 3
    other.dispose()


def test_roles_are_kept_without_their_passwords(
    forced: Engine, passwords: dict[str, str], empty: Sources, tmp_path: Path, server: str
):
    run(server, "CREATE ROLE someone_else")
    try:
        folder, _ = take(_as(forced, "atlas_reader", passwords), tmp_path / "backups", empty)
    finally:
        run(server, "DROP ROLE someone_else")
    said = (folder / "roles.sql").read_text()
    assert "CREATE ROLE atlas_reader;" in said
    assert "BYPASSRLS" in said
    assert "GRANT pg_read_all_data TO atlas_reader" in said
    assert "someone_else" not in said
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for hidden in (*passwords.values(), "SCRAM-SHA-256", "PASSWORD"):
        assert hidden.encode() not in everything


def test_roles_that_are_missing_are_made_and_others_stay(
    forced: Engine, passwords: dict[str, str], empty: Sources, tmp_path: Path, server: str, named
):
    run(server, "CREATE ROLE atlas_test_reader NOLOGIN IN ROLE pg_monitor")
    run(address(forced), "GRANT SELECT ON secret TO atlas_test_reader")
    try:
        folder, _ = take(_as(forced, "atlas_reader", passwords), tmp_path / "backups", empty)
    finally:
        run(address(forced), "DROP OWNED BY atlas_test_reader")
        run(server, "DROP ROLE atlas_test_reader")
    url = named()
    try:
        notes = restore(url, folder).notes
        assert 'role "atlas_test_reader" made; it has no password' in notes
        assert scalar(url, "SELECT pg_has_role('atlas_test_reader', 'pg_monitor', 'member')")
        assert scalar(url, "SELECT has_table_privilege('atlas_test_reader', 'secret', 'SELECT')")
    finally:
        run(url, "DROP OWNED BY atlas_test_reader")
        run(server, "DROP ROLE atlas_test_reader")
