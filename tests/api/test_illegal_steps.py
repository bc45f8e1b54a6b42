"""Of every life cycle, each step that a state does not allow answers 409 and changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from oversight.lifecycle import MACHINES, step_names
from oversight.writing.resource import Resource
from oversight.writing.resources import RESOURCES
from tests.api.facts import sendable
from tests.api.register import Office, digest
from tests.support import Service

OF_MACHINE: dict[str, Resource] = {one.machine: one for one in RESOURCES if one.machine}
ENTERED: dict[str, dict[str, Any]] = {"violation": {"confirmed_on": None}}
"""What is left out of a fact for it to be in the first state of its life."""
STATED: dict[str, Any] = {
    "authority": "区住建局",
    "document": "银建罚1号",
    "due_on": "2027-05-01",
    "reason": "理由",
    "upheld": True,
}
OUTCOMES = {"lead": "unproven", "referral": "warned"}
PROVEN: dict[str, Any] = {"outcome": "proven", "violation": {"offender_kind": "company"}}


def ways(kind: str) -> Iterator[tuple[str, ...]]:
    """The shortest way of steps to each state that refuses some step."""
    machine = MACHINES[kind]
    found: list[tuple[tuple[str, ...], str]] = [((), machine.first)]
    for way, state in found:
        if set(step_names(kind, state)) != machine.steps.keys():
            yield way
        for name, step in machine.steps.items():
            if state in step.sources and step.target not in {there for _, there in found}:
                found.append(((*way, name), step.target))


WAYS = [(kind, way) for kind in MACHINES for way in ways(kind)]


def fields(kind: str, name: str) -> dict[str, Any]:
    """What is sent with a step, such that only the state can be wrong."""
    for body in OF_MACHINE[kind].steps:
        known = body.model_json_schema()["properties"]["step"]
        if name in known.get("enum", [known.get("const")]):
            stated = STATED | {"outcome": OUTCOMES.get(kind)}
            given = {one: stated[one] for one in stated if one in body.model_fields}
            return {"on": "2026-06-01", **given}
    raise AssertionError(f"{name} cannot be sent")


def brought(office: Office, kind: str, way: tuple[str, ...]) -> dict[str, Any]:
    """A fact that was moved on this way, as it stands."""
    resource = OF_MACHINE[kind].name
    made = {**sendable(office, resource), **ENTERED.get(kind, {})}
    number = office.enter(resource, **made)["id"]
    for name in way:
        office.stepped(resource, number, name, **fields(kind, name))
    fact: dict[str, Any] = office.client.get(f"/{resource}/{number}").json()["fact"]
    return fact


def test_every_life_cycle_is_of_a_resource_and_refuses_something() -> None:
    assert OF_MACHINE.keys() == MACHINES.keys() == {kind for kind, _ in WAYS}


@pytest.mark.parametrize(
    ("kind", "way"), WAYS, ids=[f"{kind}: {'-'.join(way) or 'entered'}" for kind, way in WAYS]
)
def test_a_step_its_state_does_not_allow_answers_409_and_changes_nothing(
    writer: Office, written: Service, kind: str, way: tuple[str, ...]
) -> None:
    resource, fact = OF_MACHINE[kind].name, brought(writer, kind, way)
    illegal = MACHINES[kind].steps.keys() - set(fact["steps"])
    assert illegal
    for name in sorted(illegal):
        before = digest(written.engine)
        answer = writer.step(resource, fact["id"], name, **fields(kind, name))
        assert answer.status_code == 409, (name, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["parameter"] == "step"
        assert repr(fact["state"]) in answer.json()["detail"]
        for allowed in fact["steps"]:
            assert allowed in answer.json()["detail"]
        assert digest(written.engine) == before, name


def test_a_lead_that_is_decided_makes_no_violation_of_a_second_decision(
    writer: Office, written: Service
) -> None:
    fact = brought(writer, "lead", ("decide",))
    before = digest(written.engine)
    answer = writer.step("leads", fact["id"], "decide", on="2026-06-02", **PROVEN)
    assert answer.status_code == 409, answer.text
    assert digest(written.engine) == before
