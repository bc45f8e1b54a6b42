"""Asks again where a pooled connection had been cut, or a reading broken off for somebody else.

A database that was restarted, or an administrator, ends connections that lie in a pool; that is
noticed only by the next who uses one. Rules that are put in anew lock every table, and may meet
readings in a ring, of which PostgreSQL breaks off one. Reading twice does no harm.
"""

from collections.abc import Awaitable, Callable

import asyncpg

CUT = (
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
    ConnectionError,
)


async def again_if_cut[T](ask: Callable[[], Awaitable[T]]) -> T:
    """What is answered, by another connection where the first one had been cut."""
    try:
        return await ask()
    except CUT:
        return await ask()
