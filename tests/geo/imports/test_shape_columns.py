"""Shapes that stand in columns of numbers or text, and axes that were exchanged."""

from typing import Any

import numpy as np
import pandas
import pytest
import shapely

from geo.imports.shapes import find_swapped, from_columns

YINCHUAN = (105.2, 37.6, 106.97, 38.9)
SQUARE = "(106.2 38.4, 106.202 38.4, 106.202 38.402, 106.2 38.402, 106.2 38.4)"


def _columns(
    longitude: list[Any], latitude: list[Any], wkt: list[Any]
) -> tuple[list[Any], list[tuple[int, str, str | None]]]:
    rows = np.arange(2, 2 + len(wkt))
    shapes, problems = from_columns(
        pandas.Series(longitude, dtype=object),
        pandas.Series(latitude, dtype=object),
        pandas.Series(wkt, dtype=object),
        rows,
    )
    return list(shapes), [(one.row, one.code, one.field) for one in problems]


def test_two_numbers_are_a_point_and_nothing_is_nothing() -> None:
    shapes, problems = _columns([106.2, None], [38.4, None], [None, None])
    assert shapes == [shapely.Point(106.2, 38.4), None]
    assert problems == []


def test_half_a_point_names_the_missing_half() -> None:
    shapes, problems = _columns([106.2, None], [None, 38.4], [None, None])
    assert shapes == [None, None]
    assert problems == [(2, "half_a_point", "latitude"), (3, "half_a_point", "longitude")]


@pytest.mark.parametrize(
    "wkt", ["POINT (106.2 38.4)", " point(106.2 38.4)", "ＰＯＩＮＴ（106.2 38.4）"]
)
def test_well_known_text_is_read_also_with_full_width_signs(wkt: str) -> None:
    assert _columns([None], [None], [wkt]) == ([shapely.Point(106.2, 38.4)], [])


@pytest.mark.parametrize(
    "wkt",
    [
        "abc",
        "POINT (106.2",
        "SRID=4523;POINT (1 2)",
        "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))",
        "GEOMETRYCOLLECTION (CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0)))",
        "GEOMETRYCOLLECTION (" * 200_000 + "POINT (1 2)" + ")" * 200_000,
    ],
)
def test_what_is_no_well_known_text_is_a_problem_of_its_row(wkt: str) -> None:
    assert _columns([None], [None], [wkt]) == ([None], [(2, "bad_wkt", "wkt")])


def test_swapped_axes_are_found_and_named_not_mended() -> None:
    shapes = shapely.from_wkt(
        ["POINT (38.48 106.23)", f"POLYGON ({SQUARE})", "POINT (120 30)", "POINT EMPTY"]
    )
    (problem,) = find_swapped(shapes, np.array([5, 6, 7, 8]), YINCHUAN)
    assert (problem.row, problem.code) == (5, "swapped")
    assert problem.given == {
        "at": "(38.480000, 106.230000)",
        "swapped": "(106.230000, 38.480000)",
    }


def test_without_a_city_only_what_fits_china_once_exchanged_is_swapped() -> None:
    places = shapely.points([(38.48, 106.23), (30.0, 100.0), (60.2, 24.9), (24.9, 60.2), (106, 38)])
    assert [one.row for one in find_swapped(places, np.arange(5), None)] == [0, 1]


def test_a_latitude_beyond_90_is_swapped_even_far_from_the_city() -> None:
    beijing = shapely.points([(39.9, 116.4)])
    assert [one.code for one in find_swapped(beijing, np.arange(1), YINCHUAN)] == ["swapped"]
