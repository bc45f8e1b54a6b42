"""The values of a filter, checked and cast to the type of what they are compared with."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.dates import ZONE
from layers.cql.errors import FilterError
from layers.crs import STORED_SRID, Box, Crs

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def cast(value: Any, kind: str) -> Any:
    """A value as the driver sends it for a type. Raises FilterError."""
    return _CASTS[kind](value)


def geometry(value: dict[str, Any], crs: Crs, *, collections: bool) -> bytes:
    """A GeoJSON geometry or box of a reference system as EWKB in WGS 84. Raises FilterError.

    ``collections`` tells whether it may be one of several kinds, which GEOS relates only partly.
    """
    shape, stored = _both(value, crs)
    if shape.geom_type == "GeometryCollection" and not collections:
        raise FilterError(
            "a collection of geometries can be tried by s_intersects, s_disjoint only"
        )
    if shape.is_empty:
        raise FilterError("a geometry is empty")
    if not shape.is_valid:
        raise FilterError(f"a geometry is not valid: {shapely.is_valid_reason(shape)}")
    west, south, east, north = stored.bounds
    inside = max(-west, east) <= 180 and max(-south, north) <= 90
    if not inside:
        raise FilterError("a geometry lies outside the world; look at filter-crs and the axes")
    flat = shapely.set_srid(shapely.force_2d(stored), STORED_SRID)
    return bytes(shapely.to_wkb(flat, include_srid=True))


def _both(value: dict[str, Any], crs: Crs) -> tuple[BaseGeometry, BaseGeometry]:
    """A shape as it was given, and in WGS 84."""
    if "bbox" not in value:
        shape = _shape(value)
        return shape, crs.to_stored(shape)
    corners = _corners(value["bbox"])
    try:
        boxes = crs.boxes_to_stored(corners)
    except ValueError as error:
        raise FilterError(f"a box {error}") from None
    if crs.geographic:
        # Two on both sides of the antimeridian are one shape; where one that begins or ends there
        # has no width it is but the edge of the other.
        sides = [_box(one) for one in boxes]
        extents = shapely.get_dimensions(sides)
        shape = shapely.union_all(np.array(sides)[extents == extents.max()])
        return shape, shape
    shape = _box(corners)
    return shape, crs.to_stored(shape)


def _corners(corners: Sequence[Any]) -> Box:
    try:
        numbers = [float(one) for one in corners]
    except (TypeError, ValueError):
        raise FilterError("a box has numbers only") from None
    if len(numbers) not in (4, 6):
        raise FilterError(f"a box has 4 or 6 numbers, not {len(numbers)}")
    half = len(numbers) // 2
    first, second, third, fourth = *numbers[:2], *numbers[half : half + 2]
    return first, second, third, fourth


def _box(corners: Box) -> BaseGeometry:
    west, south, east, north = corners
    if west == east and south == north:
        return shapely.points(west, south)
    if west == east or south == north:
        return shapely.linestrings([[west, south], [east, north]])
    return shapely.box(west, south, east, north)


def _shape(value: dict[str, Any]) -> BaseGeometry:
    try:
        return shapely.from_geojson(json.dumps(value))
    except (shapely.errors.GEOSException, ValueError) as error:
        raise FilterError(f"a geometry cannot be read: {error}") from None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise FilterError(f"{value!r} is not a text: write it in single quotes")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FilterError("a text holds half a character (a lone surrogate)") from None
    if "\x00" in value:
        raise FilterError("a text holds the character 0")
    return value


def _pattern(value: Any) -> str:
    pattern = _string(value)
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        raise FilterError("a pattern ends with a single backslash; double it")
    return pattern


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FilterError(f"{value!r} is not a whole number")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FilterError(f"{value!r} is not a number")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise FilterError(f"{value!r} is neither true nor false")
    return value


def _date(value: Any) -> date:
    """A day; of a moment the day it falls on in China."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
        return _moment(value).astimezone(ZONE).date()
    except (ValueError, OverflowError):
        raise FilterError(f"{value!r} is not a day that there is (YYYY-MM-DD)") from None


def _timestamp(value: Any) -> datetime:
    """A moment; of a day its beginning in China."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return datetime.combine(date.fromisoformat(value), datetime.min.time(), ZONE)
        return _moment(value)
    except (ValueError, OverflowError):
        raise FilterError(f"{value!r} is not a moment (YYYY-MM-DDThh:mm:ssZ)") from None


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError(value)
    moment = datetime.fromisoformat(value.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _each(one: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda value: [one(each) for each in value]


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
_CASTS = {
    **_SCALARS,
    **{f"{kind}[]": _each(one) for kind, one in _SCALARS.items()},
    "pattern": _pattern,
}
