"""The pool of asyncpg connections that answers requests, and how a request asks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request

from api.settings import ServerSettings
from geo.database import asyncpg_dsn
from layers.statement import Statement


class Database:
    """Runs statements on a pool that connects when first asked, so that a late database is met."""

    def __init__(self, url: str, settings: ServerSettings) -> None:
        """Keep the address; nothing connects yet."""
        self._url = url
        self._settings = settings
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Make the pool; connections are made as they are needed."""
        limit = self._settings.statement_seconds
        self._pool = await asyncpg.create_pool(
            asyncpg_dsn(self._url),
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
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        assert self._pool is not None, "open() comes first"  # noqa: S101 - a fault of the program
        async with self._pool.acquire(timeout=self._settings.pool_wait_seconds) as connection:
            yield connection

    async def rows(self, statement: Statement) -> list[asyncpg.Record]:
        """Every row of the answer."""
        async with self._connection() as connection:
            found: list[asyncpg.Record] = await connection.fetch(
                statement.sql, *statement.arguments
            )
            return found

    async def row(self, statement: Statement) -> asyncpg.Record | None:
        """The first row, or nothing."""
        async with self._connection() as connection:
            return await connection.fetchrow(statement.sql, *statement.arguments)

    async def value(self, statement: Statement) -> Any:
        """The first column of the first row, or nothing."""
        async with self._connection() as connection:
            return await connection.fetchval(statement.sql, *statement.arguments)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Asked = Annotated[Database, Depends(_database)]
