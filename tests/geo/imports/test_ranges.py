"""Facts that hold from day to day follow each other, whatever the order in which they come."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, box
from sqlalchemy import Connection, Engine, text

from tests.geo.imports.small_city import bring, rows_of, small_city

A, B = "91640100A", "91640100B"


@pytest.fixture
def city(database: Engine) -> Iterator[Connection]:
    with small_city(database) as connection:
        yield connection


def contract(company: str, first: str, last: str | None = None, **also: Any) -> dict[str, Any]:
    row = {"compound": "C1", "company": company, "valid_from": first, "valid_to": last}
    return row | also


def contracts(city: Connection) -> list[tuple[Any, ...]]:
    """Company, first and last day, and reason for the end of the believed contracts."""
    return rows_of(
        city,
        "SELECT right(company.code, 1), lower(valid)::text, (upper(valid) - 1)::text, end_reason"
        " FROM registry.contract JOIN registry.company ON company.id = company_id"
        " WHERE contract.superseded_at IS NULL ORDER BY lower(valid)",
    )


def set_aside(city: Connection) -> int:
    query = "SELECT count(*) FROM registry.contract WHERE superseded_at IS NOT NULL"
    return int(city.execute(text(query)).scalar_one())


def test_a_new_contract_ends_the_one_in_force(city: Connection):
    bring(city, "contracts", [contract(A, "2020-01-01")])
    outcome = bring(city, "contracts", [contract(B, "2024-07-01")])
    assert outcome.counts == (1, 0, 0)
    assert outcome.written.noted == {"ended": 1}
    assert contracts(city) == [
        ("A", "2020-01-01", "2024-06-30", "replaced"),
        ("B", "2024-07-01", None, None),
    ]
    assert set_aside(city) == 1


def test_a_company_that_goes_on_under_a_new_contract_was_not_replaced(city: Connection):
    bring(city, "contracts", [contract(A, "2020-01-01")])
    bring(city, "contracts", [contract(A, "2024-07-01")])
    assert contracts(city)[0] == ("A", "2020-01-01", "2024-06-30", None)


def test_rows_of_one_file_follow_each_other(city: Connection):
    rows = [contract(B, "2024-07-01"), contract(A, "2020-01-01", "2024-12-31")]
    outcome = bring(city, "contracts", rows)
    assert (outcome.counts, outcome.written.noted) == ((2, 0, 0), {"capped": 1})
    assert [one[:3] for one in contracts(city)] == [
        ("A", "2020-01-01", "2024-06-30"),
        ("B", "2024-07-01", None),
    ]
    again = bring(city, "contracts", rows)
    assert (again.counts, again.written.noted, set_aside(city)) == ((0, 0, 2), {}, 0)


def test_an_older_contract_that_comes_late_ends_where_the_recorded_one_begins(city: Connection):
    bring(city, "contracts", [contract(B, "2024-07-01")])
    outcome = bring(city, "contracts", [contract(A, "2020-01-01")])
    assert outcome.written.noted == {"capped": 1}
    assert [one[:3] for one in contracts(city)] == [
        ("A", "2020-01-01", "2024-06-30"),
        ("B", "2024-07-01", None),
    ]


def test_the_last_day_may_be_filled_in_and_moved(city: Connection):
    bring(city, "contracts", [contract(A, "2020-01-01")])
    for last in ("2025-06-30", "2025-12-31"):
        assert bring(city, "contracts", [contract(A, "2020-01-01", last)]).counts == (0, 1, 0)
    assert contracts(city) == [("A", "2020-01-01", "2025-12-31", None)]


def test_a_file_imported_again_after_its_contract_was_replaced_changes_nothing(city: Connection):
    first = contract(A, "2020-01-01", "2025-12-31")
    bring(city, "contracts", [first])
    bring(city, "contracts", [contract(B, "2024-07-01")])
    before = contracts(city)
    assert bring(city, "contracts", [first]).counts == (0, 0, 1)
    assert contracts(city) == before


def test_days_that_run_into_a_recorded_contract_wait_for_a_decision(city: Connection):
    bring(city, "contracts", [contract(B, "2022-01-01", "2022-12-31")])
    outcome = bring(city, "contracts", [contract(A, "2020-01-01", "2024-12-31")])
    assert outcome.problems == [
        (
            2,
            "overlaps_recorded",
            "valid_from",
            "2020-01-01",
            {"recorded": "2022-01-01–2022-12-31"},
        )
    ]


def test_a_correction_takes_the_place_of_the_contract_it_overlaps(city: Connection):
    first = bring(city, "contracts", [contract(B, "2022-01-01", "2022-12-31")])
    outcome = bring(city, "contracts", [contract(A, "2020-01-01", "2024-12-31")], correct=True)
    assert (outcome.counts, outcome.written.ids) == ((0, 1, 0), first.written.ids)
    assert [one[:3] for one in contracts(city)] == [("A", "2020-01-01", "2024-12-31")]
    actions = rows_of(city, "SELECT action FROM audit.event WHERE row_key IS NOT NULL")
    assert actions == [("correct",)]


def test_two_companies_from_one_day_are_refused_in_a_file_and_held_against_a_record(
    city: Connection,
):
    rows = [contract(A, "2020-01-01", code="H1"), contract(B, "2020-01-01", code="H2")]
    assert {code for _, code, _ in bring(city, "contracts", rows).codes} == {"overlaps_in_file"}
    bring(city, "contracts", rows[:1])
    assert bring(city, "contracts", rows[1:]).codes == [(2, "overlaps_recorded", "valid_from")]


def test_corrected_contracts_may_change_places(city: Connection):
    rows = [
        contract(A, "2020-01-01", "2021-12-31", code="H1"),
        contract(B, "2022-01-01", "2023-12-31", code="H2"),
    ]
    bring(city, "contracts", rows)
    swapped = [
        contract(A, "2022-01-01", "2023-12-31", code="H1"),
        contract(B, "2020-01-01", "2021-12-31", code="H2"),
    ]
    assert bring(city, "contracts", swapped, correct=True).counts == (0, 2, 0)
    assert [one[0] for one in contracts(city)] == ["B", "A"]


def test_a_contract_ends_on_its_last_day_at_the_earliest_on_its_first(city: Connection):
    bring(city, "contracts", [contract(A, "2020-01-01", code="H1")])
    wrong = contract(A, "2020-01-01", "2019-12-31", code="H1")
    assert bring(city, "contracts", [wrong]).codes == [(2, "order_of_dates", "valid_to")]


def test_a_reason_for_the_end_needs_a_last_day(city: Connection):
    wrong = contract(A, "2020-01-01", end_reason="resigned")
    assert bring(city, "contracts", [wrong]).codes == [(2, "end_without_day", "end_reason")]


def test_a_day_of_filing_files_the_contract(city: Connection):
    bring(city, "contracts", [contract(A, "2020-01-01")])
    bring(city, "contracts", [contract(A, "2020-01-01", filed_on="2020-02-01")])
    query = "SELECT filed, filed_on::text FROM registry.contract WHERE superseded_at IS NULL"
    assert rows_of(city, query) == [(True, "2020-02-01")]


def test_a_new_committee_ends_the_former_and_not_the_pmc(city: Connection):
    row = {"compound": "C1", "valid_from": "2018-01-01"}
    bring(city, "committees", [row | {"kind": "committee"}, row | {"kind": "pmc"}])
    outcome = bring(city, "committees", [row | {"kind": "committee", "valid_from": "2023-01-01"}])
    assert outcome.written.noted == {"ended": 1}
    query = (
        "SELECT kind, lower(valid)::text, upper(valid)::text FROM registry.committee"
        " WHERE superseded_at IS NULL ORDER BY kind, valid"
    )
    assert rows_of(city, query) == [
        ("committee", "2018-01-01", "2023-01-01"),
        ("committee", "2023-01-01", None),
        ("pmc", "2018-01-01", None),
    ]


def test_a_term_of_office_may_get_its_end_later(city: Connection):
    row = {"compound": "C1", "kind": "committee", "valid_from": "2023-01-01"}
    bring(city, "committees", [row | {"term_from": "2023-01-01"}])
    bring(city, "committees", [row | {"term_to": "2027-12-31"}])
    query = "SELECT term::text FROM registry.committee WHERE superseded_at IS NULL"
    assert rows_of(city, query) == [("[2023-01-01,2028-01-01)",)]
    wrong = bring(city, "committees", [row | {"term_to": "2022-12-31"}])
    assert wrong.codes == [(2, "order_of_dates", "term_to")]


def test_a_jurisdiction_holds_since_the_first_day_until_the_next_of_its_area(city: Connection):
    row = {"agency": "试验市公安局", "role": "enforce", "breach": "九不准", "district": "东城区"}
    bring(city, "jurisdictions", [row])
    outcome = bring(city, "jurisdictions", [row | {"valid_from": "2025-01-01", "hotline": "110"}])
    assert (outcome.counts, outcome.written.noted) == ((1, 0, 0), {"ended": 1})
    query = (
        "SELECT lower(valid)::text, upper(valid)::text, level FROM oversight.jurisdiction"
        " WHERE superseded_at IS NULL ORDER BY valid"
    )
    assert rows_of(city, query) == [
        ("1900-01-01", "2025-01-01", "city"),
        ("2025-01-01", None, "city"),
    ]


def test_jurisdictions_drawn_as_shapes_live_side_by_side_and_reach_their_compounds(
    city: Connection,
):
    row = {"agency": "试验市公安局", "role": "enforce", "breach": "P9"}
    rows = [
        row | {"area_name": "西片", "geom": MultiPolygon([box(106.1, 38.3, 106.205, 38.5)])},
        row | {"area_name": "东片", "geom": MultiPolygon([box(106.205, 38.3, 106.4, 38.5)])},
    ]
    assert bring(city, "jurisdictions", rows).counts == (2, 0, 0)
    query = (
        "SELECT area_name, string_agg(c.code, ' ' ORDER BY c.code)"
        " FROM oversight.compound_jurisdiction JOIN registry.compound AS c ON c.id = compound_id"
        " JOIN oversight.jurisdiction AS j ON j.id = jurisdiction_id GROUP BY 1 ORDER BY 2"
    )
    assert rows_of(city, query) == [("西片", "C1"), ("东片", "C2 C3 C4")]
    assert bring(city, "jurisdictions", rows).counts == (0, 0, 2)


DAYS = st.dates(date(2020, 1, 1), date(2020, 6, 30)).map(date.isoformat)
ROWS = st.lists(
    st.builds(
        contract,
        st.sampled_from([A, B]),
        DAYS,
        st.none() | DAYS,
        code=st.none() | st.sampled_from(["H1", "H2", "H3"]),
        end_reason=st.none() | st.sampled_from(["expired", "resigned"]),
        filed=st.none() | st.booleans(),
        filed_on=st.none() | DAYS,
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(st.tuples(ROWS, st.booleans()), min_size=1, max_size=3))
def test_whatever_contracts_a_file_has_each_row_is_written_or_held(
    city: Connection, files: list[tuple[list[dict[str, Any]], bool]]
):
    savepoint = city.begin_nested()
    for rows, correct in files:
        outcome = bring(city, "contracts", rows, correct=correct)
        held = {row for row, *_ in outcome.problems}
        assert sum(outcome.counts) + outcome.repeated + len(held) == len(rows)
    before = contracts(city)
    again = bring(city, "contracts", files[-1][0])
    assert (again.written.new, again.written.updated) == (0, 0)
    assert contracts(city) == before
    savepoint.rollback()
