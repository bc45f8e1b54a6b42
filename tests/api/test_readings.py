"""What is not public is counted by who reads it; files taken out are events; auditors see both."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.api import register
from tests.api.facts import SENT
from tests.people import client_of, token_of
from tests.support import Service, served, until


@pytest.fixture(scope="module")
def auditor(written: Service) -> Iterator[httpx.Client]:
    with client_of(written.url, token_of(written.engine, "auditor")) as made:
        yield made


def counts(auditor: httpx.Client, **asked: Any) -> Counter[tuple[str, str]]:
    rows = auditor.get("/audit/readings", params=asked).raise_for_status().json()["readings"]
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["layer"], row["what"]] += row["requests"]
    return found


def login_of(database: Engine, role: str) -> str:
    with database.connect() as connection:
        query = text(
            "SELECT login FROM access.account WHERE starts_with(login, :role) ORDER BY id DESC"
        )
        return str(connection.scalar(query, {"role": role}))


def test_pages_tiles_and_facts_are_counted_by_who_reads_them(
    written: Service, auditor: httpx.Client
) -> None:
    token = token_of(written.engine, "district_officer", area_code="649904")
    login = login_of(written.engine, "district_officer")
    with client_of(written.url, token) as officer:
        for _ in range(3):
            officer.get("/collections/compounds/items").raise_for_status()
        officer.get("/collections/compounds/tiles/WebMercatorQuad/9/1/1").raise_for_status()
        officer.get("/collections/districts/items").raise_for_status()  # all of it is public
        officer.get("/compounds/1/timeline").raise_for_status()
        officer.get("/compounds/1").raise_for_status()
        assert officer.get("/violations/99999").status_code == 404  # nothing was read
        assert officer.get("/compounds/99999").status_code == 404
    wanted = {
        ("compounds", "page"): 3,
        ("compounds", "tile"): 1,
        ("timeline", "one"): 1,
        ("dossier", "one"): 1,
    }
    until(lambda: counts(auditor, login=login).total() >= 6, seconds=20)
    assert counts(auditor, login=login) == wanted
    assert counts(auditor, login=login, layer="timeline") == {("timeline", "one"): 1}


def test_a_dry_run_counts_as_reading_the_fact(written: Service, auditor: httpx.Client) -> None:
    token = token_of(written.engine, "district_officer", area_code="649904")
    login = login_of(written.engine, "district_officer")
    lead = {"compound_code": "C1", "reporter_kind": "resident", "reported_on": "2026-03-01"}
    with client_of(written.url, token) as officer:
        tried = officer.post("/leads", params={"dry_run": "true"}, json={**lead, "type_code": "P3"})
        assert tried.status_code == 200, tried.text
    until(lambda: counts(auditor, login=login)["leads", "one"] == 1, seconds=20)


def test_a_dry_run_of_a_change_counts_as_reading_the_fact(
    written: Service, auditor: httpx.Client
) -> None:
    token = token_of(written.engine, "city_officer", area_code="649900")
    login = login_of(written.engine, "city_officer")
    dry = {"dry_run": "true"}
    with client_of(written.url, token) as officer:
        made = officer.post("/violations", json=SENT["violations"])  # an event, not a reading
        assert made.status_code == 201, made.text
        path, known = made.headers["location"], {"If-Match": made.headers["etag"]}
        feature = path.replace("/violations", "/collections/violations/items")
        changed = {"type_code": "P4"}
        stale = officer.patch(path, json=changed, params=dry, headers={"If-Match": '"x"'})
        assert stale.status_code == 412  # nothing was read
        step = {"step": "revoke", "on": "2026-04-01"}
        answers = [
            officer.patch(path, json=changed, params=dry, headers=known),
            officer.post(f"{path}/steps", json=step, params=dry, headers=known),
            officer.patch(
                feature,
                json={"type": "Feature", "properties": changed},
                params=dry,
                headers=known,
            ),
            officer.delete(feature, params=dry, headers=known),
        ]
    assert [answer.status_code for answer in answers] == [200] * 4, answers[-1].text
    assert {answer.json()["fact"]["found_on"] for answer in answers} == {"2026-03-02"}
    until(lambda: counts(auditor, login=login).total() >= 4, seconds=20)
    assert counts(auditor, login=login) == {("violations", "one"): 4}


def test_the_public_is_not_counted(written: Service, auditor: httpx.Client) -> None:
    before = counts(auditor)
    with client_of(written.url, None) as public:
        for _ in range(5):
            public.get("/collections/compounds/items").raise_for_status()
            public.get("/compounds/1").raise_for_status()
    auditor.get("/compounds/2/timeline").raise_for_status()
    until(lambda: counts(auditor) != before, seconds=20)
    assert counts(auditor) - before == {("timeline", "one"): 1}


def test_counts_come_in_pages(auditor: httpx.Client) -> None:
    auditor.get("/compounds/1/timeline").raise_for_status()
    auditor.get("/collections/compounds/items").raise_for_status()
    until(lambda: len(counts(auditor)) > 1, seconds=20)
    whole = auditor.get("/audit/readings").json()["readings"]
    first = auditor.get("/audit/readings", params={"limit": 1}).json()
    (following,) = (one["href"] for one in first["links"] if one["rel"] == "next")
    second = auditor.get(following).json()["readings"]
    assert first["readings"] + second == whole[: 1 + len(second)]


def test_a_service_that_ends_in_order_writes_what_it_counted(fresh: Engine) -> None:
    register.found(fresh)
    with (
        served(fresh) as service,
        client_of(service.url, token_of(fresh, "administrator")) as client,
    ):
        for _ in range(7):
            client.get("/collections/compounds/items").raise_for_status()
    with fresh.connect() as connection:
        query = "SELECT sum(requests) FROM audit.reading WHERE layer = 'compounds'"
        assert connection.scalar(text(query)) == 7


def test_auditors_see_events(written: Service, auditor: httpx.Client) -> None:
    found = auditor.get("/audit", params={"table": "access.role_grant"}).json()["events"]
    assert {one["actor"] for one in found} == {"test"}
    assert len(found) >= 1


def test_held_rows_that_are_taken_as_a_file_are_an_event(
    written: Service, auditor: httpx.Client, database: Engine
) -> None:
    with database.begin() as connection:
        number = connection.scalar(
            text("""
                WITH file AS (
                    INSERT INTO imports.file (kind, city_code, name, bytes, state, options,
                        created_by, layouts)
                    VALUES ('companies', '649900', 'a.csv', 1, 'done', '{}', 'x',
                        '[{"index": 0, "sheet": "", "headings": ["企业名称"], "preamble": []}]')
                    RETURNING id)
                INSERT INTO imports.held_row (import_id, verdict, sheet, number, cells)
                SELECT id, 'rejected', '', 2, '["甲"]' FROM file RETURNING import_id
            """)
        )
    token = token_of(written.engine, "city_officer", area_code="649900")
    with client_of(written.url, token) as officer:
        officer.get(f"/imports/{number}/held.xlsx").raise_for_status()
        officer.get(f"/imports/{number}/held").raise_for_status()
    (event,) = auditor.get("/audit", params={"table": "imports.held_row"}).json()["events"]
    assert (event["action"], event["import_id"]) == ("export", number)
    assert event["after"] == {"rows": 1, "format": "xlsx", "verdict": None}
    assert event["actor"] == login_of(database, "city_officer")
    assert event["grant_id"]
    assert event["address"] == "127.0.0.1"
