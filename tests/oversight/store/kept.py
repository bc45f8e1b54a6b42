"""What tests of the store ask again and again: the city's numbers, and what is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text

from oversight.policy import of_city
from oversight.policy.model import Policy
from oversight.store import rebuild as rebuild_module
from oversight.store import refresh as refresh_module

CITY = "640500"

_TABLES = {"oversight.status": "compound_id", "oversight.company_status": "company_id"}


def written(target: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All statuses, row by row."""
    with target.connect() as connection:
        return {
            table: [
                tuple(row)
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}, valid"))
            ]
            for table, key in _TABLES.items()
        }


def forget(target: Engine) -> None:
    """Remove all statuses."""
    with target.begin() as connection:
        connection.execute(text("TRUNCATE oversight.status, oversight.company_status"))


def compounds(connection: Connection) -> list[int]:
    """The city's compounds."""
    return list(connection.scalars(text("SELECT id FROM registry.compound ORDER BY id")))


def companies(connection: Connection) -> list[int]:
    """The city's companies."""
    return list(connection.scalars(text("SELECT id FROM registry.company ORDER BY id")))


@contextmanager
def under(policy: Policy) -> Iterator[None]:
    """The city's policy is another one within the block (in this process)."""
    modules = (refresh_module, rebuild_module)
    for module in modules:
        module.of_city = lambda _city: policy  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in modules:
            module.of_city = of_city  # type: ignore[attr-defined]
