"""Takes a backup: the database as one snapshot shows it, and the files that belong to it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, text

from backup import checksums, folders, keys, manifest, roles
from backup.address import parsed, written
from backup.checksums import Sum
from backup.inventory import Inventory, inventory, server_major
from backup.manifest import Folder, Manifest
from backup.programs import Programs
from backup.store import Store
from geo import migrate
from geo.database import engine
from geo.server.programs import client_version

SEALS = "seals"

Told = Callable[[str], object]
"""Is told each step as it begins."""


@dataclass(frozen=True)
class Sources:
    """What besides the database belongs to an installation.

    ``folders`` by the name of their archive, None where the settings name none; ``home`` is where
    keys lie (ATLAS_HOME).
    """

    home: Path
    folders: Mapping[str, Path | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Snapshot:
    revision: str | None
    taken_at: datetime
    pg_dump: str
    database: Inventory
    tables: dict[str, Sum]


def take(
    url: str,
    target: Path,
    sources: Sources,
    *,
    passphrase: str | None = None,
    jobs: int = 2,
    postgres_bin: Path | None = None,
    told: Told = lambda _step: None,
) -> tuple[Path, Manifest]:
    """Make a backup below ``target`` and read it again; its folder and what it holds.

    ``url`` is the database for a role that row security hides nothing from; ``jobs`` connections
    read it. Without a ``passphrase`` the keys are left out. Nothing that looks whole is left
    where it fails. Raises AtlasError.
    """
    began, store = time.monotonic(), Store(target)
    if passphrase is not None:
        keys.require_long(passphrase)
    with store.writing() as place:
        # Every seal in the archive must find its rows in the snapshot, so seals come first, and
        # photographs last: the snapshot knows only those that are there already.
        found = {SEALS: _archive(SEALS, sources, place, told)} if SEALS in sources.folders else {}
        taken = _database(url, place, jobs, postgres_bin, told)
        for name in sources.folders:
            if name != SEALS:
                found[name] = _archive(name, sources, place, told)
        names, missing = _keys(sources, place, passphrase, target)
        told("checksums of the files")
        made = Manifest(
            format=manifest.FORMAT,
            program=version("compound-atlas"),
            revision=taken.revision,
            taken_at=taken.taken_at,
            seconds=round(time.monotonic() - began, 2),
            pg_dump=taken.pg_dump,
            database=taken.database,
            tables=taken.tables,
            folders=found,
            keys=names,
            keys_missing=missing,
            files=manifest.measured(place),
        )
        manifest.write(place, made)
        manifest.require_whole(place)
        return store.finish(place, taken.taken_at), made


def _database(url: str, place: Path, jobs: int, postgres_bin: Path | None, told: Told) -> _Snapshot:
    """Dump the database and add up its tables, both as of one snapshot."""
    source = engine(written(parsed(url)))
    try:
        exact = source.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with exact.connect() as connection:
            checksums.require_all_rows(connection)
            programs = Programs(server_major(connection), postgres_bin)
            told("roles")
            roles.save(programs, url, source.url.database or "", place / manifest.ROLES)
            told("database and the checksums of its tables")
            return _snapshot(connection, programs, url, place / manifest.DATABASE, jobs)
    finally:
        source.dispose()


def _snapshot(
    connection: Connection, programs: Programs, url: str, folder: Path, jobs: int
) -> _Snapshot:
    shared = connection.execute(text("SELECT pg_export_snapshot(), clock_timestamp()")).one()
    options = (
        *("--format=directory", f"--jobs={jobs}", f"--snapshot={shared[0]}"),
        "--lock-wait-timeout=10min",
    )
    # Sequences belong to no snapshot: read before the dump, they can only be behind it.
    described = inventory(connection)
    with programs.started("pg_dump", url, *options, f"--file={folder}") as dump:
        tables = checksums.sums(connection)
        revision = migrate.current(connection)
        dump.finish()
    dumped_by = client_version(programs.path("pg_dump"))
    return _Snapshot(revision, shared[1].astimezone(UTC), dumped_by, described, tables)


def _archive(name: str, sources: Sources, place: Path, told: Told) -> Folder:
    folder = sources.folders[name]
    if folder is None:
        return Folder(missing="the settings name no such folder")
    told(name)
    return folders.archive(folder, place / f"{name}.tar")


def _keys(
    sources: Sources, place: Path, passphrase: str | None, target: Path
) -> tuple[list[str] | None, str | None]:
    """Encrypt the keys; their names, or why they are left out."""
    if passphrase is None:
        return None, "no passphrase was given"
    apart = [path for path in sources.folders.values() if path is not None]
    found = keys.secrets(sources.home, [*apart, target])
    (place / manifest.KEYS).write_bytes(keys.encrypt(found, passphrase))
    return sorted(found), None
