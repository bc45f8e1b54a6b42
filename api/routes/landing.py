"""The landing page: the web map for people, links for programs (OGC API Common, 7.2)."""

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from api.errors import Problem
from api.headers import PAGE
from api.links import absolute, link
from api.parameters import NoParameters, Strict

router = APIRouter(tags=["landing"])

STATIC = Path(__file__).parents[1] / "static"


class LandingQuery(Strict):
    """Which form the landing page takes; the Accept header decides where it is not said."""

    f: Literal["json", "html"] | None = None


@router.get("/", summary="The map, or links to everything")
async def landing(request: Request, query: Annotated[LandingQuery, Query()]) -> Response:
    """The web map where HTML is preferred, else the links of an OGC API."""
    if query.f == "html" or (query.f is None and _prefers_html(request)):
        return _page("index.html")
    return JSONResponse(
        {
            "title": "小区图",
            "title_en": "Compound Atlas",
            "description": "住宅小区的星级、违规、管辖与检查",
            "description_en": "Residential compounds: stars, violations, inspections",
            "links": [
                link(absolute(request, "/?f=json"), "self", "application/json", "This document"),
                link(absolute(request, "/?f=html"), "alternate", "text/html", "The map"),
                link(
                    absolute(request, "/openapi.json"),
                    "service-desc",
                    "application/vnd.oai.openapi+json;version=3.1",
                    "The API, described",
                ),
                link(absolute(request, "/docs"), "service-doc", "text/html", "The API, to try"),
                link(absolute(request, "/collections"), "data", "application/json", "Collections"),
            ],
        },
        headers={"Vary": "Accept"},
    )


@router.get("/docs", summary="The API, to read and try", include_in_schema=False)
async def docs(_none: Annotated[NoParameters, Query()]) -> Response:
    """The page that draws /openapi.json."""
    return _page("docs.html")


def _page(name: str) -> Response:
    path = STATIC / name
    if not path.is_file():
        raise Problem(503, "the web pages are not built: run `make web`, then reload")
    return FileResponse(path, headers={"Cache-Control": "no-cache", "Vary": "Accept", **PAGE})


def _prefers_html(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    html, json = accepted.find("text/html"), accepted.find("json")
    return html >= 0 and (json < 0 or html < json)
