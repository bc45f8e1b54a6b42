"""Tiles lie where morecantile, which asks PROJ, has them."""

import morecantile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grids import GRIDS


@given(st.data(), st.sampled_from(sorted(GRIDS)))
def test_a_tile_lies_where_its_standard_has_it(data: st.DataObject, name: str) -> None:
    grid = GRIDS[name]
    z = data.draw(st.integers(0, 18))
    row = data.draw(st.integers(0, (grid.rows << z) - 1))
    col = data.draw(st.integers(0, (grid.columns << z) - 1))
    expected = morecantile.tms.get(name).bounds(morecantile.Tile(col, row, z))
    assert grid.box(z, row, col) == pytest.approx(tuple(expected), abs=1e-9)
    west, south, east, north = grid.box(z, row, col, 0.25)
    assert (east - west) == pytest.approx((expected.right - expected.left) * 1.5)
    assert (north - south) == pytest.approx((expected.top - expected.bottom) * 1.5)
