"""Places for private clusters of the tests' own, and a PostgreSQL that has no PostGIS."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.cluster import Cluster
from geo.server.accounts import Account, server_account
from geo.server.config import server_config
from geo.server.pgdata import initialise
from geo.server.programs import Programs, find_programs

FAST = {"fsync": "off"}


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that every account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def cluster_in(home: Path) -> Iterator[Cluster]:
    """A cluster that is stopped and removed when the block ends, wherever its data were put."""
    cluster = Cluster(home, options=FAST)
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.data.parent, ignore_errors=True)


@contextmanager
def disk(folder: Path, options: str) -> Iterator[Path]:
    """A real file system of its own, in memory, mounted with ``options``."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    folder.mkdir()
    mount = [*as_root, "mount", "-t", "tmpfs", "-o", f"mode=0755,{options}", "tmpfs"]
    subprocess.run([*mount, str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*as_root, "umount", str(folder)], check=True)


def without_postgis(folder: Path) -> Programs:
    """A second installation of this machine's PostgreSQL, with all its extensions but PostGIS.

    PostgreSQL finds its shared files relative to its programs, so these are copied and the rest
    is linked.
    """
    found = find_programs()
    common = Path(os.path.commonpath([found.folder, found.share]))
    programs = folder / found.folder.relative_to(common)
    share = folder / found.share.relative_to(common)
    programs.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        shutil.copy(found.path(name), programs)
    programs.with_name("lib").symlink_to(found.folder.with_name("lib"))
    (share / "extension").mkdir(parents=True)
    for entry in (*found.share.iterdir(), *(found.share / "extension").iterdir()):
        if entry.name != "extension" and "postgis" not in entry.name:
            (share / entry.relative_to(found.share)).symlink_to(entry.resolve())
    return Programs(programs, share, found.version)


@contextmanager
def bare_server(folder: Path, programs: Programs, port: int) -> Iterator[str]:
    """The address of a server run by ``programs`` in ``folder`` until the block ends."""
    account: Account = server_account(None, None)
    place = folder / "server"
    place.mkdir()
    account.take(place)
    initialise(place, account, programs, durable=False)
    data = place / "pg"
    (data / "atlas.conf").write_text(server_config(port=port, sockets=data, options=FAST))
    pg_ctl = [programs.path("pg_ctl"), "-w", "-D", str(data)]
    started = account.run([*pg_ctl, "-l", str(data / "log"), "start"], folder=data)
    assert started.returncode == 0, started.stdout
    try:
        password = (place / "password").read_text().strip()
        yield f"postgresql://atlas:{password}@127.0.0.1:{port}/postgres"
    finally:
        account.run([*pg_ctl, "-m", "fast", "stop"], folder=data)
