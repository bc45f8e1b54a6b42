"""The pictures of tiles as a Web Map Tile Service, for programs that know no newer way."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from api import etags, pictured, tilesets, wmts
from api.database import AskedPublicly, Seen
from api.errors import Problem
from api.parameters import Strict
from api.pictured import PICTURED, PNG, WHOLE, PictureQuery
from api.routes.styles import MAP_TITLE
from api.wmts import INFO_FORMATS, WHOLE_MAP, Shown
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
    responses={200: {"content": {name: {} for name in (wmts.MEDIA_TYPE, PNG, *INFO_FORMATS)}}},
)
async def wmts_by_parameters(request: Request, database: AskedPublicly) -> Response:
    """OGC 07-057r7, 8.2: names in any case, those that are not known are passed over."""
    sent: dict[str, str] = {}
    for name, value in request.query_params.items():
        if sent.setdefault(name.lower(), value) is not value:
            raise Problem(400, f"the parameter {name!r} is given twice", parameter=name)
    if sent.get("service", "WMTS").upper() != "WMTS":
        raise _wrong("service", sent["service"], "WMTS")
    asked = _word(sent, "request", _OPERATIONS)
    if asked == "GetCapabilities":
        return await _capabilities(request, database)
    layers = _layers(sent)
    place = _place(sent)
    if asked == "GetTile":
        _word(sent, "format", (PNG,))
        return await pictured.picture(request, database, layers, place, PictureQuery())
    return await _told(database, layers, place, sent)


async def _capabilities(request: Request, database: Seen) -> Response:
    box = await tilesets.extent(database, WHOLE)
    shown = [Shown(None, box, (MAP_TITLE, "Compound Atlas"))]
    for one in PICTURED.values():
        own = await tilesets.extent(database, [one])
        shown.append(Shown(one, own, (one.title, one.title_en)))
    return etags.answer(request, wmts.capabilities(request, shown), wmts.MEDIA_TYPE)


async def _told(database: Seen, layers: tuple[Layer, ...], place: Place, sent: Sent) -> Response:
    form = _word(sent, "infoformat", INFO_FORMATS)
    box = _near(place, _number(sent, "i", scales.SIDE), _number(sent, "j", scales.SIDE))
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
    deep = pictures.DEEPEST + 1
    numbers = (_number(sent, name, 2 << deep) for name in ("tilematrix", "tilerow", "tilecol"))
    return pictured.place(grid, *numbers)


def _word(sent: Sent, name: str, offered: tuple[str, ...]) -> str:
    """A parameter that is one of some words."""
    if name not in sent:
        raise Problem(400, f"{name} is missing: {', '.join(offered)}", parameter=name)
    if sent[name] not in offered:
        raise _wrong(name, sent[name], ", ".join(offered))
    return sent[name]


def _number(sent: Sent, name: str, beyond: int) -> int:
    said = sent.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) <= 9 and int(said) < beyond):
        raise _wrong(name, said, f"a whole number from 0 to {beyond - 1}")
    return int(said)


def _wrong(name: str, value: str, offered: str) -> Problem:
    return Problem(400, f"{name} = {value!r} is not offered; there is {offered}", parameter=name)
