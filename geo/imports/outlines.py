"""Geometry of outlines in EPSG:4326, whole columns at a time: measured, mended, tidied."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

type Shapes = NDArray[Any]
type Numbers = NDArray[np.float64]
type Marks = NDArray[np.bool_]

POINT, LINE, RING, POLYGON, MULTIPOINT, MULTILINE, MULTIPOLYGON, COLLECTION = range(8)
"""GEOS's numbers of geometry types."""

SLIVER_M2 = 1.0
SLIVER_WIDTH_M = 0.2
HOLE_M2 = 1.0
CLOSING_GAP_M = 5.0
CLOSING_GAP_SHARE = 0.01
CIRCLE_CORNERS = 32

_WGS84_A = 6378137.0
_WGS84_EE = 0.00669437999014
_RADIANS = np.pi / 180.0
# Pairs of edges whose boxes meet: beyond so many, mending takes seconds for one outline.
_MOST_MEETINGS = 50_000


def metres_per_degree(lat: Numbers) -> tuple[Numbers, Numbers]:
    """Metres of one degree eastward and northward at a latitude, on the ellipsoid of WGS 84."""
    sine = np.sin(np.radians(lat))
    bulge = 1.0 - _WGS84_EE * sine * sine
    prime_vertical = _WGS84_A / np.sqrt(bulge)
    east = prime_vertical * np.sqrt(1.0 - sine * sine)
    north = prime_vertical * (1.0 - _WGS84_EE) / bulge
    return np.asarray(east * _RADIANS), np.asarray(north * _RADIANS)


def area_m2(shapes: Shapes) -> Numbers:
    """Areas in m², 0 for what has none; within 0.01 % of the ellipsoid's for outlines below 100 km.

    Square degrees times the size of one at the outline's middle latitude.
    """
    east, north = metres_per_degree(_middle_latitude(shapes))
    return np.asarray(np.nan_to_num(shapely.area(shapes) * east * north))


def in_metres(shapes: Shapes) -> Shapes:
    """The shapes drawn in metres about their own middle: for lengths and widths."""
    box = shapely.bounds(shapes)
    east, north = metres_per_degree(_middle_latitude(shapes))
    corners, index = shapely.get_coordinates(shapes, return_index=True)
    corners[:, 0] = (corners[:, 0] - box[index, 0]) * east[index]
    corners[:, 1] = (corners[:, 1] - box[index, 1]) * north[index]
    return np.asarray(shapely.set_coordinates(shapes.copy(), corners))


def close_lines(lines: Shapes) -> tuple[Shapes, Numbers]:
    """Polygons of LineStrings that end where they began, or nearly; None for the open ones.

    A gap of :data:`CLOSING_GAP_M` or :data:`CLOSING_GAP_SHARE` of the length is bridged, but not
    one longer than a third of the line. Also returns the gaps in metres.
    """
    drawn = in_metres(lines)
    ends = shapely.get_point(drawn, 0), shapely.get_point(drawn, -1)
    gaps = np.nan_to_num(shapely.distance(*ends))
    lengths = shapely.length(drawn)
    least = np.where(gaps == 0.0, 4, 3)
    near = (gaps <= CLOSING_GAP_M) | (gaps <= CLOSING_GAP_SHARE * lengths)
    closes = near & (gaps <= lengths / 3.0) & (shapely.get_num_coordinates(lines) >= least)
    made = np.full(len(lines), None, object)
    if closes.any():
        corners, index = shapely.get_coordinates(lines[closes], return_index=True)
        made[closes] = shapely.polygons(shapely.linearrings(corners, indices=index))
    return made, gaps


def of_rings(polygons: Shapes) -> Any:
    """What several closed lines enclose, those within others as holes; None for no area.

    A line that was drawn twice counts once.
    """
    rings = shapely.normalize(shapely.get_exterior_ring(polygons))
    _, once = np.unique(shapely.to_wkb(rings, hex=True), return_index=True)
    made = shapely.build_area(shapely.multilinestrings(list(rings[once])))
    return None if shapely.is_empty(made) else made


def circles(points: Shapes, radius_m: float) -> Shapes:
    """Polygons of :data:`CIRCLE_CORNERS` corners about points, as wide east–west as north–south."""
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    east, north = metres_per_degree(lat)
    turn = np.linspace(0.0, 2.0 * np.pi, CIRCLE_CORNERS, endpoint=False)
    x = lon[:, None] + np.cos(turn) * (radius_m / east)[:, None]
    y = lat[:, None] + np.sin(turn) * (radius_m / north)[:, None]
    return np.asarray(shapely.polygons(shapely.linearrings(np.stack([x, y], axis=-1))))


def repeated_corners(shapes: Shapes) -> NDArray[np.int64]:
    """Positions of shapes in which a corner equals the one before it."""
    corners, index = shapely.get_coordinates(shapes, return_index=True)
    same = (corners[1:, 0] == corners[:-1, 0]) & (corners[1:, 1] == corners[:-1, 1])
    return np.unique(index[1:][same & (index[1:] == index[:-1])])


def clockwise(shapes: Shapes) -> Marks:
    """Which polygons have a ring that turns against RFC 7946: outer ones run counter-clockwise."""
    found = ~shapely.is_ccw(shapely.get_exterior_ring(shapes))
    several = shapely.get_type_id(shapes) != POLYGON
    several |= shapely.get_num_interior_rings(shapes) > 0
    if several.any():
        before, index = shapely.get_coordinates(shapes[several], return_index=True)
        after = shapely.get_coordinates(shapely.orient_polygons(shapes[several]))
        turned = np.bincount(index[(before != after).any(axis=1)], minlength=several.sum()) > 0
        found[several] = turned
    return np.asarray(found)


def tangled(shape: Any) -> bool:
    """Whether an outline crosses itself so often that mending it would take the machine."""
    corners = shapely.get_coordinates(shape)
    if len(corners) ** 2 / 2 < _MOST_MEETINGS:
        return False
    edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    sample = edges[np.unique(np.linspace(0, len(edges) - 1, 200).astype(int))]
    meetings = shapely.STRtree(edges).query(sample).shape[1]
    return bool(meetings / len(sample) * len(edges) / 2 > _MOST_MEETINGS)


def made_valid(shapes: Shapes) -> Shapes:
    """Outlines whose rings no longer touch or cross themselves; None where GEOS finds no way."""
    made = np.full(len(shapes), None, object)
    for i, shape in enumerate(shapes):
        try:
            made[i] = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        except shapely.GEOSException:
            continue
    return made


def polygon_parts(shapes: Shapes) -> tuple[Shapes, NDArray[np.int64]]:
    """The polygons of collections as one Polygon or MultiPolygon, else None.

    Looks into collections within collections; also counts the points and lines lost.
    """
    made = np.full(len(shapes), None, object)
    lost = np.zeros(len(shapes), np.int64)
    for i, shape in enumerate(shapes):
        parts = _flat(shape)
        kept = [part for part in parts if shapely.get_type_id(part) == POLYGON]
        lost[i] = len(parts) - len(kept)
        if kept:
            made[i] = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return made, lost


@dataclass(frozen=True)
class Tidied:
    """Outlines without slivers and specks of holes; None where nothing but slivers was there.

    ``dropped_m2`` and ``filled_m2`` are NaN where nothing was dropped or filled.
    """

    shapes: Shapes
    dropped_m2: Numbers
    filled_m2: Numbers


def tidied(shapes: Shapes) -> Tidied:
    """Drop parts that are :func:`slivers`, fill holes below :data:`HOLE_M2`; shapes are valid."""
    made = shapes.copy()
    parts, of = shapely.get_parts(shapes, return_index=True)
    parts, hole_m2 = _filled(parts)
    thin = slivers(parts)
    filled_m2, dropped_m2 = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    for marked, amounts, into in ((hole_m2 > 0, hole_m2, filled_m2), (thin, None, dropped_m2)):
        where = np.unique(of[marked])
        values = area_m2(parts[marked]) if amounts is None else amounts[marked]
        into[where] = np.bincount(of[marked], values, len(shapes))[where]
    changed = ~np.isnan(filled_m2) | ~np.isnan(dropped_m2)
    keep = changed[of] & ~thin
    made[changed] = None
    where, positions = np.unique(of[keep], return_inverse=True)
    if len(where):
        made[where] = shapely.multipolygons(parts[keep], indices=positions)
    return Tidied(made, dropped_m2, filled_m2)


def slivers(polygons: Shapes) -> Marks:
    """Which polygons are below :data:`SLIVER_M2` or thinner than :data:`SLIVER_WIDTH_M`.

    Thickness is twice the area by the perimeter: a long strip's width.
    """
    areas = area_m2(polygons)
    found = areas < SLIVER_M2
    # No degree is longer than 112 km: what passes here is wide enough without being drawn.
    doubtful = ~found & (2.0 * areas < SLIVER_WIDTH_M * 112_000.0 * shapely.length(polygons))
    if doubtful.any():
        around = shapely.length(in_metres(polygons[doubtful]))
        found[doubtful] = 2.0 * areas[doubtful] < SLIVER_WIDTH_M * around
    return np.asarray(found)


def _filled(polygons: Shapes) -> tuple[Shapes, Numbers]:
    """Polygons without specks of holes, and the area filled in each."""
    amounts = np.zeros(len(polygons))
    made = polygons.copy()
    for i in np.flatnonzero(shapely.get_num_interior_rings(polygons) > 0):
        shell, *holes = shapely.get_rings(polygons[i])
        sizes = area_m2(shapely.polygons(holes))
        specks = sizes < HOLE_M2
        if specks.any():
            amounts[i] = sizes[specks].sum()
            left = [hole for hole, speck in zip(holes, specks, strict=True) if not speck]
            made[i] = shapely.polygons(shell, left or None)
    return made, amounts


def _flat(shape: Any) -> list[Any]:
    """The single points, lines and polygons of a collection, at any depth."""
    waiting, found = [shape], []
    while waiting:
        one = waiting.pop()
        if MULTIPOINT <= shapely.get_type_id(one) <= COLLECTION:
            waiting.extend(shapely.get_parts(one))
        elif one is not None and not shapely.is_empty(one):
            found.append(one)
    return found[::-1]


def _middle_latitude(shapes: Shapes) -> Numbers:
    box = shapely.bounds(shapes)
    return np.asarray((box[:, 1] + box[:, 3]) / 2.0)
