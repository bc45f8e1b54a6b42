"""Attributes of a whole collection as columns, in one order, beside the shapes in its tiles."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from access.roles import PUBLIC
from api.cache import share
from api.database import Asked, Seen
from api.documents import form_field
from api.errors import Problem
from api.etags import answer
from api.negotiation import Form, chosen
from api.parameters import Day, Strict
from api.readings import counted_if_scoped
from api.under import Under
from geo.dates import today
from layers import columns
from layers.columns import BLOCK
from layers.formats import columnar
from layers.formats.columnar import Column
from layers.layer import Layer
from layers.registry import LAYERS
from layers.statement import Statement

FORMS = (
    Form("binary", columnar.MEDIA_TYPE),
    Form("json", "application/json"),
    Form("arrow", "application/vnd.apache.arrow.stream"),
)
_WRITTEN = {"binary": columnar.binary, "json": columnar.text, "arrow": columnar.arrow}

router = APIRouter(tags=["columns"])

type Handler = Callable[..., Coroutine[Any, Any, Response]]
type Make = Callable[[asyncpg.Record, int], Sequence[Column]]


class WholeQuery(Strict):
    """All places at once."""

    f: str | None = form_field(FORMS)


class BlockQuery(WholeQuery):
    """One block of places."""

    block: int = Field(default=0, ge=0, le=2**20, description=f"Block of {BLOCK} places, from 0")


class ColumnsQuery(BlockQuery):
    """Some properties of one block."""

    as_of: Day = Field(default_factory=today, description="Day, YYYY-MM-DD: what held then")
    properties: str | None = Field(
        default=None,
        max_length=2000,
        description="Properties, comma-separated; those that tiles have unless given",
    )


class HistoryQuery(BlockQuery):
    """What one property was from which day on."""

    name: str = Field(alias="property", max_length=100, description="Property that has a history")


def _ids(layer: Layer) -> Handler:
    async def ids(
        request: Request, database: Asked, query: Annotated[BlockQuery, Query()]
    ) -> Response:
        def make(found: asyncpg.Record, size: int) -> list[Column]:
            return [columnar.numbers("id", found["places"] or [], found["id"] or [], size)]

        seen = database.layer(layer)
        return await _block(
            request, database, seen, query, columns.numbers(seen, query.block), make
        )

    return ids


def _points(layer: Layer) -> Handler:
    async def points(
        request: Request, database: Asked, query: Annotated[WholeQuery, Query()]
    ) -> Response:
        seen = database.layer(layer)
        found = await _row(database, columns.positions(seen))
        places = found["places"] or []
        made = [
            columnar.alike(axis, places, found[axis] or [], found["total"], 1e-4)
            for axis in ("lon", "lat")
        ]
        return await _answer(request, database, seen, query, {"places": found["total"]}, made)

    return points


def _columns(layer: Layer) -> Handler:
    async def several(
        request: Request, database: Asked, query: Annotated[ColumnsQuery, Query()]
    ) -> Response:
        seen = database.layer(layer)
        names = _names(seen, query.properties)

        def make(found: asyncpg.Record, size: int) -> list[Column]:
            places = found["places"] or []
            return [
                columnar.column(name, seen.properties[name].kind, places, found[name] or [], size)
                for name in names
            ]

        asked = columns.values(seen, names, query.as_of, query.block)
        said = {"as_of": query.as_of.isoformat()}
        return await _block(request, database, seen, query, asked, make, said)

    return several


def _history(layer: Layer) -> Handler:
    async def history(
        request: Request, database: Asked, query: Annotated[HistoryQuery, Query()]
    ) -> Response:
        seen = database.layer(layer)
        known = [name for name in columns.tables(seen).dated if name in seen.properties]
        if query.name not in known:
            raise Problem(
                400,
                f"property = {query.name!r} has no history; {', '.join(known)} have",
                parameter="property",
            )

        def make(found: asyncpg.Record, _size: int) -> list[Column]:
            places, days, values = (found[one] or [] for one in ("places", "days", "value"))
            rows, kind = len(places), seen.properties[query.name].kind
            every = range(rows)
            return [
                columnar.numbers("place", every, places, rows, none=None),
                columnar.column("day", "date", every, days, rows),
                columnar.column("value", kind, every, values, rows),
            ]

        asked = columns.changes(seen, query.name, query.block)
        return await _block(request, database, seen, query, asked, make, {"property": query.name})

    return history


def _names(layer: Layer, given: str | None) -> list[str]:
    if given is None:
        return [name for name in layer.drawn_attributes if name != layer.style.label]
    names = list(dict.fromkeys(word.strip() for word in given.split(",") if word.strip()))
    unknown = [name for name in names if name not in layer.properties]
    if unknown or not names:
        raise Problem(
            400,
            f"properties = {given[:100]!r}: name some of {', '.join(layer.properties)}",
            parameter="properties",
        )
    return names


async def _row(database: Seen, asked: Statement) -> asyncpg.Record:
    found = await database.row(asked)
    assert found is not None  # noqa: S101 - an aggregate has one row
    return found


async def _block(
    request: Request,
    database: Seen,
    layer: Layer,
    query: BlockQuery,
    asked: Statement,
    make: Make,
    more: Mapping[str, Any] | None = None,
) -> Response:
    found = await _row(database, asked)
    total: int = found["total"]
    blocks = max(1, -(-total // BLOCK))
    if query.block >= blocks:
        raise Problem(404, f"{layer.id} has the blocks 0 to {blocks - 1}", parameter="block")
    size = min(BLOCK, total - query.block * BLOCK)
    said = {"block": query.block, "blocks": blocks, "places": total, **(more or {})}
    made = await asyncio.to_thread(make, found, size)
    return await _answer(request, database, layer, query, said, made)


async def _answer(
    request: Request,
    database: Seen,
    layer: Layer,
    query: WholeQuery,
    said: Mapping[str, Any],
    made: Sequence[Column],
) -> Response:
    form = chosen(query.f, None, FORMS)
    body = await asyncio.to_thread(_WRITTEN[form.name], {"collection": layer.id, **said}, made)
    shared = share(request.scope, layer.id) if database.viewer.kind == PUBLIC else None
    return answer(request, body, form.media_type, shared or "no-cache")


for _layer in LAYERS.values():
    if _layer.drawing is None:
        continue
    _under = Under(f"/collections/{_layer.id}")
    for _name, _make, _title in (
        ("ids", _ids, "numbers of features by place"),
        ("points", _points, "where every feature is marked, by place"),
        ("columns", _columns, "properties by place"),
        ("columns/history", _history, "what a property was since when, by place"),
    ):
        _under.add_api_route(
            f"/collections/{_layer.id}/{_name}",
            _make(_layer),
            summary=f"{_layer.title_en}: {_title}",
            response_class=Response,
            dependencies=counted_if_scoped(_layer, "columns") if "columns" in _name else [],
            responses={
                200: {"content": {form.media_type: {} for form in FORMS}},
                404: {"description": "there is no such block"},
            },
        )
    router.include_router(_under)
