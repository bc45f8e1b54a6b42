"""How often who reads what is not public: counted in the process, written down every few seconds.

A row for every read would cost more than the reading. So a process that is killed loses what it
counted since it last wrote, at most :data:`EVERY` seconds of it while the database answers; one
that ends in order loses nothing. Who is not signed in is not counted.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from fastapi import Depends, Request
from sqlalchemy import Connection, text

from api.people import People
from api.viewer import Viewing
from layers.layer import Layer

EVERY = 3.0
"""Seconds between two times that counts are written."""
MOST = 20_000
"""Counts (hour, person, layer, what) that wait at most; beyond them readings are not counted."""

Key = tuple[datetime, int, str, str]

log = structlog.get_logger()

_ADD = text("SELECT audit.count_readings(CAST(:counted AS jsonb))")


class Readings:
    """The counts of one process; written as the role that signs people in, which reads no fact."""

    def __init__(self, people: People, every: float = EVERY) -> None:
        """Nothing is counted yet."""
        self._people = people
        self._every = every
        self._counted: Counter[Key] = Counter()
        self._passed_over = 0
        self._ending = asyncio.Event()

    def count(self, account_id: int, layer: str, what: str) -> None:
        """Count one reading by somebody, now."""
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        key = (hour, account_id, layer, what)
        if key in self._counted or len(self._counted) < MOST:
            self._counted[key] += 1
        else:
            self._passed_over += 1

    async def keep(self) -> None:
        """Write the counts every few seconds until :meth:`end`, and then the last of them."""
        while not self._ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self._every)
            await self._write()

    def end(self) -> None:
        """Have :meth:`keep` write the last counts and return."""
        self._ending.set()

    async def _write(self) -> None:
        counted, self._counted = self._counted, Counter()
        passed_over, self._passed_over = self._passed_over, 0
        if passed_over:
            log.error("readings were not counted", readings=passed_over)
        if not counted:
            return
        try:
            await self._people.run(partial(_add, counted=counted))
        except Exception as error:  # they are written with the next
            log.warning("readings could not be written", error=type(error).__name__)
            for key in list(counted)[: MOST - len(self._counted)]:
                self._counted[key] += counted[key]


def _add(connection: Connection, counted: Counter[Key]) -> None:
    rows = [
        {
            "hour": hour.isoformat(),
            "account_id": account,
            "layer": layer,
            "what": what,
            "requests": requests,
        }
        for (hour, account, layer, what), requests in counted.items()
    ]
    connection.execute(_ADD, {"counted": json.dumps(rows)})


def counted(layer: str, what: str) -> Any:
    """A dependency that counts the requests of a route by who is signed in, once answered."""

    async def count(request: Request, viewer: Viewing) -> AsyncIterator[None]:
        yield
        if viewer.who is not None:
            readings: Readings = request.app.state.readings
            readings.count(viewer.who.account_id, layer, what)

    return Depends(count)


def counted_if_scoped(layer: Layer, what: str) -> list[Any]:
    """The same for a route of a layer, where some of it is not public."""
    return [counted(layer.id, what)] if layer.scoped or layer.readers else []
