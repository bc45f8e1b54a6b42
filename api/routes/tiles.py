"""Vector tiles of each collection and of several at once (OGC API Tiles, part 1)."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from access.roles import PUBLIC
from api import tilesets
from api.answers import Cover
from api.cache import COVER, SHARED
from api.database import Asked, Seen
from api.errors import calculated
from api.etags import answer
from api.links import absolute, link
from api.parameters import ChosenQuery, NoParameters, TilesQuery
from api.readings import counted, counted_if_scoped
from api.tilesets import Handler, Matrix, Number
from api.under import Under
from geo.dates import today
from layers import grids, tiles
from layers.grids import GRIDS, Grid
from layers.items import Selection
from layers.layer import Layer
from layers.registry import LAYERS
from layers.tiles import Place

MVT = "application/vnd.mapbox-vector-tile"
JSON = "application/json"

router = APIRouter(tags=["tiles"])


@router.get(
    "/tileMatrixSets",
    summary="The grids that tiles are cut in",
    operation_id="any.getTileMatrixSetsList",
)
async def matrix_sets(request: Request, _none: Annotated[NoParameters, Query()]) -> dict[str, Any]:
    """By id and link."""
    here = absolute(request, "/tileMatrixSets")
    return {
        "tileMatrixSets": [
            {
                "id": grid.id,
                "title": grids.definition(grid)["title"],
                "uri": grids.definition(grid)["uri"],
                "links": [link(f"{here}/{grid.id}", "self", JSON, grid.id)],
            }
            for grid in GRIDS.values()
        ]
    }


def _matrix_set(grid: Grid) -> Handler:
    async def matrix_set(_none: Annotated[NoParameters, Query()]) -> JSONResponse:
        return JSONResponse(grids.definition(grid))

    return matrix_set


def _tile(layer: Layer, grid: Grid) -> Handler:
    async def tile(
        request: Request,
        database: Asked,
        z: Matrix,
        row: Number,
        col: Number,
        query: Annotated[ChosenQuery, Query()],
    ) -> Response:
        place = tilesets.place(grid, z, row, col)
        there = tilesets.drawn_at([database.layer(layer)], place)
        return await drawn(request, database, there, place, query)

    return tile


def _tiles(grid: Grid) -> Handler:
    async def several(
        request: Request,
        database: Asked,
        z: Matrix,
        row: Number,
        col: Number,
        query: Annotated[TilesQuery, Query()],
    ) -> Response:
        place = tilesets.place(grid, z, row, col)
        chosen = tilesets.chosen(query.collections, database.viewer.kind)
        there = tilesets.drawn_at(chosen, place)
        return await drawn(request, database, there, place, query)

    return several


async def drawn(
    request: Request,
    database: Seen,
    layers: Sequence[Layer],
    place: Place,
    query: ChosenQuery | None = None,
) -> Response:
    """A tile of some layers; without a query of today, and all that is in it."""
    chosen = Selection(today())
    if query is not None:
        chosen = query.chosen(tilesets.common_queryables(layers))
    with calculated():
        body = await database.value(tiles.tile(layers, place, chosen))
    cache = "no-cache"
    if COVER in request.scope and database.viewer.kind == PUBLIC:
        cache = SHARED
        names = frozenset(layer.id for layer in layers)
        request.scope[COVER].append(Cover(names, place.box))
    if not body:
        return Response(status_code=204, headers={"Cache-Control": cache})
    return answer(request, body, MVT, cache)


def _tilesets(layer: Layer | None) -> Handler:
    async def listed(
        request: Request, database: Asked, _none: Annotated[NoParameters, Query()]
    ) -> dict[str, Any]:
        return tilesets.listed(request, tilesets.base(layer and database.layer(layer)), "vector")

    return listed


def _tileset(layer: Layer | None, grid: Grid) -> Handler:
    async def metadata(
        request: Request, database: Asked, query: Annotated[tilesets.TilesetQuery, Query()]
    ) -> JSONResponse:
        kind = database.viewer.kind
        layers = [database.layer(layer)] if layer else tilesets.chosen(query.collections, kind)
        box = await tilesets.extent(database, layers)
        make = tilesets.tilejson if query.f == "tilejson" else tilesets.metadata
        return JSONResponse(make(request, layers, grid, box))

    return metadata


def _register(layer: Layer | None) -> None:
    """The tilesets of a collection, or of all at once, in each grid."""
    named = layer.title_en if layer else "Several layers"
    base = tilesets.base(layer)
    under = Under(base)
    operation = partial(tilesets.operation, layer, "vector")
    under.add_api_route(
        base,
        _tilesets(layer),
        summary=f"{named}: tilesets",
        operation_id=operation("getTileSetsList"),
    )
    for grid in GRIDS.values():
        path = f"{base}/{grid.id}"
        under.add_api_route(
            path,
            _tileset(layer, grid),
            summary=f"{named}: {grid.id}",
            operation_id=operation("getTileSet", grid),
        )
        under.add_api_route(
            f"{path}/{{z}}/{{row}}/{{col}}",
            _tile(layer, grid) if layer else _tiles(grid),
            summary=f"{named}: a vector tile of {grid.id}",
            operation_id=operation("getTile", grid),
            response_class=Response,
            dependencies=counted_if_scoped(layer, "tile") if layer else [counted("tiles", "tile")],
            responses={200: {"content": {MVT: {}}}, 204: {"description": "Nothing lies here"}},
        )
    router.include_router(under)


for _grid in GRIDS.values():
    router.add_api_route(
        f"/tileMatrixSets/{_grid.id}",
        _matrix_set(_grid),
        summary=f"The grid {_grid.id}",
        operation_id=f"{_grid.id}.getTileMatrixSet",
    )
_register(None)
for _layer in LAYERS.values():
    if _layer.geometry != "none":
        _register(_layer)
