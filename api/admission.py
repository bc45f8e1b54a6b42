"""A bounded number of requests may wait for a pool; one more is told at once to come again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import asyncpg

from api import metrics
from api.errors import Problem


def turned_away(pool: str) -> Problem:
    """What one too many is answered; a queue that grows would make everybody slow."""
    metrics.SHED.add(pool=pool)
    return Problem(
        429,
        f"too many requests wait for their turn ({pool}); try again in a second",
        headers={"Retry-After": "1"},
    )


def admit(limiter: anyio.CapacityLimiter, most: int, pool: str) -> None:
    """Problem 429 where so many wait already for their turn in a thread."""
    if limiter.statistics().tasks_waiting >= most:
        raise turned_away(pool)


class Pool:
    """A pool of asyncpg's, for which at most ``most`` wait at a time."""

    def __init__(self, pool: asyncpg.Pool, name: str, kind: str, *, most: int, wait: float) -> None:
        """``wait`` is how many seconds one may wait."""
        self._pool = pool
        self._name = name
        self._most = most
        self._wait = wait
        self._held = 0
        self._waiting = 0
        metrics.IN_USE.ask(lambda: self._held, pool=name, role=kind)
        metrics.WAITING.ask(lambda: self._waiting, pool=name, role=kind)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection, given back when the block ends; Problem 429 where too many wait."""
        full = self._held + self._waiting >= self._pool.get_max_size()
        if full and self._waiting >= self._most:
            raise turned_away(self._name)
        self._waiting += 1
        try:
            connection = await self._pool.acquire(timeout=self._wait)
        finally:
            self._waiting -= 1
        self._held += 1
        try:
            yield connection
        finally:
            try:
                await self._pool.release(connection)
            finally:
                self._held -= 1

    async def close(self) -> None:
        """Give the connections back to the server."""
        await self._pool.close()
