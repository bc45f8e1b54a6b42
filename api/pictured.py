"""Pictures of tiles: what everybody may see of the public layers, whoever asks."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import anyio
from anyio import to_thread
from fastapi import Request, Response
from pydantic import Field

from access.roles import PUBLIC
from api import tilesets
from api.admission import admit
from api.answers import Cover
from api.cache import COVER, SHARED
from api.database import Seen
from api.errors import Problem, calculated
from api.etags import answer
from api.links import absolute, link
from api.parameters import ChosenQuery, Strict
from api.tilesets import JSON, Box
from layers import pictures
from layers.grids import Grid
from layers.items import Selection
from layers.layer import Layer
from layers.pictures import Canvas, TooManyError, scales
from layers.tiles import Place

PNG = "image/png"
# 3.0 asks for the layers of vector tiles, which pictures have none of.
_TILEJSON = "2.2.0"

PICTURED = {
    name: layer.seen_by(PUBLIC)
    for name, layer in tilesets.DRAWN.items()
    if layer.readable_by(PUBLIC)
}
"""The layers that are drawn, as the public sees them."""
WHOLE = tuple(PICTURED[name] for name in tilesets.MAP_LAYERS)
"""The layers of the whole map, from below."""

DRAWING = anyio.CapacityLimiter(2)
"""Pictures that are drawn at a time in a process; others wait their turn."""
WAITING = 64
"""How many may wait for it; one more is answered 429 at once."""


class PictureQuery(ChosenQuery):
    """What is drawn, and how dense."""

    scale: int = Field(
        default=1, ge=1, le=2, description="Pixels for one of a plain screen: 2 for dense ones"
    )


class PicturesetQuery(Strict):
    """Which description of a set of pictures."""

    f: Literal["json", "tilejson"] = Field(default="json", description="OGC's, or TileJSON 2.2")


def place(grid: Grid, z: int, row: int, col: int) -> Place:
    """A tile that there is, no deeper than pictures go."""
    last = pictures.DEEPEST - grid.shift
    if z > last:
        raise Problem(404, f"pictures of {grid.id} are drawn in the matrices 0 to {last}, not {z}")
    return tilesets.place(grid, z, row, col)


async def picture(
    request: Request,
    database: Seen,
    layers: Sequence[Layer],
    where: Place,
    query: PictureQuery,
) -> Response:
    """The picture of a tile; transparent where nothing lies, or nothing yet at its zoom."""
    shown = [layer for layer in layers if layer.min_zoom <= where.level]
    chosen = query.chosen(tilesets.common_queryables(shown or layers))
    body = await _drawn(database, shown, where, chosen, query.scale)
    cache = "no-cache"
    if COVER in request.scope:
        cache = SHARED
        names = frozenset(layer.id for layer in shown)
        request.scope[COVER].append(Cover(names, where.reaching(scales.REACH)))
    return answer(request, body, PNG, cache)


async def _drawn(
    database: Seen, layers: Sequence[Layer], where: Place, chosen: Selection, scale: int
) -> bytes:
    if not layers:
        return pictures.EMPTY[scale]
    with calculated():
        found = await database.rows(pictures.rows(layers, where, chosen))
    if not found:
        return pictures.EMPTY[scale]
    canvas = Canvas(scales.zoom(where), scale)
    admit(DRAWING, WAITING, "pictures")
    try:
        return await to_thread.run_sync(
            partial(pictures.drawn, layers, [tuple(row) for row in found], canvas), limiter=DRAWING
        )
    except TooManyError as error:
        raise Problem(
            422, f"this tile holds {error}: ask for a deeper matrix, or narrow it with filter"
        ) from None


def metadata(request: Request, layers: Sequence[Layer], grid: Grid, box: Box) -> dict[str, Any]:
    """A set of pictures as OGC API Tiles describes it (OGC 20-057, 17-083r4)."""
    here = absolute(request, request.url.path)
    return {
        "title": " · ".join(layer.title for layer in layers),
        "dataType": "map",
        "crs": tilesets.crs(grid),
        "tileMatrixSetURI": tilesets.uri(grid),
        "boundingBox": {
            "lowerLeft": box[:2],
            "upperRight": box[2:],
            "crs": tilesets.crs84(),
        },
        "tileMatrixSetLimits": tilesets.limits(grid, 0, pictures.DEEPEST - grid.shift),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title,
                "description": layer.description,
                "dataType": "map",
                "minTileMatrix": str(max(layer.min_zoom - grid.shift, 0)),
                "maxTileMatrix": str(pictures.DEEPEST - grid.shift),
            }
            for layer in layers
        ],
        "links": [
            link(here, "self", JSON, "This document"),
            tilesets.scheme(request, grid),
            *tilesets.tilejson_link(here, grid),
            {**link(tilesets.template(here), "item", PNG, "Tiles"), "templated": True},
        ],
    }


def tilejson(request: Request, layers: Sequence[Layer], grid: Grid, box: Box) -> dict[str, Any]:
    """A set of pictures in TileJSON 2.2, whose x is the column and y the row."""
    tilesets.must_be_mercator(grid)
    first = min(layer.min_zoom for layer in layers)
    here = absolute(request, request.url.path)
    return {
        "tilejson": _TILEJSON,
        "name": " · ".join(layer.title for layer in layers),
        "scheme": "xyz",
        "tiles": [tilesets.template(here, "{z}", "{y}", "{x}")],
        "minzoom": first,
        "maxzoom": pictures.DEEPEST,
        "bounds": list(box),
        "center": [*tilesets.center(box), first],
    }


def base(layer: Layer | None) -> str:
    """The path of the pictures of a collection, or of the whole map."""
    return f"/collections/{layer.id}/map/tiles" if layer else "/map/tiles"
