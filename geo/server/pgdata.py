"""A PostgreSQL data folder on disk: made whole or not at all, and what it says of its server."""

import contextlib
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geo.errors import AtlasError
from geo.server.accounts import Account
from geo.server.programs import Programs

ROLE = "atlas"  # the superuser of the cluster

# C.UTF-8 sorts by code point and still knows which characters are letters, which pg_trgm needs
# to index Chinese names; macOS has it under no such name.
LOCALE = "C.UTF-8" if os.uname().sysname != "Darwin" else "en_US.UTF-8"

# PostgreSQL gives databases made by people numbers from here on (FirstNormalObjectId).
FIRST_OWN_DATABASE = 16384

# What initdb puts into a data folder: a folder that holds anything else is not ours to remove.
INITDB_ENTRIES = frozenset(
    {
        *("PG_VERSION", "postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf"),
        *("base", "global", "pg_commit_ts", "pg_dynshmem", "pg_logical", "pg_multixact"),
        *("pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp"),
        *("pg_subtrans", "pg_tblspc", "pg_twophase", "pg_wal", "pg_xact", "postmaster.pid"),
    }
)


@dataclass(frozen=True)
class Postmaster:
    """A running server as its pid file describes it; ``state`` is starting, ready, stopping …"""

    pid: int
    port: int
    state: str


def is_complete(data: Path) -> bool:
    """Whether the folder holds a cluster that initdb finished."""
    return (data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file()


def remove_half_made(data: Path) -> None:
    """Remove what an interrupted initdb left in ``data``.

    Raises AtlasError, and removes nothing, when the folder holds databases or anything that
    initdb does not make.
    """
    if not data.exists():
        return
    base = data / "base"
    numbers = [int(e.name) for e in base.iterdir() if e.name.isdigit()] if base.exists() else []
    if any(number >= FIRST_OWN_DATABASE for number in numbers):
        raise AtlasError(
            f'the database in "{data}" is damaged (PG_VERSION or global/pg_control is missing) but '
            "holds data: restore it from a backup, or set ATLAS_HOME to a new folder"
        )
    foreign = {entry.name for entry in data.iterdir()} - INITDB_ENTRIES
    if foreign:
        raise AtlasError(
            f'"{data}" is not a database folder (it holds "{min(foreign)}"): move it away, or set '
            "ATLAS_HOME to another folder"
        )
    shutil.rmtree(data)


def initialise(place: Path, account: Account, programs: Programs, *, durable: bool = True) -> None:
    """Make ``place/pg`` with ``place/password`` beside it, both owned by ``account``.

    initdb works under a temporary name, so a folder named ``pg`` is always a whole one.
    ``durable=False`` does not wait for the disk. Raises AtlasError; nothing is left behind.
    """
    data, unfinished, password = place / "pg", place / "pg.new", place / "password"
    remove_half_made(unfinished)
    made_password = not password.exists()
    try:
        if made_password:
            write_private(password, secrets.token_urlsafe(24) + "\n", account)
        unfinished.mkdir(mode=0o700)
        account.take(unfinished)
        command = [
            *(programs.path("initdb"), "--pgdata", str(unfinished), "--username", ROLE),
            *("--pwfile", str(password), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", LOCALE, *([] if durable else ["--no-sync"])),
        ]
        done = account.run(command, folder=place)
        if done.returncode != 0:
            raise AtlasError(_initdb_failure(place, done.stdout))
        with (unfinished / "postgresql.conf").open("a") as config:
            config.write("\ninclude = 'atlas.conf'\n")
        unfinished.rename(data)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        if made_password:
            password.unlink(missing_ok=True)
        raise


def write_private(path: Path, text: str, account: Account) -> None:
    """Replace a file that only ``account`` may read, all of it or nothing."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        account.take(draft)
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def postmaster(data: Path) -> Postmaster | None:
    """The server that runs on ``data``, None when the pid file is absent, stale or torn.

    A pid is believed only if that process is a PostgreSQL working in ``data``: after a crash the
    number may belong to any other program.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port, state = int(lines[0]), int(lines[3]), lines[7].strip()
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return Postmaster(pid, port, state) if _serves(pid, data) else None


def clear_stale(data: Path, sockets: Path) -> None:
    """Remove lock files that name a living process which is not a server on ``data``.

    PostgreSQL itself clears those of dead processes, but takes any living one of the same user
    for a server and would refuse to start.
    """
    for lock in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            pid = int(lock.read_text().splitlines()[0])
            if _is_alive(pid) and not _serves(pid, data):
                lock.unlink()


def disk_full(output: str) -> bool:
    """Whether a program's output says that the disk has no room."""
    return "No space left on device" in output or "Disk quota exceeded" in output


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL that works in ``data``, as every postmaster does."""
    process = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            program = (process / "cmdline").read_bytes().split(b"\0")[0]
            return b"postgres" in program and (process / "cwd").samefile(data)
        return False
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
    )
    return "postgres" in shown.stdout


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _initdb_failure(place: Path, output: str) -> str:
    if disk_full(output):
        return disk_full_sentence(place)
    said = [line for line in output.splitlines() if "error:" in line or "FATAL:" in line]
    reason = (said or output.splitlines() or ["no message"])[-1].strip()
    return f'no database could be made in "{place}": {reason}.'


def disk_full_sentence(place: Path) -> str:
    """What to say when the disk under ``place`` has no room."""
    return (
        f'the disk of "{place}" is full: free about 500 MB, or set ATLAS_HOME to a folder on '
        "another disk"
    )
