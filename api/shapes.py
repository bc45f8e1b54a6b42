"""Polygons that clients send: bounded, and read as the geometries of filters are."""

import json

import numpy as np
import shapely

from api.errors import Problem
from layers.cql.errors import FilterError
from layers.cql.values import geometry
from layers.crs import CRS84

MOST_CORNERS = 1000
"""Corners of a polygon; a district's outline, generalised, has a few hundred."""
LARGEST_KM2 = 100_000
"""About ten times Yinchuan."""

_RADIUS_KM = 6371.0072
"""Of the sphere with the surface of WGS 84."""
_WAY = "send a GeoJSON Polygon or MultiPolygon, or a Feature of one, longitude first, in WGS 84"


def polygon(body: bytes) -> bytes:
    """The polygon of a GeoJSON body as EWKB; Problem 400 with the reason, 413 where too large."""
    try:
        said = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is no JSON ({str(error)[:100]}): {_WAY}") from None
    if isinstance(said, dict) and said.get("type") == "Feature":
        said = said.get("geometry")
    if not isinstance(said, dict) or said.get("type") not in ("Polygon", "MultiPolygon"):
        kind = said.get("type") if isinstance(said, dict) else type(said).__name__
        raise Problem(400, f"the body is of the type {str(kind)[:50]!r}: {_WAY}")
    only = {"type": said["type"], "coordinates": said.get("coordinates")}
    try:
        read = geometry(only, CRS84, collections=False)
    except FilterError as error:
        raise Problem(400, f"{str(error)[:300]}: {_WAY}") from None
    _bounded(read)
    return read


def _bounded(read: bytes) -> None:
    shape = shapely.from_wkb(read)
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise Problem(413, f"the polygon has more than {MOST_CORNERS} corners: simplify it")
    area = _km2(shape)
    if area > LARGEST_KM2:
        raise Problem(
            413, f"the polygon has {area:,.0f} km², more than {LARGEST_KM2:,}: ask for parts of it"
        )


def _km2(shape: shapely.Geometry) -> float:
    """The area between edges straight in degrees, as they are compared, however long they are."""

    def of_equal_area(degrees: np.ndarray) -> np.ndarray:
        lon, lat = np.radians(degrees).T
        return _RADIUS_KM * np.column_stack([lon, np.sin(lat)])

    return float(shapely.area(shapely.transform(shapely.segmentize(shape, 5), of_equal_area)))


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")
