"""Hears from PostgreSQL what changed in the drawn layers, and has the cache give it up.

Triggers tell on the channel ``atlas_drawn`` (migrations 0020, 0033): the number of the transaction,
the name of a layer, and the box in WGS 84 unless much changed at once. What is told arrives after
the change is committed. Standbys tell nothing, so the address must be that of the primary.
"""

import asyncio
from contextlib import suppress

import asyncpg
import structlog

from api.cache import Cache
from api.counted import Beyond
from api.shared import SECONDS, Ground
from layers.crs import Box

CHANNEL = "atlas_drawn"
PING_SECONDS = 1.0
"""How often the connection is tried, and how long it may take: one cut silently tells nothing."""
AGAIN_SECONDS = 0.5
CONNECT_SECONDS = 5.0

_ENDED = """
    SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)"""
# A server that recovered from a crash may give numbers a second time: its counts are then reset.
_STANDING = """
    SELECT concat_ws(' ', d.oid, extract(epoch FROM pg_postmaster_start_time()),
                     extract(epoch FROM b.stats_reset)) AS place,
           CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) AS floor
    FROM pg_database AS d CROSS JOIN pg_stat_bgwriter AS b
    WHERE d.datname = current_database()"""

FAILURES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


class Changes:
    """One connection that listens as long as the service lives."""

    def __init__(self, dsn: str, cache: Cache, beyond: Beyond) -> None:
        """Keep the address; see :meth:`listen`. ``beyond`` forgets with each change."""
        self._dsn = dsn
        self._cache = cache
        self._beyond = beyond

    async def listen(self) -> None:
        """Listen until cancelled. While it cannot be listened the cache keeps nothing."""
        told = False
        while True:
            try:
                await self._hear()
            except FAILURES as error:
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

        def heard(_connection: object, _process: int, _channel: str, said: object) -> None:
            try:
                self._cache.changed(*change(str(said)))
                self._beyond.forget()
            except ValueError:
                # Whatever it means, what was kept until now may show it.
                log.warning("a change is told that is not understood")
                cut.set()

        ended = _Ended(connection)
        try:
            await connection.add_listener(CHANNEL, heard)
            self._cache.listen(heard=True)
            if self._cache.shares:
                await self._share(connection, ended)
            while not cut.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(cut.wait(), PING_SECONDS)
                    return
                await ended.number()
        finally:
            ended.close()
            with suppress(Exception):
                await connection.close(timeout=PING_SECONDS)

    async def _share(self, connection: asyncpg.Connection, ended: "_Ended") -> None:
        try:
            # After it is listened: what is not heard of has a lower number than the floor.
            found = await connection.fetchrow(_STANDING, timeout=PING_SECONDS)
        except asyncpg.PostgresError as error:
            log.warning("what is drawn is not shared", error=type(error).__name__)
        else:
            self._cache.share(Ground(found["place"], found["floor"], ended.soon))


class _Ended:
    """Below which number all transactions have ended, asked once for all who ask at a time."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Nothing is asked yet."""
        self._connection = connection
        self._asking: asyncio.Task[int] | None = None

    async def number(self) -> int:
        """The number, of a moment before this returns."""
        return await asyncio.shield(self._begun())

    async def soon(self) -> int | None:
        """The number; None where it is long in coming, since somebody waits for a drawing."""
        asking = self._begun()
        await asyncio.wait({asking}, timeout=SECONDS)
        if not asking.done() or asking.cancelled() or asking.exception() is not None:
            return None
        return asking.result()

    def _begun(self) -> asyncio.Task[int]:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._asked())
            # Those who ask may all have gone when it fails.
            self._asking.add_done_callback(lambda one: one.cancelled() or one.exception())
        return self._asking

    def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()

    async def _asked(self) -> int:
        found: int = await self._connection.fetchval(_ENDED, timeout=PING_SECONDS)
        return found


def change(told: str) -> tuple[str, Box | None, int]:
    """What a message says changed, where, and by which transaction. Raises ValueError."""
    xid, layer, *numbers = told.split()
    if not numbers:
        return layer, None, int(xid)
    west, south, east, north = map(float, numbers)
    return layer, (west, south, east, north), int(xid)
