"""Shapes of offices' files: what is mended and counted, and what is refused with its reason."""

import time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.imports import outlines
from geo.imports.problems import REASONS
from geo.imports.profile import Geometry
from geo.imports.shapes import Mended, mend

YINCHUAN = (105.2, 37.6, 106.97, 38.9)
OUTLINE = Geometry(
    ("polygon", "point"),
    required=True,
    min_area_m2=100,
    max_area_m2=5_000_000,
    max_vertices=20_000,
    point_radius_m=40,
)
AREA = Geometry(("polygon",))
PLACE = Geometry(("point",))
ROW = 17

SQUARE = "(106.2 38.4, 106.202 38.4, 106.202 38.402, 106.2 38.402, 106.2 38.4)"
HOLE = "(106.2005 38.4005, 106.2005 38.401, 106.201 38.401, 106.2005 38.4005)"
SPECK = "(106.201 38.401, 106.201 38.401005, 106.201005 38.401005, 106.201 38.401)"
STRIP = "(106.3 38.4, 106.300001 38.4, 106.300001 38.41, 106.3 38.41, 106.3 38.4)"
BOW_TIE = "(106.2 38.4, 106.202 38.402, 106.202 38.4, 106.2 38.402, 106.2 38.4)"


def _mend(wkt: str | None, geometry: Geometry = OUTLINE) -> Mended:
    shape = shapely.from_wkt(wkt) if wkt else None
    return mend(np.array([shape], dtype=object), np.array([ROW]), geometry)


def _kept(wkt: str, geometry: Geometry = OUTLINE) -> tuple[Any, dict[str, float]]:
    """The mended shape, and the repairs with their amounts."""
    mended = _mend(wkt, geometry)
    assert not mended.problems
    assert all(row == ROW for done in mended.repairs.values() for row, _ in done)
    return mended.shapes[0], {code: done[0][1] for code, done in mended.repairs.items()}


def _refused(wkt: str | None, geometry: Geometry = OUTLINE) -> tuple[str, dict[str, Any]]:
    """The reason and what it tells."""
    mended = _mend(wkt, geometry)
    assert mended.shapes[0] is None
    (problem,) = mended.problems
    assert problem.row == ROW
    given = {"value": problem.value, **problem.given}
    for sentence in (REASONS[problem.code].zh, REASONS[problem.code].en):
        assert "{" not in sentence.format(**given)
    return problem.code, given


def _square_metres(shape: Any) -> float:
    return abs(float(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]))


def test_a_sound_outline_is_kept_as_it_is_and_becomes_a_multipolygon() -> None:
    shape, repairs = _kept(f"POLYGON ({SQUARE})")
    assert shape.geom_type == "MultiPolygon"
    assert shape.geoms[0].equals_exact(shapely.from_wkt(f"POLYGON ({SQUARE})"))
    assert repairs == {}


def test_a_clockwise_outline_is_turned() -> None:
    shape, repairs = _kept(
        "POLYGON ((106.2 38.4, 106.2 38.402, 106.202 38.402, 106.202 38.4, 106.2 38.4))"
    )
    assert shape.geoms[0].exterior.is_ccw
    assert repairs == {"turned_counter_clockwise": 5}


def test_a_hole_that_turns_like_its_shell_is_turned() -> None:
    hole = "(106.2005 38.4005, 106.201 38.401, 106.2005 38.401, 106.2005 38.4005)"
    shape, repairs = _kept(f"POLYGON ({SQUARE}, {hole})")
    assert not shape.geoms[0].interiors[0].is_ccw
    assert repairs == {"turned_counter_clockwise": 9}


def test_a_ring_that_crosses_itself_is_mended_and_the_change_of_area_told() -> None:
    shape, repairs = _kept(f"POLYGON ({BOW_TIE})")
    assert shape.is_valid
    # The two halves turn in opposite directions: as drawn their areas cancel out.
    assert repairs["made_valid"] == pytest.approx(_square_metres(shape), rel=1e-4)


def test_a_spike_is_cut_off() -> None:
    shape, repairs = _kept(
        "POLYGON ((106.2 38.4, 106.202 38.4, 106.202 38.402, 106.201 38.402, 106.201 38.41,"
        " 106.201 38.402, 106.2 38.402, 106.2 38.4))"
    )
    assert shape.bounds == (106.2, 38.4, 106.202, 38.402)
    assert repairs == {"made_valid": pytest.approx(0, abs=0.01)}


def test_corners_that_stand_twice_are_dropped() -> None:
    shape, repairs = _kept(f"POLYGON ({SQUARE.replace('106.202 38.4,', '106.202 38.4, ' * 3)})")
    assert shapely.get_num_coordinates(shape) == 5
    assert repairs == {"repeated_corners_dropped": 2}


def test_parts_that_are_slivers_are_dropped() -> None:
    shape, repairs = _kept(f"MULTIPOLYGON (({SQUARE}), ({STRIP}))")
    assert len(shape.geoms) == 1
    strip = _square_metres(shapely.from_wkt(f"POLYGON ({STRIP})"))
    assert repairs == {"slivers_dropped": pytest.approx(strip, rel=1e-3)}


def test_specks_of_holes_are_filled_and_real_holes_kept() -> None:
    shape, repairs = _kept(f"POLYGON ({SQUARE}, {HOLE}, {SPECK})")
    assert len(shape.geoms[0].interiors) == 1
    speck = _square_metres(shapely.from_wkt(f"POLYGON ({SPECK})"))
    assert repairs == {"tiny_holes_filled": pytest.approx(speck, abs=0.001)}


@pytest.mark.parametrize(
    "wkt", [f"POLYGON ({STRIP})", "POLYGON ((106 38, 106 38, 106 38, 106 38))"]
)
def test_what_is_only_a_sliver_has_no_area(wkt: str) -> None:
    assert _refused(wkt)[0] == "no_area"


@pytest.mark.parametrize("dimension", ["Z", "M"])
def test_heights_and_measures_are_dropped(dimension: str) -> None:
    corners = SQUARE.strip("()").split(", ")
    shape, repairs = _kept(f"POLYGON {dimension} (({', '.join(f'{one} 7' for one in corners)}))")
    assert not shapely.has_z(shape)
    assert not shapely.has_m(shape)
    assert repairs == {"heights_dropped": 5}


def test_a_closed_line_is_the_outline_it_was_drawn_as() -> None:
    shape, repairs = _kept(f"LINESTRING {SQUARE}")
    assert shape.equals(shapely.from_wkt(f"POLYGON ({SQUARE})"))
    assert repairs == {"line_closed": 0}


def test_a_line_that_nearly_ends_where_it_began_is_closed() -> None:
    shape, repairs = _kept(
        "LINESTRING (106.2 38.4, 106.202 38.4, 106.202 38.402, 106.2 38.402, 106.2 38.40003)"
    )
    assert shape.is_valid
    assert repairs == {"line_closed": pytest.approx(3.33, abs=0.01)}


def test_an_open_line_is_refused_with_its_gap() -> None:
    code, told = _refused("LINESTRING (106.2 38.4, 106.202 38.4, 106.202 38.402, 106.2 38.402)")
    assert code == "open_line"
    assert float(told["gap"]) == pytest.approx(222, abs=1)


def test_pieces_of_a_line_are_joined_before_they_are_closed() -> None:
    shape, _ = _kept(
        "MULTILINESTRING ((106.2 38.4, 106.202 38.4, 106.202 38.402),"
        " (106.2 38.4, 106.2 38.402, 106.202 38.402))"
    )
    assert shape.equals(shapely.from_wkt(f"POLYGON ({SQUARE})"))


def test_a_closed_line_within_another_is_a_hole() -> None:
    shape, _ = _kept(f"MULTILINESTRING ({SQUARE}, {HOLE})")
    assert shape.equals(shapely.from_wkt(f"POLYGON ({SQUARE}, {HOLE})"))


def test_a_closed_line_drawn_twice_counts_once() -> None:
    shape, _ = _kept(f"MULTILINESTRING ({SQUARE}, {SQUARE})")
    assert shape.equals(shapely.from_wkt(f"POLYGON ({SQUARE})"))


def test_of_a_mixture_the_areas_are_kept_and_the_rest_is_counted() -> None:
    shape, repairs = _kept(
        "GEOMETRYCOLLECTION (POINT (106.2 38.4), GEOMETRYCOLLECTION ("
        f"LINESTRING (106.2 38.4, 106.3 38.4), POLYGON ({SQUARE})))"
    )
    assert shape.equals(shapely.from_wkt(f"POLYGON ({SQUARE})"))
    assert repairs == {"other_types_dropped": 2}


def test_a_mixture_without_an_area_is_refused() -> None:
    code, _ = _refused("GEOMETRYCOLLECTION (POINT (106 38), LINESTRING (106 38, 106.1 38))")
    assert code == "not_an_area"


@pytest.mark.parametrize("wkt", ["POINT (106.2 38.4)", "MULTIPOINT ((106.2 38.4))"])
def test_a_point_becomes_a_round_circle_marked_as_approximate(wkt: str) -> None:
    mended = _mend(wkt)
    assert list(mended.approximate) == [True]
    corners = shapely.get_coordinates(mended.shapes[0])[:-1]
    assert len(corners) == 32
    geod = Geod(ellps="WGS84")
    far = geod.inv([106.2] * 32, [38.4] * 32, corners[:, 0], corners[:, 1])[2]
    assert far == pytest.approx([40] * 32, abs=0.01)
    assert list(mended.repairs) == ["point_drawn_as_circle"]


def test_a_point_is_refused_where_only_areas_serve() -> None:
    assert _refused("POINT (106.2 38.4)", AREA)[0] == "point_for_outline"


@pytest.mark.parametrize("geometry", [OUTLINE, PLACE])
def test_of_several_points_none_is_chosen(geometry: Geometry) -> None:
    code, told = _refused("MULTIPOINT (106.2 38.4, 106.3 38.4)", geometry)
    assert (code, told["count"]) == ("several_points", 2)


def test_a_kind_of_points_keeps_the_point() -> None:
    shape, repairs = _kept("POINT Z (106.2 38.4 1100)", PLACE)
    assert shapely.to_wkt(shape) == "POINT (106.2 38.4)"
    assert repairs == {"heights_dropped": 1}


@pytest.mark.parametrize("ring", [SQUARE, BOW_TIE])
def test_of_an_area_a_kind_of_points_takes_a_place_within(ring: str) -> None:
    shape, repairs = _kept(f"POLYGON ({ring})", PLACE)
    assert shapely.make_valid(shapely.from_wkt(f"POLYGON ({ring})")).contains(shape)
    assert repairs["area_made_point"] > 0


def test_a_line_is_no_point() -> None:
    assert _refused("LINESTRING (106 38, 106.1 38)", PLACE)[0] == "line_for_point"


@pytest.mark.parametrize(
    ("wkt", "code", "value"),
    [
        ("POINT (NaN 38.4)", "not_finite", "(nan, 38.4)"),
        (
            f"POLYGON ({SQUARE.replace('106.202 38.402', 'Inf 38.402')})",
            "not_finite",
            "(inf, 38.402)",
        ),
        ("POINT (106.2 91)", "out_of_range", "(106.2, 91)"),
        ("POINT (35607327 4261495)", "out_of_range", "(35607327, 4261495)"),
    ],
)
def test_a_coordinate_that_can_be_nowhere_is_named(wkt: str, code: str, value: str) -> None:
    found, told = _refused(wkt)
    assert (found, told["value"]) == (code, value)


@pytest.mark.parametrize("wkt", [None, "POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY"])
def test_a_row_without_a_shape_is_refused_only_where_one_is_required(wkt: str | None) -> None:
    assert _refused(wkt)[0] == "no_shape"
    mended = _mend(wkt, AREA)
    assert mended.shapes[0] is None
    assert not mended.problems


def test_a_shape_the_reader_could_not_read_is_refused_once_with_what_it_said() -> None:
    mended = mend(np.array([None], object), np.array([ROW]), OUTLINE, {0: "ring is cut short"})
    assert [(one.code, one.given["why"]) for one in mended.problems] == [
        ("unreadable_shape", "ring is cut short")
    ]


@pytest.mark.parametrize(("side", "code"), [(0.00005, "too_small"), (0.05, "too_large")])
def test_areas_beyond_the_limits_are_refused_with_area_and_limit(side: float, code: str) -> None:
    box = shapely.box(106.2, 38.4, 106.2 + side, 38.4 + side)
    found, told = _refused(shapely.to_wkt(box, rounding_precision=8))
    assert found == code
    assert float(told["area"].replace(",", "")) == pytest.approx(_square_metres(box), rel=0.05)


def test_a_million_corners_are_refused_before_anything_is_computed() -> None:
    turn = np.linspace(0, 2 * np.pi, 1_000_000)
    shape = shapely.polygons(np.stack([106 + np.cos(turn) / 99, 38 + np.sin(turn) / 99], axis=-1))
    began = time.perf_counter()
    mended = mend(np.array([shape], object), np.array([ROW]), OUTLINE)
    assert time.perf_counter() - began < 0.5
    assert mended.problems[0].code == "too_many_corners"
    assert mended.problems[0].given["limit"] == "20,000"


def test_an_outline_that_crosses_itself_everywhere_is_refused_at_once() -> None:
    corners = np.random.default_rng(7).uniform((106, 38), (106.01, 38.01), (19_000, 2))
    began = time.perf_counter()
    mended = mend(np.array([shapely.polygons(corners)], object), np.array([ROW]), OUTLINE)
    assert time.perf_counter() - began < 5
    assert mended.problems[0].code == "tangled"


def test_rows_keep_their_order_and_repairs_their_rows() -> None:
    shapes = [
        f"POLYGON ({BOW_TIE})",
        "POINT (500 0)",
        f"POLYGON ({SQUARE})",
        f"LINESTRING {SQUARE}",
    ]
    rows = np.array([5, 9, 12, 20])
    mended = mend(shapely.from_wkt(shapes), rows, OUTLINE)
    assert list(shapely.is_missing(mended.shapes)) == [False, True, False, False]
    assert [one.row for one in mended.problems] == [9]
    assert [row for row, _ in mended.repairs["made_valid"]] == [5]
    assert [row for row, _ in mended.repairs["line_closed"]] == [20]


@given(st.floats(106.2, 106.3), st.floats(-75, 75), st.floats(0.0001, 0.3), st.floats(0.0001, 0.3))
def test_areas_are_those_of_the_ellipsoid(lon: float, lat: float, dx: float, dy: float) -> None:
    # Short steps along the parallels, which are no geodesics.
    box = shapely.segmentize(shapely.box(lon, lat, lon + dx, lat + dy), 0.01)
    found = outlines.area_m2(np.array([box], object))[0]
    assert found == pytest.approx(_square_metres(box), rel=2e-4)


corners = st.tuples(
    st.sampled_from([106.2, 106.2005, 106.201, 106.2010001, 106.202]),
    st.sampled_from([38.4, 38.4005, 38.401, 38.4010001, 38.402]),
)
rings = st.lists(corners, min_size=3, max_size=9).map(lambda ring: [*ring, ring[0]])
polygons = st.builds(shapely.Polygon, rings, st.lists(rings, max_size=2))
wild = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-200, 200)
anything = st.recursive(
    polygons
    | st.builds(shapely.Point, wild, wild)
    | st.lists(corners, min_size=2, max_size=8).map(shapely.LineString)
    | st.lists(polygons, max_size=3).map(shapely.MultiPolygon)
    | st.lists(corners, max_size=3).map(shapely.MultiPoint)
    | st.lists(rings, max_size=3).map(shapely.MultiLineString),
    lambda parts: st.lists(parts, max_size=3).map(shapely.GeometryCollection),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, min_size=1, max_size=5), st.sampled_from([OUTLINE, AREA, PLACE]))
def test_whatever_comes_in_is_stored_sound_or_refused(shapes: list[Any], kind: Geometry) -> None:
    rows = np.arange(100, 100 + len(shapes))
    mended = mend(np.array([*shapes, None], dtype=object)[:-1], rows, kind)
    refused = [problem.row for problem in mended.problems]
    assert len(set(refused)) == len(refused)
    for row, given_shape, shape in zip(rows, shapes, mended.shapes, strict=True):
        if shape is None:
            assert row in refused or given_shape.is_empty
            continue
        assert row not in refused
        assert shape.is_valid
        assert not shape.is_empty
        assert not shape.has_z
        if kind is PLACE:
            assert shape.geom_type == "Point"
        else:
            assert shape.geom_type == "MultiPolygon"
            assert all(part.exterior.is_ccw for part in shape.geoms)
            assert not any(ring.is_ccw for part in shape.geoms for ring in part.interiors)
