"""Connections that read facts for the rules, in threads of their own."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from geo.database import engine

AT_ONCE = 4
"""Readings at work at a time in a process; others wait their turn."""


class Reading:
    """Runs a function of a connection in a thread; what it changed would be rolled back."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing connects yet."""
        self._engine: Engine = engine(url)
        self._limiter: anyio.CapacityLimiter | None = None

    def close(self) -> None:
        """Give the connections back to the server."""
        self._engine.dispose()

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """What the function answers."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        return await to_thread.run_sync(partial(self._run, work), limiter=self._limiter)

    def _run[T](self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)


def _reading(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading


Reads = Annotated[Reading, Depends(_reading)]
