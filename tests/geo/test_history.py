"""What was believed before a fact changed stays beside it, under a number of its own."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from geo import history
from tests.geo.imports.small_city import rows_of, small_city

COMPANY = "registry.company"


@pytest.fixture
def city(database: Engine) -> Iterator[Connection]:
    with small_city(database) as connection:
        yield connection


def number(city: Connection, code: str) -> int:
    query = "SELECT id FROM registry.company WHERE code = :code AND superseded_at IS NULL"
    return int(city.execute(text(query), {"code": code}).scalar_one())


def versions(city: Connection) -> list[tuple[object, ...]]:
    query = (
        "SELECT id, name, superseded_at IS NULL FROM registry.company WHERE code = '91640100A'"
        " ORDER BY superseded_at IS NULL"
    )
    return rows_of(city, query)


def test_the_believed_row_keeps_its_number(city: Connection):
    believed = number(city, "91640100A")
    assert history.set_aside(city, COMPANY, [believed]) == 1
    city.execute(text("UPDATE registry.company SET name = '新名' WHERE id = :id"), {"id": believed})
    (aside, old, is_believed), new = versions(city)
    assert (old, is_believed) == ("银川安居物业服务有限公司", False)
    assert aside != believed
    assert new == (believed, "新名", True)


def test_what_was_set_aside_is_not_set_aside_again(city: Connection):
    believed = number(city, "91640100A")
    history.set_aside(city, COMPANY, [believed])
    aside = versions(city)[0][0]
    assert history.set_aside(city, COMPANY, [aside]) == 0  # type: ignore[list-item]


def test_facts_can_be_listed_in_a_table(city: Connection):
    city.execute(text("CREATE TEMPORARY TABLE listed AS SELECT id FROM registry.company"))
    assert history.set_aside_listed(city, COMPANY, "listed") == 2


def test_nothing_listed_sets_nothing_aside(city: Connection):
    assert history.set_aside(city, COMPANY, []) == 0


def test_shapes_and_days_are_copied_and_computed_columns_computed(city: Connection):
    city.execute(
        text(
            "INSERT INTO oversight.violation (city_code, compound_id, type_code, offender_kind,"
            " severity, found_on, confirmed_on) SELECT city_code, id, 'P1', 'unknown', 'minor',"
            " '2025-03-01', '2025-03-02' FROM registry.compound WHERE code = 'C1'"
        )
    )
    for table, query in (
        ("oversight.violation", "SELECT status FROM oversight.violation"),
        ("registry.compound", "SELECT ST_AsText(geom) FROM registry.compound WHERE code = 'C1'"),
    ):
        ids = [one for (one,) in rows_of(city, f"SELECT id FROM {table}")]
        history.set_aside(city, table, ids)
        first, second = rows_of(city, query)
        assert first == second
