"""A backup of the sample city that tests may copy and spoil, and who may read and restore."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from backup.manifest import Manifest
from backup.take import Sources, take
from geo.database import engine

PASSPHRASE = "黄河 bend and a white tower"  # noqa: S105


@dataclass(frozen=True)
class Taken:
    """A whole backup of the sample city, with what it says it holds."""

    folder: Path
    manifest: Manifest


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation's home: a key, a folder that everybody may read, photographs, seals."""
    home = tmp_path_factory.mktemp("home")
    for name, said in {
        "keys/seal.key": "the key of the seals",
        "photos/2026/金凤区 01.jpg": "a photograph",
        "seals/2026-11.jsonl": '{"root": "abc"}',
    }.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said)
        path.chmod(0o600)
    (home / "readme").write_text("no secret")
    return home


@pytest.fixture(scope="session")
def sources(home: Path) -> Sources:
    return Sources(home, {"seals": home / "seals", "evidence": home / "photos", "erasures": None})


@pytest.fixture(scope="session")
def taken(city: Engine, sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    target = tmp_path_factory.mktemp("backups") / "daily"
    folder, manifest = take(address(city), target, sources, passphrase=PASSPHRASE)
    return Taken(folder, manifest)


@pytest.fixture
def copy(taken: Taken, tmp_path: Path) -> Path:
    """The same backup in a folder of the test's own."""
    return Path(shutil.copytree(taken.folder, tmp_path / taken.folder.name))


@pytest.fixture
def named(server: str) -> Iterator[Callable[[], str]]:
    """Gives addresses of databases that are not there yet, and drops what was made of them."""
    given: list[str] = []

    def name() -> str:
        given.append(f"test_restored_{secrets.token_hex(4)}")
        return make_url(server).set(database=given[-1]).render_as_string(hide_password=False)

    yield name
    for one in given:
        run(server, f'DROP DATABASE IF EXISTS "{one}" WITH (FORCE)')


def address(database: Engine) -> str:
    return database.url.render_as_string(hide_password=False)


def run(url: str, *statements: str) -> None:
    """Run statements one by one, each a transaction."""
    made = engine(url)
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    made.dispose()


def scalar(url: str, question: str) -> object:
    made = engine(url)
    with made.connect() as connection:
        found = connection.execute(text(question)).scalar()
    made.dispose()
    return found
