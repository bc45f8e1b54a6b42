"""What offices write for compounds, companies and places, and what it means."""

from collections.abc import Iterator
from typing import Any

import pytest
from shapely import Point
from sqlalchemy import Connection, Engine, text

from tests.geo.imports.small_city import rows_of, small_city, stage

VISIT = {"inspected_on": "2025-03-01"}


@pytest.fixture
def city(database: Engine) -> Iterator[Connection]:
    with small_city(database) as connection:
        yield connection


def named(city: Connection, said: str, **also: Any) -> list[Any]:
    """The codes of the compounds that an inspection's row is taken to mean."""
    stage(city, "inspections", [VISIT | {"compound": said} | also])
    query = "SELECT c.code FROM staged JOIN registry.compound AS c ON c.id = compound_id"
    return [code for (code,) in rows_of(city, query)]


def problems(city: Connection) -> list[tuple[Any, ...]]:
    return rows_of(city, 'SELECT "row", code, field, value, given FROM problem ORDER BY "row"')


@pytest.mark.parametrize(
    "said",
    ["C1", "c1", "阳光花园", "阳光花园小区", "阳光花园住宅小区", "（阳光）花园", "阳光　花园"],
)
def test_a_compound_is_known_by_number_or_by_name_as_offices_write_it(city: Connection, said: str):
    assert named(city, said) == ["C1"]


def test_an_unknown_compound_is_refused_with_names_close_to_it(city: Connection):
    assert named(city, "阳光花苑") == []
    row, code, field, value, given = problems(city)[0]
    assert (row, code, field, value) == (2, "unknown_reference", "compound", "阳光花苑")
    assert given["close"] == ["阳光花园"]


def test_a_name_two_compounds_have_waits_for_a_decision(city: Connection):
    assert named(city, "锦绣家园") == []
    _, code, _, _, given = problems(city)[0]
    assert code == "ambiguous_reference"
    assert "C3" in given["candidates"]
    assert "C4" in given["candidates"]


@pytest.mark.parametrize(
    ("street", "code"), [("中山街街道办事处", "C3"), ("文昌街", "C4"), ("649905001", "C4")]
)
def test_the_street_of_the_row_tells_two_compounds_apart(city: Connection, street: str, code: str):
    row = {"compound": "锦绣家园", "street": street, "received_on": "2025-03-01"}
    stage(city, "complaints", [row])
    query = "SELECT c.code FROM staged JOIN registry.compound AS c ON c.id = compound_id"
    assert rows_of(city, query) == [(code,)]


def test_a_hazard_is_in_the_compound_that_covers_its_point(city: Connection):
    rows = [
        {"type": "T9.no_plan_fire", "found_on": "2025-03-01", "geom": Point(106.201, 38.401)},
        {"type": "T9.no_plan_fire", "found_on": "2025-03-01", "geom": Point(106.2122, 38.401)},
        {"type": "T9.no_plan_fire", "found_on": "2025-03-01", "geom": Point(106.3, 38.401)},
    ]
    stage(city, "hazards", rows)
    query = (
        'SELECT "row", c.code FROM staged LEFT JOIN registry.compound AS c'
        ' ON c.id = derived_compound_id ORDER BY "row"'
    )
    assert rows_of(city, query) == [(2, "C1"), (3, "C2"), (4, None)]


def test_a_hazard_at_a_point_two_compounds_are_near_waits_for_a_decision(city: Connection):
    city.execute(
        text(
            "INSERT INTO registry.compound (city_code, code, name, geom, source)"
            " SELECT city_code, 'C5', '重影苑', geom, source FROM"
            " registry.compound WHERE code = 'C1'"
        )
    )
    stage(
        city,
        "hazards",
        [{"type": "T9.no_plan_fire", "found_on": "2025-03-01", "geom": Point(106.201, 38.401)}],
    )
    assert "several_compounds_here" in [code for _, code, *_ in problems(city)]


def test_a_breach_is_a_type_of_violation_or_a_family(city: Connection):
    rows = [
        {"agency": "试验市公安局", "role": "enforce", "breach": said}
        for said in ("P1", "九不准", "safety", "没有的类型")
    ]
    stage(city, "jurisdictions", rows)
    query = 'SELECT type_code, family FROM staged ORDER BY "row"'
    assert rows_of(city, query) == [("P1", None), (None, "prohibition"), (None, "safety")]
    assert [(row, code) for row, code, *_ in problems(city)] == [(5, "unknown_reference")]


def test_a_company_is_known_without_its_legal_form(city: Connection):
    row = {"compound": "C1", "company": "银川安居物业服务", "valid_from": "2025-01-01"}
    stage(city, "contracts", [row])
    query = "SELECT c.code FROM staged JOIN registry.company AS c ON c.id = company_id"
    assert rows_of(city, query) == [("91640100A",)]


def test_what_another_city_has_is_not_meant(city: Connection):
    stage(city, "inspections", [VISIT | {"compound": "C1"}], city="640100")
    assert [code for _, code, *_ in problems(city)] == ["unknown_reference"]
