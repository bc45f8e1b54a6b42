"""How layers are drawn: styles, legends, layer definitions (OGC API Styles, draft 20-009)."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api import etags, pages
from api.database import Asked, Seen
from api.documents import DOCUMENT, HTML, answer, form_field, form_of, representations, responses
from api.errors import Problem
from api.links import absolute, link
from api.negotiation import Form
from api.pages import ABOVE_COLLECTIONS
from api.parameters import FormQuery, NoParameters, Strict
from api.tilesets import DRAWN, MAP_LAYERS
from api.under import Under
from layers.layer import Layer
from layers.styles import legend, maplibre, qml, sld

router = APIRouter(tags=["styles"])

JSON = "application/json"
MAP = "map"
MAP_TITLE = "小区图"

_MAPBOX = Form("mapbox", maplibre.MEDIA_TYPE)
_SLD = Form("sld", sld.MEDIA_TYPE)
_QML = Form("qml", qml.MEDIA_TYPE)
STYLE_FORMS = (_MAPBOX, _QML, _SLD, HTML, Form("json", JSON))
MAP_FORMS = tuple(form for form in STYLE_FORMS if form is not _QML)
"""A file of QGIS styles one layer, so that the map has none."""
LEGEND_FORMS = (
    Form("json", JSON),
    Form("svg", legend.SVG_MEDIA_TYPE),
    Form("png", legend.PNG_MEDIA_TYPE),
)

StyleId = Annotated[str, Path(max_length=50, description="Name of the style")]
type Handler = Callable[..., Coroutine[Any, Any, Response]]


class StyleQuery(Strict):
    """A style takes no parameter but its form."""

    f: str | None = form_field(STYLE_FORMS)


class LegendQuery(Strict):
    """A legend takes no parameter but its form."""

    f: str | None = form_field(LEGEND_FORMS)


@router.get(
    "/styles", summary="Every style", response_class=Response, responses=responses(DOCUMENT)
)
async def styles(
    request: Request, database: Asked, query: Annotated[FormQuery, Query()]
) -> Response:
    """The map's, and one for each layer that may be seen."""
    seen = [one for one in DRAWN.values() if one.readable_by(database.viewer.kind)]
    listed = [_listed(request, MAP, "/styles"), *(_listed(request, x.id, "/styles") for x in seen)]
    return _list(request, query, listed, default=MAP)


@router.get(
    "/styles/{style_id}",
    summary="A style",
    response_class=Response,
    responses=responses(STYLE_FORMS),
)
async def style(
    request: Request, database: Asked, style_id: StyleId, query: Annotated[StyleQuery, Query()]
) -> Response:
    """For MapLibre, QGIS or others."""
    return _style(request, _layers(database, style_id), style_id, query)


@router.get(
    "/styles/{style_id}/metadata",
    summary="What a style is about",
    response_class=Response,
    responses=responses((DOCUMENT[0],)),
)
async def metadata(
    request: Request,
    database: Asked,
    style_id: StyleId,
    _none: Annotated[NoParameters, Query()],
) -> Response:
    """Its title, stylesheets, and the layers and properties it draws."""
    layers = _layers(database, style_id)
    return JSONResponse(
        {
            **_listed(request, style_id, "/styles"),
            "scope": "style",
            "description": " · ".join(one.description for one in layers),
            "stylesheets": [
                {
                    "title": form.name,
                    "native": form is _MAPBOX,
                    "link": _sheet(request, style_id, form),
                }
                for form in _sheets(style_id)
            ],
            "layers": [_about(request, one) for one in layers],
        }
    )


def _about(request: Request, layer: Layer) -> dict[str, Any]:
    here = absolute(request, f"/collections/{layer.id}/items")
    return {
        "id": layer.id,
        "type": "point" if layer.geometry == "point" else "polygon",
        "attributes": [
            {"id": name, "type": layer.properties[name].kind} for name in layer.style.named
        ],
        "sampleData": link(here, "data", "application/geo+json", layer.title),
    }


def _layers(database: Seen, style_id: str) -> list[Layer]:
    """The layers of a style as the viewer may ask for them, from below."""
    names = MAP_LAYERS if style_id == MAP else (style_id,)
    if not all(name in DRAWN for name in names):
        raise Problem(404, f"there is no style {style_id!r}; /styles lists those that are")
    return [database.layer(DRAWN[name]) for name in names]


def _forms(style_id: str) -> tuple[Form, ...]:
    return MAP_FORMS if style_id == MAP else STYLE_FORMS


def _sheets(style_id: str) -> list[Form]:
    return [form for form in _forms(style_id) if form in (_MAPBOX, _QML, _SLD)]


def _sheet(request: Request, style_id: str, form: Form, base: str = "/styles") -> dict[str, str]:
    here = absolute(request, f"{base}/{style_id}?f={form.name}")
    return link(here, "stylesheet", form.media_type, form.name)


def _listed(request: Request, style_id: str, base: str) -> dict[str, Any]:
    links = [_sheet(request, style_id, form, base) for form in _sheets(style_id)]
    about = absolute(request, f"/styles/{style_id}/metadata")
    links.append(link(about, "describedby", JSON, "What the style is about"))
    title, title_en = MAP_TITLE, "Compound Atlas"
    if style_id != MAP:
        title, title_en = DRAWN[style_id].title, DRAWN[style_id].title_en
        shown = absolute(request, f"/collections/{style_id}/legend?f=png")
        links.append(link(shown, "preview", legend.PNG_MEDIA_TYPE, "Legend"))
    return {"id": style_id, "title": title, "title_en": title_en, "links": links}


def _list(
    request: Request, query: FormQuery, listed: Sequence[dict[str, Any]], default: str
) -> Response:
    form = form_of(request, query.f)
    document = {
        "default": default,
        "styles": list(listed),
        "links": representations(request, form),
    }
    return answer(request, form, document, "styles", above=ABOVE_COLLECTIONS)


def _style(request: Request, layers: Sequence[Layer], style_id: str, query: StyleQuery) -> Response:
    forms = _forms(style_id)
    form = form_of(request, query.f, forms)
    title = MAP_TITLE if style_id == MAP else layers[0].title
    if form == HTML:
        document = {"links": representations(request, form, forms)}
        return pages.page(
            request,
            "style",
            document=document,
            title=title,
            title_en="Compound Atlas" if style_id == MAP else layers[0].title_en,
            legends=[(one, legend.entries(one)) for one in layers],
        )
    if form == _QML:
        return _file(request, qml.qml(layers[0]), form.media_type)
    if form == _SLD:
        return _file(request, sld.sld(style_id, layers), form.media_type)
    tilejson = {
        one.id: absolute(request, f"/collections/{one.id}/tiles/WebMercatorQuad?f=tilejson")
        for one in layers
    }
    made = maplibre.style(style_id, title, layers, tilejson)
    return JSONResponse(made, media_type=form.media_type, headers={"Vary": "Accept"})


def _file(request: Request, body: bytes, media_type: str) -> Response:
    made = etags.answer(request, body, media_type)
    made.headers["Vary"] = "Accept"
    return made


def _of_collection(layer: Layer) -> Handler:
    async def collection_styles(
        request: Request, database: Asked, query: Annotated[FormQuery, Query()]
    ) -> Response:
        database.layer(layer)
        base = f"/collections/{layer.id}/styles"
        return _list(request, query, [_listed(request, layer.id, base)], default=layer.id)

    return collection_styles


def _one_of_collection(layer: Layer) -> Handler:
    async def collection_style(
        request: Request,
        database: Asked,
        style_id: StyleId,
        query: Annotated[StyleQuery, Query()],
    ) -> Response:
        seen = database.layer(layer)
        if style_id != layer.id:
            raise Problem(404, f"{layer.id} has no style {style_id!r}; it has {layer.id}")
        return _style(request, [seen], style_id, query)

    return collection_style


def _legend(layer: Layer) -> Handler:
    async def drawn(
        request: Request, database: Asked, query: Annotated[LegendQuery, Query()]
    ) -> Response:
        seen = database.layer(layer)
        form = form_of(request, query.f, LEGEND_FORMS)
        if form.name == "svg":
            return _file(request, legend.svg(seen), form.media_type)
        if form.name == "png":
            return _file(request, legend.png(seen), form.media_type)
        return JSONResponse(legend.document(seen), headers={"Vary": "Accept"})

    return drawn


def _definition(layer: Layer) -> Handler:
    async def definition(
        request: Request, database: Asked, _none: Annotated[NoParameters, Query()]
    ) -> Response:
        body = qml.qlr(database.layer(layer), absolute(request, ""))
        made = etags.answer(request, body, qml.QLR_MEDIA_TYPE)
        made.headers["Content-Disposition"] = f'attachment; filename="{layer.id}.qlr"'
        return made

    return definition


def _register(layer: Layer) -> None:
    base, name = f"/collections/{layer.id}", layer.title_en
    under = Under(base)
    for path, make, summary, forms in (
        ("/styles", _of_collection, "styles", DOCUMENT),
        ("/styles/{style_id}", _one_of_collection, "a style", STYLE_FORMS),
        ("/legend", _legend, "legend", LEGEND_FORMS),
        ("/qlr", _definition, "layer definition for QGIS", (Form("qlr", qml.QLR_MEDIA_TYPE),)),
    ):
        under.add_api_route(
            f"{base}{path}",
            make(layer),
            summary=f"{name}: {summary}",
            response_class=Response,
            responses=responses(forms),
        )
    router.include_router(under)


for _layer in DRAWN.values():
    _register(_layer)
