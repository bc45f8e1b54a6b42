"""When the next inspection is due, and for which duty (T3–T5, T8, T10, T14)."""

from datetime import date
from typing import Any

from oversight.assess import assess
from tests.oversight.making import compound_facts, contract, day, fact, policy, rating

LATEST = "2024-03-01"


def visit(on: str, reason: str = "routine", **given: Any) -> Any:
    return fact("inspection", inspected_on=on, reason=reason, **given)


FRESH = [visit(LATEST, why) for why in ("routine", "fee_check", "safety_check", "joint_presence")]
"""All that recurs was looked at on the latest day."""


def due(on: str, *facts: Any) -> tuple[date | None, str | None]:
    """When and for what the next inspection is due, as a day sees it."""
    found = assess(compound_facts(contract("2022-01-01"), *facts), policy(), day(on))
    return found.next_inspection_on, found.next_inspection_for


def test_t4_the_nine_prohibitions_are_looked_for_every_ninety_days() -> None:
    assert due("2024-03-02", *FRESH) == (day("2024-05-30"), "nine_prohibitions")


def test_a_compound_never_visited_is_due_an_interval_after_it_was_first_served() -> None:
    facts = compound_facts(contract("2024-01-01"))
    found = assess(facts, policy(), day("2024-01-02"))
    assert found.next_inspection_on == day("2024-03-31")


def test_a_compound_nothing_is_known_of_is_due_an_interval_after_the_action_began() -> None:
    found = assess(compound_facts(), policy(), day("2024-01-02"))
    assert found.next_inspection_on == day("2022-04-01")


def test_t10_a_serious_hazard_is_looked_at_the_next_day_and_again_on_its_deadline() -> None:
    hazard = fact("hazard", found_on="2024-03-10", due_on="2024-03-13")
    assert due("2024-03-10", *FRESH, hazard) == (day("2024-03-11"), "hazard")
    seen = visit("2024-03-11", "hazard")
    assert due("2024-03-11", *FRESH, hazard, seen) == (day("2024-03-13"), "hazard")


def test_a_hazard_that_is_not_serious_or_was_cleared_sends_nobody_of_itself() -> None:
    minor = fact("hazard", found_on="2024-03-10", due_on="2024-03-25", severity="minor")
    cleared = fact(
        "hazard", id=2, found_on="2024-03-10", due_on="2024-03-13", cleared_on="2024-03-12"
    )
    assert due("2024-03-12", *FRESH, minor, cleared)[1] == "nine_prohibitions"


def test_t5_an_open_exit_case_is_visited_after_three_days_and_then_every_fortnight() -> None:
    case = fact("exit_case", opened_on="2024-03-10")
    assert due("2024-03-10", *FRESH, case) == (day("2024-03-13"), "exit_case")
    assert due("2024-03-12", *FRESH, case, visit("2024-03-12", "exit_case")) == (
        day("2024-03-26"),
        "exit_case",
    )


def test_t3_a_rectification_is_checked_on_its_deadline_and_stays_due_until_somebody_comes() -> None:
    order = fact("order", issued_on="2024-03-05", due_on="2024-03-20")
    for on in ("2024-03-05", "2024-03-20", "2024-03-25"):
        assert due(on, *FRESH, order) == (day("2024-03-20"), "deadline")
    assert due("2024-03-26", *FRESH, order, visit("2024-03-26"))[1] != "deadline"


def test_t5_a_key_target_is_visited_every_thirty_days() -> None:
    low = rating(1, 2, "2024-02-01")
    assert due("2024-03-02", *FRESH, low) == (day("2024-03-31"), "key_target")


def test_a_visit_before_it_became_a_key_target_does_not_put_off_the_first_one() -> None:
    low = rating(1, 2, "2024-04-20")
    assert due("2024-04-20", *FRESH, low) == (day("2024-04-20"), "key_target")


def test_t8_a_complaint_or_lead_is_checked_within_seven_days() -> None:
    complaint = fact("complaint", received_on="2024-03-10", due_on="2024-03-25")
    lead = fact("lead", reported_on="2024-03-08")
    assert due("2024-03-12", *FRESH, complaint) == (day("2024-03-17"), "complaint")
    assert due("2024-03-12", *FRESH, complaint, lead) == (day("2024-03-15"), "complaint")
    assert due("2024-03-12", *FRESH, complaint, visit("2024-03-12"))[1] != "complaint"


def test_t8_fees_found_undisclosed_bring_a_special_check() -> None:
    hidden = fact("disclosure", disclosed=False, start="2024-03-10")
    assert due("2024-03-10", *FRESH, hidden) == (day("2024-03-25"), "fee_check")
    checked = visit("2024-03-20", "fee_check")
    assert due("2024-03-20", *FRESH, hidden, checked)[1] != "fee_check"


def test_t10_t14_safety_joint_presence_and_the_routine_round_recur() -> None:
    done = [visit("2024-05-01", "nine_prohibitions"), visit("2024-05-01", "routine")]
    assert due("2024-05-01", *FRESH, *done) == (day("2024-05-30"), "safety_check")
    safe = visit("2024-05-02", "safety_check")
    assert due("2024-05-02", *FRESH, *done, safe)[1] == "nine_prohibitions"
    recent = [*done, visit("2024-08-01", "safety_check"), visit("2024-08-01", "random")]
    assert due("2024-08-01", *FRESH, *recent) == (day("2024-08-28"), "joint_presence")


def test_of_two_duties_of_one_day_the_policy_names_which_comes_first() -> None:
    hazard = fact("hazard", found_on="2024-03-09", due_on="2024-03-12")
    order = fact("order", issued_on="2024-03-05", due_on="2024-03-10")
    assert due("2024-03-09", *FRESH, order, hazard) == (day("2024-03-10"), "hazard")
