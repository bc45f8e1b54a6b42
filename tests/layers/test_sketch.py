"""Drawings of shapes: north up, in proportion, whatever the reference system."""

import re
from typing import Any

import pytest
from shapely.geometry import LineString, MultiPolygon, Point, box, mapping

from layers.crs import CRS84, CRSS
from layers.sketch import HIGHEST, WIDTH, sketch

FLIPPED = CRSS["http://www.opengis.net/def/crs/EPSG/0/4326"]
METRES = CRSS["http://www.opengis.net/def/crs/EPSG/0/3857"]
NUMBER = re.compile(r"-?\d+\.\d")


def extent(path: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    numbers = [float(word) for word in NUMBER.findall(path)]
    across, down = numbers[::2], numbers[1::2]
    return min(across), min(down), max(across), max(down)


def test_north_is_up_and_east_is_right() -> None:
    drawn = sketch([mapping(box(0, 0, 1, 1)), mapping(box(2, 3, 3, 4))], METRES)
    assert drawn is not None
    south_west, north_east = (extent(path) for path in drawn.paths)
    assert north_east[0] > south_west[2]
    assert north_east[3] < south_west[1]


def test_northing_first_draws_the_same() -> None:
    shape = box(106, 38, 106.3, 38.1)
    flipped = box(38, 106, 38.1, 106.3)
    one, other = sketch([mapping(shape)], CRS84), sketch([mapping(flipped)], FLIPPED)
    assert one is not None
    assert other is not None
    assert extent(one.paths[0]) == extent(other.paths[0])


def test_a_square_at_60_degrees_is_half_as_wide() -> None:
    drawn = sketch([mapping(box(10, 59.95, 10.1, 60.05))], CRS84)
    assert drawn is not None
    left, top, right, bottom = extent(drawn.paths[0])
    assert (right - left) / (bottom - top) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "shape",
    [
        Point(106, 38),
        LineString([(106, 38), (107, 38)]),
        LineString([(106, 38), (106, 39)]),
        MultiPolygon([box(106, 38, 107, 39), box(108, 38, 109, 39)]),
        box(106, 38, 107, 39).difference(box(106.2, 38.2, 106.8, 38.8)),
    ],
)
def test_every_kind_of_shape_lies_inside_the_drawing(shape: Any) -> None:
    drawn = sketch([mapping(shape)], CRS84)
    assert drawn is not None
    left, top, right, bottom = extent(drawn.paths[0])
    assert 0 <= left <= right <= drawn.width == WIDTH
    assert 0 <= top <= bottom <= drawn.height <= HIGHEST
    assert re.fullmatch(r"[MLZh0-9. ]+", drawn.paths[0])
    rings = 2 if shape.geom_type in {"MultiPolygon", "Polygon"} else 0
    assert drawn.paths[0].count("Z") == rings


def test_what_has_no_shape_has_an_empty_path() -> None:
    assert sketch([], CRS84) is None
    assert sketch([None, None], CRS84) is None
    drawn = sketch([None, mapping(Point(1, 1))], CRS84)
    assert drawn is not None
    assert drawn.paths[0] == ""
    assert drawn.paths[1]
