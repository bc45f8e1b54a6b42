"""The landing page: the web map for people, links for programs (OGC API Common, 7.2)."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import ConfigDict

from api import openapi30
from api.documents import DOCUMENT, HTML, form_of, representations, responses
from api.errors import Problem, not_known
from api.headers import PAGE
from api.links import REL, absolute, link
from api.parameters import FormQuery, NoParameters

router = APIRouter(tags=["landing"])

STATIC = Path(__file__).parents[1] / "static"


class LandingQuery(FormQuery):
    """Messengers append parameters to links; these may not keep people from the map."""

    model_config = ConfigDict(extra="allow")


@router.get(
    "/",
    summary="The map, or links to everything",
    response_class=Response,
    responses=responses(DOCUMENT),
)
async def landing(request: Request, query: Annotated[LandingQuery, Query()]) -> Response:
    """The web map where HTML is preferred, else the links of an OGC API."""
    form = form_of(request, query.f)
    if form == HTML:
        return _page("index.html")
    for name in query.model_extra or ():
        raise not_known(name)
    links = representations(request, form)
    # Features (17-069r4) and Common (19-072) name some relations differently.
    for rel, path, kind, title in (
        ("service-desc", "/api", openapi30.MEDIA_TYPE, "The API, described"),
        ("service-doc", "/docs", "text/html", "The API, to try"),
        ("conformance", "/conformance", "application/json", "What the service keeps to"),
        (f"{REL}/conformance", "/conformance", "application/json", "What the service keeps to"),
        ("data", "/collections", "application/json", "Collections"),
        (f"{REL}/data", "/collections", "application/json", "Collections"),
        (f"{REL}/styles", "/styles", "application/json", "Styles"),
        (f"{REL}/tilesets-vector", "/tiles", "application/json", "Vector tiles"),
        (f"{REL}/tilesets-map", "/map/tiles", "application/json", "Pictures of tiles"),
        ("related", "/wmts/1.0.0/WMTSCapabilities.xml", "application/xml", "WMTS"),
    ):
        links.append(link(absolute(request, path), rel, kind, title))
    document = {
        "title": "小区图",
        "title_en": "Compound Atlas",
        "description": "住宅小区的星级、违规、管辖与检查",
        "description_en": "Residential compounds: stars, violations, inspections",
        "links": links,
    }
    return JSONResponse(document, headers={"Vary": "Accept"})


@router.get("/docs", summary="The API, to read and try", include_in_schema=False)
async def docs(_none: Annotated[NoParameters, Query()]) -> Response:
    """The page that draws /openapi.json."""
    return _page("docs.html")


def _page(name: str) -> Response:
    path = STATIC / name
    if not path.is_file():
        raise Problem(503, "the web pages are not built: run `make web`, then reload")
    return FileResponse(path, headers={"Cache-Control": "no-cache", "Vary": "Accept", **PAGE})
