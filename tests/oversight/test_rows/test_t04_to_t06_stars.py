"""T4 to T6: 检查频次，星级评定结果的应用，准入退出."""

from dataclasses import replace
from typing import Any

import pytest

from oversight.assess import assess, assess_company
from oversight.policy import load
from oversight.rules.entry import may_take
from oversight.status import Status
from tests.oversight.making import (
    HERE,
    OURS,
    company_facts,
    compound_facts,
    contract,
    day,
    fact,
    rating,
)

TODAY = day("2024-12-31")


def status(*facts: Any, on: str = "2024-12-31") -> Status:
    return assess(compound_facts(contract("2020-01-01"), *facts), load(), day(on))


def interval(code: str) -> int:
    return next(one.interval_days or 0 for one in load().inspection.duties if one.code == code)


def test_t4_the_nine_are_checked_by_an_interval_from_the_last_visit() -> None:
    visit = fact("inspection", inspected_on="2024-06-01", reason="nine_prohibitions")
    only = [one for one in load().inspection.duties if one.code == "nine_prohibitions"]
    rules = replace(load(), inspection=replace(load().inspection, duties=tuple(only)))
    found = assess(compound_facts(contract("2020-01-01"), visit), rules, TODAY)
    assert found.next_inspection_for == "nine_prohibitions"
    assert found.next_inspection_on is not None
    assert (found.next_inspection_on - day("2024-06-01")).days == interval("nine_prohibitions")


@pytest.mark.parametrize(("star", "target"), [(0, True), (1, True), (2, True), (3, False)])
def test_t5_two_stars_and_below_are_key_targets(star: int, target: bool) -> None:
    assert status(rating(1, star, "2024-06-01")).key_target is target


def test_t5_key_targets_are_visited_more_often_than_others() -> None:
    assert interval("key_target") < interval("routine")
    found = status(rating(1, 2, "2024-12-30"))
    assert found.next_inspection_on is not None
    assert found.next_inspection_on <= day("2024-12-30")


def test_t5_substandard_opens_the_exit() -> None:
    found = status(rating(1, 0, "2024-06-01"))
    assert (found.exit_case, found.exit_ground) == (True, "substandard")


def test_t5_two_consecutive_low_rounds_open_the_exit_and_one_does_not() -> None:
    first, second = rating(1, 2, "2023-06-01"), rating(2, 1, "2024-06-01")
    assert not status(first).exit_case
    assert status(first, second).exit_ground == "two_low_rounds"
    assert not status(first, rating(2, 3, "2024-06-01")).exit_case


def test_t5_a_result_counts_from_the_day_it_is_published() -> None:
    result = rating(1, 2, "2024-06-01", cutoff_on="2024-03-01")
    assert status(result, on="2024-05-31").rated_star is None
    assert status(result, on="2024-06-01").rated_star == 2


def test_t6_a_plaque_is_issued_for_a_result_and_withdrawn_when_the_star_falls() -> None:
    result = rating(1, 4, "2024-01-01")
    assert "plaque_due" in status(result).gaps
    plaque = fact("plaque", star=4, issued_on="2024-02-01")
    assert "plaque_due" not in status(result, plaque).gaps
    fallen = rating(2, 3, "2024-06-01")
    assert {"plaque_withdraw", "plaque_due"} <= set(status(result, fallen, plaque).gaps)


def test_t6_results_decide_whether_a_company_may_take_a_compound() -> None:
    restricted = company_facts(
        measures=(
            fact(
                "measure",
                kind="restriction",
                company_id=OURS,
                due_on="2024-01-01",
                decided_on="2024-02-01",
                ends_on="2024-06-30",
            ),
        )
    )
    for on, verdict in (("2024-01-31", "yes"), ("2024-06-30", "no"), ("2024-07-01", "yes")):
        now = assess_company(restricted, load(), day(on))
        assert may_take(now, restricted, HERE, load(), day(on)).verdict == verdict
    assert assess_company(restricted, load(), day("2024-06-30")).holds_until == day("2024-07-01")
