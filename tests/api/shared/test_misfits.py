"""What does not fit in Redis counts as nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from api import shared
from api.answers import Key
from api.shared import Shared
from tests.api.shared.support import (
    BOX,
    KEY,
    Told,
    asked,
    drawn_by_another,
    of,
    sharing,
    stored,
    worker,
)
from tests.redis_server import RedisServer


def resealed(head: dict[str, Any], length: int | None = None) -> Callable[[Shared, bytes], bytes]:
    """What we might have sealed, were the program wrong."""

    def make(store: Shared, name: bytes) -> bytes:
        whole = {
            "status": 200,
            "headers": [["a", "b"]],
            "layers": ["compounds"],
            "box": list(BOX),
            "route": None,
            "upto": 10,
        }
        said = orjson.dumps({**whole, **head})
        content = (len(said) if length is None else length).to_bytes(4) + said + b"sealed"
        return store._digest(b"seal", name, content) + content

    return make


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _store, held: held[:-1],
        lambda _store, held: held[:40],
        lambda _store, held: held[:10],
        lambda _store, held: bytes([held[0] ^ 1]) + held[1:],
        lambda _store, held: held[:-1] + bytes([held[-1] ^ 1]),
        lambda _store, held: held + b"x",
        lambda _store, held: held + b"x" * shared.LARGEST,
        lambda _store, _held: b"garbage",
        lambda _store, _held: b'{"status":200}' * 100,
    ],
)
def test_what_was_tampered_with_counts_as_nothing_and_is_put_right(
    redis: RedisServer, told: Told, wrong: Callable[[Shared, bytes], bytes]
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            (name,) = redis.names()
            held = redis.client.get(name)
            assert isinstance(held, bytes)
            redis.client.set(name, wrong(one, held))
            assert await asked(worker(one)) == b"own"
            await stored(one)
            assert told.of("warning") == ["a shared answer is not ours"]
            assert await asked(worker(one), b"not drawn") == b"own"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("head", "length", "found"),
    [
        ({}, None, b"sealed"),
        ({"status": 500}, None, b"own"),
        ({"status": "200"}, None, b"own"),
        ({"upto": "10"}, None, b"own"),
        ({"upto": -1}, None, b"own"),
        ({"upto": None}, None, b"own"),
        ({"box": [1, 2, 3]}, None, b"own"),
        ({"box": [1, 2, 3, "4"]}, None, b"own"),
        ({"headers": [["a"]]}, None, b"own"),
        ({"headers": [["a", "小"]]}, None, b"own"),
        ({"layers": [1]}, None, b"own"),
        ({"more": 1}, None, b"own"),
        ({}, 100_000, b"own"),
        ({}, 3, b"own"),
    ],
    ids=str,
)
def test_what_is_sealed_is_read_strictly(
    redis: RedisServer, head: dict[str, Any], length: int | None, found: bytes
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            (name,) = redis.names()
            redis.client.set(name, resealed(head, length)(one, name))
            assert await asked(worker(one)) == found

    asyncio.run(run())


def test_what_was_stored_for_another_question_is_not_taken(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            (name,) = redis.names()
            other: Key = ("/other", *KEY[1:])
            await worker(one).get(other, of(b"of the other"))
            await stored(one)
            (moved,) = set(redis.names()) - {name}
            redis.client.rename(moved, name)
            assert await asked(worker(one)) == b"own"

    asyncio.run(run())


def test_a_key_of_another_kind_is_an_error_and_nobody_s_but_ours(
    redis: RedisServer, told: Told
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            (name,) = redis.names()
            redis.client.delete(name)
            redis.client.lpush(name, "x")
            assert await asked(worker(one)) == b"own"
            assert told.of("warning") == ["what is drawn is not shared"]

    asyncio.run(run())


def test_what_is_too_long_is_not_stored(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            for length, held in ((2000, 0), (1999, 0), (1000, 1)):
                monkeypatch.setattr(shared, "LARGEST", 2000)
                await asked(worker(one), b"x" * length)
                await stored(one)
                assert len(redis.names()) == held

    asyncio.run(run())
