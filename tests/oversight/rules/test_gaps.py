"""What is missing in a compound (T5–T7, T9, T11–T15)."""

from datetime import date
from typing import Any

import pytest

from geo.models.codes import DISCLOSURE_KINDS, EMERGENCY_KINDS, UTILITY_KINDS
from oversight.assess import assess
from oversight.rules.gaps import GAPS
from tests.oversight.making import compound_facts, contract, day, fact, policy, rating, violation

START = "2023-01-01"
WHOLE: dict[str, Any] = {
    "contract": contract(START),
    "rating": rating(1, 3, START),
    "disclosures": [
        fact("disclosure", id=number, kind=kind, start=START)
        for number, kind in enumerate(DISCLOSURE_KINDS)
    ],
    "plans": [
        fact(
            "emergency_plan", id=number, kind=kind, start=START, trained_on=START, drilled_on=START
        )
        for number, kind in enumerate(EMERGENCY_KINDS)
    ],
    "committee": fact("committee", start=START, term_end="2028-01-01"),
    "guards": fact("guard_filing", start=START),
    "utility": fact("utility", start=START),
    "notice": fact("notice", posted_on=START),
    "plaque": fact("plaque", star=3, issued_on=START),
}
"""A compound in which nothing is missing."""


def missing(on: str = "2024-06-01", **other: Any) -> set[str]:
    """What is missing on a day where some of it is another way; None: not there at all."""
    facts = [one for one in (WHOLE | other).values() if one is not None]
    return set(assess(compound_facts(*facts), policy(), day(on)).gaps)


def test_nothing_is_missing_in_a_compound_that_is_whole() -> None:
    assert missing() == set()


@pytest.mark.parametrize(
    ("row", "other", "gaps"),
    [
        ("T5", {"rating": None, "plaque": None}, {"unrated"}),
        ("T6", {"plaque": None}, {"plaque_due"}),
        ("T6", {"rating": rating(1, 0, START)}, {"plaque_withdraw"}),
        ("T7", {"contract": contract(START, filed=False)}, {"contract_unfiled"}),
        ("T7", {"contract": contract(START, model_text=False)}, {"contract_off_model"}),
        ("T7", {"contract": contract(START, model_text=None)}, set()),
        ("T7", {"disclosures": None}, {"disclosures_unknown"}),
        ("T9", {"plans": WHOLE["plans"][1:]}, {"emergency_plan_fire"}),
        ("T13", {"guards": None}, {"guards_unknown"}),
        ("T13", {"guards": fact("guard_filing", filed=False, start=START)}, {"guards_unfiled"}),
        ("T13", {"guards": fact("guard_filing", certified=3, start=START)}, {"guards_uncertified"}),
        ("T14", {"notice": None}, {"notice_missing"}),
        ("T15", {"committee": None}, {"community_acting"}),
    ],
)
def test_what_is_missing_is_named_with_its_row(
    row: str, other: dict[str, Any], gaps: set[str]
) -> None:
    assert missing(**other) == gaps
    assert {GAPS[code][0] for code in gaps} <= {row}


@pytest.mark.parametrize("kind", DISCLOSURE_KINDS)
def test_t7_each_of_the_six_disclosures_is_named_where_it_was_looked_for_in_vain(kind: str) -> None:
    others = [one for one in WHOLE["disclosures"] if one.kind != kind]
    hidden = fact("disclosure", kind=kind, disclosed=False, start=START)
    assert missing(disclosures=[*others, hidden]) == {f"disclosure_{kind}"}
    assert missing(disclosures=others) == set()


@pytest.mark.parametrize("kind", UTILITY_KINDS)
def test_t13_a_utility_that_stops_before_the_end_user_is_named(kind: str) -> None:
    stops = fact("utility", kind=kind, serves_end_user=False, start=START)
    assert missing(utility=stops) == {f"utility_{kind}"}


def test_no_company_serves_once_the_contract_has_ended() -> None:
    ended = contract(START, "2024-06-01", filed=False)
    assert missing("2024-05-31", contract=ended) == {"contract_unfiled"}
    assert missing("2024-06-01", contract=ended) == {"no_company"}


def test_t6_a_plaque_above_the_effective_star_is_withdrawn_and_the_right_one_issued() -> None:
    broken = [violation(number, f"P{number}", "2024-01-01") for number in (1, 2)]
    assert missing(broken=broken) == {"plaque_withdraw", "plaque_due"}
    right = fact("plaque", id=2, star=2, issued_on="2024-02-01")
    taken = WHOLE["plaque"]._replace(withdrawn_on=date(2024, 2, 1))
    assert missing(broken=broken, plaque=[taken, right]) == set()


def test_t11_t12_the_end_of_a_term_is_pointed_out_before_and_after() -> None:
    assert missing("2027-12-01") == {"term_ending"}
    assert missing("2028-01-01") == {"term_over"}


def test_t14_a_notice_taken_down_is_missing_again() -> None:
    removed = fact("notice", posted_on=START, removed_on="2024-03-01")
    assert missing("2024-02-29", notice=removed) == set()
    assert missing("2024-03-01", notice=removed) == {"notice_missing"}


def test_what_runs_out_is_missing_from_that_day_and_the_status_says_so() -> None:
    ends = fact("guard_filing", start=START, end="2024-07-01")
    facts = [one for name, one in WHOLE.items() if name != "guards"]
    found = assess(compound_facts(*facts, ends), policy(), day("2024-06-25"))
    assert found.holds_until == day("2024-07-01")
    assert missing("2024-07-01", guards=ends) == {"guards_unknown"}
