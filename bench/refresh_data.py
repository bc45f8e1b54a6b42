"""Makes a nation to refresh: half a million compounds with two million violations, set-based."""

import re
import time
from pathlib import Path

from sqlalchemy import Engine, make_url, text

from geo import bulk, migrate
from geo.database import engine
from oversight import catalogue

PER_CITY = 2000


def make(url: str, name: str, compounds: int) -> Engine:
    """A database of so many compounds on the server of an address, in place of an older one."""
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    target = engine(make_url(url).set(database=name).render_as_string(hide_password=False))
    migrate.upgrade(target)
    with target.begin() as connection:
        catalogue.load(connection)
    given = {"compounds": compounds, "cities": -(-compounds // PER_CITY)}
    with target.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        for table, sql in _statements():
            began = time.perf_counter()
            if "." in table:
                with bulk.without_indexes(connection, table):
                    rows = connection.execute(text(sql), given).rowcount
                print(
                    f"{table:<34}{rows:>12,} rows {time.perf_counter() - began:7.1f} s", flush=True
                )
            else:
                connection.execute(text(sql), given)
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return target


def _statements() -> list[tuple[str, str]]:
    script = Path(__file__).with_name("refresh.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\S+)$", script, flags=re.MULTILINE)
    return [
        (name, sql.strip().replace("::", r"\:\:"))
        for name, sql in zip(parts[1::2], parts[2::2], strict=True)
    ]
