"""The timeline leaves out no kind of fact, and tells each to those alone who see the fact."""

from typing import Any

import httpx
import pytest

from layers.timeline import TABLES
from oversight.writing.resources import BY_NAME
from tests.api.facts import SENT, sendable
from tests.api.register import Office
from tests.people import client_of, token_of
from tests.support import Service

KINDS = {table: kind for kind, table in TABLES.items()}
ABOUT: dict[str, dict[str, Any]] = {
    "measures": {"compound_id": 1},
    "complaints": {"compound_id": 1},
}
"""What makes a fact one of a compound that need not be."""


def events(client: httpx.Client, compound: int) -> list[dict[str, Any]]:
    answer = client.get(f"/compounds/{compound}/timeline", params={"limit": 1000})
    found: list[dict[str, Any]] = answer.raise_for_status().json()["events"]
    return found


def compound_of(office: Office, fact: dict[str, Any]) -> int:
    """The compound a fact is about, itself or by its committee."""
    if "compound_id" in fact:
        return int(fact["compound_id"])
    committee = office.client.get(f"/committees/{fact['committee_id']}").json()["fact"]
    return int(committee["compound_id"])


def test_every_resource_has_a_kind_of_event() -> None:
    assert {one.full_name for one in BY_NAME.values()} <= set(KINDS)


@pytest.mark.parametrize("resource", BY_NAME)
def test_a_fact_of_every_resource_is_told(writer: Office, resource: str) -> None:
    fact = writer.enter(resource, **sendable(writer, resource, **ABOUT.get(resource, {})))
    kind = KINDS[BY_NAME[resource].full_name]
    told = [
        one
        for one in events(writer.client, compound_of(writer, fact))
        if (one["kind"], one["id"]) == (kind, fact["id"])
    ]
    assert told
    assert {one["recorded"]["by"] for one in told} == {"测试"}


@pytest.mark.parametrize(
    ("resource", "changed", "step", "expected"),
    [
        (
            "leads",
            {},
            {"step": "decide", "on": "2026-04-01", "outcome": "passed_on"},
            {"reported": "2026-03-01", "decided": "2026-04-01"},
        ),
        ("disclosures", {}, {}, {"began": "2026-03-11", "ended": "2026-04-30"}),
        ("utilities", {}, {}, {"began": "2026-03-14", "ended": "2026-04-30"}),
        (
            "guard-filings",
            {"filed_on": "2026-03-20"},
            {},
            {"began": "2026-03-13", "filed": "2026-03-20", "ended": "2026-04-30"},
        ),
        (
            "emergency-plans",
            {"drilled_on": "2026-04-02"},
            {},
            {
                "began": "2026-03-14",
                "trained": "2026-03-14",
                "drilled": "2026-04-02",
                "ended": "2026-04-30",
            },
        ),
        ("presences", {}, {}, {"began": "2026-03-15", "ended": "2026-04-30"}),
        (
            "mediations",
            {"closed_on": "2026-03-30", "outcome": "agreed"},
            None,
            {"opened": "2026-03-17", "closed": "2026-03-30"},
        ),
    ],
)
def test_each_day_of_a_fact_is_an_event(
    writer: Office,
    resource: str,
    changed: dict[str, Any],
    step: dict[str, Any] | None,
    expected: dict[str, str],
) -> None:
    apart = {"compound_id": 1} if "compound_id" in SENT[resource] else {}
    fact = writer.enter(resource, **{**SENT[resource], **apart, **changed})
    if step is not None:
        step = step or {"step": "end", "on": "2026-05-01"}
        named = {name: value for name, value in step.items() if name != "step"}
        writer.stepped(resource, fact["id"], step["step"], **named)
    kind = KINDS[BY_NAME[resource].full_name]
    told = {
        one["event"]: one["on"]
        for one in events(writer.client, fact["compound_id"])
        if (one["kind"], one["id"]) == (kind, fact["id"])
    }
    assert told == expected


def test_a_seat_is_told_without_who_holds_it(writer: Office) -> None:
    committee = writer.enter("committees", compound_id=2, kind="pmc", **{"from": "2026-01-01"})
    seat = {**SENT["committee-members"], "committee_id": committee["id"]}
    number = writer.enter("committee-members", **seat)["id"]
    writer.stepped("committee-members", number, "end", on="2026-05-01")
    answer = writer.client.get("/compounds/2/timeline", params={"limit": 1000})
    told = [
        (one["event"], one["on"], one["what"]["zh"])
        for one in answer.json()["events"]
        if (one["kind"], one["id"]) == ("committee_member", number)
    ]
    assert told == [
        ("ended", "2026-04-30", "物业管理委员会委员离任"),
        ("began", "2026-03-12", "物业管理委员会委员就任"),
    ]
    for personal in SENT["committee-members"]["person"].values():
        assert personal not in answer.text


@pytest.mark.parametrize(
    ("role", "scope", "sees"),
    [
        (
            "company_user",
            {"company_id": 1},
            {"own lead", "disclosure", "emergency_plan", "presence"},
        ),
        ("company_user", {"company_id": 2}, set()),
        ("agency_officer", {"agency_id": 3}, {"lead", "presence"}),
        ("agency_officer", {"agency_id": 1}, set()),
        (
            "street_officer",
            {"area_code": "649904001"},
            {"own lead", "lead", "disclosure", "emergency_plan", "presence", "mediation"},
        ),
    ],
)
def test_each_is_told_what_they_see(
    writer: Office, written: Service, role: str, scope: dict[str, Any], sees: set[str]
) -> None:
    stated = {**SENT["leads"], "compound_code": "C2", "agency_id": 3}
    of_resident = writer.enter("leads", **stated)["id"]
    of_company = writer.enter("leads", **{**stated, "agency_id": 2, "reporter_kind": "company"})[
        "id"
    ]
    writer.enter("mediations", **SENT["mediations"])
    kinds = {"disclosure", "emergency_plan", "presence", "mediation"}
    with client_of(written.url, token_of(written.engine, role, **scope)) as client:
        told = events(client, 2)
    names = {("lead", of_resident): "lead", ("lead", of_company): "own lead"}
    found = {names.get((one["kind"], one["id"])) for one in told}
    found |= {one["kind"] for one in told if one["kind"] in kinds}
    assert found - {None} == sees
