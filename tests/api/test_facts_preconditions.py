"""Writers that meet: conditions, repeats, dry runs, and two at one company."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from oversight.writing.audit import Writer
from oversight.writing.database import transact
from oversight.writing.fact import enter
from oversight.writing.resources import VIOLATIONS
from tests.api.facts import SENT
from tests.api.register import Office, count, digest
from tests.support import Service, served


def test_a_change_needs_the_state_it_was_made_in(writer: Office) -> None:
    number = writer.enter("plaques", **SENT["plaques"])["id"]
    path = f"/plaques/{number}"
    old = writer.etag("plaques", number)
    for given in ({}, {"If-Match": "*"}):
        missing = writer.client.patch(path, json={"star": 2}, headers=given)
        assert (missing.status_code, missing.json()["parameter"]) == (428, "If-Match")
        assert (
            writer.client.post(
                f"{path}/steps", json={"step": "withdraw"}, headers=given
            ).status_code
            == 428
        )
    assert writer.client.patch(path, json={"star": 2}, headers={"If-Match": old}).is_success
    stale = writer.client.patch(path, json={"star": 1}, headers={"If-Match": old})
    assert stale.status_code == 412
    assert stale.headers["etag"] == writer.etag("plaques", number)
    weak = {"If-Match": f"W/{stale.headers['etag']}"}
    assert writer.client.patch(path, json={"star": 1}, headers=weak).status_code == 412
    for said in ("abc", f"torn {stale.headers['etag']}", f"*, {stale.headers['etag']}"):
        torn = writer.client.patch(path, json={"star": 1}, headers={"If-Match": said})
        assert (torn.status_code, torn.json()["parameter"]) == (400, "If-Match")
    either = {"If-Match": f"{old}, {stale.headers['etag']}"}
    assert writer.client.patch(path, json={"star": 1}, headers=either).is_success


def test_an_etag_holds_in_every_process_and_after_a_restart(
    writer: Office, written: Service
) -> None:
    number = writer.enter("violations", **SENT["violations"])["id"]
    known = writer.etag("violations", number)
    paths = (f"/violations/{number}", f"/collections/violations/items/{number}")
    bearing = writer.client.headers["authorization"]
    with served(written.engine, workers="2") as other:
        # Each time another connection, so that both processes answer.
        for path in paths * 6:
            answer = httpx.get(f"{other.url}{path}", headers={"Authorization": bearing}, timeout=60)
            assert answer.headers["etag"].replace("-gzip", "") == known
        changed = {"type": "Feature", "properties": {"evidence": "照片一张"}}
        done = httpx.patch(
            f"{other.url}{paths[1]}",
            json=changed,
            headers={"Authorization": bearing, "If-Match": known},
            timeout=60,
        )
    assert done.status_code == 200, done.text
    stale = writer.client.patch(paths[0], json={"type_code": "P4"}, headers={"If-Match": known})
    assert (stale.status_code, stale.headers["etag"]) == (412, done.headers["etag"])


def test_what_is_not_there_cannot_be_changed(writer: Office) -> None:
    given = {"If-Match": '"x"'}
    assert writer.client.get("/orders/999").status_code == 404
    assert writer.client.patch("/orders/999", json={}, headers=given).status_code == 404
    steps = writer.client.post("/orders/999/steps", json={"step": "accept"}, headers=given)
    assert steps.status_code == 404


def test_an_empty_correction_is_refused(writer: Office) -> None:
    number = writer.enter("plaques", **SENT["plaques"])["id"]
    assert writer.correct("plaques", number).status_code == 422
    cleared = writer.correct("plaques", number, issued_on=None)
    assert (cleared.status_code, cleared.json()["parameter"]) == (400, "issued_on")


@pytest.mark.parametrize("kind", ["enter", "correct", "advance"])
def test_a_dry_run_tells_before_and_after_and_keeps_nothing(
    writer: Office, written: Service, kind: str
) -> None:
    fact = writer.enter("violations", **{**SENT["violations"], "type_code": "P8"})
    headers = {"If-Match": writer.etag("violations", fact["id"]), "Idempotency-Key": "dry"}
    before = digest(written.engine)
    sent: dict[str, Any] = {"params": {"dry_run": "true"}, "headers": headers}
    path = f"/violations/{fact['id']}"
    if kind == "enter":
        new = {**SENT["violations"], "type_code": "P5"}
        answer = writer.client.post("/violations", json=new, **sent)
    elif kind == "correct":
        answer = writer.client.patch(path, json={"type_code": "P4"}, **sent)
    else:
        answer = writer.client.post(
            f"{path}/steps", json={"step": "revoke", "on": "2026-04-01"}, **sent
        )
    assert answer.status_code == 200, answer.text
    assert answer.json()["dry_run"] is True
    (changed,) = answer.json()["changed"]
    assert changed["before"] != changed["after"]
    assert digest(written.engine) == before


def test_a_repeat_under_its_key_is_answered_the_same_and_written_once(
    writer: Office, written: Service
) -> None:
    key = {"Idempotency-Key": "notice-1"}
    sent = {"compound_id": 1, "posted_on": "2026-02-03"}
    first = writer.client.post("/notices", json=sent, headers=key)
    again = writer.client.post("/notices", json=sent, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["location"] == first.headers["location"]
    posted = "SELECT count(*) FROM registry.notice WHERE posted_on = '2026-02-03'"
    assert count(written.engine, posted) == 1
    other = writer.client.post("/notices", json={**sent, "compound_id": 2}, headers=key)
    assert (other.status_code, other.json()["parameter"]) == (422, "Idempotency-Key")


def test_a_correction_repeated_under_its_key_is_no_stale_one(writer: Office) -> None:
    number = writer.enter("plaques", **SENT["plaques"])["id"]
    given = {"If-Match": writer.etag("plaques", number), "Idempotency-Key": "plaque-1"}
    first = writer.client.patch(f"/plaques/{number}", json={"star": 2}, headers=given)
    again = writer.client.patch(f"/plaques/{number}", json={"star": 2}, headers=given)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()


def test_a_refused_write_does_not_use_its_key_up(writer: Office) -> None:
    key = {"Idempotency-Key": "later"}
    sent = {"compound_id": 77, "posted_on": "2026-02-04"}
    assert writer.client.post("/notices", json=sent, headers=key).status_code == 422
    right = writer.client.post("/notices", json={**sent, "compound_id": 1}, headers=key)
    assert right.status_code == 201


def test_a_key_is_forgotten_after_a_week(writer: Office, written: Service) -> None:
    sent = {"compound_id": 1, "posted_on": "2026-02-05"}
    old = writer.client.post("/notices", json=sent, headers={"Idempotency-Key": "old"}).json()
    with written.engine.begin() as connection:
        connection.execute(
            text("UPDATE oversight.answered SET at = now() - interval '8 days' WHERE key = 'old'")
        )
    again = writer.client.post("/notices", json=sent, headers={"Idempotency-Key": "old"}).json()
    assert again["fact"]["id"] != old["fact"]["id"]


@pytest.mark.parametrize("key", ["x" * 201, "two words"])
def test_a_key_is_short_and_of_one_word(writer: Office, key: str) -> None:
    answer = writer.client.post("/notices", json=SENT["notices"], headers={"Idempotency-Key": key})
    assert answer.status_code == 400


def test_the_same_key_twice_at_once_writes_once(writer: Office, written: Service) -> None:
    sent = {"compound_id": 1, "posted_on": "2026-02-06"}

    def post(_turn: int) -> int:
        key = {"Idempotency-Key": "at-once"}
        answer = writer.client.post("/notices", json=sent, headers=key, timeout=30)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["fact"]["id"])

    with ThreadPoolExecutor(6) as pool:
        numbers = set(pool.map(post, range(6)))
    assert len(numbers) == 1


def test_two_writers_at_one_company_lose_no_rung(writer: Office, written: Service) -> None:
    with written.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE oversight.violation SET revoked_on = greatest(confirmed_on, found_on)"
                " WHERE company_id = 1 AND confirmed_on IS NOT NULL"
            )
        )
    kinds = ["P1", "P2", "P3", "P4"]

    def prove(turn: int) -> None:
        sent = {
            **SENT["violations"],
            "compound_id": 1 + turn % 2,
            "type_code": kinds[turn // 2],
        }
        answer = writer.client.post("/violations", json=sent, timeout=60)
        assert answer.status_code == 201, answer.text

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(prove, range(8)))
    rungs = (
        "SELECT array_agg(rung ORDER BY compound_id) FROM oversight.status"
        " WHERE company_id = 1 AND upper_inf(valid)"
    )
    company = "SELECT rung FROM oversight.company_status WHERE company_id = 1 AND upper_inf(valid)"
    assert count(written.engine, rungs) == [4, 4]
    assert count(written.engine, company) == 4


def test_one_who_waits_too_long_is_told_to_come_again(writer: Office, written: Service) -> None:
    with written.engine.begin() as connection:
        connection.execute(text("LOCK TABLE registry.notice"))
        answer = writer.client.post("/notices", json=SENT["notices"])
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_deadlock_is_tried_again(written: Service) -> None:
    tries = []

    def work(connection: Any) -> int:
        tries.append(1)
        if len(tries) == 1:
            connection.execute(
                text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$")
            )
        return len(tries)

    assert transact(written.engine, work) == 2


def test_what_is_refused_leaves_no_half_of_a_fact(written: Service) -> None:
    before = digest(written.engine)
    body = VIOLATIONS.body.model_validate({**SENT["violations"], "occurred_on": "2026-03-03"})
    with pytest.raises(Exception, match="occurred_on"):
        transact(
            written.engine,
            lambda connection: enter(connection, VIOLATIONS, body, Writer("local")),
        )
    assert digest(written.engine) == before
