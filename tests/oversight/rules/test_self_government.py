"""Who speaks for the owners, until when, and the steps against whom (T11, T12, T15)."""

from typing import Any

import pytest

from oversight.rules.self_government import Body, body, steps_due
from tests.oversight.making import day, fact, policy, violation


def committee(number: int = 1, kind: str = "committee", **given: Any) -> Any:
    """A body since 2020 whose term ended with May 2024."""
    plain = {"start": "2020-06-01", "term_start": "2020-06-01", "term_end": "2024-06-01"}
    return fact("committee", id=number, kind=kind, **(plain | given))


def acts(on: str, *facts: Any, **settings: Any) -> Body:
    """Who acts on a day."""
    bodies = [one for one in facts if hasattr(one, "term_end")]
    steps = [one for one in facts if hasattr(one, "taken_on")]
    return body(bodies, steps, policy(**settings), day(on))


def test_t15_where_no_committee_was_elected_the_community_acts() -> None:
    assert acts("2024-01-01").kind == "community_acting"
    assert acts("2020-05-31", committee()).kind == "community_acting"


def test_a_committee_in_term_comes_before_a_pmc_and_a_pmc_before_a_committee_past_its_term() -> (
    None
):
    both = committee(), committee(2, "pmc", term_end="2026-01-01")
    assert acts("2024-05-31", *both).kind == "committee"
    assert acts("2024-06-01", *both).kind == "pmc"
    assert acts("2026-01-01", *both).kind == "committee_expired"


def test_a_body_that_ended_no_longer_acts() -> None:
    gone = committee(end="2023-01-01")
    assert acts("2022-12-31", gone).until == day("2023-01-01")
    assert acts("2023-01-01", gone).kind == "community_acting"


def test_a_body_without_a_term_is_within_it() -> None:
    assert acts("2030-01-01", committee(term_end=None)).kind == "committee"


def test_t12_the_end_of_a_term_is_pointed_out_ninety_days_before() -> None:
    before, warned = acts("2024-03-02", committee()), acts("2024-03-03", committee())
    assert (before.term_ending, before.until) == (False, day("2024-03-03"))
    assert (warned.term_ending, warned.until) == (True, day("2024-06-01"))
    assert warned.term_ends_on == day("2024-05-31")


@pytest.mark.parametrize(
    ("expired", "kind"), [("flag", "committee_expired"), ("replace", "community_acting")]
)
def test_t11_a_committee_past_its_term_is_flagged_or_replaced(expired: str, kind: str) -> None:
    found = acts("2024-06-01", committee(), **{"selfgov.expired": expired})
    assert (found.kind, found.term_over, found.term_ending) == (kind, True, False)


def test_t11_a_revoked_committee_no_longer_acts() -> None:
    revoked = fact("committee_step", kind="revoked", taken_on="2023-05-01")
    assert acts("2023-04-30", committee(), revoked).kind == "committee"
    assert acts("2023-05-01", committee(), revoked).kind == "community_acting"


def test_t12_a_committee_acts_on_without_a_member_who_was_suspended() -> None:
    suspended = fact("committee_step", member_id=5, taken_on="2023-05-01")
    assert acts("2023-05-01", committee(), suspended).kind == "committee"


def breach(offender_kind: str, **given: Any) -> Any:
    """A breach of the negative list proven on 1 March 2024."""
    made = {"offender_kind": offender_kind, "company_id": None, "committee_id": 1, "member_id": 5}
    return violation(1, "T11.revenue_misused", "2024-03-01", **(made | given))


def step(kind: str, taken_on: str) -> Any:
    return fact("committee_step", kind=kind, taken_on=taken_on, violation_id=1, member_id=5)


def test_t12_a_member_is_suspended_then_the_owners_are_asked_then_it_is_announced() -> None:
    taken = [
        step("suspended", "2024-03-05"),
        step("termination_proposed", "2024-04-05"),
        step("announced", "2024-05-05"),
    ]
    following = {
        on: steps_due([breach("member")], taken, policy(), day(on))
        for on in ("2024-02-29", "2024-03-01", "2024-03-05", "2024-04-05", "2024-05-05")
    }
    assert list(following.values()) == [
        (),
        (("suspended", 1),),
        (("termination_proposed", 1),),
        (("announced", 1),),
        (),
    ]


@pytest.mark.parametrize("answer", ["revoked", "prosecuted"])
def test_t11_a_committee_is_revoked_or_prosecuted(answer: str) -> None:
    answered = [step(answer, "2024-04-01")]
    before = steps_due([breach("committee")], answered, policy(), day("2024-03-31"))
    assert before == (("revoked", 1),)
    assert steps_due([breach("committee")], answered, policy(), day("2024-04-01")) == ()


def test_no_step_is_due_for_a_member_reinstated_or_a_breach_revoked_or_off_the_list() -> None:
    on = day("2024-06-01")
    reinstated = [step("suspended", "2024-03-05"), step("reinstated", "2024-04-01")]
    assert steps_due([breach("member")], reinstated, policy(), on) == ()
    assert steps_due([breach("member", revoked_on="2024-06-01")], [], policy(), on) == ()
    other = policy(**{"committee.negative_list": ("T11.ballots_forged",)})
    assert steps_due([breach("member")], [], other, on) == ()


def test_a_company_is_never_on_the_committees_negative_list() -> None:
    assert steps_due([breach("company")], [], policy(), day("2024-06-01")) == ()
