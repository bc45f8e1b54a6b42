"""Facts moved on by the steps of their life cycles; what is not allowed changes nothing."""

import pytest

from tests.api.facts import SENT
from tests.api.register import Office, digest
from tests.support import Service


def test_an_order_is_extended_reported_accepted_and_reopened(writer: Office) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    longer = writer.stepped(
        "orders", number, "extend", on="2026-03-20", due_on="2026-05-06", reason="雨季"
    )
    assert [one["due_on"] for one in longer["extensions"]] == ["2026-05-06"]
    done = writer.stepped("orders", number, "report_done", on="2026-04-20")
    assert done["done_on"] == "2026-04-20"
    accepted = writer.stepped("orders", number, "accept", on="2026-04-22")
    assert accepted["accepted_on"] == "2026-04-22"
    again = writer.stepped(
        "orders", number, "reopen", on="2026-05-01", due_on="2026-06-01", reason="又堆了"
    )
    assert (again["done_on"], again["accepted_on"]) == (None, None)
    assert again["reopenings"][0]["done_on"] == "2026-04-20"


def test_a_step_that_its_state_does_not_allow_changes_nothing(
    writer: Office, written: Service
) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    before = digest(written.engine)
    answer = writer.step("orders", number, "accept", on="2026-04-22")
    assert answer.status_code == 409, answer.text
    assert "report_done" in answer.json()["detail"]
    assert digest(written.engine) == before


def test_a_step_before_what_it_follows_is_refused(writer: Office, written: Service) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    before = digest(written.engine)
    answer = writer.step("orders", number, "report_done", on="2026-03-01")
    assert answer.status_code in (409, 422), answer.text
    assert "2026-03-01" in answer.json()["detail"]
    assert "2026-03-06" in answer.json()["detail"]
    assert digest(written.engine) == before


def test_a_new_deadline_is_later_than_the_one_that_holds(writer: Office) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    writer.stepped("orders", number, "extend", on="2026-03-20", due_on="2026-06-06", reason="雨季")
    sooner = writer.step(
        "orders", number, "extend", on="2026-03-21", due_on="2026-05-06", reason="雨季"
    )
    assert sooner.status_code == 422, sooner.text
    assert "2026-06-06" in sooner.json()["detail"]


def test_what_was_reopened_is_not_done_before(writer: Office) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    writer.stepped("orders", number, "report_done", on="2026-04-01")
    writer.stepped("orders", number, "reopen", on="2026-05-01", due_on="2026-06-01", reason="复发")
    early = writer.step("orders", number, "report_done", on="2026-04-20")
    assert (early.status_code, early.json()["parameter"]) == (422, "on")


def test_an_unknown_step_and_a_missing_reason_are_refused(writer: Office) -> None:
    number = writer.enter("orders", **SENT["orders"])["id"]
    assert writer.step("orders", number, "burn").status_code == 400
    unreasoned = writer.step("orders", number, "withdraw", on="2026-03-10")
    assert (unreasoned.status_code, unreasoned.json()["parameter"]) == (400, "reason")


def test_a_referral_is_received_extended_answered_and_taken_up_again(writer: Office) -> None:
    violation = writer.enter("violations", **SENT["violations"])["id"]
    number = writer.enter(
        "referrals", violation_id=violation, agency_id=3, sent_on="2026-03-06", due_on="2026-03-31"
    )["id"]
    writer.stepped("referrals", number, "receive", on="2026-03-07")
    writer.stepped(
        "referrals", number, "extend", on="2026-03-20", due_on="2026-04-30", reason="取证"
    )
    answered = writer.stepped(
        "referrals", number, "answer", on="2026-04-10", outcome="warned", answer="已警告"
    )
    assert (answered["outcome"], answered["answered_on"]) == ("warned", "2026-04-10")
    again = writer.stepped(
        "referrals", number, "reopen", on="2026-05-01", due_on="2026-06-01", reason="复发"
    )
    assert again["answered_on"] is None
    assert again["reopenings"][0]["outcome"] == "warned"
    withdrawn = writer.stepped("referrals", number, "withdraw", on="2026-05-02", reason="误送")
    assert withdrawn["withdrawn_on"] == "2026-05-02"


def test_a_referral_may_be_returned(writer: Office) -> None:
    violation = writer.enter("violations", **SENT["violations"])["id"]
    number = writer.enter("referrals", violation_id=violation, agency_id=3, sent_on="2026-03-06")[
        "id"
    ]
    returned = writer.stepped("referrals", number, "return", on="2026-03-09", reason="非本局职责")
    assert returned["outcome"] == "returned"


def test_a_violation_counts_from_confirmation_until_it_is_revoked(writer: Office) -> None:
    sent = {**SENT["violations"], "compound_id": 2, "type_code": "P9"}
    del sent["confirmed_on"]
    number = writer.enter("violations", **sent)["id"]
    confirmed = writer.step("violations", number, "confirm", on="2026-03-05").json()
    (changed,) = confirmed["changed"]
    assert changed["after"]["rung"] == changed["before"]["rung"] + 1
    writer.stepped("violations", number, "appeal", on="2026-03-20")
    revoked = writer.step("violations", number, "revoke", on="2026-04-01", reason="复议撤销").json()
    (changed,) = revoked["changed"]
    assert changed["after"]["rung"] == changed["before"]["rung"] - 1
    assert changed["no_longer"]


def test_a_rectified_violation_is_closed(writer: Office) -> None:
    number = writer.enter("violations", **SENT["violations"])["id"]
    assert writer.stepped("violations", number, "close", on="2026-05-01")["status"] == "closed"


def test_a_proven_lead_becomes_a_violation_that_counts(writer: Office) -> None:
    number = writer.enter("leads", **{**SENT["leads"], "compound_code": "C2"})["id"]
    answer = writer.step(
        "leads",
        number,
        "decide",
        on="2026-03-10",
        outcome="proven",
        violation={"offender_kind": "company"},
    )
    assert answer.status_code == 200, answer.text
    (also,) = answer.json()["also"]
    violation = also["fact"]
    assert answer.json()["fact"]["violation_id"] == violation["id"]
    assert (violation["type_code"], violation["company_id"]) == ("P3", 1)
    assert (violation["found_on"], violation["confirmed_on"]) == ("2026-03-01", "2026-03-10")
    assert violation["id"] in answer.json()["changed"][0]["after"]["counting"]


def test_a_lead_that_is_decided_is_not_decided_again(writer: Office, written: Service) -> None:
    number = writer.enter("leads", **SENT["leads"])["id"]
    writer.stepped("leads", number, "decide", on="2026-03-10", outcome="unproven")
    before = digest(written.engine)
    again = writer.step(
        "leads",
        number,
        "decide",
        on="2026-03-11",
        outcome="proven",
        violation={"offender_kind": "company"},
    )
    assert again.status_code == 409
    assert digest(written.engine) == before


def test_a_proven_lead_may_be_a_violation_that_is_entered(writer: Office) -> None:
    lead = writer.enter("leads", **SENT["leads"])["id"]
    there = writer.enter("violations", **SENT["violations"])["id"]
    elsewhere = writer.enter("violations", **{**SENT["violations"], "compound_id": 2})["id"]
    proven = {"on": "2026-03-10", "outcome": "proven"}
    wrong = writer.step("leads", lead, "decide", **proven, violation_id=elsewhere)
    assert (wrong.status_code, wrong.json()["parameter"]) == (422, "violation_id")
    assert writer.step("leads", lead, "decide", **proven).status_code == 422
    linked = writer.stepped("leads", lead, "decide", **proven, violation_id=there)
    assert linked["violation_id"] == there


def test_a_blacklisting_binds_once_it_is_decided(writer: Office) -> None:
    number = writer.enter("measures", company_id=2, kind="blacklist", due_on="2026-03-05")["id"]
    unnamed = writer.step("measures", number, "decide", on="2026-03-08")
    assert (unnamed.status_code, unnamed.json()["parameter"]) == (400, "authority")
    decided = writer.step(
        "measures", number, "decide", on="2026-03-08", authority="市住建局", document="银建罚1号"
    ).json()
    (changed,) = decided["companies"]
    assert changed["company"] == 2
    assert changed["after"]["blacklisted"]
    withdrawn = writer.step("measures", number, "withdraw", on="2026-04-08", reason="复议").json()
    assert not withdrawn["companies"][0]["after"]["blacklisted"]


def test_a_measure_is_done(writer: Office) -> None:
    number = writer.enter("measures", **SENT["measures"])["id"]
    writer.stepped(
        "measures", number, "decide", on="2026-03-08", authority="区住建局", document="谈1号"
    )
    assert writer.stepped("measures", number, "done", on="2026-03-09")["done_on"] == "2026-03-09"


def test_an_exit_case_is_decided_and_closed_or_withdrawn(writer: Office) -> None:
    first = writer.enter("exit-cases", **SENT["exit-cases"])["id"]
    writer.stepped("exit-cases", first, "decide", on="2026-03-20")
    writer.stepped("exit-cases", first, "close", on="2026-04-20")
    second = writer.enter("exit-cases", **SENT["exit-cases"])["id"]
    gone = writer.stepped("exit-cases", second, "withdraw", on="2026-03-20", reason="已整改")
    assert gone["withdrawn_on"] == "2026-03-20"


@pytest.mark.parametrize(
    ("resource", "step", "set_to"),
    [
        ("complaints", {"step": "close", "upheld": True}, "closed_on"),
        ("hazards", {"step": "clear"}, "cleared_on"),
        ("plaques", {"step": "withdraw"}, "withdrawn_on"),
        ("notices", {"step": "remove"}, "removed_on"),
    ],
)
def test_what_is_over_is_over_once(
    writer: Office, resource: str, step: dict[str, object], set_to: str
) -> None:
    number = writer.enter(resource, **SENT[resource])["id"]
    name, rest = str(step["step"]), {key: step[key] for key in step if key != "step"}
    over = writer.stepped(resource, number, name, on="2026-05-01", **rest)
    assert over[set_to] == "2026-05-01"
    assert writer.step(resource, number, name, on="2026-05-02", **rest).status_code == 409


def test_what_holds_over_days_can_be_ended_once(writer: Office) -> None:
    number = writer.enter("utilities", **{**SENT["utilities"], "kind": "gas"})["id"]
    early = writer.step("utilities", number, "end", on="2026-03-14")
    assert (early.status_code, early.json()["parameter"]) == (422, "on")
    assert writer.stepped("utilities", number, "end", on="2026-05-01")["until"] == "2026-05-01"
    assert writer.step("utilities", number, "end", on="2026-06-01").status_code == 409


def test_a_contract_ends_with_its_reason_and_the_next_may_begin(writer: Office) -> None:
    first = writer.enter("contracts", compound_id=3, company_id=2, **{"from": "2026-01-01"})["id"]
    ended = writer.step("contracts", first, "end", on="2026-06-01", end_reason="dismissed")
    assert ended.json()["fact"]["end_reason"] == "dismissed", ended.text
    following = writer.client.post(
        "/contracts", json={"compound_id": 3, "company_id": 1, "from": "2026-06-01"}
    )
    (changed,) = following.json()["changed"]
    assert (changed["before"]["company_id"], changed["after"]["company_id"]) == (None, 1)


def test_a_reopened_order_was_done_until_then(writer: Office) -> None:
    """On the days between it is not there, and is told as it was reported and accepted then."""
    number = writer.enter("orders", **SENT["orders"])["id"]
    writer.stepped("orders", number, "report_done", on="2026-04-01")
    writer.stepped("orders", number, "accept", on="2026-04-03")
    writer.stepped("orders", number, "reopen", on="2026-05-01", due_on="2026-06-01", reason="复发")

    def there(days: str) -> bool:
        asked = {"datetime": days, "limit": "1000"}
        answer = writer.client.get("/collections/orders/items", params=asked).raise_for_status()
        return number in [one["id"] for one in answer.json()["features"]]

    days = ["2026-03-31", "2026-04-01", "2026-04-15", "2026-04-15/2026-05-01", "2026-05-01"]
    assert [there(one) for one in days] == [True, True, False, True, True]
    address = f"/collections/orders/items/{number}"
    told = [
        writer.client.get(address, params={"as_of": day}).json()["properties"]
        for day in ("2026-04-15", "2026-05-01")
    ]
    days_told = [(one["done_on"], one["accepted_on"], one["open"]) for one in told]
    assert days_told == [("2026-04-01", "2026-04-03", False), (None, None, True)]
