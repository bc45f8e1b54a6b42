"""Gaps, overlaps and drawn areas of jurisdiction are features and tiles like any other layer's."""

import json
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import pytest
from shapely import box
from shapely.geometry import shape
from sqlalchemy import Engine

from layers import items, tiles
from layers.grids import WEB_MERCATOR
from layers.items import Form, Page, Selection
from layers.jurisdictions import JURISDICTIONS
from layers.statement import Statement
from layers.tiles import Place
from tests.oversight import claims
from tests.oversight.claims import DAY, FIRST, SECOND, THIRD, agency, claim

ZOOM, ROW, COLUMN = 9, 196, 406
"""The tile that holds the city."""


@pytest.fixture(scope="module")
def cursor(database: Engine) -> Iterator[Any]:
    """A city with a gap in its third street and two drawn areas that overlap in the first."""
    with database.begin() as connection:
        claims.found(connection)
        housing = agency(connection, "housing", "市住建局")
        for family in claims.FAMILIES:
            claim(connection, housing, family, "accept")
            for street in (FIRST, SECOND) if family == "safety" else (None,):
                claim(connection, housing, family, area=street)
        for name, west in (("东片", 106.00), ("西片", 106.005)):
            office = agency(connection, "police", f"{name}派出所")
            area = box(west, 38.40, west + 0.01, 38.41)
            claim(connection, office, "P1", area=area, area_name=name)
    raw = database.raw_connection()
    yield raw.cursor()
    raw.close()


def _run(cursor: Any, statement: Statement) -> list[Any]:
    sql = statement.sql.replace("%", "%%")
    for number in range(len(statement.arguments), 0, -1):
        sql = sql.replace(f"${number}", f"%({number})s")
    cursor.execute(sql, {str(n): one for n, one in enumerate(statement.arguments, start=1)})
    return [bytes(row[-1]) for row in cursor.fetchall()]


def _features(cursor: Any, **sent: str) -> list[dict[str, Any]]:
    page = items.page(JURISDICTIONS, Selection(DAY, sent), Form(), Page())
    return [json.loads(one) for one in _run(cursor, page)]


def test_gaps_overlaps_and_drawn_areas_are_features(cursor: Any) -> None:
    found = {}
    for one in _features(cursor):
        found.setdefault(one["properties"]["problem"], []).append(one)
    assert {problem: len(those) for problem, those in found.items()} == {
        "gap": 1,
        "overlap": 1,
        "area": 2,
    }
    (gap,) = (one["properties"] for one in found["gap"])
    assert (gap["street_code"], gap["role"], gap["breaches"]) == (THIRD, "enforce", "safety")
    (overlap,) = found["overlap"]
    assert overlap["properties"]["agencies"] == "东片派出所、西片派出所"
    expected = box(106.005, 38.40, 106.01, 38.41)
    assert shape(overlap["geometry"]).symmetric_difference(expected).area < 1e-9
    assert {one["properties"]["area_name"] for one in found["area"]} == {"东片", "西片"}


def test_they_are_narrowed_by_kind_and_street(cursor: Any) -> None:
    assert {one["properties"]["problem"] for one in _features(cursor, problem="gap,overlap")} == {
        "gap",
        "overlap",
    }
    assert len(_features(cursor, street_code=THIRD)) == 1
    assert _features(cursor, problem="gap", street_code=FIRST) == []


def test_a_feature_keeps_its_number(cursor: Any) -> None:
    numbers = [one["id"] for one in _features(cursor)]
    assert len(set(numbers)) == len(numbers)
    assert numbers == [one["id"] for one in _features(cursor)]
    for number in numbers:
        (one,) = _run(cursor, items.one(JURISDICTIONS, as_of=DAY, feature_id=number))
        assert json.loads(one)["id"] == number


def test_tiles_carry_what_the_map_tells(cursor: Any) -> None:
    (body,) = _run(
        cursor, tiles.tile([JURISDICTIONS], Place(WEB_MERCATOR, ZOOM, ROW, COLUMN), Selection(DAY))
    )
    drawn = mapbox_vector_tile.decode(body)["jurisdictions"]["features"]
    told = [one["properties"] for one in drawn]
    assert sorted(one["problem"] for one in told) == ["area", "area", "gap", "overlap"]
    (gap,) = (one for one in told if one["problem"] == "gap")
    assert gap == {
        "problem": "gap",
        "role": "enforce",
        "breaches": "safety",
        "area_name": "北京路街道",
    }
