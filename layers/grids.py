"""The grids that tiles are cut in (OGC 17-083r4): WebMercatorQuad and WorldCRS84Quad."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import morecantile

from layers.crs import STORED_SRID, Box

DEEPEST = 22


@dataclass(frozen=True)
class Grid:
    """A pyramid of tiles whose sides halve from one matrix to the next.

    ``world`` is the square, as an SQL expression, that holds one tile at level 0 of the halving;
    matrix ``z`` of the grid is level ``z + shift`` of it, and ``columns`` and ``rows`` at matrix 0.
    """

    id: str
    srid: int
    world: str
    shift: int
    columns: int
    rows: int

    def holds(self, z: int, row: int, col: int) -> bool:
        """Whether there is such a tile."""
        return 0 <= z <= DEEPEST and 0 <= row < self.rows << z and 0 <= col < self.columns << z

    def box(self, z: int, row: int, col: int, margin: float = 0.0) -> Box:
        """The tile in WGS 84, grown by a part of its sides.

        Worked out here: morecantile asks PROJ, which takes as long as drawing a small tile.
        """
        side = 1 << (z + self.shift)
        west, east = (360 * (col + step) / side - 180 for step in (0, 1))
        south, north = (self._latitude((row + step) / side) for step in (1, 0))
        wide, high = (east - west) * margin, (north - south) * margin
        return (west - wide, south - high, east + wide, north + high)

    def _latitude(self, down: float) -> float:
        """How far north a part of the square's side lies from its northern edge."""
        if self.srid == STORED_SRID:
            return 90 - 360 * down
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))

    def envelope(self, margin: float = 0.0) -> str:
        """The tile at ``:level``, ``:col``, ``:row`` as SQL, grown by a part of its side."""
        numbers = "CAST(:level AS int), CAST(:col AS int), CAST(:row AS int)"
        return f"ST_TileEnvelope({numbers}, {self.world}, margin => {margin})"


WEB_MERCATOR = Grid(
    "WebMercatorQuad",
    3857,
    "ST_MakeEnvelope(-20037508.342789244, -20037508.342789244,"
    " 20037508.342789244, 20037508.342789244, 3857)",
    shift=0,
    columns=1,
    rows=1,
)
CRS84_QUAD = Grid(
    "WorldCRS84Quad",
    4326,
    # A square, so that halving gives the two tiles beside each other of matrix 0.
    "ST_MakeEnvelope(-180, -270, 180, 90, 4326)",
    shift=1,
    columns=2,
    rows=1,
)
GRIDS = {grid.id: grid for grid in (WEB_MERCATOR, CRS84_QUAD)}
"""By id."""


@cache
def _matrices(name: str) -> morecantile.TileMatrixSet:
    return morecantile.tms.get(name)


@cache
def definition(grid: Grid) -> Mapping[str, Any]:
    """The tile matrix set as its standard writes it in JSON, as deep as tiles are cut."""
    made = _matrices(grid.id).model_dump(mode="json", by_alias=True, exclude_none=True)
    matrices = [one for one in made["tileMatrices"] if int(one["id"]) <= DEEPEST]
    return {**made, "tileMatrices": matrices}
