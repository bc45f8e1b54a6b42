"""Finds the installed PostgreSQL whose programs run the private cluster."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit, urlunsplit

from geo.errors import AtlasError
from geo.server.accounts import Account

OLDEST = 15  # the oldest major version of PostgreSQL the schema is written for

# Where distributions put several versions side by side, none of them on PATH.
VERSION_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)

INSTALL = (
    "install it (Debian, Ubuntu: apt-get install postgresql postgresql-postgis) or set "
    "ATLAS_DATABASE_URL to a server that has it"
)


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL: its programs, shared files and version."""

    folder: Path
    share: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, which data and programs must have in common."""
        return int(re.split(r"\D", self.version)[0])

    @property
    def has_postgis(self) -> bool:
        """Whether a database of this installation can have PostGIS."""
        return (self.share / "extension" / "postgis.control").is_file()

    def path(self, program: str) -> str:
        """The full path of one of its programs."""
        return str(self.folder / program)


def find_programs(*, folder: Path | None = None, major: int | None = None) -> Programs:
    """The newest installation that has PostGIS, among those on PATH and in version folders.

    ``folder`` (ATLAS_POSTGRES_BIN) restricts the search to one folder; ``major`` to the version
    that made existing data. Raises AtlasError that says what to install.
    """
    places = [folder] if folder else list(_places())
    installed = [found for place in places if (found := _installation(place))]
    installed.sort(key=lambda found: (found.major, found.version), reverse=True)
    if major is not None:
        usable = [found for found in installed if found.major == major]
        if not usable:
            raise AtlasError(
                f"the data were made by PostgreSQL {major}, which is not installed: install "
                f"postgresql-{major} and postgresql-{major}-postgis-3, or set ATLAS_HOME to a new "
                "folder"
            )
    else:
        usable = [found for found in installed if found.major >= OLDEST]
    searched = f' in "{folder}" (ATLAS_POSTGRES_BIN)' if folder else ""
    if not usable:
        older = f", only {installed[0].version}" if installed else ""
        raise AtlasError(f"no PostgreSQL ≥ {OLDEST} was found{searched}{older}: {INSTALL}")
    for found in usable:
        if found.has_postgis:
            return found
    package = f"postgresql-{usable[0].major}-postgis-3"
    raise AtlasError(
        f"PostgreSQL {usable[0].version} was found{searched}, but not its extension PostGIS: "
        f"install it (Debian, Ubuntu: apt-get install {package}) or set ATLAS_DATABASE_URL to a "
        "server that has it"
    )


def client_program(name: str, *, major: int = 0, folder: Path | None = None) -> str:
    """The full path of psql, pg_dump or another client, on PATH or the newest elsewhere.

    ``folder`` (ATLAS_POSTGRES_BIN) is the only place to look where it is given. ``major`` is the
    version of the server: a client of that version is preferred, an older one refused.
    """
    newest_first = sorted(_versioned(name), reverse=True)
    on_path = [Path(path)] if (path := shutil.which(name)) else []
    places = [folder / name] if folder else [*on_path, *newest_first]
    found = [str(place) for place in places if place.is_file()]
    if not found:
        where = f' in "{folder}" (ATLAS_POSTGRES_BIN)' if folder else ""
        raise AtlasError(f"{name} was not found{where}: install the package postgresql-client")
    if not major:
        return found[0]
    majors = {path: int(client_version(path).split(".")[0]) for path in found}
    usable = [path for path in found if majors[path] >= major]
    if not usable:
        raise AtlasError(
            f"{name} is of PostgreSQL {max(majors.values())}, older than the {major} it is needed "
            f"for: install the package postgresql-client-{major}"
        )
    return min(usable, key=majors.__getitem__)


def client_version(path: str) -> str:
    """What a client says its version is, as ``15.20``; raises AtlasError when it says none."""
    said = Account.calling().run([path, "--version"]).stdout
    found = re.search(r"(\d+(\.\d+)*)", said)
    if found is None:
        raise AtlasError(f'"{path} --version" names no version ({said.strip()}): install it anew')
    return found[1]


def become_psql(url: str) -> NoReturn:
    """Turn this process into psql, connected to ``url``; the password goes by the environment."""
    psql = client_program("psql")
    parts = urlsplit(url)
    if parts.password:
        os.environ["PGPASSWORD"] = unquote(parts.password)
        host = parts.netloc.rpartition("@")[2]
        parts = parts._replace(netloc=f"{parts.username}@{host}")
    os.execv(psql, [psql, urlunsplit(parts)])  # noqa: S606 - a list, no shell


def _versioned(program: str) -> Iterator[Path]:
    for pattern in VERSION_FOLDERS:
        yield from Path("/").glob(f"{pattern.lstrip('/')}/{program}")


def _places() -> Iterator[Path]:
    """Folders that hold initdb and pg_ctl, each once."""
    on_path = map(Path, filter(None, os.environ.get("PATH", "").split(os.pathsep)))
    seen = set()
    for initdb in (*(place / "initdb" for place in on_path), *_versioned("initdb")):
        folder = initdb.resolve().parent
        if initdb.is_file() and folder not in seen:
            seen.add(folder)
            yield folder


def _installation(folder: Path) -> Programs | None:
    """What the initdb of ``folder`` says of itself, None when it cannot be run."""
    if not all((folder / name).is_file() for name in ("initdb", "pg_ctl")):
        return None
    try:
        shown = (
            Account.unprivileged()
            .run([str(folder / "initdb"), "--show", "-D", "/nonexistent"])
            .stdout
        )
    except OSError:
        return None
    facts = dict(re.findall(r"^(\w+)=(.*)$", shown, re.MULTILINE))
    version = re.match(r"\d+(\.\d+)*", facts.get("VERSION", ""))
    if version is None or "share_path" not in facts:
        return None
    return Programs(folder, Path(facts["share_path"]), version[0])
