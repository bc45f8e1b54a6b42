"""Tiles of layers that have narrow tables of their own to be drawn from.

Nothing is projected or generalised when a tile is asked for: outlines lie in web mercator, one a
band of zooms, and what lies wholly in the tile is only moved to its units.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

EXTENT = 4096
BUFFER = 64
"""Units drawn beyond the tile's edge, so that outlines do not end at seams."""

WORLD_M = 40_075_016.685578488
"""Side of the web-mercator square (EPSG:3857)."""

CELLS = 128
"""Cells of low zooms along a side of the tile."""

MANY = 4000
"""A tile with more features than these has them counted in cells, where the zoom has cells."""


@dataclass(frozen=True)
class Drawing:
    """Narrow tables of a layer, in web mercator.

    ``marks`` has ``key``, point and all that everybody may know today; ``outlines`` has that too,
    geom and in ``bands``, by their deepest zoom, generalised ones. Of it ``changing`` are copies of
    what stands in ``today``, by ``key``: true while ``outdated`` is empty. ``ever`` is a join, to
    either as ``m``, that gives what holds on ``:as_of``; ``scoped`` one more for what the public
    may not know. ``columns`` says where these have an attribute. ``cells`` has
    (zoom, x, y, ``counted``, number) for the zooms ``celled``; ``dated`` are, by property, the
    tables that say what held on which days. ``texts`` has ``key`` and ``shape``: the members
    ``bbox`` and ``geometry`` of a GeoJSON feature, in CRS84 with the digits of that. ``shapes`` is
    a query for (id, geom) of all, in WGS 84, that joins nothing. ``whole`` has
    ``key``, ``form`` and ``feature``: all of it as everybody reads it today, unless the key stands
    in ``outdated``, where it is noted until it is written anew.
    """

    key: str
    marks: str
    outlines: str
    bands: Mapping[int, str]
    today: str
    changing: tuple[str, ...]
    outdated: str
    ever: str
    scoped: str
    columns: Mapping[str, str] = field(default_factory=dict)
    cells: str = ""
    celled: range = range(0)
    counted: tuple[str, ...] = ()
    number: str = ""
    dated: Mapping[str, str] = field(default_factory=dict)
    texts: str = ""
    shapes: str = ""
    whole: str = ""

    def band(self, level: int) -> str:
        """The outline that a zoom is drawn from."""
        fitting = [zoom for zoom in self.bands if zoom >= level]
        return self.bands[min(fitting)] if fitting else "geom"

    def listed(self, names: Iterable[str], *, today: bool) -> str:
        """Attributes of a mark or outline ``m``, each after a comma."""
        return "".join(f", {self._value(name, today=today)} AS {name}" for name in names)

    def joined(self, *, today: bool, scoped: bool) -> str:
        """What must be joined to ``m`` for them."""
        public = "" if today else self.ever
        return f"{public} {self.scoped}" if scoped else public

    def _value(self, name: str, *, today: bool) -> str:
        if not today or name not in self.changing:
            return self.columns.get(name, f"m.{name}")
        return f"""CASE WHEN (SELECT EXISTS (SELECT FROM {self.outdated})) THEN (
                       SELECT t.{name} FROM {self.today} AS t WHERE t.{self.key} = m.{self.key})
                   ELSE m.{name} END"""


@dataclass(frozen=True)
class Drawn:
    """What of a drawing is asked for: as attributes, of today or a day, narrowed by ``where``."""

    id: str
    drawing: Drawing
    attributes: tuple[str, ...]
    today: bool
    scoped: bool
    where: str | None = None

    @property
    def _attributes(self) -> str:
        return self.drawing.listed(self.attributes, today=self.today)

    @property
    def _named(self) -> str:
        return "".join(f", s.{one}" for one in self.attributes)

    @property
    def _joined(self) -> str:
        return self.drawing.joined(today=self.today, scoped=self.scoped)

    @property
    def _narrowed(self) -> str:
        if self.where is None:
            return ""
        return f"AND m.{self.drawing.key} = ANY({self.where})"

    def outlines(self, level: int) -> str:
        """The part of the tile with outlines."""
        one = self.drawing
        shape = f"m.{one.band(level)}"
        return f"""(
            SELECT COALESCE(ST_AsMVT(t, '{self.id}', {EXTENT}, 'geom', 'id'), '')
            FROM (
                SELECT s.id{self._named}, {_never_lost("s")} AS geom
                FROM (
                    SELECT m.{one.key} AS id{self._attributes}, m.point, b.tile,
                           CASE WHEN m.geom @ b.tile THEN {moved(shape)}
                                ELSE ST_AsMVTGeom({shape}, b.tile, {EXTENT}, {BUFFER})
                           END AS shape
                    FROM bounds AS b
                    JOIN {one.outlines} AS m ON m.geom && b.near
                    {self._joined}
                    WHERE true {self._narrowed}
                    OFFSET 0 -- else the shape would be made anew for each time it is named
                ) AS s
            ) AS t)"""

    def labels(self, level: int) -> str:
        """The part with a mark for each feature, or for each cell where they would be too many."""
        one = self.drawing
        marks = f"""(
            SELECT COALESCE(ST_AsMVT(t, '{self.id}_label', {EXTENT}, 'geom', 'id'), '')
            FROM (
                SELECT m.{one.key} AS id{self._attributes}, {moved("m.point")} AS geom
                FROM bounds AS b
                JOIN {one.marks} AS m ON m.point && b.tile
                 AND ST_X(m.point) >= CAST(:left AS float8)
                 AND ST_X(m.point) < CAST(:right AS float8)
                 AND ST_Y(m.point) > CAST(:low AS float8)
                 AND ST_Y(m.point) <= CAST(:high AS float8)
                {self._joined}
                WHERE true {self._narrowed}
            ) AS t)"""
        return self.counted(level, marks, _MERCATOR_DOWN)

    def labels_in_degrees(self, level: int, marks: str) -> str:
        """As :meth:`labels` in a grid of degrees, with the marks as they are drawn there."""
        return self.counted(level, marks, _DEGREES_DOWN)

    def counted(self, level: int, marks: str, down: str) -> str:
        """``marks``, or cells in their place where the marks would be too many.

        ``down`` is how far down in the tile, in its units, the middle of a cell ``c`` lies.
        """
        one = self.drawing
        if level not in one.celled or not self.today or self.scoped or self.where is not None:
            return marks
        return f"""(
            WITH cells AS MATERIALIZED (
                SELECT c.x, c.y, {self._counted}, c.{one.number} FROM {one.cells} AS c
                WHERE {_INSIDE})
            SELECT CASE WHEN (SELECT sum(c.{one.number}) > CAST(:many AS int) FROM cells AS c)
                        THEN {self._cells(down)} ELSE {marks} END)"""

    @property
    def _counted(self) -> str:
        return ", ".join(f"c.{name}" for name in self.drawing.counted)

    def _cells(self, down: str) -> str:
        one = self.drawing
        center = f"(c.x - {CELLS} * CAST(:col AS int)) * {_SIDE} + {_SIDE // 2}, {down}"
        return f"""(
            SELECT COALESCE(ST_AsMVT(t, '{self.id}_label', {EXTENT}, 'geom'), '')
            FROM (
                SELECT {self._counted}, sum(c.{one.number}) AS count,
                       ST_MakePoint({center}) AS geom
                FROM cells AS c
                GROUP BY c.x, c.y, {self._counted}
                HAVING sum(c.{one.number}) > 0
            ) AS t)"""


_SIDE = EXTENT // CELLS
_INSIDE = f"""c.zoom = CAST(:level AS int)
                  AND c.x BETWEEN {CELLS} * CAST(:col AS int)
                              AND {CELLS} * CAST(:col AS int) + {CELLS - 1}
                  AND c.y BETWEEN CAST(:first_cell AS int) AND CAST(:last_cell AS int)"""
_MERCATOR_DOWN = f"(c.y - {CELLS} * CAST(:row AS int)) * {_SIDE} + {_SIDE // 2}"
_DEGREES_DOWN = f"""round(CAST((90 - degrees(atan(sinh(pi() * (1 - 2 * (c.y + 0.5)
                        / ({CELLS} * CAST(:square AS float8))))))) / 360 * {EXTENT}
                        * CAST(:square AS float8) - {EXTENT} * CAST(:row AS int) AS numeric))"""


def cells(level: int, south: float, north: float) -> dict[str, int]:
    """The rows of cells whose middle lies between two latitudes; each is in one tile of a grid.

    Cells are squares of web mercator, as wide as a part of a tile of degrees, but not as high.
    """

    def first(latitude: float) -> int:
        down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
        return math.ceil(down * CELLS * (1 << level) - 0.5)

    return {"first_cell": first(north), "last_cell": first(south) - 1, "square": 1 << level}


def place(level: int, row: int, col: int) -> dict[str, float]:
    """What moves web mercator to the units of a tile: a factor, and where the tile begins.

    Besides the tile's edges in metres, which a tile and its neighbour are given alike.
    """
    half, side = EXTENT / 2 * (1 << level), WORLD_M / (1 << level)
    return {
        "left": col * side - WORLD_M / 2,
        "right": (col + 1) * side - WORLD_M / 2,
        "low": WORLD_M / 2 - (row + 1) * side,
        "high": WORLD_M / 2 - row * side,
        "scale": EXTENT * (1 << level) / WORLD_M,
        "west": half - EXTENT * col,
        "north": half - EXTENT * row,
    }


def moved(shape: str) -> str:
    """A geometry in web mercator in the units of the tile of :func:`place`, not clipped."""
    scale = "CAST(:scale AS float8)"
    return f"""ST_SnapToGrid(ST_Affine({shape}, {scale}, 0, 0, -{scale},
                   CAST(:west AS float8), CAST(:north AS float8)), 1)"""


def _never_lost(row: str) -> str:
    """A shape; in place of one smaller than a unit that square unit, in the tile of its mark."""
    corner = moved(f"{row}.point")
    return f"""CASE WHEN ST_Area({row}.shape) > 0 THEN {row}.shape
                    WHEN {row}.point && {row}.tile THEN ST_ForcePolygonCCW(ST_MakeEnvelope(
                        ST_X({corner}), ST_Y({corner}), ST_X({corner}) + 1, ST_Y({corner}) + 1))
               END"""
