"""Rows to filter, and a connection of the driver that serves requests."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import Engine

from geo.database import asyncpg_dsn
from layers.cql import Queryable, compile_filter
from layers.cql.parse import Language
from layers.crs import CRS84, Crs
from layers.statement import bind

QUERYABLES = (
    Queryable("id", "integer", "id"),
    Queryable("star", "integer", "star"),
    Queryable("area", "number", "area"),
    Queryable("name", "string", "name"),
    Queryable("key_target", "boolean", "key_target"),
    Queryable("rated_on", "date", "rated_on"),
    Queryable("ended_on", "date", "ended_on"),
    Queryable("seen_at", "timestamp", "seen_at"),
    Queryable("kinds", "strings", "kinds"),
    Queryable("geometry", "geometry", "geom"),
)
ROWS = """
    SELECT id, star::smallint, area::float8, name, key_target, rated_on::date, ended_on::date,
           seen_at::timestamptz, kinds::text[], ST_GeomFromText(geom, 4326) AS geom
    FROM (VALUES
        (1, 0, 10.5, '金凤''苑', true, '2026-01-01', '2026-03-01', '2026-01-01 08:00+08',
         '{fees,works}', 'POLYGON((0 0,2 0,2 2,0 2,0 0))'),
        (2, 3, 20, 'Café_100%', false, '2026-02-01', NULL, '2026-02-01 08:00+08',
         '{fees}', 'POLYGON((2 0,4 0,4 2,2 2,2 0))'),
        (3, 5, NULL, 'CAFE', NULL, '2026-03-01', '2026-04-01', NULL,
         '{}', 'POLYGON((10 10,12 10,12 12,10 12,10 10))'),
        (4, NULL, -7, NULL, true, NULL, NULL, '2026-03-01 00:00+08',
         NULL, 'POINT(1 1)')
    ) AS v(id, star, area, name, key_target, rated_on, ended_on, seen_at, kinds, geom)"""


class Table:
    """The rows, and a loop to ask for them in."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._connection = self._loop.run_until_complete(asyncpg.connect(asyncpg_dsn(url)))

    def selected(self, given: str, language: Language = "cql2-text", crs: Crs = CRS84) -> set[int]:
        made = compile_filter(given, language, QUERYABLES, crs)
        asked = bind(f"SELECT id FROM ({ROWS}) AS f WHERE {made.sql}", made.values)
        rows = self._loop.run_until_complete(self._connection.fetch(asked.sql, *asked.arguments))
        return {row["id"] for row in rows}

    def close(self) -> None:
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()


@pytest.fixture(scope="module")
def table(database: Engine) -> Iterator[Table]:
    made = Table(database.url.render_as_string(hide_password=False))
    yield made
    made.close()
