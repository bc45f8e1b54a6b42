"""T7 to T10: 六个公开、收费公示、安全生产."""

from typing import Any

import pytest

from geo.models.codes import DISCLOSURE_KINDS, EMERGENCY_KINDS
from oversight.assess import assess
from oversight.policy import load
from oversight.status import Status
from tests.oversight.making import compound_facts, contract, day, fact, violation


def status(*facts: Any, on: str = "2024-12-31") -> Status:
    return assess(compound_facts(contract("2020-01-01"), *facts), load(), day(on))


@pytest.mark.parametrize("kind", DISCLOSURE_KINDS)
def test_t7_each_of_the_six_is_disclosed_or_missing(kind: str) -> None:
    shown = fact(
        "disclosure", id=1, kind=kind, disclosed=True, start="2024-01-01", end="2024-07-01"
    )
    gone = fact("disclosure", id=2, kind=kind, disclosed=False, start="2024-07-01")
    assert dict(status(on="2023-01-01").disclosures)[kind] is None
    assert dict(status(shown, gone, on="2024-06-30").disclosures)[kind] is True
    found = status(shown, gone, on="2024-07-01")
    assert dict(found.disclosures)[kind] is False
    assert f"disclosure_{kind}" in found.gaps


def test_t7_a_contract_is_filed_and_on_the_model_text() -> None:
    bare = contract("2020-01-01", filed=False, model_text=False)
    found = assess(compound_facts(bare), load(), day("2024-01-01"))
    assert {"contract_unfiled", "contract_off_model"} <= set(found.gaps)
    assert not {"contract_unfiled", "contract_off_model"} & set(status().gaps)


def test_t7_raising_fees_counts_as_the_seventh_prohibition() -> None:
    found = status(violation(1, "P7", "2024-01-01"), violation(2, "T7.fees_raised", "2024-02-01"))
    assert found.rung == 1


def test_t8_undisclosed_fees_bring_a_special_check_soon() -> None:
    recent = fact("inspection", inspected_on="2024-11-30", reason="routine")
    safety = fact("inspection", id=2, inspected_on="2024-11-30", reason="safety_check")
    joint = fact("inspection", id=3, inspected_on="2024-11-30", reason="joint_presence")
    yearly = fact("inspection", id=4, inspected_on="2024-11-01", reason="fee_check")
    gone = fact("disclosure", kind="fees", disclosed=False, start="2024-12-01")
    found = status(recent, safety, joint, yearly, gone)
    assert (found.next_inspection_for, found.next_inspection_on) == (
        "fee_check",
        day("2024-12-16"),
    )


def test_t8_a_complaint_is_checked_and_closed() -> None:
    complaint = fact(
        "complaint", received_on="2024-12-01", due_on="2024-12-16", closed_on="2024-12-20"
    )
    assert status(complaint, on="2024-12-19").complaints_open == (1,)
    assert status(complaint, on="2024-12-20").complaints_open == ()


@pytest.mark.parametrize("kind", EMERGENCY_KINDS)
def test_t9_an_emergency_plan_is_needed_for_each_kind_of_event(kind: str) -> None:
    assert f"emergency_plan_{kind}" in status().gaps
    plan = fact("emergency_plan", kind=kind, start="2024-01-01")
    assert f"emergency_plan_{kind}" not in status(plan).gaps


def test_t9_a_serious_hazard_sends_an_inspector_first() -> None:
    hazard = fact("hazard", found_on="2024-12-20", due_on="2024-12-23")
    visits = [
        fact("inspection", id=number, inspected_on="2024-12-10", reason=reason)
        for number, reason in enumerate(
            ("routine", "safety_check", "joint_presence", "fee_check"), 1
        )
    ]
    found = status(hazard, *visits, on="2024-12-20")
    assert found.hazards_open == (1,)
    assert found.next_inspection_for == "hazard"
    assert found.next_inspection_on == day("2024-12-21")


def test_t10_a_hazard_not_gone_by_its_day_is_overdue() -> None:
    hazard = fact("hazard", found_on="2024-12-01", due_on="2024-12-10", cleared_on="2024-12-20")
    assert status(hazard, on="2024-12-10").hazards_overdue == ()
    assert status(hazard, on="2024-12-10").holds_until == day("2024-12-11")
    assert status(hazard, on="2024-12-11").hazards_overdue == (1,)
    assert status(hazard, on="2024-12-20").hazards_open == ()


def test_t10_breaches_of_safety_are_passed_on() -> None:
    assert status(violation(1, "T9.fire_lane_obstructed", "2024-01-01")).referrals_due == (1,)
