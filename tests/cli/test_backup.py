"""``atlas backup`` and ``atlas restore`` as a person runs them."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from geo.database import engine
from tests.command import atlas


@pytest.fixture(scope="module")
def url(database: Engine) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a key, and a file with a passphrase beside it."""
    place = tmp_path_factory.mktemp("place")
    for name, said in {"home/seal.key": "a key", "passphrase": "a long passphrase\n"}.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(said)
        (place / name).chmod(0o600)
    return place


@pytest.fixture
def other(url: str) -> Iterator[str]:
    """The name of a database that is dropped after the test."""
    name = f"test_restored_{secrets.token_hex(4)}"
    yield name
    admin = engine(make_url(url).set(database="postgres").render_as_string(hide_password=False))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


def _run(url: str, place: Path, *arguments: str, **settings: str):
    return atlas(*arguments, home=place / "home", database_url=url, **settings)


def test_backup_list_verify_and_restore(url: str, place: Path, other: str):
    target = place / "backups"
    made = _run(url, place, "backup", str(target), "--passphrase-file", str(place / "passphrase"))
    assert made.returncode == 0, made.stderr
    assert "keys: 1 files, encrypted" in made.stdout
    assert "evidence: left out, the settings name no such folder" in made.stdout
    assert "policy-of-program: 2 files" in made.stdout
    whole = re.search(rf"{target}/(\d{{8}}T\d{{6}}Z): ", made.stdout)
    assert whole
    listed = _run(url, place, "backup", "list", str(target))
    assert re.fullmatch(rf"{whole[1]}  .* tables, [\d,]+ rows, .* with keys\n", listed.stdout)
    verified = _run(url, place, "backup", "verify", str(target))
    assert verified.returncode == 0, verified.stderr
    assert re.search(r"restored whole into a scratch database, .*, \d+\.\d s", verified.stdout)
    backup, files = str(target / whole[1]), place / "files"
    restored = _run(
        *(url, place, "restore", backup, "--into", other, "--files", str(files)),
        backup_passphrase="a long passphrase",  # noqa: S106
    )
    assert restored.returncode == 0, restored.stderr
    assert f'database "{other}": ' in restored.stdout
    assert (files / "keys/seal.key").read_text() == "a key"
    assert (files / "policy-of-program/yinchuan.toml").is_file()
    again = _run(url, place, "restore", backup, "--into", other)
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    assert _run(url, place, "restore", backup, "--into", other, "--replace").returncode == 0
    password = make_url(url).password
    for done in (made, verified, restored):
        assert str(password) not in done.stdout + done.stderr
        assert "a long passphrase" not in done.stdout + done.stderr


def test_without_a_passphrase_the_keys_are_left_out(url: str, place: Path):
    made = _run(url, place, "backup", str(place / "keyless"))
    assert "keys: LEFT OUT, no passphrase was given; see --passphrase-file" in made.stdout
    assert made.stdout.rstrip().split(", ")[-2] == "without keys"


def test_keep_prunes_after_the_new_one(url: str, place: Path):
    target = place / "pruned"
    first = _run(url, place, "backup", str(target), "--keep", "1")
    second = _run(url, place, "backup", str(target), "--keep", "1")
    assert re.search(r"\d{8}T\d{6}Z removed", second.stdout)
    assert "removed" not in first.stdout
    assert len(_run(url, place, "backup", "list", str(target)).stdout.splitlines()) == 1
    assert _run(url, place, "backup", str(target), "--keep", "0").returncode == 2


def test_a_passphrase_that_everybody_may_read_is_refused(url: str, place: Path):
    path = place / "open"
    path.write_text("a long passphrase")
    path.chmod(0o644)
    refused = _run(url, place, "backup", str(place / "x"), "--passphrase-file", str(path))
    assert refused.returncode == 1
    assert refused.stderr == f"atlas: {path} can be read by everybody: chmod 600 it\n"
    assert not (place / "x").exists()


def test_what_is_no_backup_is_refused(url: str, place: Path, tmp_path: Path):
    for command in (("restore", str(tmp_path)), ("backup", "verify", str(tmp_path))):
        refused = _run(url, place, *command)
        assert refused.returncode == 1
        assert "no backup" in refused.stderr


def test_a_role_without_rights_is_told_what_to_do(url: str, place: Path):
    admin = engine(url)
    role, password = "atlas_test_plain", secrets.token_hex(8)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
        try:
            plain = make_url(url).set(username=role, password=password)
            address = plain.render_as_string(hide_password=False)
            refused = _run(url, place, "backup", str(place / "y"), backup_url=address)
        finally:
            connection.execute(text(f"DROP ROLE {role}"))
    admin.dispose()
    assert refused.returncode == 1
    assert f'"{role}" has no BYPASSRLS' in refused.stderr
    assert "ATLAS_BACKUP_URL" in refused.stderr
    assert password not in refused.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [("mysql", "is malformed"), ("postgresql://atlas:p4ss@127.0.0.1", "names no database")],
)
def test_an_address_that_is_none_is_told_without_its_password(
    url: str, place: Path, address: str, said: str
):
    refused = _run(url, place, "backup", str(place / "z"), backup_url=address)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "p4ss" not in refused.stderr
