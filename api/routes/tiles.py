"""Vector tiles of every collection (OGC API Tiles), in WebMercatorQuad: matrix, row, column."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.database import Asked
from api.errors import Problem
from api.etags import answer
from api.parameters import NoParameters
from geo.dates import today
from layers import tiles
from layers.layer import Layer
from layers.registry import LAYERS

MVT = "application/vnd.mapbox-vector-tile"

router = APIRouter(tags=["tiles"])

Zoom = Annotated[int, Path(ge=0, le=22, description="Tile matrix (zoom)")]
Place = Annotated[int, Path(ge=0, lt=2**22)]


def _tile(layer: Layer) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def tile(
        request: Request,
        database: Asked,
        z: Zoom,
        row: Place,
        col: Place,
        _none: Annotated[NoParameters, Query()],
    ) -> Response:
        if max(row, col) >= 2**z or not layer.min_zoom <= z <= layer.max_zoom:
            raise Problem(
                404,
                f"{layer.id} has no tile {z}/{row}/{col}: zooms {layer.min_zoom} to "
                f"{layer.max_zoom}, rows and columns below 2 to the power of the zoom",
            )
        seen = layer.seen_by(database.viewer.kind)
        body = await database.value(tiles.tile(seen, z=z, row=row, col=col, as_of=today()))
        if not body:
            return Response(status_code=204, headers={"Cache-Control": "no-cache"})
        return answer(request, body, MVT)

    return tile


for _layer in LAYERS.values():
    router.add_api_route(
        f"/collections/{_layer.id}/tiles/WebMercatorQuad/{{z}}/{{row}}/{{col}}",
        _tile(_layer),
        summary=f"{_layer.title_en}: a vector tile",
        response_class=Response,
        responses={200: {"content": {MVT: {}}}, 204: {"description": "Nothing lies here"}},
    )
