"""What is kept is never older than what is told, and is told of once."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from api.answers import Answer, Cover, Key
from api.cache import Cache

BOX = (106.0, 38.0, 106.1, 38.1)
ELSEWHERE = (110.0, 38.0, 110.1, 38.1)
COVER = Cover(frozenset({"compounds"}), BOX)
KEY: Key = ("/tiles/WebMercatorQuad/1/0/0", b"", "", date(2026, 1, 1), ())

type Draw = Callable[[], Awaitable[Answer]]


def answer(body: bytes = b"drawn", cover: Cover | None = COVER) -> Answer:
    return Answer(200, [], body, cover, None)


def of(body: bytes, drawn: list[bytes] | None = None) -> Draw:
    async def draw() -> Answer:
        if drawn is not None:
            drawn.append(body)
        return answer(body)

    return draw


def hearing(most: int = 1_000_000) -> Cache:
    made = Cache(most)
    made.listen(heard=True)
    return made


def test_what_is_kept_is_not_drawn_again() -> None:
    async def run() -> None:
        cache, drawn = hearing(), list[bytes]()
        assert [(await cache.get(KEY, of(b"1", drawn))).body for _ in range(3)] == [b"1"] * 3
        assert drawn == [b"1"]

    asyncio.run(run())


def test_long_questions_count_as_what_is_kept() -> None:
    async def run() -> None:
        cache, drawn = hearing(100_000), list[bytes]()
        asked = [(KEY[0], b"%d" % one * 20_000, *KEY[2:]) for one in range(1, 9)]
        for key in asked:
            await cache.get(key, of(b"", drawn))
        assert [cache.kept(key) is not None for key in asked] == [False] * 4 + [True] * 4

    asyncio.run(run())


@pytest.mark.parametrize(
    ("layer", "box", "kept"),
    [
        ("compounds", None, False),
        ("compounds", BOX, False),
        ("compounds", (106.1, 38.1, 106.2, 38.2), False),
        ("compounds", ELSEWHERE, True),
        ("streets", None, True),
    ],
)
def test_only_what_shows_a_change_is_given_up(
    layer: str, box: tuple[float, float, float, float] | None, *, kept: bool
) -> None:
    async def run() -> None:
        cache = hearing()
        await cache.get(KEY, of(b"before"))
        cache.changed(layer, box, 1)
        found = await cache.get(KEY, of(b"after"))
        assert found.body == (b"before" if kept else b"after")

    asyncio.run(run())


def test_nothing_is_kept_while_changes_are_not_heard_of() -> None:
    async def run() -> None:
        cache = Cache(1_000_000)
        assert (await cache.get(KEY, of(b"1"))).body == b"1"
        cache.listen(heard=True)
        assert (await cache.get(KEY, of(b"2"))).body == b"2"
        cache.listen(heard=False)
        assert (await cache.get(KEY, of(b"3"))).body == b"3"

    asyncio.run(run())


def test_what_was_begun_before_changes_were_heard_of_is_not_kept() -> None:
    async def run() -> None:
        cache, go = Cache(1_000_000), asyncio.Event()
        begun = asyncio.Event()

        async def slow() -> Answer:
            begun.set()
            await go.wait()
            return answer(b"before")

        first = asyncio.create_task(cache.get(KEY, slow))
        await begun.wait()
        cache.listen(heard=True)
        go.set()
        await first
        assert (await cache.get(KEY, of(b"after"))).body == b"after"

    asyncio.run(run())


def test_many_who_ask_at_once_are_answered_by_one_drawing() -> None:
    async def run() -> None:
        cache, drawn = hearing(), list[bytes]()

        async def slow() -> Answer:
            drawn.append(b"")
            await asyncio.sleep(0.01)
            return answer()

        found = await asyncio.gather(*(cache.get(KEY, slow) for _ in range(50)))
        assert {one.body for one in found} == {b"drawn"}
        assert len(drawn) == 1

    asyncio.run(run())


def test_without_room_each_who_asks_is_drawn_for() -> None:
    async def run() -> None:
        cache, drawn = hearing(0), list[bytes]()
        await asyncio.gather(*(cache.get(KEY, of(b"1", drawn)) for _ in range(3)))
        assert drawn == [b"1"] * 3

    asyncio.run(run())


def test_who_asks_after_a_change_does_not_get_what_was_begun_before() -> None:
    async def run() -> None:
        cache, go = hearing(), asyncio.Event()
        begun = asyncio.Event()

        async def slow() -> Answer:
            begun.set()
            await go.wait()
            return answer(b"before")

        first = asyncio.create_task(cache.get(KEY, slow))
        await begun.wait()
        cache.changed("compounds", BOX, 1)
        assert (await cache.get(KEY, of(b"after"))).body == b"after"
        go.set()
        assert (await first).body == b"before"
        assert (await cache.get(KEY, of(b"again"))).body == b"after"

    asyncio.run(run())


def test_a_drawing_ends_when_all_who_wait_have_gone_and_not_before() -> None:
    async def run() -> None:
        cache, ended = hearing(), list[str]()
        go = asyncio.Event()

        async def slow() -> Answer:
            try:
                await go.wait()
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise
            return answer()

        waiting = [asyncio.create_task(cache.get(KEY, slow)) for _ in range(3)]
        await asyncio.sleep(0)
        for one in waiting[:2]:
            one.cancel()
        await asyncio.wait(waiting[:2])
        assert not ended
        waiting[2].cancel()
        await asyncio.wait(waiting)
        await asyncio.sleep(0)
        assert ended == ["cancelled"]
        assert (await cache.get(KEY, of(b"new"))).body == b"new"

    asyncio.run(run())


def test_an_error_is_everybody_s_who_waited_and_nobody_s_after() -> None:
    async def run() -> None:
        cache = hearing()

        async def fails() -> Answer:
            await asyncio.sleep(0)
            raise RuntimeError

        found = await asyncio.gather(
            *(cache.get(KEY, fails) for _ in range(3)), return_exceptions=True
        )
        assert [type(one) for one in found] == [RuntimeError] * 3
        assert (await cache.get(KEY, of(b"new"))).body == b"new"

    asyncio.run(run())


def test_the_least_lately_asked_is_given_up_for_room() -> None:
    async def run() -> None:
        cache = hearing(50_000)
        keys: list[Key] = [(f"/{n}", b"", "", KEY[3], ()) for n in range(6)]
        for key in keys[:4]:
            await cache.get(key, of(b"x" * 8000))
        await cache.get(keys[0], of(b"not drawn"))
        await cache.get(keys[4], of(b"x" * 8000))
        await cache.get(keys[5], of(b"x" * 8000))
        again = [(await cache.get(key, of(b"drawn anew"))).body for key in (keys[0], keys[1])]
        assert again == [b"x" * 8000, b"drawn anew"]

    asyncio.run(run())


def test_what_takes_too_much_room_is_not_kept() -> None:
    async def run() -> None:
        cache = hearing(100_000)
        await cache.get(KEY, of(b"x" * 30_000))
        assert (await cache.get(KEY, of(b"again"))).body == b"again"

    asyncio.run(run())


def test_what_is_drawn_twice_at_a_time_takes_its_room_once() -> None:
    async def run() -> None:
        cache, go = hearing(50_000), asyncio.Event()

        async def slow() -> Answer:
            await go.wait()
            return answer(b"x" * 8000)

        waiting = []
        for _ in range(6):
            waiting.append(asyncio.create_task(cache.get(KEY, slow)))
            await asyncio.sleep(0)
            # Elsewhere: who asks after it is drawn for anew, and all of it may be kept.
            cache.changed("streets", None, 1)
        go.set()
        await asyncio.gather(*waiting)
        keys: list[Key] = [(f"/{n}", b"", "", KEY[3], ()) for n in range(3)]
        for key in keys:
            await cache.get(key, of(b"x" * 8000))
        assert all(cache.kept(key) for key in (KEY, *keys))

    asyncio.run(run())


@pytest.mark.parametrize("seed", range(20))
def test_after_any_races_what_is_answered_is_what_holds(seed: int) -> None:
    """A register with a number that changes while it is drawn; what is drawn was read earlier."""
    chance = random.Random(seed)  # noqa: S311 - no secret

    async def run() -> None:
        cache, register = hearing(), [0]

        async def draw() -> Answer:
            read = register[0]
            await asyncio.sleep(chance.random() / 1000)
            return answer(str(read).encode())

        async def change() -> None:
            await asyncio.sleep(chance.random() / 100)
            register[0] += 1
            # It is told a little after it is committed.
            await asyncio.sleep(chance.random() / 1000)
            cache.changed("compounds", BOX, 1)

        async def ask() -> None:
            await asyncio.sleep(chance.random() / 100)
            await cache.get(KEY, draw)

        await asyncio.gather(*(ask() for _ in range(200)), *(change() for _ in range(20)))
        assert (await cache.get(KEY, draw)).body == str(register[0]).encode()

    asyncio.run(run())
