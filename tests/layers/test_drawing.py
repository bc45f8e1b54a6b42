"""Tiles from the narrow tables are those that the layer's own queries give, and drawn as finely."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from shapely.geometry import shape
from sqlalchemy import Engine

from geo.dates import today
from layers import drawing, tiles
from layers.cql import compile_filter
from layers.grids import CRS84_QUAD, WEB_MERCATOR
from layers.items import Selection
from layers.layer import Layer
from layers.registry import LAYERS
from layers.tiles import Place
from tests.layers.test_tiles import run

COMPOUNDS = LAYERS["compounds"]
PLACES = [
    *(Place(WEB_MERCATOR, 8, 98, col) for col in (203,)),
    *(Place(WEB_MERCATOR, 9, 196, col) for col in (406, 407)),
    *(Place(WEB_MERCATOR, 10, row, 814) for row in (392, 393, 394)),
    *(Place(WEB_MERCATOR, 12, 1573, col) for col in (3256, 3257)),
    Place(WEB_MERCATOR, 14, 6292, 13030),
    Place(WEB_MERCATOR, 15, 12585, 26060),
]
HALF_A_PIXEL = drawing.EXTENT / 1024 / 2
ROUNDED = 0.5**0.5
"""How far a corner is moved at most when it is put on whole units."""


@pytest.fixture(scope="module")
def cursor(city: Engine) -> Iterator[Any]:
    connection = city.raw_connection()
    yield connection.cursor()
    connection.close()


def decoded(cursor: Any, layer: Layer, place: Place, chosen: Selection) -> dict[str, Any]:
    body = run(cursor, tiles.tile([layer], place, chosen))
    found = mapbox_vector_tile.decode(body) if body else {}
    return {name: {one["id"]: one for one in part["features"]} for name, part in found.items()}


def by_queries(layer: Layer) -> Layer:
    return replace(layer, drawing=None)


@pytest.mark.parametrize("place", PLACES, ids=lambda one: f"{one.z}/{one.row}/{one.col}")
@pytest.mark.parametrize("kind", ["public", "all"])
@pytest.mark.parametrize("day", [today(), date(2025, 6, 1)], ids=str)
def test_the_same_features_and_attributes(cursor: Any, place: Place, kind: str, day: date) -> None:
    layer, chosen = COMPOUNDS.seen_by(kind), Selection(day)
    found = decoded(cursor, layer, place, chosen)
    expected = decoded(cursor, by_queries(layer), place, chosen)
    assert found.keys() == expected.keys()
    for name, features in expected.items():
        # A query leaves out what is smaller than a unit, or only in the margin.
        assert found[name].keys() >= features.keys()
        for number, one in features.items():
            assert found[name][number]["properties"] == one["properties"]
            near = 2 * HALF_A_PIXEL if name == "compounds" else 1e-9
            other = shape(found[name][number]["geometry"])
            assert shapely.hausdorff_distance(shape(one["geometry"]), other) <= near


def test_a_filter_takes_the_same(cursor: Any) -> None:
    cql = compile_filter(
        "households > 900 AND effective_star <= 3",
        "cql2-text",
        COMPOUNDS.queryables,
    )
    chosen = Selection(today(), cql=cql)
    place = Place(WEB_MERCATOR, 10, 393, 814)
    found = decoded(cursor, COMPOUNDS, place, chosen)
    expected = decoded(cursor, by_queries(COMPOUNDS), place, chosen)
    whole = decoded(cursor, COMPOUNDS, place, Selection(today()))
    assert {name: set(part) for name, part in found.items()} == {
        name: set(part) for name, part in expected.items()
    }
    assert 0 < len(found["compounds"]) < len(whole["compounds"])


@pytest.mark.parametrize("place", PLACES[1:], ids=lambda one: f"{one.z}/{one.row}/{one.col}")
def test_outlines_are_as_fine_as_half_a_pixel(cursor: Any, place: Place) -> None:
    """Against the outline itself, put into the tile without rounding."""
    found = decoded(cursor, COMPOUNDS, place, Selection(today()))["compounds"]
    moved = drawing.place(place.level, place.row, place.col)
    cursor.execute(
        """
        SELECT c.id, ST_AsBinary(ST_Affine(ST_Transform(c.geom, 3857), %(scale)s, 0, 0,
                                           -%(scale)s, %(west)s, %(north)s))
        FROM registry.compound AS c WHERE c.id = ANY(%(ids)s)
        """,
        {**moved, "ids": list(found)},
    )
    seen = 0
    for number, wkb in cursor.fetchall():
        exact = shapely.from_wkb(bytes(wkb))
        west, south, east, north = exact.bounds
        if west < 0 or south < 0 or east > drawing.EXTENT or north > drawing.EXTENT:
            continue
        drawn = shape(found[number]["geometry"])
        # mapbox_vector_tile turns tiles upside down.
        drawn = shapely.transform(drawn, lambda at: [0, drawing.EXTENT] + at * [1, -1])
        if drawn.area <= 1:
            # What is smaller than a unit is that unit.
            assert shapely.distance(exact, drawn) <= ROUNDED
            continue
        assert shapely.hausdorff_distance(exact, drawn) <= HALF_A_PIXEL + ROUNDED, number
        seen += 1
    assert seen


@pytest.mark.parametrize("zoom", [3, 5, 8])
def test_where_they_are_too_many_cells_count_them(
    cursor: Any, monkeypatch: pytest.MonkeyPatch, zoom: int
) -> None:
    layer, shift = COMPOUNDS.seen_by("public"), 10 - zoom
    row, col = 393 >> shift, 814 >> shift
    place = Place(WEB_MERCATOR, zoom, row, col)
    each = decoded(cursor, layer, place, Selection(today()))["compounds_label"]
    monkeypatch.setattr(drawing, "MANY", 100)
    body = run(cursor, tiles.tile([layer], place, Selection(today())))
    cells = mapbox_vector_tile.decode(body)["compounds_label"]["features"]
    assert len(cells) < len(each)
    counted = Counter[tuple[Any, Any]]()
    for one in cells:
        told = one["properties"]
        counted[told["district_code"], told.get("effective_star")] += told["count"]
    assert counted == Counter(
        (one["properties"]["district_code"], one["properties"].get("effective_star"))
        for one in each.values()
    )
    # Each cell holds a compound that it counts.
    side = drawing.EXTENT / drawing.CELLS
    for one in cells:
        x, y = one["geometry"]["coordinates"]
        assert any(
            abs(other["geometry"]["coordinates"][0] - x) <= side / 2
            and abs(other["geometry"]["coordinates"][1] - y) <= side / 2
            for other in each.values()
        )


@pytest.mark.parametrize("matrix", [2, 4, 5, 7])
def test_cells_of_a_grid_of_degrees_count_each_compound_once(
    cursor: Any, monkeypatch: pytest.MonkeyPatch, matrix: int
) -> None:
    """Over all tiles together, each near its middle, and in the districts and stars there are."""
    monkeypatch.setattr(drawing, "MANY", 0)
    layer, side = COMPOUNDS.seen_by("public"), 180 / 2**matrix
    counted, expected = Counter[tuple[Any, Any]](), Counter[tuple[Any, Any]]()
    for row in range(int((90 - 38.9) / side), int((90 - 37.5) / side) + 1):
        for col in range(int((180 + 105.7) / side), int((180 + 107.1) / side) + 1):
            place = Place(CRS84_QUAD, matrix, row, col)
            each = decoded(cursor, by_queries(layer), place, Selection(today()))
            marks = each.get("compounds_label", {}).values()
            expected.update(_told(one) for one in marks)
            body = run(cursor, tiles.tile([layer], place, Selection(today())))
            if not body:
                continue
            cells = mapbox_vector_tile.decode(body)["compounds_label"]["features"]
            for one in cells:
                counted[_told(one)] += one["properties"]["count"]
                x, y = one["geometry"]["coordinates"]
                assert 0 <= x <= drawing.EXTENT
                assert 0 <= y <= drawing.EXTENT
                # A cell may stand for compounds on the other side of the tile's edge, above or
                # below, by half its height.
                if 32 < y < drawing.EXTENT - 32:
                    assert any(_near(one, other) for other in marks)
    assert counted == expected
    assert sum(expected.values()) == 1500


def _told(one: dict[str, Any]) -> tuple[Any, Any]:
    return one["properties"]["district_code"], one["properties"].get("effective_star")


def _near(cell: dict[str, Any], mark: dict[str, Any]) -> bool:
    """Whether a mark lies in a cell, which is less high in degrees than wide."""
    (x, y), (other_x, other_y) = (one["geometry"]["coordinates"] for one in (cell, mark))
    half = drawing.EXTENT / drawing.CELLS / 2
    return abs(other_x - x) <= half + 1 and abs(other_y - y) <= half * 0.82 + 1


def test_a_filter_a_day_and_who_sees_more_are_never_counted_in_cells(
    cursor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MANY", 100)
    public = COMPOUNDS.seen_by("public")
    cql = compile_filter("effective_star <= 5", "cql2-text", public.queryables)
    for layer, chosen in (
        (public, Selection(today() - timedelta(days=1))),
        (public, Selection(today(), cql=cql)),
        (COMPOUNDS, Selection(today())),
    ):
        for place in (Place(WEB_MERCATOR, 8, 98, 203), Place(CRS84_QUAD, 7, 36, 203)):
            assert None not in decoded(cursor, layer, place, chosen)["compounds_label"]


def test_what_is_smaller_than_a_unit_is_drawn_all_the_same(cursor: Any) -> None:
    cursor.execute("SELECT id FROM registry.compound ORDER BY id LIMIT 1")
    (number,) = cursor.fetchone()
    layer = replace(COMPOUNDS.seen_by("public"), outline_min_zoom=0)
    drawn = {
        one
        for col in (406, 407)
        for row in (195, 196, 197)
        for one in decoded(cursor, layer, Place(WEB_MERCATOR, 9, row, col), Selection(today())).get(
            "compounds", {}
        )
    }
    assert number in drawn
    coarse = decoded(cursor, layer, Place(WEB_MERCATOR, 3, 3, 6), Selection(today()))
    assert len(coarse["compounds"]) == 1500
    assert all(shape(one["geometry"]).area > 0 for one in coarse["compounds"].values())
