"""Tiles as pictures, of each public collection and of the whole map (OGC API Tiles, part 1)."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api import pictured, tilesets
from api.database import AskedPublicly
from api.parameters import NoParameters
from api.pictured import PICTURED, PNG, WHOLE, PictureQuery, PicturesetQuery
from api.tilesets import Handler, Matrix, Number
from api.under import Under
from layers.grids import GRIDS, Grid
from layers.layer import Layer

router = APIRouter(tags=["tiles"])


def _picture(layers: tuple[Layer, ...], grid: Grid) -> Handler:
    async def picture(
        request: Request,
        database: AskedPublicly,
        z: Matrix,
        row: Number,
        col: Number,
        query: Annotated[PictureQuery, Query()],
    ) -> Response:
        place = pictured.place(grid, z, row, col)
        return await pictured.picture(request, database, layers, place, query)

    return picture


def _sets(layer: Layer | None) -> Handler:
    async def listed(request: Request, _none: Annotated[NoParameters, Query()]) -> dict[str, Any]:
        return tilesets.listed(request, pictured.base(layer), "map")

    return listed


def _set(layers: tuple[Layer, ...], grid: Grid) -> Handler:
    async def metadata(
        request: Request, database: AskedPublicly, query: Annotated[PicturesetQuery, Query()]
    ) -> JSONResponse:
        box = await tilesets.extent(database, layers)
        make = pictured.tilejson if query.f == "tilejson" else pictured.metadata
        return JSONResponse(make(request, layers, grid, box))

    return metadata


def _register(layer: Layer | None, layers: tuple[Layer, ...]) -> None:
    named = layer.title_en if layer else "The whole map"
    base = pictured.base(layer)
    under = Under(base)
    operation = partial(tilesets.operation, layer, "map")
    under.add_api_route(
        base,
        _sets(layer),
        summary=f"{named}: sets of pictures",
        operation_id=operation("getTileSetsList"),
    )
    for grid in GRIDS.values():
        path = f"{base}/{grid.id}"
        under.add_api_route(
            path,
            _set(layers, grid),
            summary=f"{named}: pictures in {grid.id}",
            operation_id=operation("getTileSet", grid),
        )
        under.add_api_route(
            f"{path}/{{z}}/{{row}}/{{col}}",
            _picture(layers, grid),
            summary=f"{named}: a picture of a tile of {grid.id}",
            operation_id=operation("getTile", grid),
            response_class=Response,
            responses={200: {"content": {PNG: {}}}},
        )
    router.include_router(under)


_register(None, WHOLE)
for _layer in PICTURED.values():
    _register(_layer, (_layer,))
