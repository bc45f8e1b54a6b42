"""T3: 对累计违反上述 1、2、3、4 条内容的……"""

from typing import Any

import pytest

from oversight.assess import assess, assess_company
from oversight.policy import load
from oversight.status import Status
from tests.oversight.making import (
    OURS,
    company_facts,
    compound_facts,
    contract,
    day,
    fact,
    rating,
    violation,
)

TODAY = day("2024-12-31")


def broken(many: int) -> tuple[Any, ...]:
    return tuple(
        violation(number, f"P{number}", f"2024-0{number}-01") for number in range(1, many + 1)
    )


def status(*facts: Any, many: int = 0) -> Status:
    companies = {OURS: company_facts(violations=broken(many))}
    made = compound_facts(
        contract("2020-01-01"),
        rating(1, 4, "2023-06-01"),
        broken(many),
        *facts,
        companies=companies,
    )
    return assess(made, load(), TODAY)


def due(found: Status) -> set[str]:
    return {one.kind for one in found.measures if one.state == "due"}


def test_t3_each_of_the_nine_is_a_prohibition_by_itself() -> None:
    for number in range(1, 10):
        one = violation(number, f"P{number}", "2024-01-01")
        facts = compound_facts(contract("2020-01-01"), one)
        assert assess(facts, load(), TODAY).rung == 1


def test_t3_one_brings_points_talk_order_and_advice() -> None:
    found = status(many=1)
    assert (found.rung, found.effective_star) == (1, 4)
    assert due(found) == {"credit", "talk", "order", "manager_advice"}
    assert found.credit_points == load().types["P1"].points > 0


def test_t3_two_bring_a_star_less_besides() -> None:
    found = status(many=2)
    assert (found.rung, found.rated_star, found.effective_star) == (2, 4, 3)
    assert due(found) == {"credit", "talk", "order", "manager_advice", "star_down"}


def test_t3_three_make_it_substandard_and_open_the_exit() -> None:
    found = status(many=3)
    assert (found.rung, found.effective_star) == (3, 0)
    assert found.exit_case
    assert found.exit_ground == "third_rung"
    assert found.exit_since == day("2024-03-01")
    assert {"substandard", "exit"} <= due(found)


def test_t3_four_put_the_company_on_the_blacklist_restrict_it_and_bring_joint_punishment() -> None:
    company = assess_company(company_facts(violations=broken(4)), load(), TODAY)
    assert company.rung == 4
    assert {one.kind for one in company.measures} == {
        "blacklist",
        "restriction",
        "joint_punishment",
    }
    assert all(one.state == "due" and not one.binds for one in company.measures)
    found = status(many=4)
    assert found.rung == 4
    assert {"substandard", "exit"} <= due(found)


def test_t3_a_measure_goes_from_due_to_decided_to_done() -> None:
    talk = fact(
        "measure",
        kind="talk",
        company_id=OURS,
        compound_id=1,
        due_on="2024-01-01",
        decided_on="2024-02-01",
        done_on="2024-03-01",
    )
    facts = compound_facts(contract("2020-01-01"), broken(1), talk)
    states = [
        next(one.state for one in assess(facts, load(), day(on)).measures if one.kind == "talk")
        for on in ("2024-01-31", "2024-02-01", "2024-03-01")
    ]
    assert states == ["due", "decided", "done"]


def test_t3_a_withdrawn_measure_does_not_bind() -> None:
    listed = fact(
        "measure",
        kind="blacklist",
        company_id=OURS,
        due_on="2024-04-01",
        decided_on="2024-05-01",
        withdrawn_on="2024-08-01",
    )
    company = company_facts(violations=broken(4), measures=(listed,))
    assert assess_company(company, load(), day("2024-07-31")).restricted
    assert not assess_company(company, load(), day("2024-08-01")).restricted


def test_t3_an_order_is_due_for_each_breach_until_it_is_issued() -> None:
    issued = fact("order", violation_id=1, issued_on="2024-01-05", due_on="2024-02-01")
    found = status(issued, many=2)
    assert [one.violation_id for one in found.measures if one.kind == "order"] == [2]


def test_t3_an_order_not_done_by_its_deadline_is_overdue() -> None:
    order = fact("order", violation_id=1, issued_on="2024-01-05", due_on="2024-02-01")
    facts = compound_facts(contract("2020-01-01"), order)
    on_the_day = assess(facts, load(), day("2024-02-01"))
    assert (on_the_day.orders_open, on_the_day.orders_overdue) == ((1,), ())
    assert on_the_day.holds_until == day("2024-02-02")
    assert assess(facts, load(), day("2024-02-02")).orders_overdue == (1,)


@pytest.mark.parametrize(("code", "referred"), [("P1", True), ("P3", False), ("P9", True)])
def test_t3_a_breach_of_law_is_passed_to_the_agency_that_answers_for_it(
    code: str, referred: bool
) -> None:
    facts = compound_facts(contract("2020-01-01"), violation(1, code, "2024-01-01"))
    assert bool(assess(facts, load(), TODAY).referrals_due) is referred
    sent = fact("referral", violation_id=1, sent_on="2024-02-01", due_on="2024-02-20")
    after = compound_facts(contract("2020-01-01"), violation(1, code, "2024-01-01"), sent)
    found = assess(after, load(), TODAY)
    assert not found.referrals_due
    assert found.referrals_overdue == (1,)


def test_t3_every_consequence_names_its_row_facts_and_setting() -> None:
    found = status(many=3)
    by_code = {one.code: one for one in found.reasons}
    assert [ref.id for ref in by_code["rung_reached"].facts] == [1, 2, 3]
    assert by_code["rung_reached"].row == "T3"
    assert by_code["rung_reached"].setting == "ladder.count"
    assert by_code["exit_third_rung"].row == "T3"
