"""Databases that tests are copied from, kept between runs as long as what made them is the same."""

import hashlib
from collections.abc import Callable
from functools import cache

from sqlalchemy import Connection, Engine, make_url, text

from geo.database import engine
from geo.dates import today
from tests.support import ROOT

MAKERS = ("access", "audit", "data", "geo", "oversight")
"""What a template's content depends on, besides the day."""


def kept(server: str, kind: str, template: str, fill: Callable[[Engine], None]) -> str:
    """The name of a database copied from ``template`` and filled; made only if it is not there.

    Templates of an earlier day or of other code are dropped.
    """
    name = f"kept_{kind}_{_made_of()}"
    admin = engine(server)
    try:
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Several test processes may share one server.
            connection.execute(text("SELECT pg_advisory_lock(hashtext('kept templates'))"))
            found = _kept(connection, kind)
            if name in found:
                return name
            for old in (*found, f"half_{kind}"):
                connection.execute(text(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "half_{kind}" TEMPLATE "{template}"'))
            half = make_url(server).set(database=f"half_{kind}")
            made = engine(half.render_as_string(hide_password=False))
            try:
                fill(made)
            finally:
                # A template must have no connections.
                made.dispose()
            connection.execute(text(f'ALTER DATABASE "half_{kind}" RENAME TO "{name}"'))
    finally:
        admin.dispose()
    return name


def _kept(connection: Connection, kind: str) -> list[str]:
    names = connection.scalars(
        text("SELECT datname FROM pg_database WHERE starts_with(datname, :start)"),
        {"start": f"kept_{kind}_"},
    )
    return list(names)


@cache
def _made_of() -> str:
    digest = hashlib.sha256(today().isoformat().encode())
    digest.update((ROOT / "tests" / "conftest.py").read_bytes())
    for folder in MAKERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
