"""Orders and referrals: what is open, what is overdue, what was never passed on (T3, T10, T13)."""

from typing import Any

import pytest

from oversight.facts import Extension, Reopening
from oversight.rules.orders import Open, open_orders, open_referrals, referrals_due
from tests.oversight.making import day, fact, policy, violation


def orders(on: str, **given: Any) -> Open:
    """One order of 1 March 2024, due on the 15th, on a day."""
    plain = {"issued_on": "2024-03-01", "due_on": "2024-03-15"}
    return open_orders([fact("order", **(plain | given))], day(on))


def referrals(on: str, **given: Any) -> Open:
    """One referral of 1 March 2024, on a day."""
    return open_referrals([fact("referral", **({"sent_on": "2024-03-01"} | given))], day(on))


def extended(granted_on: str, due_on: str) -> tuple[Extension, ...]:
    return (Extension(day(granted_on), day(due_on)),)


def reopened(on: str, due_on: str | None, ended: str) -> tuple[Reopening, ...]:
    return (Reopening(day(on), day(due_on) if due_on else None, day(ended), None),)


def test_t3_an_order_is_open_from_its_issue_and_overdue_the_day_after_its_deadline() -> None:
    assert not orders("2024-02-29").open
    assert orders("2024-03-01").until == day("2024-03-16")
    on_the_day, after = orders("2024-03-15"), orders("2024-03-16")
    assert (len(on_the_day.open), len(on_the_day.overdue)) == (1, 0)
    assert (len(after.open), len(after.overdue), after.until) == (1, 1, None)


@pytest.mark.parametrize("how", ["done_on", "withdrawn_on"])
def test_an_order_done_or_withdrawn_is_open_until_that_day(how: str) -> None:
    assert orders("2024-03-19", **{how: "2024-03-20"}).overdue
    assert not orders("2024-03-20", **{how: "2024-03-20"}).open


def test_an_extension_moves_the_deadline_from_the_day_it_is_granted() -> None:
    given = extended("2024-03-18", "2024-04-01")
    assert orders("2024-03-17", extensions=given).overdue
    assert not orders("2024-03-18", extensions=given).overdue
    assert orders("2024-04-02", extensions=given).overdue


def test_an_order_taken_up_again_is_open_with_its_new_deadline() -> None:
    given = {
        "done_on": "2024-06-03",
        "extensions": extended("2024-03-10", "2024-12-31"),
        "reopenings": reopened("2024-05-10", "2024-06-01", "2024-03-12"),
    }
    assert orders("2024-03-11", **given).open
    assert not orders("2024-03-12", **given).open
    assert not orders("2024-05-09", **given).open
    assert orders("2024-05-10", **given).until == day("2024-06-02")
    assert orders("2024-06-02", **given).overdue
    assert not orders("2024-06-03", **given).open


def test_t13_a_referral_unanswered_by_its_deadline_is_overdue() -> None:
    assert not referrals("2024-03-22", due_on="2024-03-22").overdue
    assert referrals("2024-03-23", due_on="2024-03-22").overdue
    assert not referrals("2024-03-23", due_on="2024-03-22", answered_on="2024-03-23").open


def test_a_referral_without_a_deadline_is_open_and_never_overdue_until_one_is_granted() -> None:
    assert referrals("2030-01-01").open
    assert not referrals("2030-01-01").overdue
    assert referrals("2024-04-02", extensions=extended("2024-03-10", "2024-04-01")).overdue


def test_a_referral_taken_up_again_without_a_new_deadline_keeps_the_one_it_had() -> None:
    given = {
        "due_on": "2024-03-22",
        "extensions": extended("2024-03-20", "2024-05-31"),
        "reopenings": reopened("2024-05-01", None, "2024-04-01"),
    }
    assert not referrals("2024-04-30", **given).open
    assert referrals("2024-05-01", **given).until == day("2024-06-01")


@pytest.mark.parametrize(
    ("type_code", "due"),
    [("P1", True), ("P3", False), ("T9.fire_lane_obstructed", True), ("T13.ebike_upstairs", True)],
)
def test_t3_t10_t13_a_proven_breach_another_agency_answers_for_is_passed_on(
    type_code: str, due: bool
) -> None:
    breach = violation(1, type_code, "2024-03-01", offender_kind="resident", company_id=None)
    assert not referrals_due([breach], [], policy(), day("2024-02-29"))
    found = referrals_due([breach], [], policy(), day("2024-03-01"))
    assert [one.id for one in found] == ([1] if due else [])


def test_a_breach_passed_on_is_due_again_only_when_the_referral_is_withdrawn() -> None:
    breach = violation(1, "P1", "2024-03-01")
    sent = fact("referral", sent_on="2024-03-05", withdrawn_on="2024-04-01")
    due = [
        bool(referrals_due([breach], [sent], policy(), day(on)))
        for on in ("2024-03-04", "2024-03-05", "2024-03-31", "2024-04-01")
    ]
    assert due == [True, False, False, True]


def test_nothing_is_passed_on_that_was_revoked_closed_or_found_before_the_action() -> None:
    for given in (
        {"revoked_on": "2024-03-10"},
        {"closed_on": "2024-03-10"},
        {"found_on": "2021-12-31"},
    ):
        breach = violation(1, "P1", "2024-03-01", **given)
        assert not referrals_due([breach], [], policy(), day("2024-03-10"))


@pytest.mark.parametrize(("revocation", "due"), [("from_date", True), ("from_start", False)])
def test_a_breach_revoked_later_was_to_be_passed_on_until_then_or_never(
    revocation: str, due: bool
) -> None:
    breach = violation(1, "P1", "2024-03-01", revoked_on="2024-04-01")
    rules = policy(**{"asof.revocation": revocation})
    assert bool(referrals_due([breach], [], rules, day("2024-03-31"))) is due
