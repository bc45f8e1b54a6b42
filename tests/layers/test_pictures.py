"""Pictures of tiles show what their vector tiles hold, alike on both sides of an edge."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from PIL import Image
from sqlalchemy import Engine

from geo.dates import today
from layers import pictures, tiles
from layers.grids import CRS84_QUAD, WEB_MERCATOR, Grid
from layers.items import Selection
from layers.layer import Layer
from layers.pictures import Canvas, Row, TooManyError, names, scales
from layers.registry import LAYERS
from layers.styles import fonts, palette
from layers.tiles import Place
from tests.layers import prepared

NOW = Selection(today())
COMPOUNDS = LAYERS["compounds"].seen_by("public")
DISTRICTS = LAYERS["districts"]
NEAR = Canvas(12)
CENTRE = Place(WEB_MERCATOR, 12, 1573, 3257)


@pytest.fixture(scope="module")
def cursor(city: Engine) -> Iterator[Any]:
    connection = city.raw_connection()
    yield connection.cursor()
    connection.close()


def found(cursor: Any, layer: Layer, place: Place) -> list[Row]:
    return [(*row[:5], bytes(row[5])) for row in prepared.rows(cursor, rows_of(layer, place))]


def rows_of(layer: Layer, place: Place) -> Any:
    return pictures.rows([layer], place, NOW)


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGBA")


def area(number: int, value: str | None, shape: str, layer: Layer = COMPOUNDS) -> Row:
    return (layer.id, "area", number, value, None, shapely.from_wkt(shape).wkb)


@pytest.mark.parametrize(
    ("grid", "z", "row", "col"), [(WEB_MERCATOR, 12, 1573, 3257), (CRS84_QUAD, 11, 586, 3256)]
)
def test_the_areas_of_a_picture_are_those_of_the_vector_tile(
    cursor: Any, grid: Grid, z: int, row: int, col: int
) -> None:
    place = Place(grid, z, row, col)
    ((body,),) = prepared.rows(cursor, tiles.tile([COMPOUNDS], place, NOW))
    tile = mapbox_vector_tile.decode(bytes(body), default_options={"y_coord_down": True})[
        "compounds"
    ]["features"]
    drawn = {row[2]: row for row in found(cursor, COMPOUNDS, place) if row[1] == "area"}
    assert len(drawn) > 20
    assert drawn.keys() == {one["id"] for one in tile}
    for one in tile:
        star = one["properties"].get("effective_star")
        assert drawn[one["id"]][3] == (None if star is None else str(star))
        box = shapely.from_wkb(drawn[one["id"]][5]).bounds
        # The vector tile's outline is generalised by half a pixel, then put on whole units.
        assert box == pytest.approx(shapely.geometry.shape(one["geometry"]).bounds, abs=3)


def test_points_in_one_pixel_are_drawn_once_for_each_class(cursor: Any) -> None:
    far = found(cursor, COMPOUNDS, Place(WEB_MERCATOR, 6, 24, 50))
    near = [
        row
        for down in (0, 1)
        for right in (0, 1)
        for row in found(cursor, COMPOUNDS, Place(WEB_MERCATOR, 11, 786 + down, 1628 + right))
    ]
    assert {row[1] for row in (*far, *near)} == {"point"}
    pixel = 4096 // scales.SIDE
    places = [(row[3], shapely.from_wkb(row[5])) for row in far]
    kept = {(value, round(one.x / pixel), round(one.y / pixel)) for value, one in places}
    assert len(kept) == len(far) < len({row[2] for row in near})


@pytest.mark.parametrize("layer", [COMPOUNDS, LAYERS["streets"]], ids=lambda one: one.id)
def test_neighbours_draw_the_two_halves_of_a_name_alike(cursor: Any, layer: Layer) -> None:
    if fonts.chinese(12) is None:
        pytest.skip("the system has no font with Chinese: scripts/packages browser installs one")
    named = replace(layer, style=replace(layer.style, label_from=0))
    z, row, col = 12, 1572, 3256
    parts = [
        (down, right, _names(cursor, named, Place(WEB_MERCATOR, z, row + down, col + right)))
        for down in (0, 1)
        for right in (0, 1)
    ]
    sides = [
        (first, second)
        for down, right, first in parts
        for below, beside, second in parts
        if (below, beside) == (down, right + 1)
    ]
    crossing = 0
    for west, east in sides:
        for name, x, y in west:
            if abs(x - scales.SIDE) < 40 and 0 < y < scales.SIDE:
                crossing += 1
                assert any(
                    other == name and abs(x - scales.SIDE - far) < 1 and abs(y - high) < 1
                    for other, far, high in east
                ), name
    assert crossing


def _names(cursor: Any, layer: Layer, place: Place) -> list[tuple[str, float, float]]:
    rows = [row for row in found(cursor, layer, place) if row[1] == "name"]
    shown = []
    for row in sorted(rows, key=lambda one: one[2] or 0):
        point = shapely.from_wkb(row[5])
        ratio = scales.SIDE / 4096
        shown.append(names.Name(row[4] or "", point.x * ratio, point.y * ratio, layer.style))
    return [(one.text, one.x, one.y) for one in names.with_room(shown, 1)]


def test_a_picture_is_in_the_colours_of_the_style() -> None:
    square = "POLYGON((1000 1000, 3000 1000, 3000 3000, 1000 3000, 1000 1000))"
    image = opened(pictures.drawn([COMPOUNDS], [area(1, "1", square)], NEAR))
    assert image.size == (256, 256)
    assert image.getpixel((5, 5)) == (0, 0, 0, 0)
    assert image.getpixel((128, 128)) == (*bytes.fromhex(palette.STAR_1[1:]), round(0.88 * 255))
    red, green, blue, alpha = image.getpixel((62, 128))
    assert max(red, green, blue) < 90
    assert alpha > 150
    large = opened(pictures.drawn([COMPOUNDS], [area(1, "1", square)], Canvas(12, 2)))
    assert large.size == (512, 512)
    assert large.getpixel((256, 256)) == image.getpixel((128, 128))


def test_what_lies_in_a_hole_is_seen() -> None:
    inner = "POLYGON((1800 1800, 2200 1800, 2200 2200, 1800 2200, 1800 1800))"
    outer = (
        "POLYGON((500 500, 3500 500, 3500 3500, 500 3500, 500 500),"
        "(1500 1500, 2500 1500, 2500 2500, 1500 2500, 1500 1500))"
    )
    image = opened(pictures.drawn([COMPOUNDS], [area(1, "5", inner), area(2, "3", outer)], NEAR))
    shown = [image.getpixel((x, 125))[:3] for x in (125, 60)]
    assert shown == [tuple(bytes.fromhex(one[1:])) for one in (palette.STAR_5, palette.STAR_3)]
    assert image.getpixel((105, 105))[3] == 0


def test_borders_are_dashed() -> None:
    line = shapely.from_wkt("LINESTRING(0 2048, 4096 2048)").wkb
    image = opened(
        pictures.drawn([DISTRICTS], [("districts", "line", None, None, None, line)], NEAR)
    )
    across = [image.getpixel((x, 128))[3] > 127 for x in range(256)]
    on, off = DISTRICTS.style.dash
    assert sum(across) / 256 == pytest.approx(on / (on + off), abs=0.08)
    begins = sum(one and not before for before, one in pairwise(across))
    assert begins == pytest.approx(256 / (on + off), abs=2)


def test_a_point_at_the_edge_is_drawn_on_both_sides() -> None:
    def half(x: float) -> Image.Image:
        row: Row = ("compounds", "point", 1, "5", None, shapely.Point(x, 2048).wkb)
        return opened(pictures.drawn([COMPOUNDS], [row], Canvas(10)))

    west, east = half(4096), half(0)
    column = [(200 + x, y) for x in range(40, 56) for y in range(118, 138)]
    assert any(west.getpixel(place)[3] for place in column)
    whole = half(2048)
    for x in range(16):
        for y in range(112, 144):
            assert whole.getpixel((112 + x, y)) == west.getpixel((240 + x, y))
            assert whole.getpixel((128 + x, y)) == east.getpixel((x, y))


def test_nothing_is_a_few_bytes_and_too_much_is_refused() -> None:
    assert pictures.drawn([COMPOUNDS], [], NEAR) == pictures.EMPTY[1]
    for scale, body in pictures.EMPTY.items():
        image = opened(body)
        assert image.size == (256 * scale, 256 * scale)
        assert image.getextrema()[3] == (0, 0)
        assert len(body) < 200
    row = area(1, "1", "POLYGON((0 0, 1 0, 1 1, 0 0))")
    with pytest.raises(TooManyError, match="more than 20000"):
        pictures.drawn([COMPOUNDS], [row] * (pictures.MOST + 1), NEAR)


def test_the_statement_ends_one_past_the_bound(cursor: Any) -> None:
    assert rows_of(COMPOUNDS, CENTRE).arguments[-1] == pictures.MOST + 1
    with pytest.raises(ValueError, match="no layer is drawn"):
        pictures.rows([], CENTRE, NOW)
