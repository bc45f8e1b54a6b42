"""What a backup holds: ``manifest.json``, its checksum beside it, and the files it lists."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from backup.checksums import Sum
from backup.inventory import Inventory
from geo.errors import AtlasError

FORMAT = 1
NAME = "manifest.json"
CHECKSUM = "manifest.json.sha256"

DATABASE, ROLES, KEYS = "database", "roles.sql", "keys.enc"


@dataclass(frozen=True)
class File:
    """A file's size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Folder:
    """What of a folder is in its archive: number of files, their bytes, and what was left out.

    Left out are links and what is no file; ``missing`` says why there is no archive.
    """

    files: int = 0
    size: int = 0
    left_out: int = 0
    missing: str | None = None


@dataclass(frozen=True)
class Manifest:
    """A backup's own account of itself; times in UTC, ``seconds`` is how long it took.

    ``keys`` are the names of encrypted files, or None with the reason in ``keys_missing``.
    """

    format: int
    program: str
    revision: str | None
    taken_at: datetime
    seconds: float
    pg_dump: str
    database: Inventory
    tables: dict[str, Sum]
    folders: dict[str, Folder]
    keys: list[str] | None
    keys_missing: str | None
    files: dict[str, File]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(one.rows for one in self.tables.values())

    @property
    def size(self) -> int:
        """The bytes of all files but the manifest."""
        return sum(one.size for one in self.files.values())


_MANIFEST = TypeAdapter(Manifest)


def measured(folder: Path) -> dict[str, File]:
    """Size and SHA-256 of every file below ``folder``, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): _measured(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {NAME, CHECKSUM}
    }


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and its checksum, and wait until all of the folder is on disk."""
    said = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, default=str) + "\n"
    (folder / NAME).write_text(said)
    (folder / CHECKSUM).write_text(_checksum_line(said.encode()))
    for path in (*folder.rglob("*"), folder):
        sync(path)


def read(folder: Path) -> Manifest:
    """The manifest of a backup; AtlasError when there is none, or when it was changed."""
    try:
        said, checksum = (folder / NAME).read_bytes(), (folder / CHECKSUM).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise AtlasError(
            f"{folder} is no backup: it has no {NAME}; see atlas backup list"
        ) from None
    if checksum != _checksum_line(said).encode():
        raise AtlasError(
            f"{folder / NAME} does not have the SHA-256 of {CHECKSUM}: use another backup"
        )
    kind = json.loads(said).get("format")
    if kind != FORMAT:
        raise AtlasError(
            f"{folder} has format {kind}, this program reads {FORMAT}: use the program that made it"
        )
    try:
        return _MANIFEST.validate_json(said)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise AtlasError(f"{folder / NAME}: {where} cannot be read: use another backup") from None


def damage(folder: Path, manifest: Manifest) -> list[str]:
    """What of the files differs from the manifest, a sentence each."""
    found = measured(folder)
    missing = [f"{name} is missing" for name in manifest.files if name not in found]
    foreign = [f"{name} is not in {NAME}" for name in found if name not in manifest.files]
    changed = [
        f"{name} has {found[name].size:,} bytes and SHA-256 {found[name].sha256}, "
        f"not {one.size:,} and {one.sha256}"
        for name, one in manifest.files.items()
        if name in found and found[name] != one
    ]
    return [*missing, *foreign, *changed]


def require_whole(folder: Path) -> Manifest:
    """The manifest of a backup whose files are as it says; AtlasError names those that are not."""
    manifest = read(folder)
    wrong = damage(folder, manifest)
    if wrong:
        raise AtlasError(f"{folder} is damaged: {'; '.join(wrong[:5])}; use another backup")
    return manifest


def sync(path: Path) -> None:
    """Wait until a file or the entries of a folder are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _measured(path: Path) -> File:
    with path.open("rb") as file:
        return File(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _checksum_line(said: bytes) -> str:
    """As sha256sum writes and checks it."""
    return f"{hashlib.sha256(said).hexdigest()}  {NAME}\n"
