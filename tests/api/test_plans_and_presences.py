"""T9 and T14: emergency plans and regular presences are entered as any other fact."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from geo.models.codes import EMERGENCY_KINDS
from tests.api.facts import SENT
from tests.api.register import Office, count
from tests.people import client_of, token_of
from tests.support import Service

PLAN, PRESENCE = SENT["emergency-plans"], SENT["presences"]


def _gaps(answer: dict[str, Any], when: str) -> set[str]:
    (changed,) = answer["changed"]
    codes = {one["code"] for one in changed[when]["gaps"]}
    return {code for code in codes if code.startswith("emergency_plan")}


@pytest.mark.parametrize("kind", EMERGENCY_KINDS)
def test_a_plan_closes_its_gap_and_no_other_until_it_ends(writer: Office, kind: str) -> None:
    # So that there is a status before.
    writer.enter("notices", **{**SENT["notices"], "compound_id": 3})
    sent = {**PLAN, "compound_id": 3, "kind": kind}
    answer = writer.client.post("/emergency-plans", json=sent).json()
    gap = {f"emergency_plan_{kind}"}
    assert _gaps(answer, "before") - _gaps(answer, "after") == gap
    number = answer["fact"]["id"]
    ended = writer.step("emergency-plans", number, "end", on="2026-06-01")
    assert ended.status_code == 200, ended.text
    assert ended.json()["fact"]["until"] == "2026-06-01"
    assert _gaps(ended.json(), "after") - _gaps(ended.json(), "before") == gap


@pytest.mark.parametrize(
    ("resource", "sent", "apart"),
    [
        ("emergency-plans", {**PLAN, "compound_id": 1}, {"kind": "public_order"}),
        ("presences", {**PRESENCE, "compound_id": 1}, {"agency_id": 1}),
    ],
)
def test_a_new_one_ends_that_of_the_same_kind_or_agency_alone(
    writer: Office, resource: str, sent: dict[str, Any], apart: dict[str, Any]
) -> None:
    first = writer.enter(resource, **sent)
    beside = writer.enter(resource, **{**sent, **apart})
    writer.enter(resource, **{**sent, "from": "2026-04-01"})
    until = {
        one["id"]: writer.client.get(f"/{resource}/{one['id']}").json()["fact"]["until"]
        for one in (first, beside)
    }
    assert until == {first["id"]: "2026-04-01", beside["id"]: None}
    again = writer.client.post(f"/{resource}", json={**sent, "from": "2026-04-01"})
    assert (again.status_code, again.json()["parameter"]) == (409, "from")


@pytest.mark.parametrize(
    ("resource", "sent", "fixed"),
    [
        ("emergency-plans", {**PLAN, "compound_id": 2}, {"kind": "public_order"}),
        ("presences", {**PRESENCE, "compound_id": 2}, {"agency_id": 1}),
    ],
)
def test_nobody_overwrites_another_and_it_stays_what_it_is(
    writer: Office, written: Service, resource: str, sent: dict[str, Any], fixed: dict[str, Any]
) -> None:
    number = writer.enter(resource, **sent)["id"]
    path, old = f"/{resource}/{number}", writer.etag(resource, number)
    change = {"until": "2026-09-01"}
    assert writer.client.patch(path, json=change).status_code == 428
    assert writer.client.patch(path, json=change, headers={"If-Match": old}).status_code == 200
    assert writer.client.patch(path, json=change, headers={"If-Match": old}).status_code == 412
    assert writer.correct(resource, number, **fixed).status_code == 400
    assert writer.correct(resource, number, until="2026-03-01").json()["parameter"] == "until"
    table = {"emergency-plans": "emergency_plan", "presences": "presence"}[resource]
    kept = f"SELECT count(*) FROM registry.{table} WHERE version_of = :number"
    assert count(written.engine, kept, number=number) == 1


@pytest.mark.parametrize(
    ("resource", "changed", "status", "parameter"),
    [
        ("emergency-plans", {"kind": "flood"}, 400, "kind"),
        ("emergency-plans", {"drilled_on": "2199-01-01"}, 400, "drilled_on"),
        ("emergency-plans", {"compound_id": 99}, 422, "compound_id"),
        ("presences", {"agency_id": None}, 400, "agency_id"),
        ("presences", {"agency_id": 77}, 422, "agency_id"),
        ("presences", {"agency_id": 50}, 422, "agency_id"),  # of another city
    ],
)
def test_what_cannot_be_one_is_refused_by_field(
    writer: Office,
    elsewhere: int,
    resource: str,
    changed: dict[str, Any],
    status: int,
    parameter: str,
) -> None:
    assert elsewhere == 50
    answer = writer.client.post(f"/{resource}", json={**SENT[resource], **changed})
    assert (answer.status_code, answer.json()["parameter"]) == (status, parameter), answer.text


@pytest.mark.parametrize("resource", ["emergency-plans", "presences"])
def test_officers_write_them_and_companies_and_agencies_read_their_own(
    writer: Office, written: Service, resource: str
) -> None:
    number = writer.enter(resource, **{**SENT[resource], "compound_id": 1, "from": "2026-05-05"})[
        "id"
    ]
    for role, scope, reads in (
        ("street_officer", {"area_code": "649904001"}, True),
        ("company_user", {"company_id": 1}, True),
        ("company_user", {"company_id": 2}, False),
        ("agency_officer", {"agency_id": 3}, resource == "presences"),
        ("agency_officer", {"agency_id": 1}, False),
    ):
        with client_of(written.url, token_of(written.engine, role, **scope)) as client:
            assert client.get(f"/{resource}/{number}").is_success is reads, (role, scope)
            sent = {**SENT[resource], "compound_id": 3, "from": "2026-07-06"}
            answer = client.post(f"/{resource}", json=sent, params={"dry_run": "true"})
            assert answer.status_code == (200 if role == "street_officer" else 403), answer.text


def test_a_presence_stands_on_the_notice_of_its_compound(writer: Office, written: Service) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO oversight.jurisdiction"
                " (city_code, agency_id, role, level, type_code, valid)"
                " VALUES ('649900', 2, 'enforce', 'county', 'P1', '[2020-01-01,)')"
            )
        )
    asked = {"f": "html", "as_of": "2026-05-10"}
    said = {"agency_id": 2, "compound_id": 1, "schedule": "每月十日"}
    assert "每月十日" not in writer.client.get("/compounds/1/notice", params=asked).text
    writer.enter("presences", **{**PRESENCE, **said})
    assert "每月十日" in writer.client.get("/compounds/1/notice", params=asked).text
    assert "每月十日" not in writer.client.get("/compounds/2/notice", params=asked).text


@pytest.fixture(scope="module")
def elsewhere(written: Service) -> Iterator[int]:
    """An agency of another city."""
    with written.engine.begin() as connection:
        yield int(
            connection.execute(
                text(
                    "INSERT INTO oversight.agency (id, city_code, kind, level, name)"
                    " VALUES (50, '000000', 'police', 'city', '外地公安局') RETURNING id"
                )
            ).scalar_one()
        )
