"""Whole collections as files: how many at once, how long, how large, and who took them."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import Connection

from api.client import group
from api.database import Database, Seen
from api.downloads import Body
from api.engines import Engines, enter, settings
from api.errors import Problem, calculated
from api.pulled import following, in_thread
from api.settings import ExportSettings
from api.viewer import Viewer
from audit.record import record
from geo.imports.spool import Spool
from geo.settings import SpoolSettings
from layers.formats import Format, Save
from layers.formats.table import Encoder, Row, Table
from layers.statement import Statement

BATCH = 2000
"""Features read at a time."""
PIECE = 256 * 1024
"""Bytes of a file sent at a time."""
KEPT_FREE = 500_000_000
"""Bytes of the disk that no export takes."""

Rows = AsyncIterator[Sequence[Row]]


@dataclass(frozen=True)
class Asker:
    """Who takes an export: as what they see, from where, in which request."""

    viewer: Viewer
    address: str | None
    request_id: str | None

    @property
    def key(self) -> str:
        """A person, or where nobody is signed in an address."""
        who = self.viewer.who
        return f"address {group(self.address)}" if who is None else f"person {who.account_id}"


@dataclass(frozen=True)
class Export:
    """What is taken out: a table of features in a format; ``filters`` are told to the audit.

    ``matched`` asks how many there are, where not any number of them fits the format.
    """

    table: Table
    format: Format
    statement: Statement
    matched: Statement | None
    filters: Mapping[str, str]


class Exports:
    """The exports of one process."""

    def __init__(self, database: Database, engines: Engines, limits: ExportSettings) -> None:
        """None runs yet."""
        self._database = database
        self._engines = engines
        self._limits = limits
        self._spool = Spool(SpoolSettings().folder)
        self._running: Counter[str] = Counter()

    @asynccontextmanager
    async def opened(self, asker: Asker, export: Export) -> AsyncIterator[Body]:
        """The body of an export; Problem 429 where too many run, 503 where it takes too long."""
        with self._place(asker.key):
            await self._note(asker, export, None)
            taken = _Taken()
            try:
                opened = self._encoded if export.format.encoder else self._saved
                async with opened(asker.viewer, export, taken) as body:
                    yield body
                    taken.whole = True
            finally:
                await asyncio.shield(self._note(asker, export, taken))

    @contextmanager
    def _place(self, key: str) -> Iterator[None]:
        mine, all_ = self._running[key], self._running.total()
        if mine >= self._limits.exports_each or all_ >= self._limits.exports:
            raise Problem(
                429,
                f"{mine} of your exports are running and {all_} in all; wait until one has ended",
                headers={"Retry-After": "15"},
            )
        self._running[key] += 1
        try:
            yield
        finally:
            self._running[key] -= 1
            self._running += Counter()  # forgets those with none

    @asynccontextmanager
    async def _encoded(
        self, viewer: Viewer, export: Export, taken: "_Taken"
    ) -> AsyncIterator[Body]:
        assert export.format.encoder is not None  # noqa: S101 - told to mypy
        async with self._read(viewer, export, taken) as (table, batches):
            encoder = await asyncio.to_thread(export.format.encoder, table)
            # The first is read before anything is sent: what is wrong with a filter shows then.
            first = await following(batches)
            yield Body(_pieces(encoder, first or (), batches))

    @asynccontextmanager
    async def _saved(self, viewer: Viewer, export: Export, taken: "_Taken") -> AsyncIterator[Body]:
        assert export.format.save is not None  # noqa: S101 - told to mypy
        token = await asyncio.to_thread(self._spool.new)
        try:
            path = self._spool.part(token, export.format.suffix)
            async with self._read(viewer, export, taken) as (table, batches):
                work = partial(_save, export.format.save, table, path, self._limits)
                await in_thread(batches, work)
            yield Body(_file(path), path.stat().st_size)
        finally:
            self._spool.remove(token)

    @asynccontextmanager
    async def _read(
        self, viewer: Viewer, export: Export, taken: "_Taken"
    ) -> AsyncIterator[tuple[Table, Rows]]:
        seconds = self._limits.export_seconds
        try:
            with calculated():
                async with asyncio.timeout(seconds) as limit:
                    table = replace(export.table, rows=await self._number(viewer, export))
                    # A second more, so that it is always our limit that is met and told.
                    async with self._database.walked(
                        viewer, export.statement, seconds=seconds + 1, rows=BATCH
                    ) as batches:
                        yield table, taken.counted(batches)
        except (TimeoutError, asyncpg.QueryCanceledError):
            if not limit.expired():
                raise
            raise Problem(
                503, f"the export took longer than {seconds:g} s: take a part of the collection"
            ) from None

    async def _number(self, viewer: Viewer, export: Export) -> int | None:
        """How many features there are; Problem 400 where the format does not hold as many.

        None where the format holds any number, and they are not counted.
        """
        if export.matched is None:
            return None
        number: int = await Seen(self._database, viewer).value(export.matched)
        if number > (export.format.most or 0):
            said = f"{export.format.title} holds {export.format.most} features: take a part"
            raise Problem(400, said, parameter="f")
        return number

    async def _note(self, asker: Asker, export: Export, taken: "_Taken | None") -> None:
        """Have the audit told, where somebody is known to ask."""
        if asker.viewer.who is not None:
            await asyncio.to_thread(self._noted, asker, export, taken)

    def _noted(self, asker: Asker, export: Export, taken: "_Taken | None") -> None:
        with self._engines.of(asker.viewer).begin() as connection:
            enter(connection, settings(asker.viewer))
            note_export(connection, asker, export, taken)


class _Taken:
    """How many features were read, and whether the file was sent to its end."""

    def __init__(self) -> None:
        self.rows = 0
        self.whole = False

    async def counted(self, batches: AsyncIterator[list[asyncpg.Record]]) -> Rows:
        async for rows in batches:
            self.rows += len(rows)
            yield rows


def note_export(connection: Connection, asker: Asker, export: Export, taken: _Taken | None) -> None:
    """Tell the audit of an export: before its first byte, and with what was taken at its end.

    So what somebody breaks off, or a machine that goes down, leaves the first of the two events.
    """
    layer = export.table.layer
    said: dict[str, Any] = {
        "layer": layer.id,
        "format": export.format.name,
        "filters": dict(export.filters),
    }
    if taken is not None:
        said |= {"rows": taken.rows, "whole": taken.whole}
    record(
        connection,
        "export" if taken is None else "exported",
        layer.table,
        after=said,
        actor=asker.viewer.actor,
        request_id=asker.request_id,
        address=asker.address,
    )


async def _pieces(encoder: Encoder, first: Sequence[Row], batches: Rows) -> AsyncIterator[bytes]:
    yield encoder.begin()
    if first:
        yield await asyncio.to_thread(encoder.rows, first)
    async for rows in batches:
        yield await asyncio.to_thread(encoder.rows, rows)
    yield await asyncio.to_thread(encoder.end)


async def _file(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


def _save(
    save: Save,
    table: Table,
    path: Path,
    limits: ExportSettings,
    batches: Iterator[Sequence[Row]],
) -> None:
    """Write the file, as long as there is room for it on the disk."""

    def fitting() -> Iterator[Sequence[Row]]:
        for rows in batches:
            _check_room(path.parent, limits)
            yield rows

    save(table, fitting(), path)
    _check_room(path.parent, limits)


def _check_room(folder: Path, limits: ExportSettings) -> None:
    size = sum(one.stat().st_size for one in folder.iterdir())
    if size > limits.export_megabytes * 1e6:
        raise Problem(
            413,
            f"the file is larger than {limits.export_megabytes:g} MB: take a part of the "
            "collection, or a format that is not kept on the disk (csv, geojson, parquet)",
        )
    if shutil.disk_usage(folder).free < KEPT_FREE:
        raise Problem(507, "the disk of the service is full; try again when there is room")


async def _exports(request: Request) -> Exports:
    exports: Exports = request.app.state.exports
    return exports


TakesOut = Annotated[Exports, Depends(_exports)]
"""The exports of this process."""
