"""Outlines of compounds are simple, stay in their block and have only real corners."""

import numpy as np
import shapely

from geo.sample.blocks import blocks
from geo.sample.shapes import outlines


def _blocks(seed: int = 1) -> np.ndarray:
    return blocks(np.random.default_rng(seed), (0.0, 0.0), 0.1, 6000.0)


def _turns(polygon: shapely.Polygon) -> np.ndarray:
    """The turn at every corner, in degrees."""
    points = shapely.get_coordinates(polygon)[:-1]
    along = np.roll(points, -1, axis=0) - points
    heading = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    return (np.diff(heading, prepend=heading[-1]) + 180) % 360 - 180


def test_blocks_are_convex_and_leave_roads_of_twelve_metres_between_them():
    polygons = shapely.polygons(_blocks())
    assert len(polygons) > 500
    assert (shapely.area(shapely.convex_hull(polygons)) / shapely.area(polygons) < 1.0001).all()
    wider = shapely.buffer(polygons, 5.9, join_style="mitre")
    one, _ = shapely.STRtree(wider).query(wider, predicate="overlaps")
    assert len(one) == 0


def test_outlines_stay_inside_their_block():
    quads = _blocks(2)
    shapes = outlines(np.random.default_rng(3), quads)
    assert shapely.is_valid(shapes).all()
    assert shapely.covers(shapely.buffer(shapely.polygons(quads), 1e-6), shapes).all()


def test_outlines_have_8_to_60_corners_and_each_turns():
    shapes = outlines(np.random.default_rng(4), _blocks(3))
    corners = shapely.get_num_coordinates(shapes) - 1
    assert corners.min() == 8
    assert corners.max() <= 60
    assert np.unique(corners).size > 15
    assert min(np.abs(_turns(shape)).min() for shape in shapes) > 5


def test_some_outlines_have_a_deep_bay_or_a_cut_corner():
    shapes = outlines(np.random.default_rng(5), _blocks(4))
    filled = shapely.area(shapes) / shapely.area(shapely.convex_hull(shapes))
    assert 0.05 < (filled < 0.85).mean() < 0.4
