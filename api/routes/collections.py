"""Collections and what is known of their features (OGC API Features, parts 1, 3 and 5)."""

from collections.abc import Callable, Coroutine
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api import formats, pages, pictured
from api.database import Asked, Seen
from api.documents import (
    DOCUMENT,
    HTML,
    PAGES,
    SCHEMA,
    answer,
    distinct,
    form_of,
    representations,
    responses,
)
from api.links import REL, absolute, link
from api.negotiation import Form
from api.pages import ABOVE_COLLECTION, ABOVE_COLLECTIONS
from api.parameters import FormQuery
from api.under import Under
from geo.dates import FIRST_DAY, ZONE
from layers import items, schemas
from layers.crs import CRS84, CRSS
from layers.formats import columnar
from layers.layer import Layer
from layers.registry import LAYERS
from layers.styles import legend, qml

_SCHEMA_FORMS = (Form("json", SCHEMA), HTML)
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_LAST_DAY = date.max
"""For no end: the executable test suite of part 1 takes no null there."""
_SCHEMAS = {
    "queryables": ("可过滤的属性", "queryables", schemas.queryables),
    "sortables": ("可排序的属性", "sortables", schemas.sortables),
    "schema": ("结构", "schema", schemas.schema),
}

router = APIRouter(tags=["features"])

Handler = Callable[..., Coroutine[Any, Any, Any]]


@router.get(
    "/collections",
    summary="Every collection",
    response_class=Response,
    responses=responses(DOCUMENT),
)
async def collections(
    request: Request, database: Asked, query: Annotated[FormQuery, Query()]
) -> Response:
    """What the service offers, each with its extent."""
    form = form_of(request, query.f)
    document = {
        "collections": [
            {
                **await _described(database, layer),
                "links": [*_own(request, layer), *_parts(request, layer)],
            }
            for layer in LAYERS.values()
            if layer.readable_by(database.viewer.kind)
        ],
        "crs": list(CRSS),
        "links": representations(request, form),
    }
    return answer(request, form, document, "collections", above=ABOVE_COLLECTIONS)


def _describe(layer: Layer) -> Handler:
    async def collection(
        request: Request, database: Asked, query: Annotated[FormQuery, Query()]
    ) -> Response:
        form = form_of(request, query.f)
        links = [*representations(request, form), *_parts(request, layer)]
        document = {**await _described(database, database.layer(layer)), "links": links}
        return answer(request, form, document, "collection", above=ABOVE_COLLECTION)

    return collection


async def _described(database: Seen, layer: Layer) -> dict[str, Any]:
    found = await database.row(items.overview(layer))
    assert found is not None  # noqa: S101 - an aggregate has one row
    *box, attribution = found
    extent: dict[str, Any] = {}
    if box[0] is not None:
        extent["spatial"] = {"bbox": [box], "crs": CRS84.uri}
    first = await database.value(items.first_day(layer))
    # A day that stands for an unknown one would only say that there is time.
    if first is not None and first > FIRST_DAY:
        extent["temporal"] = {"interval": [[_begin(first), _begin(_LAST_DAY)]], "trs": _GREGORIAN}
    said, said_en = (layer.time.title, layer.time.title_en) if layer.time else ("", "")
    return {
        "id": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "description": _sentences("。", layer.description, said),
        "description_en": _sentences(". ", layer.description_en, said_en),
        "itemType": "feature",
        "crs": list(CRSS),
        "storageCrs": CRS84.uri,
        **({"extent": extent} if extent else {}),
        **({"attribution": " · ".join(attribution)} if attribution else {}),
    }


def _begin(day: date) -> str:
    """The beginning of a day in China."""
    return datetime.combine(day, time(), ZONE).isoformat()


def _sentences(between: str, *said: str) -> str:
    return between.join(one for one in said if one)


def _own(request: Request, layer: Layer) -> list[dict[str, str]]:
    here = absolute(request, f"/collections/{layer.id}")
    first, *others = DOCUMENT
    return [
        link(here, "self", first.media_type, layer.title),
        *(link(f"{here}?f={one.name}", "alternate", one.media_type, one.name) for one in others),
    ]


def _parts(request: Request, layer: Layer) -> list[dict[str, str]]:
    here = absolute(request, f"/collections/{layer.id}")
    first, *others = distinct(PAGES)
    return [
        link(f"{here}/items", "items", first.media_type, layer.title),
        *(
            link(
                f"{here}/items?f={one.name}", "items", one.media_type, f"{layer.title}, {one.name}"
            )
            for one in others
        ),
        *(link(f"{here}/{name}", f"{REL}/{name}", SCHEMA, name.capitalize()) for name in _SCHEMAS),
        *(_style_links(here) if layer.geometry != "none" else ()),
        *(_column_links(here) if layer.drawing is not None else ()),
        *(_tile_links(request, layer) if layer.geometry != "none" else ()),
        *formats.enclosures(here),
    ]


def _column_links(here: str) -> list[dict[str, str]]:
    return [
        link(f"{here}/{name}", "related", columnar.MEDIA_TYPE, title)
        for name, title in (
            ("ids", "Numbers of the features, in the order of the columns"),
            ("points", "Where the features are marked, in that order"),
            ("columns", "Properties as columns"),
        )
    ]


def _style_links(here: str) -> list[dict[str, str]]:
    return [
        link(f"{here}/styles", f"{REL}/styles", "application/json", "Styles"),
        link(f"{here}/legend?f=png", "preview", legend.PNG_MEDIA_TYPE, "Legend"),
        link(f"{here}/qlr", "related", qml.QLR_MEDIA_TYPE, "Layer definition for QGIS"),
    ]


def _tile_links(request: Request, layer: Layer) -> list[dict[str, str]]:
    here = absolute(request, f"/collections/{layer.id}/tiles")
    links = [link(here, f"{REL}/tilesets-vector", "application/json", "Vector tiles")]
    if layer.id in pictured.PICTURED:
        shown = absolute(request, pictured.base(layer))
        links.append(link(shown, f"{REL}/tilesets-map", "application/json", "Pictures of tiles"))
    return links


def _schema(layer: Layer, name: str) -> Handler:
    title, title_en, make = _SCHEMAS[name]

    async def schema(
        request: Request, database: Asked, query: Annotated[FormQuery, Query()]
    ) -> Response:
        form = form_of(request, query.f, _SCHEMA_FORMS)
        made = make(database.layer(layer))
        if form != HTML:
            here = absolute(request, request.url.path)
            return answer(request, form, {"$schema": schemas.DIALECT, "$id": here, **made}, "")
        here = f"/collections/{layer.id}"
        return pages.page(
            request,
            "schema",
            above=(*ABOVE_COLLECTION, (here, layer.title, layer.title_en)),
            document={**made, "links": representations(request, form, _SCHEMA_FORMS)},
            title=f"{layer.title}：{title}",
            title_en=f"{layer.title_en}: {title_en}",
        )

    return schema


for _layer in LAYERS.values():
    _base = f"/collections/{_layer.id}"
    _under = Under(_base)
    _under.add_api_route(
        _base,
        _describe(_layer),
        summary=_layer.title_en,
        response_class=Response,
        responses=responses(DOCUMENT),
    )
    for _name in _SCHEMAS:
        _under.add_api_route(
            f"{_base}/{_name}",
            _schema(_layer, _name),
            summary=f"{_layer.title_en}: {_name}",
            response_class=Response,
            responses=responses(_SCHEMA_FORMS),
        )
    router.include_router(_under)
