"""What stands in a picture of a tile: the rows that its vector tile is made of, before encoding."""

from collections.abc import Iterable

from layers import tiles
from layers.crs import STORED_SRID
from layers.drawing import BUFFER, EXTENT
from layers.items import Selection
from layers.layer import Layer
from layers.pictures import scales
from layers.pictures.scales import NAME_MARGIN, POINT_MARGIN
from layers.statement import Statement, bind
from layers.tiles import Place

DEEPEST = 19
"""The last zoom of pictures: programs enlarge what lies below, and do not make it sharper."""
MOST = 20_000
"""Shapes and names of one picture."""

_FINEST = EXTENT // scales.SIDE
"""Units of a pixel: of points of one colour in one pixel only the first is drawn."""


def rows(layers: Iterable[Layer], place: Place, chosen: Selection) -> Statement:
    """(layer, kind, id, value, name, shape), one more than :data:`MOST` where there are more.

    ``kind`` is area, line, point or name; ``value`` the property of the classes as text; ``shape``
    WKB in units of the tile. Points and names come from beyond the tile's edge too, as far as they
    reach into it.
    """
    parts = [part for layer in layers for part in _parts(layer, place, chosen)]
    if not parts:
        raise ValueError("no layer is drawn in this tile: leave it empty")
    sql = f"{' UNION ALL '.join(parts)} LIMIT :most"
    return bind(sql, {**tiles.values(place, chosen), "most": MOST + 1})


def _parts(layer: Layer, place: Place, chosen: Selection) -> list[str]:
    layer = layer.on(chosen.as_of, chosen.since)
    style, zoom, grid = layer.style, scales.zoom(place), place.grid
    drawn = tiles.drawn_of(layer, chosen.cql)
    made = []
    pointed = style.points_below is not None and zoom < style.points_below
    if not pointed:
        if style.opacity or not layer.lines:
            shapes = tiles.outline_rows(drawn, style.named, grid)
            made.append(_selected(layer, "area", _bounds(place, BUFFER), shapes))
        if layer.lines:
            borders = tiles.line_rows(drawn, grid)
            made.append(_selected(layer, "line", _bounds(place, BUFFER), borders))
    if pointed:
        points = tiles.label_rows(drawn, style.named, grid, POINT_MARGIN)
        made.append(_selected(layer, "point", _bounds(place, POINT_MARGIN), points))
    if style.label is not None and style.label_from <= zoom < style.label_until:
        named = tiles.label_rows(drawn, style.named, grid, NAME_MARGIN)
        made.append(_selected(layer, "name", _bounds(place, NAME_MARGIN), named))
    return made


def _bounds(place: Place, margin: int) -> str:
    grown = place.grid.envelope(margin / EXTENT)
    return f"""
        SELECT {place.grid.envelope()} AS tile, {grown} AS held,
               ST_Transform({grown}, {STORED_SRID}) AS box"""


def _selected(layer: Layer, kind: str, bounds: str, found: str) -> str:
    style = layer.style
    known = kind != "line"
    number = "t.id" if known else "NULL::bigint"
    value = f"t.{style.by}::text" if known and style.by else "NULL::text"
    name = f"t.{style.label}::text" if kind == "name" else "NULL::text"
    once, order = "", ""
    if kind == "point":
        pixel = f"ST_SnapToGrid(t.geom, {_FINEST})"
        once, order = f"DISTINCT ON ({value}, {pixel})", f"ORDER BY {value}, {pixel}, t.id"
    return f"""(
        WITH bounds AS ({bounds})
        SELECT {once} '{layer.id}' AS layer, '{kind}' AS kind, {number} AS id, {value} AS value,
               {name} AS name, ST_AsBinary(t.geom) AS shape
        FROM ({found}) AS t
        WHERE t.geom IS NOT NULL {order})"""
