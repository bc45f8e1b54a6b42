"""Vector tiles of layers: outlines, and one label point per feature (MVT 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from geo.dates import today
from layers import drawing
from layers.cql import Compiled
from layers.crs import STORED_SRID, Box
from layers.drawing import BUFFER, EXTENT, Drawing, Drawn
from layers.grids import WEB_MERCATOR, Grid
from layers.items import Selection
from layers.layer import Layer
from layers.statement import Statement, bind


@dataclass(frozen=True)
class Place:
    """A tile of a grid: matrix, row, column."""

    grid: Grid
    z: int
    row: int
    col: int

    @property
    def box(self) -> Box:
        """What is drawn in it, and more than that, in WGS 84."""
        return self.reaching(BUFFER / EXTENT)

    def reaching(self, beyond: float) -> Box:
        """All that lies in it or beyond its edge by some part of its side, in WGS 84."""
        return self.grid.box(self.z, self.row, self.col, 2 * beyond)

    @property
    def level(self) -> int:
        """The zoom of web maps that draws about as large."""
        return self.z + self.grid.shift


def tile(layers: Iterable[Layer], place: Place, chosen: Selection) -> Statement:
    """One tile as bytes, empty where nothing lies, with the layers after each other.

    The outlines are left out below a layer's ``outline_min_zoom``; points have no labels. A label
    is in the one tile that holds its point (west and north edge included), never repeated at a
    seam. A filter in CQL2 must be one over each of the layers.
    """
    asked = tuple(layers)
    if chosen.cql is None:
        sql = _plain(asked, place.grid, place.level, chosen.as_of, chosen.since, today())
    else:
        sql = _sql(asked, place.grid, place.level, chosen)
    return bind(sql, values(place, chosen))


@lru_cache(1024)
def _plain(
    layers: tuple[Layer, ...],
    grid: Grid,
    level: int,
    as_of: date,
    since: date | None,
    _today: date,
) -> str:
    """The query without a filter: what it says depends on whether ``as_of`` is today."""
    return _sql(layers, grid, level, Selection(as_of, since=since))


def _sql(layers: Iterable[Layer], grid: Grid, level: int, chosen: Selection) -> str:
    parts = [part for layer in layers for part in _parts(layer, grid, level, chosen)]
    grown = grid.envelope(BUFFER / EXTENT)
    return f"""
        WITH bounds AS (
            SELECT {grid.envelope()} AS tile, {grid.envelope()} AS held,
                   {grown} AS near, ST_Transform({grown}, {STORED_SRID}) AS box
        )
        SELECT {" || ".join(parts)} AS mvt"""


def values(place: Place, chosen: Selection) -> dict[str, Any]:
    """What the queries of a tile name."""
    named = {} if chosen.cql is None else chosen.cql.values
    where = {"level": place.level, "zoom": place.level, "col": place.col, "row": place.row}
    moved = drawing.place(place.level, place.row, place.col)
    _west, south, _east, north = place.reaching(0)
    celled = drawing.cells(place.level, south, north)
    days = {"as_of": chosen.as_of, "since": chosen.since}
    return {**named, **where, **moved, **celled, **days, "many": drawing.MANY}


def _parts(layer: Layer, grid: Grid, level: int, chosen: Selection) -> list[str]:
    layer = layer.on(chosen.as_of, chosen.since)
    narrow = None if layer.drawing is None else _drawn(layer, layer.drawing, chosen)
    if narrow is not None and grid is WEB_MERCATOR:
        labels = narrow.labels(level)
        return [narrow.outlines(level), labels] if level >= layer.outline_min_zoom else [labels]
    drawn = drawn_of(layer, chosen.cql)
    attributes = layer.drawn_attributes
    flat = layer.flat and grid is WEB_MERCATOR
    outlines = _encoded(layer.id, (flat_rows if flat else outline_rows)(drawn, attributes, grid))
    if layer.geometry == "point":
        return [outlines]
    labels = _encoded(f"{layer.id}_label", label_rows(drawn, attributes, grid))
    parts = [labels if narrow is None else narrow.labels_in_degrees(level, labels)]
    if level >= layer.outline_min_zoom:
        parts.insert(0, outlines)
    if layer.lines:
        lines = flat_line_rows(drawn, grid) if flat else line_rows(drawn, grid)
        parts.append(_encoded(f"{layer.id}_line", lines, named=False))
    return parts


def _encoded(name: str, rows: str, *, named: bool = True) -> str:
    number = ", 'id'" if named else ""
    return f"""(
        SELECT COALESCE(ST_AsMVT(t, '{name}', {EXTENT}, 'geom'{number}), '')
        FROM ({rows}) AS t
        WHERE t.geom IS NOT NULL)"""


def _drawn(layer: Layer, tables: Drawing, chosen: Selection) -> Drawn:
    return Drawn(
        layer.id,
        tables,
        layer.drawn_attributes,
        today=chosen.as_of == today(),
        scoped=not layer.scoped.isdisjoint(layer.drawn_attributes),
        where=None if chosen.cql is None else _taken(layer, chosen.cql),
    )


def drawn_of(layer: Layer, cql: Compiled | None) -> str:
    """What is drawn, of the features that a filter over all properties takes."""
    if cql is None:
        return layer.drawn
    return f"SELECT d.* FROM ({layer.drawn}) AS d WHERE d.id = ANY({_taken(layer, cql)})"


def _taken(layer: Layer, cql: Compiled) -> str:
    """Numbers of the features near the tile that a filter takes, as an array: looked for once.

    How many a tile holds is not known beforehand; a semi-join would look for them for each feature.
    """
    return f"""ARRAY(
        SELECT f.id FROM ({layer.features}) AS f
        WHERE f.geom && (SELECT box FROM bounds) AND ({cql.sql}))"""


def _projected(geometry: str, grid: Grid) -> str:
    return geometry if grid.srid == STORED_SRID else f"ST_Transform({geometry}, {grid.srid})"


def _named(table: str, attributes: Iterable[str]) -> str:
    return "".join(f", {table}.{name}" for name in attributes)


def outline_rows(drawn: str, attributes: Iterable[str], grid: Grid) -> str:
    """The shapes in the tile's units: id, attributes, geom, which is null beside the tile."""
    shape = _projected("f.geom", grid)
    return f"""
        SELECT f.id{_named("f", attributes)},
               ST_AsMVTGeom({shape}, b.tile, {EXTENT}, {BUFFER}) AS geom
        FROM bounds AS b
        JOIN ({drawn}) AS f ON f.reach && b.box"""


def line_rows(drawn: str, grid: Grid) -> str:
    """Borders, each once: the dashes of two neighbours would fill each other's gaps."""
    return f"""
        SELECT ST_AsMVTGeom({_projected("l.geom", grid)}, b.tile, {EXTENT}, {BUFFER}) AS geom
        FROM bounds AS b
        CROSS JOIN LATERAL (
            SELECT ST_LineMerge(ST_UnaryUnion(ST_Collect(ST_Boundary(f.geom)))) AS geom
            FROM ({drawn}) AS f
            WHERE f.reach && b.box
        ) AS l"""


def flat_rows(drawn: str, attributes: Iterable[str], grid: Grid) -> str:
    """As :func:`outline_rows`; what lies wholly in the tile is only moved to its units."""
    named = list(attributes)
    return f"""
        SELECT s.id{_named("s", named)},
               CASE WHEN NOT s.whole OR ST_Area(s.shape) > 0 THEN s.shape END AS geom
        FROM (
            SELECT f.id{_named("f", named)}, COALESCE(f.flat @ b.tile, false) AS whole,
                   {_in_tile("f.flat", f"COALESCE(f.flat, {_projected('f.geom', grid)})")} AS shape
            FROM bounds AS b
            JOIN ({drawn}) AS f ON f.reach && b.box
            OFFSET 0 -- else the shape would be made anew for each time it is named
        ) AS s"""


def flat_line_rows(drawn: str, grid: Grid) -> str:
    """As :func:`line_rows`: borders as they were told apart beforehand, where they were."""
    apart = f"SELECT f.* FROM ({drawn}) AS f WHERE f.flat_line IS NULL"
    return f"""
        SELECT CASE WHEN ST_IsEmpty(s.shape) THEN NULL ELSE s.shape END AS geom
        FROM (
            SELECT {_in_tile("f.flat_line", "f.flat_line")} AS shape
            FROM bounds AS b
            JOIN ({drawn}) AS f ON f.reach && b.box AND f.flat_line IS NOT NULL
            OFFSET 0
        ) AS s
        UNION ALL {line_rows(apart, grid)}"""


def _in_tile(flat: str, else_clipped: str) -> str:
    return f"""CASE WHEN {flat} @ b.tile THEN {drawing.moved(flat)}
                        ELSE ST_AsMVTGeom({else_clipped}, b.tile, {EXTENT}, {BUFFER}) END"""


def label_rows(drawn: str, attributes: Iterable[str], grid: Grid, buffer: int = BUFFER) -> str:
    """The label points that ``held`` holds, as :func:`outline_rows` has the shapes."""
    named = list(attributes)
    return f"""
        SELECT l.id{_named("l", named)},
               ST_AsMVTGeom(l.place, b.tile, {EXTENT}, {buffer}) AS geom
        FROM bounds AS b
        JOIN (
            SELECT f.*, {_projected("f.label_point", grid)} AS place
            FROM bounds AS b
            JOIN ({drawn}) AS f ON f.label_point && b.box
            OFFSET 0 -- else the place would be projected anew for each time it is named
        ) AS l ON ST_X(l.place) >= ST_XMin(b.held) AND ST_X(l.place) < ST_XMax(b.held)
              AND ST_Y(l.place) > ST_YMin(b.held) AND ST_Y(l.place) <= ST_YMax(b.held)"""
