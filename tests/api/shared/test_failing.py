"""Redis may fail, and need not be there at all."""

import asyncio
import subprocess
import sys
import time
import traceback

import pytest
from pydantic import SecretStr

from api import metrics, shared
from api.answers import Key
from api.settings import SharedSettings
from api.shared import Shared
from geo.errors import AtlasError
from tests.api.shared.support import (
    KEY,
    PATIENCE,
    PLACE,
    SECRET,
    Told,
    asked,
    counts,
    drawn_by_another,
    of,
    sharing,
    stored,
    worker,
)
from tests.redis_server import RedisServer
from tests.support import ROOT


def test_only_so_many_answers_are_on_their_way_at_a_time(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            for number in range(2 * shared.MOST_STORING):
                made = await of(b"x")()
                one.keep(PLACE, (f"/{number}", *KEY[1:]), made, 10)
            assert len(one._storing) == shared.MOST_STORING
            await stored(one)
            assert len(redis.names()) == shared.MOST_STORING
            one.keep(PLACE, KEY, await of(b"x")(), 10)
            await stored(one)
            assert len(redis.names()) == shared.MOST_STORING + 1

    asyncio.run(run())


def test_redis_stops_and_comes_back(
    redis: RedisServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PAUSE_SECONDS", 0.2)

    async def run() -> None:
        async with sharing(redis) as one, sharing(redis) as two:
            await drawn_by_another(one)
            redis.stop()
            cache = worker(two)
            # Many at a time, and many times over.
            for number in range(10):
                keys: list[Key] = [(f"/{number}/{one}", *KEY[1:]) for one in range(20)]
                assert {*await asyncio.gather(*(asked(cache, key=key) for key in keys))} == {b"own"}
                await asyncio.sleep(0.05)
            assert told.of("warning") == ["what is drawn is not shared"]
            assert counts(metrics.SHARED_FAILED)["find"] > 1
            redis.start()
            await asyncio.sleep(0.25)
            await drawn_by_another(two)
            assert redis.names()
            assert await asked(worker(two), b"not drawn") == b"other's"

    asyncio.run(run())


def test_redis_that_says_nothing_is_waited_for_once(
    redis: RedisServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PATIENCE <= 0.05
    monkeypatch.setattr(shared, "PAUSE_SECONDS", 60)

    async def run() -> None:
        async with sharing(redis) as one:
            await drawn_by_another(one)
            failed = counts(metrics.SHARED_FAILED).get("find", 0)
            monkeypatch.setattr(shared, "SECONDS", PATIENCE)
            with redis.frozen():
                began = time.perf_counter()
                for number in range(20):
                    assert await asked(worker(one), key=(f"/{number}", *KEY[1:])) == b"own"
                assert PATIENCE < time.perf_counter() - began < 2
            assert counts(metrics.SHARED_FAILED)["find"] == failed + 1
            assert [more for _, _, more in told.lines] == [{"error": "TimeoutError"}]

    asyncio.run(run())


def test_storing_is_given_up_where_redis_takes_long(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "SECONDS", PATIENCE)

    async def run() -> None:
        async with sharing(redis) as one:
            failed = counts(metrics.SHARED_FAILED).get("keep", 0)
            with redis.frozen():
                one.keep(PLACE, KEY, await of(b"x")(), 10)
                await asyncio.wait_for(stored(one), 4)
            assert counts(metrics.SHARED_FAILED)["keep"] == failed + 1

    asyncio.run(run())


def test_closing_ends_what_is_on_its_way(redis: RedisServer) -> None:
    async def run() -> None:
        async with sharing(redis) as one:
            with redis.frozen():
                one.keep(PLACE, KEY, await of(b"x")(), 10)
                (task,) = one._storing
                await asyncio.sleep(0)
                await one.close()
                assert task.cancelled()

    asyncio.run(run())


PASSWORD = "geheim-4711"  # noqa: S105 - opens nothing


@pytest.mark.parametrize(
    "address",
    [f"http://:{PASSWORD}@h", f"{PASSWORD}", f"redis://:{PASSWORD}@h:none/0"],
)
def test_an_address_that_is_none_is_refused_without_being_told(address: str) -> None:
    settings = SharedSettings(redis_url=SecretStr(address))
    assert PASSWORD not in repr(settings)
    with pytest.raises(AtlasError, match="ATLAS_REDIS_URL") as refused:
        shared.client(settings)
    assert PASSWORD not in str(refused.value)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))


def test_without_the_package_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(AtlasError, match="shared-cache"):
        shared.client(SharedSettings(redis_url=SecretStr("redis://h")))


@pytest.mark.parametrize("given", [None, SecretStr("")])
def test_without_an_address_nothing_is_shared(given: SecretStr | None) -> None:
    assert Shared.named(SharedSettings(redis_url=given), SECRET) is None


def test_whoever_shares_nothing_does_not_load_the_package() -> None:
    code = (
        "import sys; from api.app import create_app\n"
        "create_app('postgresql://nobody@127.0.0.1:1/none')\n"
        "print('api.cache' in sys.modules, 'redis' in sys.modules)"
    )
    environment = {"ATLAS_SECRET": "s" * 32, "PATH": ""}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert said.stdout.split() == [b"True", b"False"]


def test_another_program_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shared.program()
    assert found == shared.program()
    monkeypatch.setattr(shared, "DRAWING", shared.DRAWING[:-1])
    assert found != shared.program()
