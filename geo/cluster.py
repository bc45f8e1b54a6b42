"""The private PostgreSQL cluster that serves the facts where no server is named.

Its folder is ``<home>/pg``. Where the account that runs it cannot reach ``home`` (a checkout under
/root, say), ``<home>/pg`` is a symbolic link to a folder that it can reach, so the data still
belong to the checkout and move with it.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import random
import re
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import psycopg2
from psycopg2 import sql

from geo.errors import AtlasError
from geo.server.accounts import Account, server_account
from geo.server.config import server_config
from geo.server.pgdata import (
    ROLE,
    Postmaster,
    clear_stale,
    disk_full,
    disk_full_sentence,
    initialise,
    is_complete,
    postmaster,
    remove_half_made,
    write_private,
)
from geo.server.programs import Programs, become_psql, find_programs
from geo.settings import DatabaseSettings

DATABASE = "atlas"

# Where root keeps clusters whose checkout the service account cannot reach.
OUTSIDE = Path("/var/lib/compound-atlas")

# sun_path holds 104 bytes on macOS and 108 on Linux, the last of them zero.
SOCKET_PATH_BYTES = 103

# Ports below the range from which systems lend numbers to outgoing connections.
PORTS = range(20000, 32000)

START_ATTEMPTS = 50
LARGEST_LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class ClusterStatus:
    """Whether the cluster runs; ``pid`` and ``port`` are None when it does not."""

    running: bool
    pid: int | None
    port: int | None
    version: str | None
    data: Path


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of our own under ``home``, reached over loopback with a password.

    ``user`` names the account to run under when the caller is root; ``options`` are settings of
    postgresql.conf that go before ours (tests turn ``fsync`` off); ``postgres_bin`` is the only
    folder in which to look for initdb and pg_ctl. Every method raises AtlasError.
    """

    home: Path
    user: str | None = field(default=None, kw_only=True)
    options: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    postgres_bin: Path | None = field(default=None, kw_only=True)

    @property
    def data(self) -> Path:
        """The data folder, free of symbolic links."""
        return (self.home / "pg").resolve()

    def start(self) -> None:
        """Start the server and wait until it answers; make its data folder first if need be."""
        with _explained(self.home), self._locked():
            if self._settled() is None:
                account = self._account()
                programs = self._programs()
                if is_complete(self.data):
                    self._password()  # a cluster without one is not ours to start
                else:
                    self._create(account, programs)
                self._launch(account, programs)

    def stop(self) -> None:
        """Stop the server, ending its connections; nothing happens when it does not run."""
        with _explained(self.home):
            if not self.data.exists():
                return
            with self._locked():
                if self._settled() is None:
                    return
                account = self._account()
                pg_ctl = self._programs().path("pg_ctl")
                for mode in ("fast", "immediate"):
                    done = self._pg_ctl(account, pg_ctl, "stop", "-m", mode, "-w", "-t", "60")
                    # A server that was ending by itself may be gone before pg_ctl finds it.
                    if done == 0 or self._settled() is None:
                        return
        raise AtlasError(f'the database in "{self.data}" did not stop: see {self._log}')

    def status(self) -> ClusterStatus:
        """Whether the server runs, and where."""
        with _explained(self.home):
            server = postmaster(self.data)
            version = self.data / "PG_VERSION"
            return ClusterStatus(
                running=server is not None,
                pid=server.pid if server else None,
                port=server.port if server else None,
                version=version.read_text().strip() if version.is_file() else None,
                data=self.data,
            )

    def url(self, database: str = DATABASE) -> str:
        """The address of a database, with its password: ``postgresql://atlas:…@127.0.0.1:…``."""
        server = postmaster(self.data)
        port = server.port if server else self._remembered_port()
        if port is None:
            raise AtlasError(f'the database in "{self.home}" has never run: atlas db start')
        return f"postgresql://{ROLE}:{self._password()}@127.0.0.1:{port}/{database}"

    def ensure_database(self, name: str = DATABASE) -> None:
        """Create the database ``name`` unless it exists."""
        connection = psycopg2.connect(self.url("postgres"), connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("select 1 from pg_database where datname = %s", (name,))
                if cursor.fetchone() is None:
                    with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
                        cursor.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        except psycopg2.errors.DiskFull:
            raise AtlasError(disk_full_sentence(self.data)) from None
        finally:
            connection.close()

    def in_use(self) -> bool:
        """Whether anybody is connected."""
        if not self.status().running:
            return False
        connection = psycopg2.connect(self.url("postgres"), connect_timeout=5)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select exists (select from pg_stat_activity"
                    " where backend_type = 'client backend' and pid <> pg_backend_pid())"
                )
                return bool(cursor.fetchone() == (True,))
        finally:
            connection.close()

    def shell(self, database: str = DATABASE) -> NoReturn:
        """Become psql, connected to ``database``."""
        become_psql(self.url(database))

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the home for one command at a time."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _account(self) -> Account:
        owner = self.data.stat().st_uid if self.data.exists() else None
        return server_account(self.user, owner)

    def _programs(self) -> Programs:
        major = None
        if is_complete(self.data):
            major = int((self.data / "PG_VERSION").read_text().strip())
        return find_programs(folder=self.postgres_bin, major=major)

    def _password(self) -> str:
        try:
            return (self.data.parent / "password").read_text().strip()
        except FileNotFoundError:
            raise AtlasError(
                f'the password of the database in "{self.data}" is missing: put back '
                f'"{self.data.parent / "password"}", or set ATLAS_HOME to a new folder'
            ) from None

    def _settled(self) -> Postmaster | None:
        """The running server, once one that is starting or stopping has done so."""
        deadline = time.monotonic() + 60
        while (server := postmaster(self.data)) and server.state in {"starting", "stopping"}:
            if time.monotonic() > deadline:
                raise AtlasError(
                    f"the database is still {server.state} after 60 s: see {self._log}"
                )
            time.sleep(0.1)
        return server

    def _create(self, account: Account, programs: Programs) -> None:
        """Run initdb under a temporary name, so that a folder named ``pg`` is a whole one."""
        remove_half_made(self.data)
        outside = (
            None
            if self.data.parent != self.home.resolve() or account.can_enter(self.home)
            else OUTSIDE
        )
        if outside:
            outside.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix="cluster-", dir=outside))
            account.take(place)
        else:
            place = self.data.parent
            place.mkdir(parents=True, exist_ok=True)
        try:
            initialise(place, account, programs, durable=self.options.get("fsync") != "off")
        except BaseException:
            if outside:
                shutil.rmtree(place)
            raise
        if outside:
            (self.home / "pg").unlink(missing_ok=True)
            (self.home / "pg").symlink_to(place / "pg")

    def _launch(self, account: Account, programs: Programs) -> None:
        """Start the server on the remembered port, or on another when that is taken."""
        port = self._remembered_port()
        sockets = _socket_folder(self.data, account)
        self._keep_log_small()
        for _ in range(START_ATTEMPTS):
            if port is None or not _is_free(port):
                port = _free_port()
            config = server_config(port=port, sockets=sockets, options=self.options)
            write_private(self.data / "atlas.conf", config, account)
            clear_stale(self.data, sockets or self.data)
            seen = self._log.stat().st_size if self._log.exists() else 0
            if self._pg_ctl(account, programs.path("pg_ctl"), "start", "-w", "-t", "120") == 0:
                return
            said = self._log_after(seen)
            if "Address already in use" in said:
                port = None
            elif "is still in use" in said:
                # The children of a killed server hold its memory until they notice.
                time.sleep(0.2)
            elif disk_full(said):
                raise AtlasError(disk_full_sentence(self.data))
            else:
                raise AtlasError(self._not_started(said))
        raise AtlasError(self._not_started(self._log_after(0)))

    def _pg_ctl(self, account: Account, pg_ctl: str, *arguments: str) -> int:
        """Run pg_ctl in the data folder.

        The folder goes by PGDATA and the working directory, because pg_ctl hands paths to a shell
        without quoting every character.
        """
        log = ("-l", self._log.name) if arguments[0] == "start" else ()
        command = [pg_ctl, *arguments, *log]
        environment = {"PGDATA": str(self.data)}
        done = account.run(command, folder=self.data, environment=environment)
        return done.returncode

    def _keep_log_small(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG_BYTES:
            self._log.rename(self._log.with_name("server.log.1"))

    def _not_started(self, said: str) -> str:
        fatal = [line.partition("FATAL:")[2] for line in said.splitlines() if "FATAL:" in line]
        reason = fatal[-1].strip() if fatal else "no reason was given"
        return f'the database in "{self.data}" does not start ({reason}): see "{self._log}"'

    def _log_after(self, offset: int) -> str:
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")

    def _remembered_port(self) -> int | None:
        config = self.data / "atlas.conf"
        found = re.search(r"^port = (\d+)$", config.read_text(), re.M) if config.exists() else None
        return int(found[1]) if found else None


def database_url(settings: DatabaseSettings) -> str:
    """The address of the database: ATLAS_DATABASE_URL, else the private cluster, which is started.

    Raises AtlasError.
    """
    if settings.database_url:
        return settings.database_url.replace("postgres://", "postgresql://", 1)
    cluster = private_cluster(settings)
    cluster.start()
    cluster.ensure_database()
    return cluster.url()


def private_cluster(settings: DatabaseSettings) -> Cluster:
    """The cluster that serves where no server is named."""
    return Cluster(settings.home, user=settings.cluster_user, postgres_bin=settings.postgres_bin)


@contextlib.contextmanager
def _explained(home: Path) -> Iterator[None]:
    """Say in one sentence what the system refused."""
    try:
        yield
    except OSError as error:
        place = error.filename or home
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise AtlasError(disk_full_sentence(home)) from None
        if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR}:
            raise AtlasError(
                f'the database cannot be kept in "{home}" ("{place}": {error.strerror}): make the '
                "folder writable, or set ATLAS_HOME to one that is"
            ) from None
        raise


def _socket_folder(data: Path, account: Account) -> Path | None:
    """The data folder, else a short private one when its path is too long for a socket.

    None when that one is somebody else's: loopback alone serves.
    """
    if len(os.fsencode(data / ".s.PGSQL.65535")) <= SOCKET_PATH_BYTES:
        return data
    short = Path("/tmp") / f"atlas-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108 - checked to be ours and private
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
        account.take(short)
    found = short.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid
    return short if private and not found.st_mode & 0o077 else None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As PostgreSQL does: connections closed a moment ago do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    for port in random.sample(PORTS, 200):
        if _is_free(port):
            return port
    raise AtlasError(f"no free port between {PORTS.start} and {PORTS.stop} was found")
