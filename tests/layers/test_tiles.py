"""Tiles hold every feature they meet, and each label once."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from geo.dates import today
from layers import drawing, tiles
from layers.cql import compile_filter
from layers.crs import CRS84
from layers.drawing import EXTENT
from layers.grids import WEB_MERCATOR
from layers.items import Selection
from layers.layer import Layer
from layers.registry import LAYERS
from layers.statement import Statement
from layers.tiles import Place
from tests.layers import prepared

CITY = (105.8, 37.6, 106.9, 38.9)
NOW = Selection(today())
ROUNDED = 0.5**0.5 + 1e-6
"""How far a corner may go to the nearest unit."""


@pytest.fixture(scope="module")
def cursor(city: Engine) -> Iterator[Any]:
    connection = city.raw_connection()
    yield connection.cursor()
    connection.close()


def run(cursor: Any, statement: Statement) -> bytes:
    return bytes(prepared.rows(cursor, statement)[0][0])


def _places(zoom: int) -> Iterator[tuple[int, int]]:
    """Rows and columns of the tiles that cover Yinchuan."""
    west, south, east, north = CITY
    size = 2**zoom

    def column(lon: float) -> int:
        return int((lon + 180) / 360 * size)

    def row(lat: float) -> int:
        return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * size)

    for r in range(row(north), row(south) + 1):
        for c in range(column(west), column(east) + 1):
            yield r, c


def _decoded(cursor: Any, layer: Layer, zoom: int) -> Iterator[dict[str, Any]]:
    for row, col in _places(zoom):
        body = run(cursor, tiles.tile([layer], Place(WEB_MERCATOR, zoom, row, col), NOW))
        yield mapbox_vector_tile.decode(body) if body else {}


def _ids(tile: dict[str, Any], name: str) -> list[int]:
    return [feature["id"] for feature in tile.get(name, {"features": []})["features"]]


@pytest.mark.parametrize(("layer", "zoom"), [("districts", 8), ("streets", 9), ("compounds", 10)])
def test_each_label_stands_in_exactly_one_tile(
    cursor: Any, city: Engine, layer: str, zoom: int
) -> None:
    labels = [
        number
        for tile in _decoded(cursor, LAYERS[layer], zoom)
        for number in _ids(tile, f"{layer}_label")
    ]
    tables = {
        "districts": "district_boundary",
        "streets": "street_boundary",
        "compounds": "compound",
    }
    with city.connect() as connection:
        count = connection.scalar(text(f"SELECT count(*) FROM registry.{tables[layer]}"))
    assert len(labels) == len(set(labels)) == count


def test_no_compound_is_lost_between_tiles(cursor: Any, city: Engine) -> None:
    drawn = {
        number
        for tile in _decoded(cursor, LAYERS["compounds"], 10)
        for number in _ids(tile, "compounds")
    }
    with city.connect() as connection:
        everyone = set(connection.scalars(text("SELECT id FROM registry.compound")))
    assert drawn == everyone


SHOWN = (
    "name",
    "district_code",
    "street_code",
    "rated_star",
    "effective_star",
    "rung",
    "key_target",
    "exit_case",
)


def test_a_tile_carries_stars_standing_and_place_of_its_compounds(
    cursor: Any, city: Engine
) -> None:
    with city.connect() as connection:
        rows = connection.execute(
            text("""
                SELECT c.id, (c.name, c.district_code, c.street_code, r.star, u.effective_star,
                              u.rung, u.key_target, u.exit_case)::text AS shown
                FROM registry.compound AS c
                LEFT JOIN oversight.rating AS r
                       ON r.compound_id = c.id AND r.valid @> CAST(:today AS date)
                LEFT JOIN oversight.status AS u
                       ON u.compound_id = c.id AND u.valid @> CAST(:today AS date)
            """),
            {"today": today()},
        )
        expected = {row.id: row.shown for row in rows}
    seen = 0
    for tile in _decoded(cursor, LAYERS["compounds"], 11):
        for feature in tile.get("compounds", {"features": []})["features"]:
            shown = feature["properties"]
            values = [shown.get(name, "") for name in SHOWN]
            words = [
                str(value).lower()[0] if isinstance(value, bool) else str(value) for value in values
            ]
            assert f"({','.join(words)})" == expected[feature["id"]]
            seen += 1
    assert seen >= len(expected)


def test_low_zooms_show_points_only(cursor: Any) -> None:
    for tile in _decoded(cursor, LAYERS["compounds"], 8):
        assert "compounds" not in tile


def test_low_zooms_use_the_generalised_outlines(cursor: Any, city: Engine) -> None:
    with city.connect() as connection:
        full = connection.scalar(text("SELECT sum(ST_NPoints(geom)) FROM registry.street_boundary"))
    corners = sum(
        sum(1 for _ in _flat(feature["geometry"]["coordinates"]))
        for tile in _decoded(cursor, LAYERS["streets"], 6)
        for feature in tile["streets"]["features"]
    )
    assert 0 < corners < full / 2


def test_a_border_that_two_districts_share_is_drawn_once(cursor: Any) -> None:
    row, col = 98, 203
    body = run(cursor, tiles.tile([LAYERS["districts"]], Place(WEB_MERCATOR, 8, row, col), NOW))
    tile = mapbox_vector_tile.decode(body)
    steps = [
        frozenset((tuple(one), tuple(other)))
        for feature in tile["districts_line"]["features"]
        for line in _lines(feature["geometry"])
        for one, other in pairwise(line)
    ]
    inner = [step for step in steps if len(step) == 2]
    assert len(inner) > 100
    assert len(inner) - len(set(inner)) < len(inner) / 50


@pytest.mark.parametrize("zoom", [4, 5, 6, 7, 8])
@pytest.mark.parametrize("name", ["districts", "streets"])
def test_what_was_projected_beforehand_is_drawn_where_it_lies(
    cursor: Any, name: str, zoom: int
) -> None:
    layer, seen = LAYERS[name], 0
    exact = _generalised(cursor, name.removesuffix("s"), zoom)
    pairs = zip(
        _places(zoom),
        _decoded(cursor, layer, zoom),
        _decoded(cursor, replace(layer, flat=False), zoom),
        strict=True,
    )
    for (row, col), beforehand, then in pairs:
        assert beforehand.keys() == then.keys()
        assert sorted(_ids(beforehand, name)) == sorted(_ids(then, name))
        at = drawing.place(zoom, row, col)
        for number, shape in _shapes(beforehand, name).items():
            lies = shapely.transform(exact[number], partial(_units, at))
            if shapely.box(0, 0, EXTENT, EXTENT).contains(lies):
                assert shapely.hausdorff_distance(shape, lies) <= ROUNDED
                seen += 1
        if layer.lines and then:
            borders, others = (
                shapely.union_all(list(_shapes(tile, f"{name}_line", by=id).values()))
                for tile in (beforehand, then)
            )
            assert shapely.hausdorff_distance(borders, others) <= 2
            assert borders.length == pytest.approx(others.length, rel=0.02)
    assert seen > 0


def test_a_tile_of_the_sea_is_empty(cursor: Any) -> None:
    assert run(cursor, tiles.tile([LAYERS["compounds"]], Place(WEB_MERCATOR, 9, 0, 0), NOW)) == b""


def _generalised(cursor: Any, level: str, zoom: int) -> dict[int, Any]:
    """Outlines of a band in web mercator, by code."""
    cursor.execute(
        f"SELECT DISTINCT ON (b.{level}_code) b.{level}_code, ST_AsBinary(g.flat)"
        f" FROM registry.{level}_generalised AS g"
        f" JOIN registry.{level}_boundary AS b ON b.id = g.boundary_id"
        f" WHERE g.max_zoom >= %s ORDER BY b.{level}_code, g.max_zoom",
        [zoom],
    )
    return {int(code): shapely.from_wkb(bytes(shape)) for code, shape in cursor.fetchall()}


def _units(at: dict[str, float], xy: Any) -> Any:
    """Units of the tile, upwards, as mapbox_vector_tile turns them."""
    east, south = xy[:, 0] * at["scale"] + at["west"], at["north"] - xy[:, 1] * at["scale"]
    return np.column_stack((east, EXTENT - south))


def _shapes(tile: dict[str, Any], name: str, by: Any = lambda one: one["id"]) -> dict[int, Any]:
    return {
        by(feature): shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in tile.get(name, {"features": []})["features"]
    }


def _lines(geometry: dict[str, Any]) -> list[Any]:
    parts = geometry["coordinates"]
    return parts if geometry["type"] == "MultiLineString" else [parts]


def _flat(coordinates: Any) -> Iterator[Any]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
    else:
        for part in coordinates:
            yield from _flat(part)


def test_a_filter_is_worked_out_once_for_a_tile(cursor: Any) -> None:
    """And not for each of its features, where it is thought to take few of them."""
    layer = LAYERS["compounds"]
    cql = compile_filter("district_code = '640106'", "cql2-text", layer.queryables, CRS84)
    place = Place(WEB_MERCATOR, 7, 49, 101)
    for join in ("hashjoin", "mergejoin"):
        cursor.execute(f"SET LOCAL enable_{join} = off")
    cursor.execute("SET LOCAL statement_timeout = '1s'")
    try:
        body = run(cursor, tiles.tile([layer], place, Selection(date(2026, 3, 1), cql=cql)))
    finally:
        cursor.connection.rollback()
    cursor.execute("SELECT id FROM registry.compound WHERE district_code = '640106' ORDER BY 1")
    numbers = sorted(_ids(mapbox_vector_tile.decode(body), "compounds_label"))
    assert numbers == [number for (number,) in cursor.fetchall()]
