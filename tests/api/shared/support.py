"""Workers that share one Redis, over a database that is only said to be there."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from api import metrics, shared
from api.answers import Answer, Cover, Key
from api.cache import Cache
from api.settings import SharedSettings
from api.shared import Ground, Shared
from tests.redis_server import RedisServer

BOX = (106.0, 38.0, 106.1, 38.1)
ELSEWHERE = (110.0, 38.0, 110.1, 38.1)
COVER = Cover(frozenset({"compounds"}), BOX)
KEY: Key = ("/tiles/WebMercatorQuad/1/0/0", b"a=\xff", "br", date(2026, 1, 1), ("https", "x"))
SECRET, PROGRAM, PLACE = b"s" * 32, b"program", "place"
PATIENCE = shared.SECONDS
HEADERS = [(b"content-type", b"application/x"), (b"x-latin", "é".encode("latin-1"))]


type Draw = Callable[[], Awaitable[Answer]]


@dataclass
class Told:
    """What was logged."""

    lines: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, level: str) -> Callable[..., None]:
        return lambda event, **more: self.lines.append((level, event, more))

    def of(self, level: str) -> list[str]:
        return [event for one, event, _ in self.lines if one == level]


@asynccontextmanager
async def sharing(redis: RedisServer, secret: bytes = SECRET, program: bytes = PROGRAM) -> Any:
    client = shared.client(SharedSettings(redis_url=SecretStr(redis.url)))
    assert client is not None
    made = Shared(client, secret, program)
    try:
        yield made
    finally:
        await made.close()


def ground(floor: int = 1, upto: int | None = 10, place: str = PLACE) -> Ground:
    async def ask() -> int | None:
        return upto

    return Ground(place, floor, ask)


def worker(store: Shared, on: Ground | None = None) -> Cache:
    made = Cache(1_000_000, store)
    made.listen(heard=True)
    made.share(on or ground())
    return made


def of(body: bytes, drawn: list[bytes] | None = None, status: int = 200) -> Draw:
    async def draw() -> Answer:
        if drawn is not None:
            drawn.append(body)
        return Answer(status, HEADERS, body, COVER, SimpleNamespace(path="/tiles/{z}"))

    return draw


async def stored(store: Shared) -> None:
    """Wait until all that is on its way has arrived."""
    while store._storing:
        await asyncio.wait(store._storing)


async def asked(cache: Cache, body: bytes = b"own", key: Key = KEY) -> bytes:
    return (await cache.get(key, of(body))).body


async def drawn_by_another(store: Shared, upto: int = 10, place: str = PLACE) -> None:
    await asked(worker(store, ground(upto=upto, place=place)), b"other's")
    await stored(store)


def counts(counter: metrics.Counter) -> dict[str, int]:
    return {labels[0][1]: number for labels, number in counter._counts.items()}
