"""Pools of asyncpg connections, two a kind of scope, and how a request asks what it may see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

import asyncpg
from fastapi import Depends, Request

from access.credentials import address
from access.enforce import LOGINS
from access.roles import PUBLIC, Kind
from api import metrics
from api.admission import Pool
from api.counted import Beyond
from api.cut import again_if_cut
from api.errors import Problem
from api.settings import ServerSettings
from api.viewer import Viewer, Viewing
from geo.database import asyncpg_dsn
from layers.layer import Layer
from layers.statement import Statement

Purpose = Literal["pages", "tiles"]
"""What a pool is for; a map that loads its tiles does not keep pages waiting."""
SEES_WITHOUT_ASKING: frozenset[Kind] = frozenset({PUBLIC, "all"})
"""Kinds whose rows do not depend on who exactly asks."""

_ENTER = "SELECT set_config('atlas.session', $1, true)"
# An answer that is fetched bit by bit gets no parallel workers, but plans made for them: these
# sort the finished rows where an index gives their order.
_WALKING = """
    SELECT set_config('statement_timeout', $1, true),
           set_config('max_parallel_workers_per_gather', '0', true)"""


class _Plain(asyncpg.Connection):  # type: ignore[misc]
    """A connection on which nothing outlives its transaction, so that nothing need be reset.

    A reset would be asked of the server after each query. What is set for a viewer is set for a
    transaction; one that is left open is rolled back all the same.
    """

    __slots__ = ()

    def get_reset_query(self) -> str:
        """Nothing."""
        return ""


class Database:
    """Pools that connect when first asked, so that a late database is met.

    Each kind of scope has a role of its own; what it sees, PostgreSQL decides.
    """

    def __init__(self, url: str, secret: bytes, settings: ServerSettings) -> None:
        """Keep the addresses; nothing connects yet."""
        self._urls = {kind: address(url, login, secret) for kind, login in LOGINS.items()}
        self._settings = settings
        self._pools: dict[tuple[str, Purpose], Pool] = {}
        self.beyond = Beyond()

    async def open(self) -> None:
        """Make the pools; connections are made as they are needed."""
        given = self._settings
        for kind, url in self._urls.items():
            self._pools[kind, "pages"] = await self._pool(
                kind, url, "pages", given.pool_size, given.statement_seconds
            )
            self._pools[kind, "tiles"] = await self._pool(
                kind, url, "tiles", given.tile_pool_size, given.tile_statement_seconds
            )

    async def _pool(self, kind: str, url: str, purpose: Purpose, size: int, seconds: float) -> Pool:
        made = await asyncpg.create_pool(
            asyncpg_dsn(url),
            connection_class=_Plain,
            min_size=0,
            max_size=size,
            timeout=5,
            command_timeout=seconds + 2,
            server_settings={
                "application_name": "atlas-tiles" if purpose == "tiles" else "atlas-api",
                "default_transaction_read_only": "on",
                "statement_timeout": str(int(seconds * 1000)),
                "jit": "off",
            },
        )
        most, wait = self._settings.pool_waiting, self._settings.pool_wait_seconds
        return Pool(made, purpose, kind, most=most, wait=wait)

    async def close(self) -> None:
        """Give the connections back to the server."""
        for pool in self._pools.values():
            await pool.close()

    @asynccontextmanager
    async def seen_by(
        self, viewer: Viewer, *, named: bool = False, purpose: Purpose = "pages"
    ) -> AsyncIterator[Any]:
        """A connection on which just what a viewer may see is there.

        The session is set for the transaction only, so that none is left on the connection; where
        what is seen does not depend on who exactly asks, only if the viewer is to be ``named``.
        """
        async with self._pools[viewer.kind, purpose].connection() as connection:
            if viewer.token is None or (viewer.kind in SEES_WITHOUT_ASKING and not named):
                yield connection
                return
            async with connection.transaction():
                await connection.fetchval(_ENTER, viewer.token)
                yield connection

    @asynccontextmanager
    async def walked(
        self, viewer: Viewer, statement: Statement, *, seconds: float, rows: int
    ) -> AsyncIterator[AsyncIterator[list[asyncpg.Record]]]:
        """The answer in batches of so many rows, none of which is read before it is asked for.

        All are of one moment. A batch may take ``seconds``, whatever other queries may take.
        """
        async with self.seen_by(viewer) as connection, connection.transaction():
            await connection.fetchval(_WALKING, str(int(seconds * 1000)))
            cursor = await connection.cursor(
                statement.sql, *statement.arguments, timeout=seconds + 2
            )

            async def batches() -> AsyncIterator[list[asyncpg.Record]]:
                while found := await cursor.fetch(rows, timeout=seconds + 2):
                    yield found

            yield batches()


class Seen:
    """The database as one viewer sees it."""

    def __init__(
        self,
        database: Database,
        viewer: Viewer,
        *,
        named: bool = False,
        purpose: Purpose = "pages",
    ) -> None:
        """Nothing is asked yet."""
        self._purpose: Purpose = purpose
        self._database = database
        self._named = named
        self.viewer = viewer
        self.beyond = database.beyond

    def layer(self, layer: Layer) -> Layer:
        """A layer as the viewer may ask for it; Problem 401 or 403 where they may not at all."""
        if not layer.readable_by(self.viewer.kind):
            role = self.viewer.signed_in.grant.role
            raise Problem(403, f"the role {role} does not read {layer.id}")
        return layer.seen_by(self.viewer.kind)

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
            async with self._database.seen_by(
                self.viewer, named=self._named, purpose=self._purpose
            ) as connection:
                return await getattr(connection, how)(statement.sql, *statement.arguments)

        with metrics.in_database():
            return await again_if_cut(once)


async def _seen(request: Request, viewer: Viewing) -> Seen:
    return Seen(request.app.state.database, viewer, purpose=_purpose(request))


def _purpose(request: Request) -> Purpose:
    path = getattr(request.scope.get("route"), "path", "")
    return "tiles" if "/tiles/" in path or path == "/wmts" else "pages"


async def _by_name(request: Request, viewer: Viewing) -> Seen:
    return Seen(request.app.state.database, viewer, named=True)


async def _by_everybody(request: Request) -> Seen:
    return Seen(request.app.state.database, Viewer(), purpose=_purpose(request))


Asked = Annotated[Seen, Depends(_seen)]
"""What whoever asks may see."""
AskedByName = Annotated[Seen, Depends(_by_name)]
"""The same where it depends on the role as well, as the audit does."""
AskedPublicly = Annotated[Seen, Depends(_by_everybody)]
"""What everybody may see, whoever asks."""
