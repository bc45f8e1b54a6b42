"""The pictures of tiles as a Web Map Tile Service, for programs that know no newer way."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from api import errors, etags, pictured, tilesets, wmts
from api.database import AskedPublicly, Seen
from api.errors import Problem
from api.parameters import Strict
from api.pictured import PICTURED, PNG, WHOLE, PictureQuery
from api.routes.styles import MAP_TITLE
from api.wmts import INFO_FORMATS, WHOLE_MAP, Code, Fault, Shown
from geo.dates import today
from layers import items, pictures
from layers.crs import Box
from layers.grids import GRIDS
from layers.items import Form, Page, Selection
from layers.layer import Layer
from layers.pictures import scales
from layers.tiles import Place

router = APIRouter(tags=["tiles"])

_OPERATIONS = ("GetCapabilities", "GetTile", "GetFeatureInfo")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NEAR = 4
"""Pixels about the one that is asked for, in which a feature counts as meant."""
_MOST = 10
"""Features of a layer that are told of one pixel."""


class DocumentQuery(Strict):
    """What OWSLib sends even where the path says it all."""

    service: Literal["WMTS"] = "WMTS"
    request: Literal["GetCapabilities"] = "GetCapabilities"
    version: Literal["1.0.0"] = "1.0.0"


type Sent = Mapping[str, str]
"""The parameters by their names in small letters."""


@router.get(
    "/wmts/1.0.0/WMTSCapabilities.xml",
    summary="WMTS: layers, styles, grids",
    response_class=Response,
    responses={200: {"content": {wmts.MEDIA_TYPE: {}}}},
)
async def document(
    request: Request, database: AskedPublicly, _said: Annotated[DocumentQuery, Query()]
) -> Response:
    """The public layers and the whole map, with where their tiles and legends are."""
    return await _capabilities(request, database)


def _described(name: str, offered: Iterable[str]) -> dict[str, Any]:
    schema = {"type": "string", "enum": list(offered)} if offered else {"type": "string"}
    return {"name": name, "in": "query", "required": False, "schema": schema}


# Read by hand, for their names come in any case: FastAPI knows but one.
_PARAMETERS = [
    _described(name, offered)
    for name, offered in {
        "service": ("WMTS",),
        "request": _OPERATIONS,
        "version": ("1.0.0",),
        "layer": (WHOLE_MAP, *PICTURED),
        "style": (),
        "format": (PNG,),
        "tilematrixset": tuple(GRIDS),
        "tilematrix": (),
        "tilerow": (),
        "tilecol": (),
        "i": (),
        "j": (),
        "infoformat": INFO_FORMATS,
    }.items()
]


@router.get(
    "/wmts",
    openapi_extra={"parameters": _PARAMETERS},
    summary="WMTS: GetCapabilities, GetTile, GetFeatureInfo with parameters",
    response_class=Response,
    responses={
        200: {"content": {name: {} for name in (wmts.MEDIA_TYPE, PNG, *INFO_FORMATS)}},
        **errors.besides(wmts.MEDIA_TYPE),
    },
)
async def wmts_by_parameters(request: Request, database: AskedPublicly) -> Response:
    """OGC 07-057r7, 8.2: names in any case, those that are not known are passed over.

    What is wrong is told in an ows:ExceptionReport.
    """
    try:
        return await _answered(request, database)
    except Problem as problem:
        return wmts.report(problem)


async def _answered(request: Request, database: Seen) -> Response:
    sent = _sent(request)
    if sent.get("service", "WMTS").upper() != "WMTS":
        raise _wrong("service", sent["service"], "WMTS")
    if sent.get("request", _OPERATIONS[0]) not in _OPERATIONS:
        said = f"request = {sent['request']!r}: there is {', '.join(_OPERATIONS)}"
        raise Fault("OperationNotSupported", "request", said)
    asked = _word(sent, "request", _OPERATIONS)
    if asked == "GetCapabilities":
        return await _capabilities(request, database)
    layers = _layers(sent)
    place = _place(sent)
    if asked == "GetTile":
        _word(sent, "format", (PNG,))
        return await pictured.picture(request, database, layers, place, PictureQuery())
    return await _told(database, layers, place, sent)


def _sent(request: Request) -> Sent:
    sent: dict[str, str] = {}
    for name, value in request.query_params.items():
        known = name.lower()
        if known in wmts.PARAMETERS and sent.setdefault(known, value) is not value:
            said = f"the parameter {known!r} is given twice, as {sent[known]!r} and {value!r}"
            raise Fault("InvalidParameterValue", known, said)
    return sent


async def _capabilities(request: Request, database: Seen) -> Response:
    box = await tilesets.extent(database, WHOLE)
    shown = [Shown(None, box, (MAP_TITLE, "Compound Atlas"))]
    for one in PICTURED.values():
        own = await tilesets.extent(database, [one])
        shown.append(Shown(one, own, (one.title, one.title_en)))
    return etags.answer(request, wmts.capabilities(request, shown), wmts.MEDIA_TYPE)


async def _told(database: Seen, layers: tuple[Layer, ...], place: Place, sent: Sent) -> Response:
    form = _word(sent, "infoformat", INFO_FORMATS)
    right, down = (_within(sent, name, scales.SIDE, "PointIJOutOfRange") for name in ("i", "j"))
    box = _near(place, right, down)
    chosen = Selection(today(), boxes=(box,))
    features = []
    for layer in reversed(layers):
        page = items.page(layer, chosen, Form(), Page(limit=_MOST))
        features += [json.loads(row["feature"]) for row in await database.rows(page)][:_MOST]
    if form != "text/plain":
        body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        return Response(body, media_type=form, headers={"Cache-Control": "no-cache"})
    lines = (
        f"{name} = {value}"
        for feature in features
        for name, value in feature["properties"].items()
        if value is not None
    )
    return Response("\n".join(lines), media_type=form, headers={"Cache-Control": "no-cache"})


def _near(place: Place, right: int, down: int) -> Box:
    """The box about a pixel of a tile, in WGS 84: a tile is a pixel of one eight levels up."""
    deeper = scales.SIDE.bit_length() - 1
    row, col = place.row * scales.SIDE + down, place.col * scales.SIDE + right
    return place.grid.box(place.z + deeper, row, col, _NEAR)


def _layers(sent: Sent) -> tuple[Layer, ...]:
    name = _word(sent, "layer", (WHOLE_MAP, *PICTURED))
    if sent.get("style", "").lower() not in ("", "default", name):
        raise _wrong("style", sent["style"], name)
    return WHOLE if name == WHOLE_MAP else (PICTURED[name],)


def _place(sent: Sent) -> Place:
    grid = GRIDS[_word(sent, "tilematrixset", tuple(GRIDS))]
    matrices = pictures.DEEPEST - grid.shift + 1
    z = _within(sent, "tilematrix", matrices, "InvalidParameterValue")
    row = _within(sent, "tilerow", grid.rows << z, "TileOutOfRange")
    col = _within(sent, "tilecol", grid.columns << z, "TileOutOfRange")
    return Place(grid, z, row, col)


def _word(sent: Sent, name: str, offered: tuple[str, ...]) -> str:
    """A parameter that is one of some words."""
    said = _given(sent, name, ", ".join(offered))
    if said not in offered:
        raise _wrong(name, said, ", ".join(offered))
    return said


def _within(sent: Sent, name: str, beyond: int, outside: Code) -> int:
    """A parameter that is a whole number from 0; ``outside`` is what one of another range is."""
    offered = f"a whole number from 0 to {beyond - 1}"
    said = _given(sent, name, offered)
    if not _WHOLE.fullmatch(said):
        raise _wrong(name, said, offered)
    if not 0 <= int(said) < beyond:
        raise Fault(outside, name, f"{name} = {said}: {offered}")
    return int(said)


def _given(sent: Sent, name: str, offered: str) -> str:
    if not sent.get(name):
        raise Fault("MissingParameterValue", name, f"{name} is missing: {offered}")
    return sent[name]


def _wrong(name: str, value: str, offered: str) -> Fault:
    said = f"{name} = {value!r} is not offered; there is {offered}"
    return Fault("InvalidParameterValue", name, said)
