"""However changes, drawings and messages fall: nobody answers what is older than they know."""

import asyncio
import json
import random
from typing import Any

import pytest

from api import cache as caches
from api import metrics
from api.answers import Answer, Cover
from api.cache import Cache
from api.shared import Ground, Shared
from tests.api.shared.support import KEY, PLACE, counts, sharing
from tests.redis_server import RedisServer


class Register:
    """A database with transactions, whose changes are seen by whoever draws after their end."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.next = 1
        self.running: set[int] = set()
        self.ended: list[tuple[int, Any]] = []
        self.workers: list[Worker] = []

    async def pause(self, most: float = 0.004) -> None:
        # Redis answers in so many fractions of a millisecond.
        await asyncio.sleep(self.chance.random() ** 3 * most)

    def upto(self) -> int:
        return min(self.running, default=self.next)

    async def change(self, box: Any) -> None:
        await self.pause(0.2)
        xid, self.next = self.next, self.next + 1
        self.running.add(xid)
        await self.pause(0.02)
        self.running.remove(xid)
        self.ended.append((xid, box))
        for one in self.workers:
            one.told.put_nowait((one.epoch, xid, box))


BOXES = [(float(x), 0.0, x + 0.5, 1.0) for x in range(3)]


class Worker:
    """A worker that hears a little after all has happened, and now and then not at all."""

    def __init__(self, register: Register, store: Shared) -> None:
        self.register = register
        self.cache = Cache(1_000_000, store)
        self.told: asyncio.Queue[tuple[int, int, Any]] = asyncio.Queue()
        self.heard: set[tuple[int, Any]] = set()
        self.epoch = 0
        register.workers.append(self)

    async def listen(self) -> None:
        for _ in range(3):
            self.epoch += 1
            self.heard = set(self.register.ended)
            self.cache.listen(heard=True)
            await self.register.pause()
            floor = self.register.next
            await self.register.pause()
            self.cache.share(Ground(PLACE, floor, self.upto))
            await self.register.pause(0.2)
            self.cache.listen(heard=False)
            self.heard = set()
            # What ends meanwhile is never heard of.
            self.epoch += 1
            await self.register.pause(0.02)

    async def upto(self) -> int:
        await self.register.pause()
        found = self.register.upto()
        await self.register.pause()
        return found

    async def hear(self) -> None:
        while True:
            epoch, xid, box = await self.told.get()
            await self.register.pause()
            if epoch == self.epoch:
                self.heard.add((xid, box))
                self.cache.changed("compounds", box, xid)

    async def ask(self) -> None:
        await self.register.pause(0.3)
        box = self.register.chance.choice(BOXES)

        async def draw() -> Answer:
            await self.register.pause()
            body = json.dumps([xid for xid, _ in self.register.ended]).encode()
            await self.register.pause()
            cover = Cover(frozenset({"compounds"}), box)
            return Answer(200, [], body, cover, None)

        known = set(self.heard)
        found = await self.cache.get((str(box), *KEY[1:]), draw)
        lacking = {xid for xid, where in known if where == box} - set(json.loads(found.body))
        assert not lacking, f"heard of {lacking}, answered what was drawn before"


def test_no_worker_answers_what_was_drawn_before_a_change_it_heard_of(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers and one Redis over a register of which both hear at moments of their own."""
    monkeypatch.setattr(caches, "REMEMBERED", 5)

    async def run(chance: random.Random) -> None:
        register = Register(chance)
        async with sharing(redis) as one, sharing(redis) as two:
            workers = [Worker(register, store) for store in (one, two)]
            hearing = [asyncio.create_task(each.hear()) for each in workers]
            await asyncio.gather(
                *(each.listen() for each in workers),
                *(each.ask() for each in workers for _ in range(250)),
                *(register.change(chance.choice(BOXES)) for _ in range(60)),
            )
            for task in hearing:
                task.cancel()

    before = counts(metrics.SHARED)
    for seed in range(16):
        redis.client.flushall()
        asyncio.run(run(random.Random(seed)))  # noqa: S311 - no secret
    after = counts(metrics.SHARED)
    # Answers were taken, and others were not since they were too old.
    assert after.get("yes", 0) > before.get("yes", 0)
    assert after.get("old", 0) > before.get("old", 0)
