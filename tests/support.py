"""What tests in several folders need: a running service, settings of throw-away clusters."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, Engine, make_url, text

from access.enforce import LOGINS
from geo.database import engine

ROOT = Path(__file__).parents[1]

# Tests can be run again: nothing is lost when the machine goes down in the middle.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Service:
    """A running service and the database behind it."""

    url: str
    engine: Engine


_SERVE = """
import sys, uvicorn
from api.serving import OPTIONS
from api.settings import ServerSettings
if __name__ == "__main__":
    workers = ServerSettings().workers
    uvicorn.run(host="127.0.0.1", port=int(sys.argv[1]), workers=workers, **OPTIONS)
"""


def until(
    holds: Callable[[], Any], seconds: float = 60, what: str = "it did not come true in time"
) -> None:
    """Wait for what is to come true by itself, such as a change being heard of."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def waits_for_table(watching: Connection) -> bool:
    """Whether anybody waits for a table of the database that is watched."""
    waits = text("""
        SELECT count(*) FROM pg_locks AS w JOIN pg_database AS d ON d.oid = w.database
        WHERE NOT w.granted AND w.locktype = 'relation' AND d.datname = current_database()
    """)
    found = bool(watching.scalar(waits))
    watching.rollback()
    return found


def cut_off_listeners(connection: Connection) -> int:
    """End the connections on which services hear of changes; returns how many there were."""
    ended = connection.scalars(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = :login"
            " AND application_name = 'atlas-changes'"
        ),
        {"login": LOGINS["public"]},
    )
    return len(ended.all())


@contextmanager
def new_database(server: str, template: str = "template0") -> Iterator[Engine]:
    """A new database copied from a template, dropped when the block ends."""
    name = f"test_{secrets.token_hex(6)}"
    admin = engine(server)
    try:
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        made = engine(make_url(server).set(database=name).render_as_string(hide_password=False))
        try:
            yield made
        finally:
            made.dispose()
            with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        admin.dispose()


@contextmanager
def served(database: Engine, *, log: Path | None = None, **settings: str) -> Iterator[Service]:
    """Serve a database on a free port of the loopback until the block ends.

    ``settings`` become ATLAS_… variables; ``log`` takes what the service writes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "ATLAS_DATABASE_URL": database.url.render_as_string(hide_password=False),
        **{f"ATLAS_{name.upper()}": value for name, value in settings.items()},
    }
    command = [sys.executable, "-c", _SERVE, str(port)]
    written = log.open("wb") if log else None
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=written)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process)
        yield Service(url, database)
    finally:
        process.terminate()
        process.wait(timeout=10)
        if written:
            written.close()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended before it was ready"
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{url}/readyz did not answer 200 within 90 s")
