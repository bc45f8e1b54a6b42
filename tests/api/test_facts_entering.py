"""Facts entered and corrected over HTTP, what they are completed with, and what follows."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from geo.dates import today
from oversight import policy, workdays
from oversight.writing.resources import BY_NAME
from tests.api.facts import CORRECTED, SENT, sendable
from tests.api.register import CITY, Office, count
from tests.people import client_of
from tests.support import Service

POLICY = policy.of_city(CITY)


def test_each_resource_is_sent_and_corrected_here() -> None:
    assert SENT.keys() == CORRECTED.keys() == BY_NAME.keys()


@pytest.mark.parametrize("resource", SENT)
def test_a_fact_is_entered_read_and_corrected(writer: Office, resource: str) -> None:
    fact = writer.enter(resource, **sendable(writer, resource))
    read = writer.client.get(f"/{resource}/{fact['id']}")
    assert read.json()["fact"] == fact
    assert read.headers["cache-control"] == "no-store"
    corrected = writer.correct(resource, fact["id"], **CORRECTED[resource])
    assert corrected.status_code == 200, corrected.text
    assert CORRECTED[resource].items() <= corrected.json()["fact"].items()
    assert corrected.headers["etag"] == writer.etag(resource, fact["id"]) != read.headers["etag"]


def test_the_first_breach_of_a_prohibition_brings_the_first_rung(writer: Office) -> None:
    answer = writer.client.post(
        "/violations", json={**SENT["violations"], "compound_id": 2, "type_code": "P7"}
    ).json()
    assert answer["fact"]["company_id"] == 1
    assert answer["fact"]["severity"] == POLICY.types["P7"].severity
    (changed,) = answer["changed"]
    assert (changed["compound"], changed["after"]["rung"]) == (2, 1)
    assert answer["fact"]["id"] in changed["after"]["counting"]
    assert any(why["row"] == "T3" and why["zh"] and why["en"] for why in changed["why"])
    assert [one["company"] for one in answer["companies"]] == [1]


def test_what_was_believed_before_a_correction_is_kept(writer: Office, written: Service) -> None:
    fact = writer.enter("plaques", compound_id=2, star=4, issued_on="2026-02-01")
    assert writer.correct("plaques", fact["id"], star=3).status_code == 200
    assert (
        count(
            written.engine,
            "SELECT count(*) FROM registry.plaque WHERE star = 4 AND issued_on = '2026-02-01'"
            " AND superseded_at IS NOT NULL",
        )
        == 1
    )


def test_the_audit_tells_who_changed_what(writer: Office, written: Service) -> None:
    fact = writer.enter("plaques", compound_id=2, star=4, issued_on="2026-02-02")
    request = writer.correct("plaques", fact["id"], star=3).headers["x-request-id"]
    found = count(
        written.engine,
        "SELECT jsonb_build_array(actor, action, table_name, row_key, before, after,"
        " host(address)) FROM audit.event WHERE request_id = :request",
        request=request,
    )
    key = str(fact["id"])
    actor = writer.client.get("/session").json()["login"]
    assert found == [
        actor,
        "correct",
        "registry.plaque",
        key,
        {"star": 4},
        {"star": 3},
        "127.0.0.1",
    ]


def test_deadlines_that_are_not_stated_are_the_policys(writer: Office) -> None:
    violation = writer.enter("violations", **{**SENT["violations"], "type_code": "P1"})
    order = writer.enter("orders", violation_id=violation["id"], issued_on="2026-03-06")
    issued = SENT["orders"]["issued_on"]
    assert issued == "2026-03-06"
    due = workdays.add(today().replace(2026, 3, 6), POLICY.types["P1"].deadline_days)
    assert order["due_on"] == due.isoformat()
    assert (order["compound_id"], order["company_id"]) == (1, 1)
    hazard = writer.enter("hazards", **{**SENT["hazards"], "severity": "serious"})
    days = POLICY.deadlines.hazard_days["serious"]
    assert hazard["due_on"] == (today().replace(2026, 3, 9) + timedelta(days)).isoformat()


def test_a_complaint_about_a_street_reaches_the_status_of_the_compound_it_names_alone(
    writer: Office,
) -> None:
    """T15: one that names no compound is recorded, and nothing follows from it."""
    sent = {name: value for name, value in SENT["complaints"].items() if name != "person"}
    assert (sent["subject"], "compound_id" in sent) == ("street", False)
    unnamed = writer.client.post("/complaints", json=sent)
    assert (unnamed.status_code, unnamed.json()["changed"]) == (201, [])
    named = writer.client.post("/complaints", json={**sent, "compound_id": 2}).json()
    (changed,) = named["changed"]
    assert named["fact"]["id"] in changed["after"]["complaints_open"]


def test_a_referral_goes_to_the_districts_agency_of_the_kind_named_first(writer: Office) -> None:
    violation = writer.enter("violations", **{**SENT["violations"], "type_code": "P1"})
    referral = writer.enter("referrals", violation_id=violation["id"], sent_on="2026-03-06")
    due = workdays.add(today().replace(2026, 3, 6), POLICY.deadlines.referral_days)
    assert (referral["agency_id"], referral["compound_id"]) == (2, 1)
    assert referral["due_on"] == due.isoformat()


def test_a_referral_goes_to_who_enforces_the_breach_there(writer: Office, written: Service) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO oversight.jurisdiction"
                " (city_code, agency_id, role, level, type_code, valid)"
                " VALUES ('649900', 3, 'enforce', 'city', 'P9', '[2020-01-01,)')"
            )
        )
    violation = writer.enter("violations", **{**SENT["violations"], "type_code": "P9"})
    referral = writer.enter("referrals", violation_id=violation["id"], sent_on="2026-03-06")
    assert referral["agency_id"] == 3


def test_a_referral_with_nobody_to_go_to_asks_for_the_agency(writer: Office) -> None:
    violation = writer.enter("violations", **{**SENT["violations"], "type_code": "P3"})
    answer = writer.client.post(
        "/referrals", json={"violation_id": violation["id"], "sent_on": "2026-03-06"}
    )
    assert (answer.status_code, answer.json()["parameter"]) == (422, "agency_id")


def test_a_new_disclosure_ends_the_one_before(writer: Office) -> None:
    sent = {"compound_id": 3, "kind": "contract", "disclosed": False}
    first = writer.enter("disclosures", **sent, **{"from": "2026-01-10"})
    second = writer.enter("disclosures", **{**sent, "disclosed": True}, **{"from": "2026-02-10"})
    before = writer.client.get(f"/disclosures/{first['id']}").json()["fact"]
    assert (before["from"], before["until"]) == ("2026-01-10", "2026-02-10")
    assert (second["from"], second["until"]) == ("2026-02-10", None)
    late = writer.client.post("/disclosures", json={**sent, "from": "2026-02-01"})
    assert (late.status_code, late.json()["parameter"]) == (409, "from")
    status = writer.client.post(
        "/disclosures", json={**sent, "from": "2026-03-10"}, params={"dry_run": "true"}
    ).json()
    (changed,) = status["changed"]
    assert changed["before"]["disclosures"]["contract"] is True
    assert changed["after"]["disclosures"]["contract"] is False


def test_a_running_contract_is_not_ended_by_the_next_one(writer: Office) -> None:
    sent = {"compound_id": 1, "company_id": 2, "from": "2026-06-01"}
    refused = writer.client.post("/contracts", json=sent)
    assert (refused.status_code, refused.json()["parameter"]) == (409, "from")


def test_personal_data_are_kept_apart_and_never_answered(writer: Office, written: Service) -> None:
    committee = writer.enter("committees", **{**SENT["committees"], "compound_id": 3})
    member = writer.enter(
        "committee-members",
        committee_id=committee["id"],
        position="chair",
        person={"name": "李四", "phone": "13911111111", "party_member": True},
        **{"from": "2026-03-12"},
    )
    answer = writer.correct("committee-members", member["id"], person={"name": "李四四"})
    assert "李四" not in answer.text
    assert "李四" not in writer.client.get(f"/committee-members/{member['id']}").text
    kept = "SELECT name || phone FROM registry.member_person WHERE member_id = :number"
    assert count(written.engine, kept, number=member["id"]) == "李四四13911111111"
    assert (
        count(
            written.engine,
            "SELECT count(*) FROM audit.event"
            " WHERE before::text || after::text LIKE '%李四%' OR after::text LIKE '%李四%'",
        )
        == 0
    )
    writer.correct("committee-members", member["id"], person=None)
    taken = (
        "SELECT count(*) FROM registry.member_person"
        " WHERE member_id = :number AND num_nonnulls(name, phone, party_member) = 0"
    )
    assert count(written.engine, taken, number=member["id"]) == 1
    refused = writer.client.post(
        "/complaints", json={**SENT["complaints"], "person": {"phone": "9" * 300}}
    )
    assert refused.status_code == 400
    assert "999" not in refused.text


def test_a_step_against_a_member_touches_the_committees_compound(writer: Office) -> None:
    committee = writer.enter(
        "committees", compound_id=1, kind="committee", **{"from": "2026-01-01"}
    )
    answer = writer.client.post(
        "/committee-steps",
        json={"committee_id": committee["id"], "kind": "revoked", "taken_on": "2026-05-01"},
    )
    assert answer.status_code == 201, answer.text
    (changed,) = answer.json()["changed"]
    assert changed["compound"] == 1
    assert changed["before"]["self_government"] == "committee"
    assert changed["after"]["self_government"] != "committee"


TOMORROW = (today() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("resource", "changed", "status", "parameter"),
    [
        ("violations", {"found_on": TOMORROW}, 400, "found_on"),
        ("violations", {"found_on": "2026-02-30"}, 400, "found_on"),
        ("violations", {"offender_kind": "dog"}, 400, "offender_kind"),
        ("violations", {"nonsense": 1}, 400, "nonsense"),
        ("violations", {"evidence": "a\x00b"}, 400, "evidence"),
        ("violations", {"evidence": "长" * 4001}, 400, "evidence"),
        ("violations", {"compound_id": 999}, 422, "compound_id"),
        ("violations", {"compound_id": None}, 422, "compound_id"),
        ("violations", {"compound_code": "C2"}, 422, "compound_code"),
        ("violations", {"type_code": "P77"}, 422, "type_code"),
        ("violations", {"company_code": "nobody"}, 422, "company_code"),
        ("violations", {"company_id": 9}, 422, "company_id"),
        ("violations", {"occurred_on": "2026-03-03"}, 422, "occurred_on"),
        ("violations", {"offender_kind": "committee"}, 422, "offender_kind"),
        ("violations", {"compound_id": 3}, 422, "company_id"),
        ("orders", {"due_on": "2026-03-01"}, 422, "issued_on"),
        ("orders", {"due_on": None}, 422, "due_on"),
        ("guard-filings", {"compound_id": 1, "certified": 7}, 422, "certified"),
        ("complaints", {"point": [190, 38]}, 400, "point"),
        ("complaints", {"street_code": "111111111"}, 422, "street_code"),
        ("complaints", {"street_code": None}, 422, "compound_id"),
        ("measures", {"company_code": None}, 422, "compound_id"),
        ("committees", {"compound_id": 1, "term_until": "2020-01-01"}, 422, "term_until"),
        ("disclosures", {"compound_id": 1, "until": "2026-03-11"}, 422, "until"),
        ("exit-cases", {"compound_id": 3}, 422, "company_id"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_by_field(
    writer: Office, resource: str, changed: dict[str, Any], status: int, parameter: str
) -> None:
    answer = writer.client.post(f"/{resource}", json={**SENT[resource], **changed})
    assert (answer.status_code, answer.json()["parameter"]) == (status, parameter), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "INSERT" not in answer.text


def test_a_number_of_the_office_is_used_once(writer: Office) -> None:
    writer.enter("hazards", **SENT["hazards"], code="H-1")
    again = writer.client.post("/hazards", json={**SENT["hazards"], "code": "H-1"})
    assert again.status_code == 409
    assert again.json()["detail"].startswith("this hazard contradicts what is recorded")


def test_a_body_that_is_no_json_or_too_long_is_refused(writer: Office) -> None:
    kind = {"Content-Type": "application/json"}
    torn = writer.client.post("/leads", content=b'{"compound_id": ', headers=kind)
    assert (torn.status_code, torn.json()["parameter"]) == (400, "body")
    assert writer.client.post("/leads", json=["x"]).status_code == 400
    assert writer.client.post("/leads", json={"statement": "长" * 70_000}).status_code == 413


def test_who_is_not_signed_in_neither_writes_nor_reads(writer: Office, written: Service) -> None:
    lead = writer.enter("leads", **SENT["leads"])
    with client_of(written.url, None) as nobody:
        assert nobody.post("/leads", json=SENT["leads"]).status_code == 401
        assert nobody.get(f"/leads/{lead['id']}").status_code == 401


def test_every_resource_is_described(writer: Office) -> None:
    described = writer.client.get("/openapi.json").json()
    for resource in SENT:
        assert set(described["paths"][f"/{resource}"]) == {"post"}
        assert set(described["paths"][f"/{resource}/{{number}}"]) == {"get", "patch"}
    fields = described["components"]["schemas"]["Violation"]["properties"]
    assert fields["offender_kind"]["enum"][0] == "company"
    assert "责任主体" in fields["offender_kind"]["description"]
