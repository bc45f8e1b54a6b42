"""Shapes as paths of a small drawing, without a map beneath: what a page of features shows."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.crs import Crs

WIDTH, HIGHEST = 720, 480
_MARGIN = 12
_COARSE = 0.4
"""Pixels by which an outline may be simplified."""


@dataclass(frozen=True)
class Sketch:
    """A drawing in pixels; ``paths`` are SVG path data, one a shape, empty where there is none."""

    width: int
    height: int
    paths: tuple[str, ...]


def sketch(geometries: Sequence[Mapping[str, Any] | None], crs: Crs) -> Sketch | None:
    """GeoJSON geometries of a reference system, north up; None where there is nothing to draw."""
    shapes = np.array([_shape(one, crs) for one in geometries], dtype=object)
    if all(shape.is_empty for shape in shapes):
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    # A degree of longitude is shorter than one of latitude, away from the equator.
    narrow = math.cos(math.radians((south + north) / 2)) if crs.geographic else 1.0
    wide, high = (east - west) * narrow, north - south
    inner, highest = WIDTH - 2 * _MARGIN, HIGHEST - 2 * _MARGIN
    scales = [room / size for room, size in ((inner, wide), (highest, high)) if size > 0]
    scale = min(scales, default=1.0)
    left = (WIDTH - wide * scale) / 2
    placed = shapely.transform(
        shapes,
        lambda xy: np.column_stack(
            (left + (xy[:, 0] - west) * narrow * scale, _MARGIN + (north - xy[:, 1]) * scale)
        ),
    )
    paths = tuple("".join(_strokes(one)) for one in shapely.simplify(placed, _COARSE))
    return Sketch(WIDTH, round(high * scale) + 2 * _MARGIN, paths)


def _shape(geometry: Mapping[str, Any] | None, crs: Crs) -> BaseGeometry:
    if geometry is None:
        return shapely.GeometryCollection()
    shape: BaseGeometry = shapely.geometry.shape(geometry)
    return shapely.transform(shape, lambda xy: xy[:, ::-1]) if crs.flipped else shape


def _strokes(shape: BaseGeometry) -> Iterator[str]:
    for part in getattr(shape, "geoms", ()):
        yield from _strokes(part)
    if shape.geom_type == "Polygon" and not shape.is_empty:
        for ring in (shape.exterior, *shape.interiors):
            yield f"{_stroke(ring.coords[:-1])}Z"
    elif shape.geom_type == "LineString" and not shape.is_empty:
        yield _stroke(shape.coords)
    elif shape.geom_type == "Point" and not shape.is_empty:
        # A stroke of no length is drawn as a dot where its ends are round.
        yield f"{_stroke(shape.coords)}h0"


def _stroke(coordinates: Sequence[Sequence[float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, *_ in coordinates)
