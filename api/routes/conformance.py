"""What the service keeps to, and its description in OpenAPI 3.0 (OGC API Common, 7.3 and 7.4)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api import described, openapi30
from api.documents import DOCUMENT, answer, form_of, representations, responses
from api.parameters import FormQuery, NoParameters
from api.viewer import Viewing

router = APIRouter(tags=["landing"])

_SPEC = "http://www.opengis.net/spec"

_CLASSES = {
    "ogcapi-common-1/1.0/conf": ("core", "landing-page", "json", "html", "oas30"),
    "ogcapi-common-2/1.0/conf": ("collections", "json", "html"),
    "ogcapi-features-1/1.0/conf": ("core", "geojson", "html", "oas30"),
    "ogcapi-features-2/1.0/conf": ("crs",),
    "ogcapi-features-3/1.0/conf": ("queryables", "filter", "features-filter"),
    "ogcapi-features-4/1.0/conf": (
        "create-replace-delete",
        "update",
        "optimistic-locking-etags",
        "features",
    ),
    "ogcapi-features-5/1.0/conf": ("schemas", "core-roles-features", "queryables", "sortables"),
    "ogcapi-tiles-1/1.0/conf": (
        "core",
        "tileset",
        "tilesets-list",
        "dataset-tilesets",
        "geodata-tilesets",
        "oas30",
        "mvt",
        "png",
    ),
    "ogcapi-styles-1/1.0/conf": ("core", "global-styles", "collection-styles"),
    "cql2/1.0/conf": (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "accent-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "basic-spatial-operators",  # what drafts called basic-spatial-functions; QGIS looks for it
        "spatial-functions",
        "temporal-functions",
        "array-functions",
        "property-property",
        "arithmetic",
    ),
}
CLASSES = tuple(f"{_SPEC}/{spec}/{name}" for spec, names in _CLASSES.items() for name in names)
"""URIs of the conformance classes; each has a test that is named after it."""


@router.get(
    "/conformance",
    summary="What the service keeps to",
    response_class=Response,
    responses=responses(DOCUMENT),
)
async def conformance(request: Request, query: Annotated[FormQuery, Query()]) -> Response:
    """The conformance classes of the standards."""
    form = form_of(request, query.f)
    document = {"conformsTo": list(CLASSES), "links": representations(request, form)}
    return answer(request, form, document, "conformance")


@router.get("/openapi.json", summary="The API, described", include_in_schema=False)
async def openapi(
    request: Request, viewer: Viewing, _none: Annotated[NoParameters, Query()]
) -> JSONResponse:
    """In OpenAPI 3.1, as much of it as the viewer may ask for."""
    return JSONResponse(described.described(request.app, viewer.kind))


@router.get("/api", summary="The API, described in OpenAPI 3.0", include_in_schema=False)
async def api(
    request: Request, viewer: Viewing, _none: Annotated[NoParameters, Query()]
) -> JSONResponse:
    """As /openapi.json, in the version that OGC's standards ask for."""
    made = described.in_30(request.app, viewer.kind)
    servers = [{"url": str(request.base_url).rstrip("/")}]
    return JSONResponse({**made, "servers": servers}, media_type=openapi30.MEDIA_TYPE)
