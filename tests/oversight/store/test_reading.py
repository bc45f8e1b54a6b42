"""Facts are read as the rules want them: believed rows, in order, rounds by number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, text

from oversight.facts import CompoundFacts, Extension, Reopening
from oversight.policy import load
from oversight.policy.model import Policy
from oversight.store.reading import read_companies, read_compounds
from tests.geo.imports.small_city import small_city


@pytest.fixture
def city(database: Engine) -> Iterator[Connection]:
    """Four compounds, undone afterwards."""
    with small_city(database) as connection:
        yield connection


@pytest.fixture
def known() -> Policy:
    """A policy that reads by when rows were entered."""
    return replace(load(), asof=replace(load().asof, basis="known"))


def read(connection: Connection, code: str = "C1", policy: Policy | None = None) -> CompoundFacts:
    ids = connection.scalars(
        text("SELECT id FROM registry.compound WHERE code = :code"), {"code": code}
    ).all()
    (found,) = read_compounds(connection, ids, policy or load(), with_companies=True)
    return found


def enter(connection: Connection, table: str, values: str, columns: str, code: str = "C1") -> int:
    """A row about a compound; ``values`` are SQL over ``c``, the compound."""
    number: int = connection.execute(
        text(
            f"INSERT INTO {table} (city_code, compound_id, {columns})"
            f" SELECT c.city_code, c.id, {values} FROM registry.compound AS c"
            " WHERE c.code = :code RETURNING id"
        ),
        {"code": code},
    ).scalar_one()
    return number


def a_company(connection: Connection) -> int:
    number: int = connection.execute(
        text("SELECT min(id) FROM registry.company WHERE city_code = '649900'")
    ).scalar_one()
    return number


def test_a_compound_without_facts_is_read_as_such(city: Connection) -> None:
    found = read(city)
    assert found.city_code == "649900"
    assert (found.contracts, found.violations, found.companies) == ((), (), {})


def test_rounds_are_numbered_by_publication_and_unpublished_results_are_left_out(
    city: Connection,
) -> None:
    for number, (published, star) in enumerate([("2025-12-01", 4), ("2023-12-01", 2), (None, 5)]):
        city.execute(
            text(
                "INSERT INTO oversight.rating_round (id, city_code, code, name, cutoff_on,"
                " published_on) VALUES (:id, '649900', :name, :name, '2023-01-01', :on)"
            ),
            {"id": 900 + number, "name": f"R{number}", "on": published},
        )
        span = f"daterange('{2020 + number}-01-01', '{2021 + number}-01-01')"
        enter(city, "oversight.rating", f"{900 + number}, {star}, {span}", "round_id, star, valid")
    assert [(one.round_no, one.star) for one in sorted(read(city).ratings)] == [(2, 4), (1, 2)]


def test_an_order_comes_with_its_extensions_and_reopenings(city: Connection) -> None:
    order = enter(
        city,
        "oversight.rectification_order",
        "'2025-01-01', '2025-01-15', '2025-03-01'",
        "issued_on, due_on, done_on",
    )
    city.execute(
        text(
            "INSERT INTO oversight.order_extension"
            " (city_code, order_id, granted_on, due_on, reason)"
            " VALUES ('649900', :id, '2025-01-10', '2025-01-30', '材料未到')"
        ),
        {"id": order},
    )
    city.execute(
        text(
            "INSERT INTO oversight.order_reopening (city_code, order_id, reopened_on, due_on,"
            " done_on, reason)"
            " VALUES ('649900', :id, '2025-02-01', '2025-02-20', '2025-01-20', '未改')"
        ),
        {"id": order},
    )
    (found,) = read(city).orders
    assert found.extensions == (Extension(date(2025, 1, 10), date(2025, 1, 30)),)
    assert found.reopenings == (
        Reopening(date(2025, 2, 1), date(2025, 2, 20), date(2025, 1, 20), None),
    )


def test_what_was_set_aside_is_read_only_where_the_policy_asks_what_was_known(
    city: Connection, known: Policy
) -> None:
    company = a_company(city)
    columns = "type_code, offender_kind, company_id, severity, found_on, recorded_at, superseded_at"
    for type_code, recorded, superseded in [
        ("P1", "2025-01-01 23:30+08", "'2025-02-01 00:30+08'"),
        ("P2", "2025-02-01 00:30+08", "NULL"),
    ]:
        enter(
            city,
            "oversight.violation",
            f"'{type_code}', 'company', {company}, 'minor', '2025-01-01', '{recorded}',"
            f" CAST({superseded} AS timestamptz)",
            columns,
        )
    (believed,) = read(city).violations
    assert (believed.type_code, believed.recorded_on) == ("P2", None)
    first, second = read(city, policy=known).violations
    assert (first.type_code, first.recorded_on, first.superseded_on) == (
        "P1",
        date(2025, 1, 1),
        date(2025, 2, 1),
    )
    assert (second.recorded_on, second.superseded_on) == (date(2025, 2, 1), None)


def test_companies_bring_what_they_did_in_other_compounds(city: Connection) -> None:
    company = a_company(city)
    enter(
        city,
        "registry.contract",
        f"{company}, 'early', daterange('2022-01-01', NULL)",
        "company_id, kind, valid",
    )
    columns = "type_code, offender_kind, company_id, severity, found_on"
    for code in ("C1", "C2"):
        enter(
            city,
            "oversight.violation",
            f"'P1', 'company', {company}, 'minor', '2025-01-01'",
            columns,
            code,
        )
    here = read(city)
    assert len(here.violations) == 1
    assert len(here.companies[company].violations) == 2
    (alone,) = read_companies(city, [company], load())
    assert len(alone.projects) == 1
    assert alone.violations == here.companies[company].violations


def test_records_come_in_the_order_of_their_numbers(city: Connection) -> None:
    company = a_company(city)
    for number in (905, 903, 904):
        enter(
            city,
            "oversight.violation",
            f"{number}, 'P1', 'company', {company}, 'minor', '2025-01-01'",
            "id, type_code, offender_kind, company_id, severity, found_on",
        )
    assert [one.id for one in read(city).violations] == [903, 904, 905]
    (alone,) = read_companies(city, [company], load())
    assert [one.id for one in alone.violations] == [903, 904, 905]


def test_numbers_that_are_no_compounds_are_left_out(city: Connection) -> None:
    assert list(read_compounds(city, [10**9], load())) == []
