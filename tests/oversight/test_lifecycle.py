"""Each fact moves by its own steps, and by no other."""

from datetime import date
from typing import Any

import pytest

from oversight.lifecycle import MACHINES, BadStep, IllegalStep, state, step, step_names

ON = date(2024, 3, 1)
ORDER: dict[str, Any] = {"id": 5, "issued_on": date(2024, 1, 1), "due_on": date(2024, 2, 1)}
REASONED: dict[str, Any] = {"on": ON, "reason": "理由", "due_on": date(2024, 4, 1)}


def test_an_order_is_issued_done_accepted_and_taken_up_again() -> None:
    assert state("order", ORDER) == "issued"
    done = {**ORDER, **step("order", ORDER, "report_done", {"on": ON}).updates}
    assert state("order", done) == "done"
    accepted = {**done, **step("order", done, "accept", {"on": ON}).updates}
    assert state("order", accepted) == "accepted"
    reopened = step("order", accepted, "reopen", REASONED)
    assert state("order", {**accepted, **reopened.updates}) == "issued"
    ((table, row),) = reopened.extra
    assert table == "oversight.order_reopening"
    assert (row["done_on"], row["accepted_on"], row["due_on"]) == (ON, ON, date(2024, 4, 1))


def test_an_extension_needs_a_reason_and_a_later_deadline() -> None:
    ((table, row),) = step("order", ORDER, "extend", REASONED).extra
    assert (table, row["due_on"]) == ("oversight.order_extension", date(2024, 4, 1))
    with pytest.raises(BadStep, match="reason"):
        step("order", ORDER, "extend", {"on": ON, "due_on": date(2024, 4, 1)})
    with pytest.raises(BadStep, match="must be later"):
        step(
            "order",
            ORDER,
            "extend",
            {**REASONED, "on": date(2024, 1, 5), "due_on": date(2024, 2, 1)},
        )


def test_a_referral_is_received_answered_and_reopened_with_its_answer_kept() -> None:
    sent = {"id": 3, "sent_on": date(2024, 1, 1), "due_on": None}
    received = {**sent, **step("referral", sent, "receive", {"on": ON}).updates}
    given = {"on": ON, "outcome": "penalised", "answer": "已处罚"}
    answered = {**received, **step("referral", received, "answer", given).updates}
    assert (state("referral", answered), answered["outcome"]) == ("answered", "penalised")
    ((_, kept),) = step("referral", answered, "reopen", {"on": ON, "reason": "未落实"}).extra
    assert (kept["outcome"], kept["answer"]) == ("penalised", "已处罚")
    returned = step("referral", sent, "return", {"on": ON, "reason": "非本部门"}).updates
    assert returned["outcome"] == "returned"


@pytest.mark.parametrize("kind", MACHINES)
def test_a_step_that_a_state_does_not_allow_is_refused_with_those_it_does(kind: str) -> None:
    machine = MACHINES[kind]
    columns = {column: "proven" if name == "=" else ON for column, name in machine.states}
    for column, name in machine.states:
        now = {machine.begins: ON, column: columns[column]}
        found = columns[column] if name == "=" else name
        assert state(kind, now) == found
        for other in machine.steps.keys() - set(step_names(kind, found)):
            with pytest.raises(IllegalStep, match=f"{found!r}"):
                step(kind, now, other, {"on": ON})


@pytest.mark.parametrize("kind", MACHINES)
def test_no_step_comes_before_what_the_fact_began_with(kind: str) -> None:
    machine = MACHINES[kind]
    now = {"id": 1, machine.begins: date(2024, 6, 1)}
    for name in step_names(kind, machine.first):
        given: dict[str, Any] = dict.fromkeys(machine.steps[name].needs, "x") | {"on": ON}
        with pytest.raises(BadStep, match="cannot be before"):
            step(kind, now, name, given)
