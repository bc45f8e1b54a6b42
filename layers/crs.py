"""The reference systems that features are answered, boxed and filtered in (OGC 18-058r1)."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

STORED_SRID = 4326
"""Geometries are kept in WGS 84, longitude first."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Crs:
    """A reference system by its URI.

    ``digits`` after the point are about a centimetre or less. ``flipped`` tells that its authority
    names the northing first; coordinates are answered and read in that order. ``geographic`` ones
    are in degrees, others in metres.
    """

    uri: str
    srid: int
    digits: int
    flipped: bool = False
    geographic: bool = True

    def to_stored(self, shape: BaseGeometry) -> BaseGeometry:
        """A geometry of this system in WGS 84, longitude first."""
        if self.flipped:
            shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
        if self.srid == STORED_SRID:
            return shape
        transform = _transformer(self.srid).transform
        return shapely.transform(shape, lambda xy: np.column_stack(transform(*xy.T)))

    def boxes_to_stored(self, box: Box) -> tuple[Box, ...]:
        """The boxes in WGS 84 that hold a box of this system, given in the order of its axes.

        They may be larger at the edges. A box in degrees whose west is greater than its east
        crosses the antimeridian and becomes two. Raises ValueError saying what is wrong.
        """
        if not all(math.isfinite(number) for number in box):
            raise ValueError("must be finite numbers")
        west, south, east, north = self._in_degrees(box)
        if not all(math.isfinite(number) for number in (west, south, east, north)):
            raise ValueError("lies where its reference system has no coordinates")
        if not (-180 <= west <= 180 and -180 <= east <= 180):
            raise ValueError("longitudes must be between -180 and 180")
        if not -90 <= south <= north <= 90:
            raise ValueError("latitudes must be between -90 and 90, south not above north")
        if west > east:
            return ((west, south, 180.0, north), (-180.0, south, east, north))
        return ((west, south, east, north),)

    def _in_degrees(self, box: Box) -> Box:
        first, second, third, fourth = box
        if not self.geographic and (first > third or second > fourth):
            # PROJ would silently put it right.
            raise ValueError("must begin with its lower left corner")
        if self.flipped:
            first, second, third, fourth = second, first, fourth, third
        if self.srid == STORED_SRID:
            return (first, second, third, fourth)
        west, south, east, north = _transformer(self.srid).transform_bounds(
            first, second, third, fourth, densify_pts=21
        )
        return (west, south, east, north)


def _epsg(code: int) -> str:
    return f"http://www.opengis.net/def/crs/EPSG/0/{code}"


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", STORED_SRID, 7)

CRSS = {
    one.uri: one
    for one in (
        CRS84,
        Crs(_epsg(4326), 4326, 7, flipped=True),
        # CGCS2000; taken as equal to WGS 84 within a metre.
        Crs(_epsg(4490), 4490, 7, flipped=True),
        Crs(_epsg(3857), 3857, 2, geographic=False),
        # CGCS2000, Gauss-Krüger about 105° E: what the surveys of Ningxia are drawn in.
        Crs(_epsg(4507), 4507, 2, flipped=True, geographic=False),
    )
}
"""By URI."""


@cache
def _transformer(srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(srid, STORED_SRID, always_xy=True)
