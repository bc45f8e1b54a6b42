"""Makes shapes fit to be stored: valid, closed, counter-clockwise, two-dimensional; counts how.

Everything works on whole arrays of shapely geometries in EPSG:4326. What can be mended without
guessing is mended and counted with the row and an amount; the rest is a problem of the row.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.imports import outlines
from geo.imports.coordinates import find_swapped, from_columns
from geo.imports.outlines import (
    COLLECTION,
    LINE,
    MULTILINE,
    MULTIPOINT,
    MULTIPOLYGON,
    POINT,
    POLYGON,
    RING,
    Marks,
    Numbers,
    Shapes,
)
from geo.imports.problems import Problem, Reason, reasons
from geo.imports.profile import Geometry

__all__ = ["Mended", "find_swapped", "from_columns", "mend"]

type Positions = NDArray[np.int64]

reasons(
    unreadable_shape=Reason(
        "图形无法读取（{why}）；请重新导出该图形",
        "the shape cannot be read ({why}); export it again",
    ),
    no_shape=Reason(
        "缺少图形或坐标；请补上轮廓或经纬度",
        "there is no shape; add an outline, or longitude and latitude",
    ),
    too_many_corners=Reason(
        "图形有 {count} 个角点，上限 {limit}；请先简化",
        "the shape has {count} corners, more than {limit}; simplify it first",
    ),
    not_finite=Reason(
        "坐标 {value} 不是有限的数，或超出所给投影的范围；请改正坐标或核对坐标系（--datum）",
        "the coordinate {value} is not a finite number, or lies beyond the projection that was"
        " given; correct it, or check the datum (--datum)",
    ),
    out_of_range=Reason(
        "坐标 {value} 不在经度 ±180、纬度 ±90 之内；若是投影坐标（米），请用 --datum EPSG:n 说明",
        "the coordinate {value} is not within ±180, ±90 degrees; if these are metres of a"
        " projection, name it: --datum EPSG:n",
    ),
    open_line=Reason(
        "线没有闭合（首尾相距 {gap} 米），不是轮廓；请闭合后重新导入",
        "the line is not closed (its ends are {gap} m apart), so it is no outline; close it",
    ),
    point_for_outline=Reason(
        "这里需要轮廓（面），给的是点；请画出边界",
        "an outline is wanted here, and a point was given; draw the boundary",
    ),
    several_points=Reason(
        "一行有 {count} 个点，无法判断是哪一个；请只留一个，或画出轮廓",
        "the row has {count} points and does not tell which is meant; keep one, or draw an outline",
    ),
    line_for_point=Reason(
        "这里需要点，给的是线；请标出位置",
        "a point is wanted here, and a line was given; mark the place",
    ),
    not_an_area=Reason(
        "图形由点和线混合而成，没有面；请画出轮廓",
        "the shape is a mixture of points and lines without an area; draw an outline",
    ),
    tangled=Reason(
        "轮廓自相交过多，无法修复；请重新绘制",
        "the outline crosses itself too often to be mended; draw it again",
    ),
    no_area=Reason(
        "修复后图形没有面积；请重新绘制",
        "nothing with an area is left of the shape once it is mended; draw it again",
    ),
    too_small=Reason(
        "面积 {area} 平方米，小于下限 {limit} 平方米；请核对图形和坐标系",
        "the area is {area} m², less than {limit} m²; check the shape and the datum",
    ),
    too_large=Reason(
        "面积 {area} 平方米，大于上限 {limit} 平方米；请核对图形和坐标系",
        "the area is {area} m², more than {limit} m²; check the shape and the datum",
    ),
)


@dataclass
class Mended:
    """Shapes as they may be stored; None where a row has none or has a problem.

    ``approximate`` marks circles about a given point. ``repairs`` has, by code, the rows' keys and
    the size of each repair: corners for ``heights_dropped``, ``repeated_corners_dropped`` and
    ``turned_counter_clockwise``, metres of the gap for ``line_closed``, how many points and lines
    for ``other_types_dropped``, and m² for the others.
    """

    shapes: Shapes
    approximate: Marks
    problems: list[Problem] = field(default_factory=list)
    repairs: dict[str, list[tuple[int, float]]] = field(default_factory=dict)


class _Bench:
    """The shapes being mended, and what has been found so far."""

    def __init__(self, shapes: Shapes, rows: NDArray[np.int64], geometry: Geometry) -> None:
        self.shapes = np.array(shapes, dtype=object)
        self.rows = rows
        self.geometry = geometry
        self.mended = Mended(self.shapes, np.zeros(len(rows), bool))

    @property
    def kinds(self) -> NDArray[np.int64]:
        """GEOS's numbers of the types; -1 for none."""
        return np.asarray(shapely.get_type_id(self.shapes))

    def of(self, *kinds: int) -> Positions:
        """Positions of the shapes of these types."""
        return np.flatnonzero(np.isin(self.kinds, kinds))

    def refuse(self, position: int, code: str, value: str | None = None, **given: Any) -> None:
        """Take a shape out with its reason."""
        self.shapes[position] = None
        row = int(self.rows[position])
        self.mended.problems.append(Problem(row, code, "geom", value, given))

    def note(self, code: str, positions: Positions, amounts: Any) -> None:
        """Count a repair of several rows, nothing where there are none."""
        if len(positions):
            sizes = np.broadcast_to(np.asarray(amounts, float), positions.shape).round(3)
            listed = self.mended.repairs.setdefault(code, [])
            listed += zip(self.rows[positions].tolist(), sizes.tolist(), strict=True)


def mend(
    shapes: Shapes,
    rows: NDArray[np.int64],
    geometry: Geometry,
    broken: dict[int, str] | None = None,
) -> Mended:
    """Mend shapes (EPSG:4326, None where a row has none) for a kind; ``rows`` are the rows' keys.

    ``broken`` says, by position, which could not be read and why. Every shape that returns is a
    valid, two-dimensional MultiPolygon with counter-clockwise shells and clockwise holes (RFC 7946,
    3.1.6), or a Point where the kind takes points only.
    """
    bench = _Bench(shapes, rows, geometry)
    _refuse_unusable(bench, broken or {})
    _flatten(bench)
    _refuse_wild(bench)
    if "polygon" in geometry.accepts:
        _make_areas(bench)
        _tidy(bench, _make_valid(bench))
        _refuse_by_area(bench)
        _make_multi(bench)
    else:
        _make_points(bench)
    return bench.mended


def _refuse_unusable(bench: _Bench, broken: dict[int, str]) -> None:
    """Refuse what could not be read, is missing, or is too large to be looked at."""
    for position, why in broken.items():
        bench.refuse(position, "unreadable_shape", why=why)
    bench.shapes[shapely.is_empty(bench.shapes)] = None
    if bench.geometry.required:
        for position in bench.of(-1).tolist():
            if position not in broken:
                bench.refuse(position, "no_shape")
    corners, most = shapely.get_num_coordinates(bench.shapes), bench.geometry.max_vertices
    for position in np.flatnonzero(corners > most).tolist():
        count = f"{corners[position]:,}"
        bench.refuse(position, "too_many_corners", count=count, limit=f"{most:,}")


def _flatten(bench: _Bench) -> None:
    """Drop heights and measures, and collections about a single thing."""
    high = np.flatnonzero(shapely.has_z(bench.shapes) | shapely.has_m(bench.shapes))
    bench.shapes[high] = shapely.force_2d(bench.shapes[high])
    bench.note("heights_dropped", high, shapely.get_num_coordinates(bench.shapes[high]))
    for position in bench.of(COLLECTION).tolist():
        shape = bench.shapes[position]
        while shape.geom_type == "GeometryCollection" and len(shape.geoms) == 1:
            shape = shape.geoms[0]
        bench.shapes[position] = shape
    alone = bench.of(MULTIPOINT, MULTILINE)
    alone = alone[shapely.get_num_geometries(bench.shapes[alone]) == 1]
    bench.shapes[alone] = shapely.get_geometry(bench.shapes[alone], 0)


def _refuse_wild(bench: _Bench) -> None:
    """Refuse what is not a number or not on the globe."""
    corners, of = shapely.get_coordinates(bench.shapes, return_index=True)
    with np.errstate(invalid="ignore"):
        sound = (np.abs(corners) <= (180.0, 90.0)).all(axis=1)
    wild = np.flatnonzero(~sound)
    for position, first in zip(*np.unique(of[wild], return_index=True), strict=True):
        x, y = corners[wild[first]]
        code = "out_of_range" if np.isfinite([x, y]).all() else "not_finite"
        bench.refuse(int(position), code, f"({x:.10g}, {y:.10g})")


def _make_areas(bench: _Bench) -> None:
    """Points become circles where that is allowed, closed lines areas, mixtures their areas."""
    if np.isin(bench.kinds, (-1, POLYGON, MULTIPOLYGON)).all():
        return
    _take_areas(bench)
    _draw_circles(bench)
    for position in bench.of(MULTIPOINT).tolist():
        count = shapely.get_num_geometries(bench.shapes[position])
        bench.refuse(position, "several_points", count=int(count))
    _close_lines(bench)


def _take_areas(bench: _Bench) -> None:
    """The areas of mixtures; the points and lines beside them are dropped."""
    mixed = bench.of(COLLECTION)
    areas, lost = outlines.polygon_parts(bench.shapes[mixed])
    for position, area in zip(mixed.tolist(), areas, strict=True):
        if area is None:
            bench.refuse(position, "not_an_area")
        else:
            bench.shapes[position] = area
    some = (lost > 0) & ~shapely.is_missing(areas)
    bench.note("other_types_dropped", mixed[some], lost[some])


def _draw_circles(bench: _Bench) -> None:
    points, radius = bench.of(POINT), bench.geometry.point_radius_m
    if not len(points):
        return
    if "point" not in bench.geometry.accepts or not radius:
        for position in points.tolist():
            bench.refuse(position, "point_for_outline")
        return
    bench.shapes[points] = outlines.circles(bench.shapes[points], radius)
    bench.mended.approximate[points] = True
    bench.note("point_drawn_as_circle", points, outlines.area_m2(bench.shapes[points]))


def _close_lines(bench: _Bench) -> None:
    """Lines that end where they began, or nearly, are the outlines they were drawn as."""
    several = bench.of(MULTILINE)
    bench.shapes[several] = shapely.line_merge(bench.shapes[several])
    lines = bench.of(LINE, RING)
    areas, gaps = outlines.close_lines(bench.shapes[lines])
    closed = ~shapely.is_missing(areas)
    bench.shapes[lines[closed]] = areas[closed]
    bench.note("line_closed", lines[closed], gaps[closed])
    for position, gap in zip(lines[~closed].tolist(), gaps[~closed], strict=True):
        code = "open_line" if gap > outlines.CLOSING_GAP_M else "no_area"
        bench.refuse(position, code, gap=f"{gap:,.1f}")
    for position in bench.of(MULTILINE).tolist():
        parts, gaps = outlines.close_lines(shapely.get_parts(bench.shapes[position]))
        if shapely.is_missing(parts).any():
            gap = f"{gaps[shapely.is_missing(parts)].max():,.1f}"
            bench.refuse(position, "open_line", gap=gap)
            continue
        bench.shapes[position] = outlines.of_rings(parts)
        if bench.shapes[position] is None:
            bench.refuse(position, "no_area")
        else:
            bench.note("line_closed", np.array([position]), gaps.max())


def _make_valid(bench: _Bench) -> Marks:
    """Drop repeated corners, turn rings, untangle those that touch or cross themselves.

    Returns which outlines were changed so that parts of them may have become slivers.
    """
    again = outlines.repeated_corners(bench.shapes)
    _drop_repeated(bench, again[~shapely.is_missing(bench.shapes[again])])
    some = bench.of(POLYGON, MULTIPOLYGON)
    valid = shapely.is_valid(bench.shapes[some])
    sound = some[valid]
    turned = sound[outlines.clockwise(bench.shapes[sound])]
    bench.note(
        "turned_counter_clockwise", turned, shapely.get_num_coordinates(bench.shapes[turned])
    )
    bench.shapes[turned] = shapely.orient_polygons(bench.shapes[turned])
    changed = np.zeros(len(bench.rows), bool)
    changed[some[~valid]] = True
    _untangle(bench, some[~valid])
    return changed


def _drop_repeated(bench: _Bench, positions: Positions) -> None:
    """Corners that stand twice; a ring that has too few without them is left to be mended."""
    for position in positions.tolist():
        before = bench.shapes[position]
        try:
            after = shapely.remove_repeated_points(before)
        except shapely.GEOSException:
            continue
        fewer = shapely.get_num_coordinates(before) - shapely.get_num_coordinates(after)
        if fewer:
            bench.shapes[position] = after
            bench.note("repeated_corners_dropped", np.array([position]), fewer)


def _untangle(bench: _Bench, positions: Positions) -> None:
    for position in positions.tolist():
        if outlines.tangled(bench.shapes[position]):
            bench.refuse(position, "tangled")
    left = positions[~shapely.is_missing(bench.shapes[positions])]
    before = bench.shapes[left]
    made, _ = outlines.polygon_parts(outlines.made_valid(before))
    made = shapely.orient_polygons(made)
    good = shapely.is_valid(made) & (shapely.area(made) > 0)
    for position in left[~good].tolist():
        bench.refuse(position, "no_area")
    bench.shapes[left[good]] = made[good]
    areas = shapely.area(made[good])
    change = np.abs(1 - shapely.area(before[good]) / areas) * outlines.area_m2(made[good])
    bench.note("made_valid", left[good], change)


def _tidy(bench: _Bench, changed: Marks) -> None:
    """Drop slivers and specks of holes; what is nothing but slivers has no area."""
    kinds = bench.kinds
    several = (kinds == MULTIPOLYGON) & (shapely.get_num_geometries(bench.shapes) > 1)
    parts, of = shapely.get_parts(bench.shapes, return_index=True)
    holed = np.bincount(of[shapely.get_num_interior_rings(parts) > 0], minlength=len(kinds)) > 0
    thin = np.bincount(of[outlines.slivers(parts)], minlength=len(kinds)) > 0
    doubtful = np.flatnonzero((kinds >= POINT) & (holed | thin | (several & changed)))
    if not len(doubtful):
        return
    tidy = outlines.tidied(bench.shapes[doubtful])
    bench.shapes[doubtful] = tidy.shapes
    for position in doubtful[shapely.is_missing(tidy.shapes)].tolist():
        bench.refuse(position, "no_area")
    for code, amounts in (
        ("slivers_dropped", tidy.dropped_m2),
        ("tiny_holes_filled", tidy.filled_m2),
    ):
        some = ~np.isnan(amounts) & ~shapely.is_missing(tidy.shapes)
        bench.note(code, doubtful[some], amounts[some])


def _refuse_by_area(bench: _Bench) -> None:
    """Refuse what is smaller or larger than the kind allows; circles have no area of their own."""
    areas: Numbers = outlines.area_m2(bench.shapes)
    judged = ~shapely.is_missing(bench.shapes) & ~bench.mended.approximate
    least, most = bench.geometry.min_area_m2, bench.geometry.max_area_m2
    for limit, code, beyond in (
        (least, "too_small", areas < (least or 0)),
        (most, "too_large", areas > (most or np.inf)),
    ):
        for position in np.flatnonzero(beyond & judged).tolist():
            area = f"{areas[position]:,.0f}"
            bench.refuse(position, code, area=area, limit=f"{limit or 0:,.0f}")


def _make_multi(bench: _Bench) -> None:
    single = bench.of(POLYGON)
    if len(single):
        bench.shapes[single] = shapely.multipolygons(bench.shapes[single][:, None])


def _make_points(bench: _Bench) -> None:
    """A point stays; of an area a place within it is taken."""
    _take_areas(bench)
    for position in bench.of(MULTIPOINT).tolist():
        count = shapely.get_num_geometries(bench.shapes[position])
        bench.refuse(position, "several_points", count=int(count))
    for position in bench.of(LINE, RING, MULTILINE).tolist():
        bench.refuse(position, "line_for_point")
    wide = bench.of(POLYGON, MULTIPOLYGON)
    _untangle(bench, wide[~shapely.is_valid(bench.shapes[wide])])
    wide = bench.of(POLYGON, MULTIPOLYGON)
    areas = outlines.area_m2(bench.shapes[wide])
    bench.shapes[wide] = shapely.point_on_surface(bench.shapes[wide])
    bench.note("area_made_point", wide, areas)
