"""Geometries from a file's bytes, without trusting that they are geometries."""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

DEEPEST = 32
"""Collections within collections. GEOS reads them by recursion, which ends in a crash."""

_SINGLE, _MULTI, _CURVED = {1, 2, 3}, {4, 5, 6, 7}, set(range(8, 13))
_HEADER = 9  # order of bytes, type, number of parts
_PLAIN_OR_Z = (0, 1000, 0x80000000)
_FLAT = {struct.pack("<BI", 1, kind + mark) for kind in _SINGLE for mark in _PLAIN_OR_Z}
"""How points, lines and polygons begin, which have no parts that could nest."""

_OF_ONE = {struct.pack("<BII", 1, kind + mark, 1) for kind in (4, 5, 6) for mark in _PLAIN_OR_Z}
"""How a multi-geometry of a single part begins."""

NO_GEOMETRY = "不是有效的几何数据 / the bytes are no geometry"
CURVED = "含圆弧等曲线，请先转换为折线 / it has curves; convert them to lines first"
TOO_DEEP = "集合嵌套过深 / collections lie too deep within each other"
UNKNOWN = "几何类型不支持 / the type of geometry is not supported"


def from_wkb(
    values: Sequence[bytes | None] | NDArray[Any],
) -> tuple[NDArray[Any], dict[int, str], list[int]]:
    """Shapes from well-known binary; why some cannot be read, and which had to be closed.

    Returns shapely geometries (None where there is none or it is broken), reasons by position, and
    positions of polygons with a ring whose last corner was not the first.
    """
    wkb = np.empty(len(values), object)
    wkb[:] = values
    broken: dict[int, str] = {}
    for position, value in enumerate(wkb):
        if value is not None and (why := _refused(value)):
            broken[position] = why
            wkb[position] = None
    shapes: NDArray[Any] = shapely.from_wkb(wkb, on_invalid="ignore")
    closed: list[int] = []
    given = np.array([value is not None for value in wkb], bool)
    for position in np.flatnonzero(given & shapely.is_missing(shapes)).tolist():
        shapes[position] = shapely.from_wkb(wkb[position], on_invalid="fix")
        if shapes[position] is None:
            broken[position] = NO_GEOMETRY
        else:
            closed.append(position)
    return shapes, broken, closed


def _refused(wkb: bytes) -> str | None:
    """Why the bytes must not even be tried; None for nearly all."""
    if wkb[:5] in _FLAT or (wkb[:_HEADER] in _OF_ONE and wkb[_HEADER : _HEADER + 5] in _FLAT):
        return None
    return _Walk(wkb).refused() if len(wkb) >= 5 else NO_GEOMETRY


class _Walk:
    """A walk over the headers of one geometry, without recursion."""

    def __init__(self, wkb: bytes) -> None:
        self.wkb = wkb
        self.at = 0

    def refused(self) -> str | None:
        left = [1]  # how many parts are still to come, at each depth
        try:
            while left:
                if not left[-1]:
                    left.pop()
                    continue
                left[-1] -= 1
                kind, parts = self._enter()
                if kind in _CURVED:
                    return CURVED
                if kind not in _SINGLE | _MULTI:
                    return UNKNOWN
                if kind in _MULTI:
                    left.append(parts)
                if len(left) > DEEPEST:
                    return TOO_DEEP
        except (struct.error, IndexError):
            return NO_GEOMETRY
        return None

    def _enter(self) -> tuple[int, int]:
        """Step over a header, and over the corners where it is a point, line or polygon."""
        order = "<" if self.wkb[self.at] == 1 else ">"
        (full,) = struct.unpack_from(order + "I", self.wkb, self.at + 1)
        self.at += 5 + (4 if full & 0x20000000 else 0)
        plain = full & 0x0FFFFFFF
        kind = plain % 1000
        flags = ((full >> 31) & 1) + ((full >> 30) & 1)
        size = 8 * (2 + (flags or (0, 1, 1, 2)[min(plain // 1000, 3)]))
        if kind == 1:
            self.at += size
            return kind, 0
        parts = self._number(order)
        if kind == 2:
            self.at += parts * size
        elif kind == 3:
            for _ in range(parts):
                corners = self._number(order)
                self.at += corners * size
        return kind, parts

    def _number(self, order: str) -> int:
        (number,) = struct.unpack_from(order + "I", self.wkb, self.at)
        self.at += 4
        return int(number)
