"""What becomes of an office's rows: new, updated, unchanged, or waiting for a decision."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import Connection, Engine, text

from geo.models import codes
from tests.geo.imports.small_city import bring, rows_of, small_city

FACTS = {
    "companies": ("registry.company", {"code": "91640100C", "name": "银川新居物业有限公司"}),
    "contracts": (
        "registry.contract",
        {"code": "HT-1", "compound": "C1", "company": "91640100A", "valid_from": "2025-01-01"},
    ),
    "violations": (
        "oversight.violation",
        {
            "code": "W-1",
            "compound": "C1",
            "type": "P1",
            "company": "91640100A",
            "found_on": "2025-03-01",
        },
    ),
    "orders": (
        "oversight.rectification_order",
        {"compound": "C1", "issued_on": "2025-03-02", "due_on": "2025-03-20"},
    ),
    "hazards": (
        "oversight.hazard",
        {
            "type": "T9.no_plan_fire",
            "found_on": "2025-03-01",
            "due_on": "2025-03-09",
            "geom": Point(106.201, 38.401),
        },
    ),
    "complaints": (
        "oversight.complaint",
        {
            "code": "TS-1",
            "compound": "C1",
            "received_on": "2025-03-01",
            "person_name": "王某",
            "geom": Point(106.201, 38.401),
        },
    ),
    "inspections": ("planning.inspection", {"compound": "C1", "inspected_on": "2025-03-01"}),
    "committees": (
        "registry.committee",
        {
            "compound": "C1",
            "kind": "committee",
            "valid_from": "2024-05-01",
            "term_from": "2024-05-01",
            "term_to": "2029-04-30",
            "members_count": 7,
        },
    ),
    "agencies": ("oversight.agency", {"name": "试验市消防支队", "kind": "fire"}),
    "jurisdictions": (
        "oversight.jurisdiction",
        {"agency": "试验市公安局", "role": "enforce", "breach": "P9", "district": "东城区"},
    ),
    "rating_rounds": (
        "oversight.rating",
        {
            "round": "2025",
            "cutoff_on": "2025-05-31",
            "published_on": "2025-06-15",
            "compound": "C1",
            "star": 3,
        },
    ),
}
BREACH = FACTS["violations"][1]


@pytest.fixture
def city(database: Engine) -> Iterator[Connection]:
    with small_city(database) as connection:
        yield connection


def audit(city: Connection) -> list[tuple[Any, ...]]:
    return rows_of(city, "SELECT actor, action, before, after, reason FROM audit.event ORDER BY id")


def everything(city: Connection, table: str) -> int:
    """How many rows the table has, those set aside included."""
    return int(city.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.mark.parametrize("kind", FACTS)
def test_the_same_file_twice_changes_nothing(city: Connection, kind: str):
    table, row = FACTS[kind]
    first = bring(city, kind, [row])
    assert (first.counts, first.problems) == ((1, 0, 0), [])
    written = everything(city, table)
    again = bring(city, kind, [row])
    assert (again.counts, again.problems) == ((0, 0, 1), [])
    assert everything(city, table) == written
    assert audit(city) == []


def test_what_was_open_is_filled_in_and_the_older_version_set_aside(city: Connection):
    bring(city, "violations", [BREACH | {"confirmed_on": "2025-03-10"}])
    outcome = bring(city, "violations", [BREACH | {"closed_on": "2025-04-01"}], import_id=8)
    assert outcome.counts == (0, 1, 0)
    query = (
        "SELECT id, confirmed_on::text, closed_on::text, import_id, superseded_at IS NULL"
        " FROM oversight.violation ORDER BY superseded_at IS NULL DESC"
    )
    believed, aside = rows_of(city, query)
    assert believed == (outcome.written.ids[0], "2025-03-10", "2025-04-01", 8, True)
    assert aside[1:] == ("2025-03-10", None, 7, False)
    assert audit(city) == []  # the import's one event is written by its run


def test_a_contradiction_waits_for_a_decision_and_names_both_values(city: Connection):
    bring(city, "violations", [BREACH])
    outcome = bring(city, "violations", [BREACH | {"found_on": "2025-03-02"}])
    assert outcome.counts == (0, 0, 0)
    assert outcome.problems == [
        (2, "contradicts", "found_on", "2025-03-02", {"recorded": "2025-03-01"})
    ]
    assert everything(city, "oversight.violation") == 1


def test_a_contradiction_of_a_reference_is_told_in_names(city: Connection):
    bring(city, "violations", [BREACH])
    (problem,) = bring(city, "violations", [BREACH | {"company": "91640100B"}]).problems
    assert problem[2:] == (
        "company",
        "91640100B 银川宁居物业服务有限公司",
        {"recorded": "91640100A 银川安居物业服务有限公司"},
    )


def test_a_correction_replaces_what_is_recorded_and_is_audited(city: Connection):
    bring(city, "violations", [BREACH])
    row = BREACH | {"found_on": "2025-03-02"}
    outcome = bring(city, "violations", [row], correct=True, actor="王工")
    assert (outcome.counts, outcome.problems) == ((0, 1, 0), [])
    actor, action, before, after, reason = audit(city)[0]
    assert (actor, action, reason) == ("王工", "correct", "import 7")
    assert (before, after) == ({"found_on": "2025-03-01"}, {"found_on": "2025-03-02"})
    known = "SELECT found_on::text FROM oversight.violation WHERE superseded_at IS NOT NULL"
    assert rows_of(city, known) == [("2025-03-01",)]


def test_a_fact_without_a_number_gets_the_one_a_later_file_brings(city: Connection):
    without = {name: value for name, value in BREACH.items() if name != "code"}
    bring(city, "violations", [without])
    assert bring(city, "violations", [BREACH]).counts == (0, 1, 0)
    assert rows_of(city, "SELECT code FROM oversight.violation WHERE superseded_at IS NULL") == [
        ("W-1",)
    ]


def test_a_default_does_not_contradict_what_is_recorded(city: Connection):
    bring(city, "violations", [BREACH | {"offender_kind": "company", "severity": "minor"}])
    assert bring(city, "violations", [BREACH]).counts == (0, 0, 1)


def test_an_entity_takes_every_change(city: Connection):
    _, company = FACTS["companies"]
    bring(city, "companies", [company])
    outcome = bring(city, "companies", [company | {"name": "银川新居物业集团", "phone": "1"}])
    assert outcome.counts == (0, 1, 0)
    phones = "SELECT name, phone FROM registry.company_contact JOIN registry.company AS c"
    assert rows_of(city, f"{phones} ON c.id = company_id") == [("银川新居物业集团", "1")]


def test_a_telephone_number_alone_is_an_update(city: Connection):
    _, company = FACTS["companies"]
    bring(city, "companies", [company])
    assert bring(city, "companies", [company | {"phone": "2"}]).counts == (0, 1, 0)
    assert bring(city, "companies", [company | {"phone": "2"}]).counts == (0, 0, 1)


def test_the_company_serving_on_the_day_is_the_offender(city: Connection):
    bring(city, "contracts", [FACTS["contracts"][1]])
    row = {name: value for name, value in BREACH.items() if name != "company"}
    bring(city, "violations", [row])
    query = "SELECT c.code FROM oversight.violation JOIN registry.company AS c ON c.id = company_id"
    assert rows_of(city, query) == [("91640100A",)]


def test_a_breach_by_a_company_where_none_serves_is_refused(city: Connection):
    row = {name: value for name, value in BREACH.items() if name != "company"}
    outcome = bring(city, "violations", [row])
    assert outcome.problems == [
        (
            2,
            "no_company_serving",
            "company",
            "2025-03-01",
            {"rule": "violation_offender_company_check"},
        )
    ]


def test_the_committee_acting_on_the_day_is_the_offender(city: Connection):
    bring(city, "committees", [FACTS["committees"][1]])
    row = {"compound": "C1", "type": "P8", "offender_kind": "committee", "found_on": "2025-03-01"}
    assert bring(city, "violations", [row]).counts == (1, 0, 0)
    query = "SELECT committee_id = (SELECT id FROM registry.committee) FROM oversight.violation"
    assert rows_of(city, query) == [(True,)]
    assert bring(city, "violations", [row | {"compound": "C2"}]).codes == [
        (2, "no_committee_acting", "offender_kind")
    ]


def test_severity_is_that_of_the_type_where_the_row_says_none(city: Connection):
    bring(city, "violations", [BREACH])
    query = (
        "SELECT violation.severity = kind.severity FROM oversight.violation"
        " JOIN oversight.violation_type AS kind ON kind.code = type_code"
    )
    assert rows_of(city, query) == [(True,)]


def test_an_order_follows_its_violation(city: Connection):
    bring(city, "violations", [BREACH])
    row = {"violation": "W-1", "issued_on": "2025-03-02", "due_on": "2025-03-20"}
    assert bring(city, "orders", [row]).counts == (1, 0, 0)
    query = (
        "SELECT c.code, company.code FROM oversight.rectification_order AS o"
        " JOIN registry.compound AS c ON c.id = compound_id"
        " JOIN registry.company ON company.id = company_id WHERE violation_id IS NOT NULL"
    )
    assert rows_of(city, query) == [("C1", "91640100A")]
    elsewhere = bring(city, "orders", [row | {"compound": "C2"}])
    assert elsewhere.codes == [(2, "violation_elsewhere", "violation")]


def test_an_order_that_names_neither_compound_nor_violation_is_refused(city: Connection):
    outcome = bring(city, "orders", [{"issued_on": "2025-03-02", "due_on": "2025-03-20"}])
    assert outcome.codes == [(2, "missing_value", "compound")]


def test_a_hazard_without_a_compound_is_refused(city: Connection):
    row = FACTS["hazards"][1] | {"geom": Point(106.3, 38.4)}
    assert bring(city, "hazards", [row]).codes == [(2, "no_compound_here", "compound")]


def test_a_complaint_is_due_fifteen_days_after_it_came_in(city: Connection):
    bring(city, "complaints", [FACTS["complaints"][1]])
    assert rows_of(city, "SELECT due_on::text FROM oversight.complaint") == [("2025-03-16",)]


def test_a_complaint_is_due_when_the_city_s_policy_says(city: Connection):
    bring(city, "complaints", [FACTS["complaints"][1]], complaint_days=7)
    assert rows_of(city, "SELECT due_on::text FROM oversight.complaint") == [("2025-03-08",)]


def test_complaints_about_two_streets_on_one_day_are_two(city: Connection):
    row = {"subject": "street", "received_on": "2025-03-01"}
    rows = [row | {"street": "649904001"}, row | {"street": "649905001"}]
    assert bring(city, "complaints", rows).counts == (2, 0, 0)
    assert bring(city, "complaints", rows).counts == (0, 0, 2)


def test_a_complaint_about_nothing_is_refused(city: Connection):
    outcome = bring(city, "complaints", [{"received_on": "2025-03-01"}])
    assert outcome.codes == [(2, "about_nothing", None)]


def test_an_agency_of_a_district_is_at_county_level(city: Connection):
    row = {"name": "西城区消防大队", "kind": "fire", "district": "西城区"}
    bring(city, "agencies", [row])
    query = "SELECT level FROM oversight.agency WHERE name = '西城区消防大队'"
    assert rows_of(city, query) == [("county",)]
    wrong = bring(city, "agencies", [row | {"name": "西城区某局", "level": "city"}])
    assert wrong.codes == [(2, "level_without_district", "level")]


def test_a_date_before_a_recorded_one_is_refused_and_not_an_error(city: Connection):
    bring(city, "violations", [BREACH | {"confirmed_on": "2025-03-10"}])
    (problem,) = bring(city, "violations", [BREACH | {"closed_on": "2025-03-05"}]).problems
    assert problem[:4] == (2, "order_of_dates", "closed_on", "2025-03-05")
    assert problem[4]["other_value"] == "2025-03-10"


def test_rows_that_say_the_same_count_once(city: Connection):
    outcome = bring(city, "violations", [BREACH, BREACH, BREACH])
    assert (outcome.counts, outcome.repeated) == ((1, 0, 0), 2)


def test_rows_that_contradict_each_other_are_all_refused(city: Connection):
    outcome = bring(city, "violations", [BREACH, BREACH | {"found_on": "2025-03-02"}])
    assert outcome.problems == [
        (2, "duplicate_in_file", None, None, {"rows": "3"}),
        (3, "duplicate_in_file", None, None, {"rows": "2"}),
    ]
    assert outcome.counts == (0, 0, 0)


def test_two_numbered_breaches_of_a_day_are_two(city: Connection):
    assert bring(city, "violations", [BREACH, BREACH | {"code": "W-2"}]).counts == (2, 0, 0)


def test_a_row_without_a_number_beside_its_numbered_like_is_in_doubt(city: Connection):
    without = {name: value for name, value in BREACH.items() if name != "code"}
    outcome = bring(city, "violations", [BREACH, without])
    assert {code for _, code, _ in outcome.codes} == {"duplicate_in_file"}


def test_rows_naming_one_recorded_fact_in_two_ways_are_held(city: Connection):
    bring(city, "violations", [BREACH])
    without = {name: value for name, value in BREACH.items() if name != "code"}
    outcome = bring(city, "violations", [BREACH | {"found_on": "2025-03-02"}, without])
    assert {code for _, code, _ in outcome.codes} == {"means_same_fact"}


SOME_DAY = st.dates(date(2025, 3, 1), date(2025, 3, 9)).map(date.isoformat)
DAYS = st.none() | SOME_DAY
BREACHES = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.none() | st.sampled_from(["W-1", "W-2"]),
            "compound": st.sampled_from(["C1", "C2"]),
            "type": st.sampled_from(["P1", "P2"]),
            "offender_kind": st.none() | st.sampled_from(codes.OFFENDER_KINDS),
            "company": st.none() | st.sampled_from(["91640100A", "91640100B"]),
            "found_on": SOME_DAY,
            **dict.fromkeys(
                ("occurred_on", "confirmed_on", "appealed_on", "closed_on", "revoked_on"), DAYS
            ),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(st.tuples(BREACHES, st.booleans()), min_size=1, max_size=3))
def test_whatever_breaches_a_file_has_each_row_is_written_or_held(
    city: Connection, files: list[tuple[list[dict[str, Any]], bool]]
):
    savepoint = city.begin_nested()
    for rows, correct in files:
        outcome = bring(city, "violations", rows, correct=correct)
        held = {row for row, *_ in outcome.problems}
        assert sum(outcome.counts) + outcome.repeated + len(held) == len(rows)
    again = bring(city, "violations", files[-1][0])
    assert (again.written.new, again.written.updated) == (0, 0)
    savepoint.rollback()


def test_a_person_who_takes_anothers_place_is_audited_by_hashes(city: Connection):
    row = FACTS["complaints"][1]
    bring(city, "complaints", [row])
    bring(city, "complaints", [row | {"person_name": "李某"}], import_id=8)
    query = (
        "SELECT action, before -> 'name', after -> 'name', before ? 'phone', import_id"
        " FROM audit.event WHERE table_name = 'oversight.complaint_person'"
    )
    ((action, before, after, phone, number),) = rows_of(city, query)
    assert (action, phone, number) == ("correct", False, 8)
    assert set(before) == set(after) == {"sha256"}
    kept = "SELECT side, value FROM audit.person_value ORDER BY side DESC"
    assert rows_of(city, kept) == [("before", "王某"), ("after", "李某")]
