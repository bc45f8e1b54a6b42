"""A Redis that is empty at first, and what is logged of it."""

from collections.abc import Iterator

import pytest

from api import shared
from tests.api.shared.support import Told
from tests.redis_server import RedisServer, redis_server


@pytest.fixture(scope="module")
def running() -> Iterator[RedisServer]:
    with redis_server() as made:
        yield made


@pytest.fixture
def redis(running: RedisServer) -> RedisServer:
    running.client.flushall()
    return running


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, Redis is waited for where a test is not about that."""
    monkeypatch.setattr(shared, "SECONDS", 5.0)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    made = Told()
    monkeypatch.setattr(shared, "log", made)
    return made
