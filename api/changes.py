"""Hears from PostgreSQL what changed in the drawn layers, and has the cache give it up.

Triggers tell on the channel ``atlas_drawn`` (migration 0020): the name of a layer, and the box in
WGS 84 unless much changed at once. What is told arrives after the change is committed. Standbys
tell nothing, so the address must be that of the primary.
"""

import asyncio
from contextlib import suppress

import asyncpg
import structlog

from api.cache import Cache

CHANNEL = "atlas_drawn"
PING_SECONDS = 1.0
"""How often the connection is tried, and how long it may take: one cut silently tells nothing."""
AGAIN_SECONDS = 0.5
CONNECT_SECONDS = 5.0

log = structlog.get_logger()


class Changes:
    """One connection that listens as long as the service lives."""

    def __init__(self, dsn: str, cache: Cache) -> None:
        """Keep the address; see :meth:`listen`."""
        self._dsn = dsn
        self._cache = cache

    async def listen(self) -> None:
        """Listen until cancelled. While it cannot be listened the cache keeps nothing."""
        told = False
        while True:
            try:
                await self._hear()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if not told:
                    log.warning("changes are not heard of", error=type(error).__name__)
                told = True
            finally:
                self._cache.listen(heard=False)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self) -> None:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_SECONDS,
            server_settings={"application_name": "atlas-changes"},
        )
        cut = asyncio.Event()
        connection.add_termination_listener(lambda _connection: cut.set())
        try:
            await connection.add_listener(CHANNEL, self._changed)
            self._cache.listen(heard=True)
            while not cut.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(cut.wait(), PING_SECONDS)
                    return
                await connection.fetchval("SELECT 1", timeout=PING_SECONDS)
        finally:
            with suppress(Exception):
                await connection.close(timeout=PING_SECONDS)

    def _changed(self, _connection: object, _process: int, _channel: str, said: object) -> None:
        layer, *numbers = str(said).split()
        west, south, east, north = map(float, numbers) if numbers else (0.0,) * 4
        self._cache.changed(layer, (west, south, east, north) if numbers else None)
