"""Pools of asyncpg connections, one a kind of scope, and how a request asks what it may see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request

from access.credentials import address
from access.enforce import LOGINS
from access.roles import PUBLIC, Kind
from api.cut import again_if_cut
from api.settings import ServerSettings
from api.viewer import Viewer, Viewing
from geo.database import asyncpg_dsn
from layers.statement import Statement

SEES_WITHOUT_ASKING: frozenset[Kind] = frozenset({PUBLIC, "all"})
"""Kinds whose rows do not depend on who exactly asks."""

_ENTER = "SELECT set_config('atlas.session', $1, true)"


class Database:
    """Pools that connect when first asked, so that a late database is met.

    Each kind of scope has a role of its own; what it sees, PostgreSQL decides.
    """

    def __init__(self, url: str, secret: bytes, settings: ServerSettings) -> None:
        """Keep the addresses; nothing connects yet."""
        self._urls = {kind: address(url, login, secret) for kind, login in LOGINS.items()}
        self._settings = settings
        self._pools: dict[str, asyncpg.Pool] = {}

    async def open(self) -> None:
        """Make the pools; connections are made as they are needed."""
        limit = self._settings.statement_seconds
        for kind, url in self._urls.items():
            self._pools[kind] = await asyncpg.create_pool(
                asyncpg_dsn(url),
                min_size=0,
                max_size=self._settings.pool_size,
                timeout=5,
                command_timeout=limit + 2,
                server_settings={
                    "application_name": "atlas-api",
                    "default_transaction_read_only": "on",
                    "statement_timeout": str(int(limit * 1000)),
                    "jit": "off",
                },
            )

    async def close(self) -> None:
        """Give the connections back to the server."""
        for pool in self._pools.values():
            await pool.close()

    @asynccontextmanager
    async def seen_by(self, viewer: Viewer) -> AsyncIterator[Any]:
        """A connection on which just what a viewer may see is there.

        The session is set for the transaction only, so that none is left on the connection.
        """
        pool = self._pools[viewer.kind]
        async with pool.acquire(timeout=self._settings.pool_wait_seconds) as connection:
            if viewer.kind in SEES_WITHOUT_ASKING:
                yield connection
                return
            async with connection.transaction():
                await connection.fetchval(_ENTER, viewer.token)
                yield connection


class Seen:
    """The database as one viewer sees it."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        """Nothing is asked yet."""
        self._database = database
        self.viewer = viewer

    async def rows(self, statement: Statement) -> list[asyncpg.Record]:
        """Every row of the answer."""
        found: list[asyncpg.Record] = await self._ask("fetch", statement)
        return found

    async def row(self, statement: Statement) -> asyncpg.Record | None:
        """The first row, or nothing."""
        return await self._ask("fetchrow", statement)

    async def value(self, statement: Statement) -> Any:
        """The first column of the first row, or nothing."""
        return await self._ask("fetchval", statement)

    async def _ask(self, how: str, statement: Statement) -> Any:
        async def once() -> Any:
            async with self._database.seen_by(self.viewer) as connection:
                return await getattr(connection, how)(statement.sql, *statement.arguments)

        return await again_if_cut(once)


def _seen(request: Request, viewer: Viewing) -> Seen:
    return Seen(request.app.state.database, viewer)


def _by_everybody(request: Request) -> Seen:
    return Seen(request.app.state.database, Viewer())


Asked = Annotated[Seen, Depends(_seen)]
"""What whoever asks may see."""
AskedPublicly = Annotated[Seen, Depends(_by_everybody)]
"""What everybody may see, whoever asks."""
