"""What a set of tiles holds and where it is: OGC's metadata, and TileJSON for web maps."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, Literal

from fastapi import Path, Request
from pydantic import Field

from api.database import Seen
from api.errors import Problem
from api.links import REL, absolute, link
from api.numbers import IN_DIGITS
from api.parameters import Strict
from layers import grids, items
from layers.cql import Queryable
from layers.grids import GRIDS, Grid
from layers.layer import Layer
from layers.registry import LAYERS
from layers.styles import maplibre
from layers.tiles import Place
from layers.vector_layers import fields, vector_layers

type Box = tuple[float, float, float, float]

MVT = "application/vnd.mapbox-vector-tile"
JSON = "application/json"
TILEJSON = "3.0.0"
MERCATOR = 3857
WORLD: Box = (-180.0, -85.051129, 180.0, 85.051129)

DRAWN = {name: layer for name, layer in LAYERS.items() if layer.geometry != "none"}
"""The layers that have a place on the map."""
MAP_LAYERS = ("districts", "streets", "compounds")
"""What the web map opens with, from below."""

Matrix = Annotated[int, Path(ge=0, le=grids.DEEPEST, description="Tile matrix (zoom)"), IN_DIGITS]
Number = Annotated[int, Path(ge=0, lt=2 << grids.DEEPEST), IN_DIGITS]
type Handler = Callable[..., Coroutine[Any, Any, Any]]


class TilesetQuery(Strict):
    """Which description of a tileset."""

    f: Literal["json", "tilejson"] = Field(default="json", description="OGC's, or TileJSON 3.0")
    collections: str | None = Field(
        default=None, max_length=500, description="Layers of a common tileset, comma-separated"
    )


def chosen(said: str | None, kind: str) -> list[Layer]:
    """The layers of a tile that names several; all that the kind of scope sees unless named."""
    if said is None:
        return [layer.seen_by(kind) for layer in DRAWN.values() if layer.readable_by(kind)]
    names = [word.strip() for word in said.split(",")]
    for name in names:
        if name not in DRAWN or not DRAWN[name].readable_by(kind):
            offered = ", ".join(n for n, one in DRAWN.items() if one.readable_by(kind))
            raise Problem(
                400,
                f"collections: there is no {name!r}; there are {offered}",
                parameter="collections",
            )
    return [DRAWN[name].seen_by(kind) for name in dict.fromkeys(names)]


def common_queryables(layers: Sequence[Layer]) -> tuple[Queryable, ...]:
    """What a filter over all of the layers may name."""
    first, *others = (layer.queryables for layer in layers)
    return tuple(one for one in first if all(one in other for other in others))


async def extent(database: Seen, layers: Sequence[Layer]) -> Box:
    """The box of the layers in CRS84; the world where they are empty."""
    boxes = []
    for layer in layers:
        found = await database.row(items.overview(layer))
        if found is not None and found["west"] is not None:
            boxes.append((found["west"], found["south"], found["east"], found["north"]))
    if not boxes:
        return WORLD
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return (min(wests), min(souths), max(easts), max(norths))


def listed(request: Request, base: str, kind: Literal["vector", "map"]) -> dict[str, Any]:
    """The tilesets below a path, one for each grid."""
    here = absolute(request, base)
    return {
        "tilesets": [
            {
                "title": grid.id,
                "dataType": kind,
                "crs": crs(grid),
                "tileMatrixSetURI": uri(grid),
                "links": [link(f"{here}/{grid.id}", "self", JSON, grid.id), scheme(request, grid)],
            }
            for grid in GRIDS.values()
        ],
        "links": [link(here, "self", JSON, "This document")],
    }


def metadata(request: Request, layers: Sequence[Layer], grid: Grid, box: Box) -> dict[str, Any]:
    """A tileset as OGC API Tiles describes it (OGC 20-057, 17-083r4)."""
    here = absolute(request, request.url.path)
    first, last = zooms(layers, grid)
    return {
        "title": " · ".join(layer.title for layer in layers),
        "dataType": "vector",
        "crs": crs(grid),
        "tileMatrixSetURI": uri(grid),
        "boundingBox": {"lowerLeft": box[:2], "upperRight": box[2:], "crs": crs84()},
        "tileMatrixSetLimits": limits(grid, first, last),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title,
                "description": layer.description,
                "dataType": "vector",
                "minTileMatrix": str(max(layer.min_zoom - grid.shift, 0)),
                "maxTileMatrix": str(layer.max_zoom - grid.shift),
                "propertiesSchema": {"type": "object", "properties": fields(layer)},
            }
            for layer in layers
        ],
        "links": [
            link(here, "self", JSON, "This document"),
            scheme(request, grid),
            *tilejson_link(here, grid),
            *(
                link(
                    absolute(request, f"/collections/{layer.id}/styles/{layer.id}?f=mapbox"),
                    "stylesheet",
                    maplibre.MEDIA_TYPE,
                    layer.title,
                )
                for layer in layers
            ),
            {
                **link(template(here), "item", MVT, "Tiles"),
                "templated": True,
            },
        ],
        "centerPoint": {"coordinates": center(box), "crs": crs84(), "tileMatrix": str(first)},
    }


def tilejson(request: Request, layers: Sequence[Layer], grid: Grid, box: Box) -> dict[str, Any]:
    """A tileset in TileJSON 3.0, whose x is the column and y the row."""
    must_be_mercator(grid)
    first, last = zooms(layers, grid)
    address = template(absolute(request, request.url.path), "{z}", "{y}", "{x}")
    sent = request.query_params.get("collections")
    return {
        "tilejson": TILEJSON,
        "name": " · ".join(layer.title for layer in layers),
        "tiles": [f"{address}?collections={sent}" if sent else address],
        "minzoom": first,
        "maxzoom": last,
        "bounds": list(box),
        "center": [*center(box), first],
        "vector_layers": [part for layer in layers for part in vector_layers(layer)],
    }


def zooms(layers: Sequence[Layer], grid: Grid) -> tuple[int, int]:
    """The first and last matrix of a grid that any of the layers is drawn in."""
    first = min(layer.min_zoom for layer in layers) - grid.shift
    return max(first, 0), max(layer.max_zoom for layer in layers) - grid.shift


def limits(grid: Grid, first: int, last: int) -> list[dict[str, Any]]:
    """The matrices in which there are tiles, each whole (OGC 17-083r4, 7.1).

    Where nothing lies is told by ``boundingBox``: a tile outside of limits must be refused (OGC
    20-057, /req/core/tc-error), and for that the extent would have to be asked for with each tile.
    """
    return [
        {
            "tileMatrix": str(z),
            "minTileRow": 0,
            "maxTileRow": (grid.rows << z) - 1,
            "minTileCol": 0,
            "maxTileCol": (grid.columns << z) - 1,
        }
        for z in range(first, last + 1)
    ]


def drawn_at(layers: Sequence[Layer], place: Place) -> list[Layer]:
    """The layers that are drawn in the matrix of a tile; Problem 404 where none is."""
    there = [one for one in layers if one.min_zoom <= place.level <= one.max_zoom]
    if not there:
        first, last = zooms(layers, place.grid)
        named = ", ".join(layer.id for layer in layers)
        raise Problem(404, f"{named}: tiles are drawn in the matrices {first} to {last}")
    return there


def template(here: str, z: str = "{tileMatrix}", y: str = "{tileRow}", x: str = "{tileCol}") -> str:
    """The address of any tile of a set."""
    return f"{here}/{z}/{y}/{x}"


def tilejson_link(here: str, grid: Grid) -> list[dict[str, str]]:
    """The link to the TileJSON of a set, where its grid has one."""
    there = grid.srid == MERCATOR
    return [link(f"{here}?f=tilejson", "alternate", JSON, "TileJSON")] if there else []


def must_be_mercator(grid: Grid) -> None:
    """Problem 400 for a grid that TileJSON does not know."""
    if grid.srid != MERCATOR:
        raise Problem(400, f"TileJSON knows web mercator only, not {grid.id}", parameter="f")


def place(grid: Grid, z: int, row: int, col: int) -> Place:
    """A tile that there is; Problem 404 for others."""
    if not grid.holds(z, row, col):
        raise Problem(
            404,
            f"{grid.id} has no tile {z}/{row}/{col}: matrix {z} has {grid.rows << z} rows and "
            f"{grid.columns << z} columns",
        )
    return Place(grid, z, row, col)


def center(box: Box) -> list[float]:
    """The middle of a box."""
    return [round((box[0] + box[2]) / 2, 6), round((box[1] + box[3]) / 2, 6)]


def base(layer: Layer | None) -> str:
    """The path of the tilesets of a collection, or of all layers at once."""
    return f"/collections/{layer.id}/tiles" if layer else "/tiles"


def operation(
    layer: Layer | None, kind: Literal["vector", "map"], name: str, grid: Grid | None = None
) -> str:
    """The operationId of a resource of tiles, whose end the standard gives (OGC 20-057, 15.2)."""
    begun = [layer.id if layer else "all", *([grid.id] if grid else [])]
    return ".".join([*begun, "collection" if layer else "dataset", kind, name])


def scheme(request: Request, grid: Grid) -> dict[str, str]:
    """The link to what a grid is."""
    here = absolute(request, f"/tileMatrixSets/{grid.id}")
    return link(here, f"{REL}/tiling-scheme", JSON, grid.id)


def uri(grid: Grid) -> str:
    """The name of a grid in OGC's register."""
    return f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{grid.id}"


def crs(grid: Grid) -> str:
    """The reference system that a grid is cut in."""
    mercator = grid.srid == MERCATOR
    return f"http://www.opengis.net/def/crs/EPSG/0/{MERCATOR}" if mercator else crs84()


def crs84() -> str:
    """Longitude and latitude in WGS 84."""
    return "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
