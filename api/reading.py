"""Reading facts for the rules, as a viewer may see them, in threads of their own."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy import Connection

from api.admission import admit
from api.engines import Engines, enter, settings
from api.viewer import Viewer, Viewing

AT_ONCE = 4
"""Readings at work at a time in a process; others wait their turn."""
WAITING = 32
"""How many may wait for it; one more is answered 429 at once."""


class Reading:
    """Runs a function of a connection in a thread; what it changed would be rolled back."""

    def __init__(self, engines: Engines) -> None:
        """Nothing connects yet."""
        self._engines = engines
        self._limiter: anyio.CapacityLimiter | None = None

    async def run[T](self, viewer: Viewer, work: Callable[[Connection], T]) -> T:
        """What the function answers."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        admit(self._limiter, WAITING, "readings")
        return await to_thread.run_sync(partial(self._run, viewer, work), limiter=self._limiter)

    def _run[T](self, viewer: Viewer, work: Callable[[Connection], T]) -> T:
        with self._engines.of(viewer).connect() as connection:
            enter(connection, settings(viewer))
            return work(connection)


class Reads:
    """Reading as one viewer."""

    def __init__(self, reading: Reading, viewer: Viewer) -> None:
        """Nothing is read yet."""
        self._reading = reading
        self.viewer = viewer

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """What the function answers."""
        return await self._reading.run(self.viewer, work)


async def _reads(request: Request, viewer: Viewing) -> Reads:
    return Reads(request.app.state.reading, viewer)


ReadsAs = Annotated[Reads, Depends(_reads)]
"""Reading as whoever asks."""
