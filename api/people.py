"""Whose token a request bears, and the connections on which people sign in.

They are of the role ``atlas_gate``, which sees accounts and sessions and no fact.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import anyio
import asyncpg
from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from access import sessions
from access.credentials import address
from access.enforce import GATE
from access.grants import day_of
from access.sessions import Who
from api.cut import again_if_cut
from api.settings import ServerSettings
from geo.database import asyncpg_dsn, engine
from layers.statement import Statement, bind

REMEMBERED = 10_000
"""Tokens of which a process remembers whose they were."""
AT_ONCE = 8
"""Sign-ins and changes of accounts at work at a time in a process."""


class People:
    """Asks the database who somebody is."""

    def __init__(self, url: str, secret: bytes, settings: ServerSettings) -> None:
        """Keep the address; nothing connects yet."""
        self._url = address(url, GATE, secret)
        self._settings = settings
        self._engine: Engine = engine(self._url)
        self._pool: asyncpg.Pool | None = None
        self._recent: OrderedDict[bytes, int] = OrderedDict()
        self._limiter: anyio.CapacityLimiter | None = None

    async def open(self) -> None:
        """Make the pool; connections are made as they are needed."""
        self._pool = await asyncpg.create_pool(
            asyncpg_dsn(self._url),
            min_size=0,
            max_size=4,
            timeout=5,
            command_timeout=5,
            server_settings={"application_name": "atlas-gate", "statement_timeout": "4000"},
        )

    async def close(self) -> None:
        """Give the connections back to the server."""
        self._engine.dispose()
        if self._pool is not None:
            await self._pool.close()

    async def who(self, token: str) -> Who | None:
        """Whose token it is now; None unless it is valid. Its use is written once a minute."""
        now = datetime.now(UTC)
        asked = bind(sessions.WHO, {"hash": sessions.digest(token), "now": now, "day": day_of(now)})
        row = await again_if_cut(partial(self._row, asked))
        if row is None:
            return None
        found = sessions.told(dict(row))
        self._remember(token, found.account_id)
        if sessions.stale(found, now):
            await self.run(partial(sessions.touch, session=found, now=now))
        return found

    async def _row(self, asked: Statement) -> asyncpg.Record | None:
        assert self._pool is not None, "open() comes first"  # noqa: S101 - a fault of the program
        async with self._pool.acquire(timeout=self._settings.pool_wait_seconds) as connection:
            return await connection.fetchrow(asked.sql, *asked.arguments)

    def recent(self, token: str) -> int | None:
        """Whose token it was when it was last used here; only to count requests by person."""
        return self._recent.get(sessions.digest(token))

    def _remember(self, token: str, account_id: int) -> None:
        self._recent[sessions.digest(token)] = account_id
        self._recent.move_to_end(sessions.digest(token))
        while len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """Do something with accounts or sessions in a transaction of its own, in a thread."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        return await to_thread.run_sync(partial(self._run, work), limiter=self._limiter)

    def _run[T](self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


async def _people(request: Request) -> People:
    people: People = request.app.state.people
    return people


Knows = Annotated[People, Depends(_people)]
"""The connections on which people sign in."""
