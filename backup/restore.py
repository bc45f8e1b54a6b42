"""Restores a backup: beside what is there, compared, and only then put in its place."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from audit.settings import AuditSettings
from backup import manifest as manifests
from backup import server
from backup.address import beside, parsed
from backup.checksums import sums
from backup.compare import differences, tables
from backup.inventory import Inventory, server_major, unproven
from backup.manifest import Manifest
from backup.programs import Programs
from backup.sealed import prove
from geo.errors import AtlasError

Hook = Callable[[Connection], object]
"""Changes a restored database in a transaction: the erasures that came after the backup."""

Check = Callable[[Connection], Iterable[str]]
"""What is wrong with a restored database, a sentence each."""

# Kept as lists of quoted names already (GUC_LIST_QUOTE): one more pair of quotes makes them one.
_LISTS = frozenset(
    {"search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries"}
)

Told = Callable[[str], object]
"""Is told each step as it begins."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: ``database`` holds the backup, ``differences`` say in what it does not.

    Where there are differences, ``database`` is a name of its own and the one asked for is as it
    was. ``notes`` are worth telling: roles made, extensions of another version, tables that hooks
    changed.
    """

    database: str
    manifest: Manifest
    differences: list[str]
    notes: list[str]
    seconds: float


def restore(
    url: str,
    folder: Path,
    *,
    replace: bool = False,
    jobs: int = 2,
    postgres_bin: Path | None = None,
    after: Sequence[Hook] = (),
    checks: Sequence[Check] = (),
    seals: AuditSettings | None = None,
    told: Told = lambda _step: None,
) -> Restored:
    """Restore a backup as the database of ``url``, whose role is a superuser.

    Files are checked first. The database is made under another name, compared with the manifest,
    changed by ``after`` and examined by ``checks``, and its audit compared with ``seals``; only
    without differences does it get its name. Raises AtlasError: damage, an unfit server, or a
    database that is not empty unless ``replace``.
    """
    began, name = time.monotonic(), str(parsed(url).database)
    told("checksums of the files")
    manifest = manifests.require_whole(folder)
    with server.administering(url) as admin:
        notes = server.require_fit(admin, manifest)
        _require_room(admin, url, name, replace)
        created = server.create_roles(admin, folder)
        notes += [f'role "{one}" made; it has no password' for one in created]
        server.require_roles(admin, manifest)
        made = server.create_database(admin, server.RESTORING, manifest)
        with dropped_on_error(admin, made):
            load(url, made, folder, manifest, jobs, postgres_bin, told)
            with server.opened(url, made) as target:
                told("comparing with the manifest")
                found = compared(target, manifest)
                if not found:
                    notes += _changed(target, manifest, after)
                    found = _examined(target, checks)
                if not found and seals is not None:
                    told("comparing with the seals")
                    proof = prove(target, folder, manifest, seals)
                    notes, found = notes + proof.notes, proof.faults
                _analyze(target)
            _require_room(admin, url, name, replace or bool(found))  # somebody may have filled it
        if not found:
            server.put_in_place(admin, made, name)
    seconds = time.monotonic() - began
    return Restored(made if found else name, manifest, found, notes, seconds)


def load(
    url: str,
    database: str,
    folder: Path,
    manifest: Manifest,
    jobs: int,
    postgres_bin: Path | None,
    told: Told,
) -> None:
    """Fill an empty database of the server with the backup's dump; raises AtlasError."""
    with server.administering(url) as admin:
        dumped = int(manifest.pg_dump.split(".")[0])
        programs = Programs(max(server_major(admin), dumped), postgres_bin)
        told("database")
        options = ("--exit-on-error", f"--jobs={jobs}")
        dump = str(folder / manifests.DATABASE)
        programs.run("pg_restore", beside(url, database), *options, dump)
        _dress(admin, database, manifest.database)


def compared(target: Engine, manifest: Manifest) -> list[str]:
    """Where a database differs from the manifest, all of it as of one moment."""
    exact = target.execution_options(isolation_level="REPEATABLE READ")
    with exact.connect() as connection:
        return differences(connection, manifest)


def _require_room(admin: Connection, url: str, name: str, replace: bool) -> None:
    if not replace and server.exists(admin, name) and not server.is_empty(url, name):
        raise AtlasError(
            f'the database "{name}" is not empty: name another with --into, or --replace it'
        )


@contextmanager
def dropped_on_error(admin: Connection, database: str) -> Iterator[None]:
    """Remove the database when the block fails."""
    try:
        yield
    except BaseException:
        server.drop_database(admin, database)
        raise


def _dress(admin: Connection, database: str, kept: Inventory) -> None:
    """Give a database the owner, rights and settings that the backup's had."""
    quoted = admin.dialect.identifier_preparer.quote_identifier
    name = quoted(database)
    admin.execute(text(f"ALTER DATABASE {name} OWNER TO {quoted(kept.owner)}"))
    if kept.grants:
        admin.execute(text(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"))
    for grantee, privilege, grantable in kept.grants:
        passed_on = " WITH GRANT OPTION" if grantable else ""
        admin.execute(text(f"GRANT {privilege} ON DATABASE {name} TO {grantee}{passed_on}"))
    for role, setting in kept.settings:
        parameter, _, value = setting.partition("=")
        whose = f"ROLE {role} IN DATABASE {name}" if role else f"DATABASE {name}"
        said = value if parameter in _LISTS else "'" + value.replace("'", "''") + "'"
        admin.exec_driver_sql(f"ALTER {whose} SET {parameter} TO {said}".replace("%", "%%"))


def _changed(target: Engine, manifest: Manifest, hooks: Sequence[Hook]) -> list[str]:
    """Run the hooks in one transaction; which tables they changed."""
    if not hooks:
        return []
    with target.begin() as connection:
        for hook in hooks:
            hook(connection)
    with target.connect() as connection:
        found = tables(manifest.tables, sums(connection))
    return [f"changed after the backup was loaded: {one}" for one in found]


def _examined(target: Engine, checks: Sequence[Check]) -> list[str]:
    with target.connect() as connection:
        return [*unproven(connection), *(one for check in checks for one in check(connection))]


def _analyze(target: Engine) -> None:
    """A dump has no statistics; without them the first plans are bad."""
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
