"""The reference systems that features are answered, boxed and filtered in (OGC 18-058r1)."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from layers.layer import STORED_SRID

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

    def box_to_stored(self, box: Box) -> Box:
        """The box in WGS 84 that holds a box of this system, which may be larger at the edges."""
        first, second, third, fourth = box
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
