"""A small city for tests of who answers for what."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from tests.oversight import claims


@pytest.fixture(scope="module")
def ready(database: Engine) -> Engine:
    """The city of :mod:`tests.oversight.claims`, where nobody claims anything yet."""
    with database.begin() as connection:
        claims.found(connection)
    return database


@pytest.fixture
def connection(ready: Engine) -> Iterator[Connection]:
    """A transaction that is taken back after the test."""
    with ready.connect() as made:
        yield made
        made.rollback()
