"""Who answers for a breach: most specific area first, then the very type; gaps and overlaps."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box
from sqlalchemy import Connection, text

from oversight.jurisdiction import AREAS, Answer, Claim, claims_of, problems, resolve
from oversight.policy import load
from oversight.policy.model import Duty, ViolationType
from tests.oversight import claims
from tests.oversight.claims import CITY, DAY, EAST, FIRST, SECOND, STREETS, WEST, agency, claim

POLICY = load()
P1, P9 = POLICY.types["P1"], POLICY.types["P9"]
GREEN = POLICY.types["T13.green_destroyed"]


def _claim(number: int, kind: str = "police", breach: str = "P1", **more: object) -> Claim:
    plain = Claim(
        id=number,
        agency_id=number,
        agency_kind=kind,
        agency_name=f"agency {number}",
        agency_level="county",
        role="enforce",
        type_code=breach if breach in POLICY.types else None,
        family=None if breach in POLICY.types else breach,
        area="district",
        area_name="东城区",
        within=EAST,
        share=1.0,
        hotline=None,
        legal_basis=None,
    )
    return plain._replace(**more)


def _who(answer: Answer, role: str = "enforce") -> list[tuple[int, float]]:
    return [(one.agency_id, one.share) for one in answer.by_role.get(role, ())]


def _at(connection: Connection, compound: int, kind: ViolationType, day: date = DAY) -> Answer:
    return resolve(claims_of(connection, compound, day), kind, POLICY)


def test_a_drawn_area_comes_before_street_district_and_city() -> None:
    held = [
        _claim(number, area=area, area_name=area)
        for number, area in enumerate(reversed(AREAS), start=1)
    ]
    for most_specific in (4, 3, 2, 1):
        assert _who(resolve(held[:most_specific], P1, POLICY)) == [(most_specific, 1.0)]


def test_in_one_area_the_very_type_comes_before_its_family() -> None:
    held = [_claim(1, breach="prohibition"), _claim(2, breach="P1")]
    assert _who(resolve(held, P1, POLICY)) == [(2, 1.0)]
    assert _who(resolve(held, P9, POLICY)) == [(1, 1.0)]


def test_a_more_specific_area_comes_before_the_very_type() -> None:
    street = _claim(1, breach="prohibition", area="street", area_name="中山街街道")
    assert _who(resolve([street, _claim(2, breach="P1")], P1, POLICY)) == [(1, 1.0)]


def test_what_a_drawn_area_leaves_uncovered_falls_to_the_next() -> None:
    drawn = _claim(1, area="custom", area_name="片区", within=None, share=0.6)
    assert _who(resolve([drawn, _claim(2)], P1, POLICY)) == [(1, 0.6), (2, 0.4)]


def test_a_street_takes_its_part_from_its_own_district_only() -> None:
    held = [
        _claim(1, area="street", area_name="中山街街道", share=0.6),
        _claim(2, share=0.6),
        _claim(3, area_name="西城区", within=WEST, share=0.4),
    ]
    answer = resolve(held, P1, POLICY)
    assert _who(answer) == [(1, 0.6), (3, 0.4)]
    assert answer.gaps == ("accept",)


def test_nobody_for_a_part_of_the_compound_is_a_gap() -> None:
    answer = resolve([_claim(1, share=0.7), _claim(2, role="accept")], P1, POLICY)
    assert answer.gaps == ("enforce",)
    assert resolve([], P1, POLICY).gaps == ("accept", "enforce")


def test_two_that_accept_the_same_are_an_overlap() -> None:
    held = [_claim(1, "police", role="accept"), _claim(2, "market", role="accept")]
    assert resolve(held, P9, POLICY).overlaps == ()
    assert resolve(held, P1, POLICY).overlaps == ("accept",)


def test_several_kinds_of_agency_may_enforce_in_the_order_of_referral() -> None:
    """T3: P9 goes to market supervision and the police."""
    held = [_claim(1, "police", "P9"), _claim(2, "market", "P9")]
    answer = resolve(held, P9, POLICY)
    assert [one.agency_kind for one in answer.by_role["enforce"]] == ["market", "police"]
    assert answer.overlaps == ()


def test_two_of_a_kind_that_enforce_the_same_are_an_overlap() -> None:
    assert resolve([_claim(1), _claim(2)], P1, POLICY).overlaps == ("enforce",)


def test_unnamed_drawn_areas_are_not_taken_for_one() -> None:
    held = [
        _claim(number, area="custom", area_name=None, within=None, share=0.5) for number in (1, 2)
    ]
    answer = resolve(held, P1, POLICY)
    assert _who(answer) == [(1, 0.5), (2, 0.5)]
    assert answer.overlaps == ()


def test_the_list_names_who_leads_and_who_is_responsible_at_both_levels() -> None:
    """T13 and T14: 牵头 and 责任单位."""
    named = resolve([], GREEN, POLICY).named
    assert {"urban_enforcement", "police", "government", "emergency"} <= set(named["lead"])
    assert {"parks", "natural_resources", "municipal_works"} <= set(named["responsible"])
    assert resolve([], GREEN, replace(POLICY, duties=())).named == {"lead": (), "responsible": ()}
    alone = replace(POLICY, duties=(Duty("T13", "city", "lead", "police"),))
    assert resolve([], P1, alone).named["lead"] == ()


_GROUNDS = (
    ("custom", "片区一", None, 0.3),
    ("custom", "片区二", None, 0.6),
    ("street", "中山街街道", EAST, 0.3),
    ("street", "北京路街道", WEST, 0.5),
    ("district", "东城区", EAST, 0.5),
    ("district", "西城区", WEST, 0.5),
    ("city", "试验市", None, 1.0),
)
_HELD = st.lists(
    st.builds(
        lambda number, ground, breach: _claim(
            number,
            breach=breach,
            area=ground[0],
            area_name=ground[1],
            within=ground[2],
            share=ground[3],
        ),
        st.integers(1, 9),
        st.sampled_from(_GROUNDS),
        st.sampled_from(["P1", "prohibition", "P9", "safety"]),
    ),
    max_size=6,
)


@given(held=_HELD)
def test_an_answer_names_only_claims_to_the_breach_and_never_more_than_they_hold(
    held: list[Claim],
) -> None:
    answer = resolve(held, P1, POLICY)
    largest = {one.id: max(o.share for o in held if o.id == one.id) for one in held}
    for one in answer.by_role.get("enforce", ()):
        assert one.type_code == "P1" or one.family == "prohibition"
        assert 0 < one.share <= largest[one.id] + 1e-9


@given(held=_HELD, more=_HELD)
def test_more_claims_never_open_a_gap(held: list[Claim], more: list[Claim]) -> None:
    if "enforce" in resolve([*held, *more], P1, POLICY).gaps:
        assert "enforce" in resolve(held, P1, POLICY).gaps


def test_a_compound_in_two_streets_has_a_share_of_each(connection: Connection) -> None:
    one, two = (agency(connection, "police", name) for name in ("甲派出所", "乙派出所"))
    claim(connection, one, "P1", area=FIRST, hotline="110-1", legal_basis="第一条")
    claim(connection, two, "P1", area=SECOND)
    answer = _at(connection, 2, P1)
    assert _who(answer) == [
        (two, pytest.approx(0.6, abs=1e-3)),
        (one, pytest.approx(0.4, abs=1e-3)),
    ]
    last = answer.by_role["enforce"][1]
    assert (last.area, last.area_name) == ("street", "中山街街道")
    assert (last.hotline, last.legal_basis) == ("110-1", "第一条")
    assert _who(_at(connection, 1, P1)) == [(one, 1.0)]


def test_a_compound_across_a_district_line_has_a_share_of_each(connection: Connection) -> None:
    one = agency(connection, "police", "东城公安分局", EAST, hotline="0000-1")
    two = agency(connection, "police", "西城公安分局", WEST)
    claim(connection, one, "P1", area=EAST)
    claim(connection, two, "P1", area=WEST)
    answer = _at(connection, 3, P1)
    assert _who(answer) == [
        (two, pytest.approx(0.8, abs=1e-3)),
        (one, pytest.approx(0.2, abs=1e-3)),
    ]
    assert answer.by_role["enforce"][1].hotline == "0000-1"
    assert answer.gaps == ("accept",)


def test_a_drawn_area_answers_for_what_it_covers(connection: Connection) -> None:
    station = agency(connection, "police", "高铁站派出所")
    city = agency(connection, "police", "市公安局")
    claim(connection, station, "P1", area=box(106.0, 38.4, 106.011, 38.42), area_name="高铁站片区")
    claim(connection, city, "P1")
    answer = _at(connection, 1, P1)
    assert _who(answer) == [
        (station, pytest.approx(0.5, abs=1e-3)),
        (city, pytest.approx(0.5, abs=1e-3)),
    ]
    assert answer.by_role["enforce"][0].area_name == "高铁站片区"


def test_a_past_day_has_the_jurisdictions_of_that_day(connection: Connection) -> None:
    before = agency(connection, "police", "旧分局", EAST)
    since = agency(connection, "police", "新分局", EAST)
    claim(connection, before, "P1", area=EAST, valid="[2020-01-01,2026-01-01)")
    claim(connection, since, "P1", area=EAST, valid="[2026-01-01,)")
    assert _who(_at(connection, 1, P1, date(2025, 12, 31))) == [(before, 1.0)]
    assert _who(_at(connection, 1, P1, date(2026, 1, 1))) == [(since, 1.0)]
    assert _who(_at(connection, 1, P1, date(2019, 12, 31))) == []


def test_a_superseded_claim_is_none(connection: Connection) -> None:
    wrong = claim(connection, agency(connection, "police", "误录"), "P1")
    connection.execute(
        text("UPDATE oversight.jurisdiction SET superseded_at = now() WHERE id = :id"),
        {"id": wrong},
    )
    assert _who(_at(connection, 1, P1)) == []


def test_a_city_that_records_no_jurisdiction_has_no_problems(connection: Connection) -> None:
    assert problems(connection, DAY) == []


def test_where_all_is_answered_for_nothing_is_found(connection: Connection) -> None:
    claims.answered(connection, agency(connection, "housing", "市住建局"))
    assert problems(connection, DAY) == []


def test_a_street_without_anybody_for_a_breach_is_a_gap(connection: Connection) -> None:
    housing = agency(connection, "housing", "市住建局")
    for family in claims.FAMILIES:
        claim(connection, housing, family, "accept")
        if family not in {"safety", "prohibition"}:
            claim(connection, housing, family, "enforce")
    claim(connection, housing, "safety", area=EAST)
    claim(connection, housing, "prohibition", area=EAST)
    claim(connection, housing, "P1", area=WEST)
    (found,) = problems(connection, DAY)
    assert (found.problem, found.role, found.street_code) == ("gap", "enforce", claims.THIRD)
    assert found.breaches == "P2, P3, P4, P5, P6, P7, P8, P9, safety"
    assert found.area_m2 == pytest.approx(_area(connection, claims.THIRD), rel=1e-3)


def test_a_drawn_area_fills_its_part_of_a_gap(connection: Connection) -> None:
    housing = agency(connection, "housing", "市住建局")
    for family in claims.FAMILIES:
        claim(connection, housing, family, "accept")
        claim(connection, housing, family, "enforce", area=EAST)
    west = STREETS[claims.THIRD].bounds
    half = box(west[0], west[1], (west[0] + west[2]) / 2, west[3])
    for family in claims.FAMILIES:
        claim(connection, housing, family, "enforce", area=half)
    (found,) = problems(connection, DAY)
    assert found.area_m2 == pytest.approx(_area(connection, claims.THIRD) / 2, rel=1e-3)


def test_single_types_in_drawn_areas_fill_a_gap_together(connection: Connection) -> None:
    housing = agency(connection, "housing", "市住建局")
    claims.answered(connection, housing)
    connection.execute(
        text("DELETE FROM oversight.jurisdiction WHERE family = 'prohibition' AND role = 'enforce'")
    )
    whole = box(105.9, 38.3, 106.1, 38.5)
    for number in range(1, 9):
        claim(connection, housing, f"P{number}", area=whole)
    assert {one.breaches for one in problems(connection, DAY)} == {"P9"}
    claim(connection, housing, "P9", area=whole)
    assert problems(connection, DAY) == []


def test_drawn_areas_of_two_agencies_over_the_same_ground_overlap(connection: Connection) -> None:
    claims.answered(connection, agency(connection, "housing", "市住建局"))
    one, two = agency(connection, "police", "甲"), agency(connection, "market", "乙")
    claim(connection, one, "P1", area=box(106.00, 38.40, 106.01, 38.41), area_name="东片")
    claim(connection, two, "P1", area=box(106.005, 38.40, 106.02, 38.41), area_name="西片")
    (found,) = problems(connection, DAY)
    assert (found.problem, found.role, found.breaches) == ("overlap", "enforce", "P1")
    assert (found.agencies, found.area_name) == ("甲、乙", "东片、西片")
    whole = _area(connection, FIRST)
    assert found.area_m2 == pytest.approx(whole / 8, rel=1e-2)


def test_areas_that_only_touch_do_not_overlap(connection: Connection) -> None:
    claims.answered(connection, agency(connection, "housing", "市住建局"))
    one, two = agency(connection, "police", "甲"), agency(connection, "police", "乙")
    claim(connection, one, "P1", area=box(106.00, 38.40, 106.01, 38.41))
    claim(connection, two, "P1", area=box(106.01, 38.40, 106.02, 38.41))
    assert problems(connection, DAY) == []


def test_two_that_accept_in_one_street_overlap_all_over_it(connection: Connection) -> None:
    claims.answered(connection, agency(connection, "housing", "市住建局"))
    for kind in ("police", "market"):
        claim(connection, agency(connection, kind, kind), "P1", "accept", area=FIRST)
    (found,) = problems(connection, DAY)
    assert (found.problem, found.street_code, found.area_name) == ("overlap", FIRST, "中山街街道")
    assert found.area_m2 == pytest.approx(_area(connection, FIRST), rel=1e-3)


def test_problems_are_asked_of_one_city_and_day(connection: Connection) -> None:
    claim(connection, agency(connection, "housing", "市住建局"), "P1", valid="[2026-01-01,)")
    assert {one.problem for one in problems(connection, DAY, CITY)} == {"gap"}
    assert problems(connection, date(2025, 12, 31), CITY) == []
    assert problems(connection, DAY, "640100") == []


def _area(connection: Connection, street: str) -> float:
    found = connection.scalar(
        text("SELECT area_m2 FROM registry.street_boundary WHERE street_code = :street"),
        {"street": street},
    )
    assert found is not None
    return float(found)
