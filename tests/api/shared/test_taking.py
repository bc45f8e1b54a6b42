"""A worker takes what another drew, unless it heard of something that was not seen then."""

import asyncio
from datetime import date
from typing import Any

import pytest

from api import cache as caches
from api import metrics, shared
from api.answers import Answer, Key
from api.cache import Cache
from api.shared import Ground
from tests.api.shared.support import (
    BOX,
    COVER,
    ELSEWHERE,
    HEADERS,
    KEY,
    PLACE,
    PROGRAM,
    SECRET,
    asked,
    counts,
    drawn_by_another,
    ground,
    of,
    sharing,
    stored,
    worker,
)
from tests.redis_server import RedisServer


def test_one_worker_has_what_another_drew_just_as_it_was(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one, sharing(redis) as two:
            made = await worker(one).get(KEY, of(b"drawn"))
            await stored(one)
            cache, drawn = worker(two), list[bytes]()
            before = counts(metrics.SHARED).get("yes", 0)
            found = [await cache.get(KEY, of(b"own", drawn)) for _ in range(3)]
            assert not drawn
            assert {(one.status, one.body) for one in found} == {(200, b"drawn")}
            assert found[0].headers == made.headers == HEADERS
            assert found[0].cover == COVER
            assert found[0].route.path == "/tiles/{z}"
            # Found there once, in memory after that.
            assert counts(metrics.SHARED)["yes"] == before + 1

    asyncio.run(run())


def test_an_empty_tile_is_shared_too(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one, sharing(redis) as two:
            await worker(one).get(KEY, of(b"", status=204))
            await stored(one)
            assert (await worker(two).get(KEY, of(b"own"))).status == 204

    asyncio.run(run())


def test_many_who_wait_ask_redis_once(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            cache, drawn = worker(one), list[bytes]()
            before = counts(metrics.SHARED).get("no", 0)
            await asyncio.gather(*(cache.get(KEY, of(b"own", drawn)) for _ in range(20)))
            assert drawn == [b"own"]
            assert counts(metrics.SHARED)["no"] == before + 1

    asyncio.run(run())


def test_what_is_stored_does_not_stay_for_good(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            (name,) = redis.names()
            assert 0 < redis.client.ttl(name) <= shared.KEPT_SECONDS

    asyncio.run(run())


@pytest.mark.parametrize(
    ("secret", "program", "place"),
    [(b"t" * 32, PROGRAM, PLACE), (SECRET, b"newer", PLACE), (SECRET, PROGRAM, "elsewhere")],
    ids=["secret", "program", "place"],
)
def test_who_differs_in_secret_program_or_database_shares_nothing(
    redis: RedisServer, secret: bytes, program: bytes, place: str
) -> None:
    async def run() -> None:
        async with sharing(redis) as one, sharing(redis, secret, program) as two:
            await drawn_by_another(one)
            assert await asked(worker(two, ground(place=place))) == b"own"

    asyncio.run(run())


@pytest.mark.parametrize("part", range(5))
def test_each_part_of_what_is_asked_counts(redis: RedisServer, part: int) -> None:
    others = ("/other", b"b", None, date(2026, 1, 2), ("http", "x"))

    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            key: Any = (*KEY[:part], others[part], *KEY[part + 1 :])
            assert await asked(worker(one), key=key) == b"own"
            assert await asked(worker(one)) == b"other's"

    asyncio.run(run())


@pytest.mark.parametrize(("floor", "found"), [(9, b"other's"), (10, b"other's"), (11, b"own")])
def test_what_did_not_see_all_that_was_under_way_when_listening_began_is_not_taken(
    redis: RedisServer, floor: int, found: bytes
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one, upto=10)
            before = counts(metrics.SHARED).get("old", 0)
            assert await asked(worker(one, ground(floor=floor, upto=None))) == found
            assert counts(metrics.SHARED).get("old", 0) == before + (found == b"own")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("layer", "box", "xid", "found"),
    [
        ("compounds", BOX, 9, b"other's"),
        ("compounds", BOX, 10, b"own"),
        ("compounds", None, 11, b"own"),
        ("compounds", ELSEWHERE, 11, b"other's"),
        ("streets", None, 11, b"other's"),
    ],
)
def test_what_did_not_see_a_change_that_was_heard_of_is_not_taken(
    redis: RedisServer, layer: str, box: Any, xid: int, found: bytes
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one, upto=10)
            cache = worker(one)
            cache.changed(layer, box, xid)
            assert await asked(cache) == found

    asyncio.run(run())


def test_what_is_heard_of_before_the_floor_is_known_counts(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one, upto=10)
            cache = Cache(1_000_000, one)
            cache.listen(heard=True)
            cache.changed("compounds", BOX, 10)
            cache.share(ground(floor=5))
            assert await asked(cache) == b"own"

    asyncio.run(run())


@pytest.mark.parametrize(("first", "found"), [(9, b"other's"), (10, b"own"), (70, b"own")])
def test_of_changes_that_are_no_longer_known_the_newest_is_the_floor(
    redis: RedisServer, first: int, found: bytes
) -> None:
    """They are told in the order of their ends, which is not that of their numbers."""

    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one, upto=10)
            cache = worker(one)
            for xid in (first, 2, *[3] * caches.REMEMBERED):
                cache.changed("streets", None, xid)
            assert await asked(cache) == found

    asyncio.run(run())


def test_what_is_stored_after_another_heard_of_a_change_is_not_taken(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one, sharing(redis) as two:
            late, quick = worker(one, ground(upto=7)), worker(two, ground(upto=8))
            go, begun = asyncio.Event(), asyncio.Event()

            async def slow() -> Answer:
                begun.set()
                await go.wait()
                return await of(b"before")()

            drawing = asyncio.create_task(late.get(KEY, slow))
            await begun.wait()
            quick.changed("compounds", BOX, 7)
            go.set()
            assert (await drawing).body == b"before"
            await stored(one)
            assert len(redis.names()) == 1
            assert await asked(quick, b"after") == b"after"
            await stored(two)
            # The late one may still answer what it has, and takes the new one when it hears.
            assert await asked(late) == b"before"
            late.changed("compounds", BOX, 7)
            assert await asked(late) == b"after"

    asyncio.run(run())


def test_what_changed_while_it_was_drawn_is_not_stored(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            cache = worker(one)

            async def draw() -> Answer:
                cache.changed("compounds", BOX, 12)
                return await of(b"before")()

            await cache.get(KEY, draw)
            await stored(one)
            assert not redis.names()

    asyncio.run(run())


def test_redis_is_neither_asked_nor_told_anything_while_nothing_is_heard(
    redis: RedisServer,
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            held = redis.client.get(redis.names()[0])
            cache = worker(one)
            cache.listen(heard=False)
            assert await asked(cache) == b"own"
            cache.listen(heard=True)
            # It is not known yet since when.
            assert await asked(cache, b"again") == b"again"
            await stored(one)
            assert redis.client.get(redis.names()[0]) == held

    asyncio.run(run())


def test_what_a_drawing_will_see_is_asked_before_it_begins(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            order = []

            async def upto() -> int:
                await asyncio.sleep(0.001)
                order.append("asked")
                return 10

            async def draw() -> Answer:
                order.append("drawn")
                return await of(b"x")()

            await worker(one, Ground(PLACE, 1, upto)).get(KEY, draw)
            assert order == ["asked", "drawn"]

    asyncio.run(run())


def test_nothing_is_stored_that_is_not_known_to_see_anything(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await asked(worker(one, ground(upto=None)))
            await stored(one)
            assert not redis.names()

    asyncio.run(run())


def test_what_is_found_after_listening_ended_and_began_anew_is_not_taken(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            cache, find = worker(one), one.find

            async def slow(place: str, key: Key) -> Any:
                found = await find(place, key)
                cache.listen(heard=False)
                cache.listen(heard=True)
                cache.share(ground(floor=1))
                return found

            monkeypatch.setattr(one, "find", slow)
            assert await asked(cache) == b"own"

    asyncio.run(run())
