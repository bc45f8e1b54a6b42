"""What a write meets is told alike, seen or not; and one's key to repeat it is one's own."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from access import accounts, grants, tokens
from access.roles import Scope
from oversight.writing.resource import Resource
from oversight.writing.resources import RESOURCES
from tests.api import register
from tests.api.facts import SENT
from tests.people import WRITER, client_of, token_of
from tests.support import Service, served

STREET, OTHER_STREET = "649904001", "649904002"
FOREIGN = 4
"""A compound of the other street; 1 to 3 are the officer's."""
DRY = {"dry_run": "true"}

CODED = [
    resource
    for resource in RESOURCES
    if any(index.unique and "code" in index.columns for index in resource.table.indexes)
]
SPANNED = [
    resource
    for resource in RESOURCES
    if any(isinstance(one, ExcludeConstraint) for one in resource.table.constraints)
]
_ELSEWHERE = f"""
    INSERT INTO registry.street (code, district_code, city_code, name, kind)
    VALUES ('{OTHER_STREET}', '649904', '649900', '解放街街道', 'subdistrict');
    INSERT INTO registry.compound
        (id, city_code, code, name, district_code, street_code, geom, source)
    VALUES ({FOREIGN}, '649900', 'C4', '小区4', '649904', '{OTHER_STREET}',
            ST_Multi(ST_MakeEnvelope(106.04, 38.4, 106.042, 38.402, 4326)), 'office');
"""


@pytest.fixture(scope="module")
def service(database: Engine) -> Iterator[Service]:
    """The service over a city of two streets."""
    register.found(database)
    with database.begin() as connection:
        connection.execute(text(_ELSEWHERE))
    with served(database) as made:
        yield made


@pytest.fixture(scope="module")
def planner(service: Service) -> Iterator[httpx.Client]:
    """Who enters facts everywhere."""
    with client_of(service.url, token_of(service.engine, "administrator")) as made:
        yield made


@pytest.fixture(scope="module")
def officer(service: Service) -> Iterator[httpx.Client]:
    """Who sees the facts of one street."""
    token = token_of(service.engine, "street_officer", area_code=STREET)
    with client_of(service.url, token) as made:
        yield made


def stated(resource: Resource, compound: int, **more: Any) -> dict[str, Any]:
    """A fact of the resource about a compound."""
    places = {"compound_id", "compound_code", "street_code", "company_code", "point", "person"}
    fact = {name: value for name, value in SENT[resource.name].items() if name not in places}
    if resource.name == "violations":
        fact["offender_kind"] = "resident"
    return {**fact, "compound_id": compound, **more}


def entered(client: httpx.Client, resource: Resource, **fact: Any) -> int:
    answer = client.post(f"/{resource.name}", json=stated(resource, **fact))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["fact"]["id"])


def said(answer: httpx.Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    """All that is told, but which request it was."""
    body = {
        name: value
        for name, value in answer.json().items()
        if name not in {"request_id", "instance"}
    }
    apart = {"x-request-id", "date", "content-length", "ratelimit"}
    headers = {name: value for name, value in answer.headers.items() if name not in apart}
    return answer.status_code, body, headers


def test_the_resources_that_may_meet_others_are_these() -> None:
    assert {one.name for one in CODED} == {
        one.name for one in RESOURCES if "code" in one.body.model_fields
    }
    assert len(CODED) == 7
    assert len(SPANNED) == 7


@pytest.mark.parametrize("resource", CODED, ids=lambda one: one.name)
def test_a_code_taken_elsewhere_is_answered_as_one_taken_here(
    planner: httpx.Client, officer: httpx.Client, resource: Resource
) -> None:
    held = {"until": "2026-05-01"} if resource.name == "contracts" else {}
    own = 3 if held else 1
    entered(planner, resource, compound=own, code="own", **held)
    entered(planner, resource, compound=FOREIGN, code="foreign", **held)
    trial = stated(resource, 3, **({"from": "2026-06-01"} if held else {}))
    answers = [
        officer.post(f"/{resource.name}", params=DRY, json={**trial, "code": code})
        for code in ("own", "foreign", "nobody-has-this")
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 200], answers[0].text
    assert said(answers[0]) == said(answers[1])


@pytest.mark.parametrize("resource", SPANNED, ids=lambda one: one.name)
def test_a_hidden_neighbour_in_time_is_answered_as_one_that_is_seen(
    service: Service, officer: httpx.Client, resource: Resource
) -> None:
    """A fact keeps the street its compound lay in; so what a compound of one's own had before
    its street became another may be hidden."""
    first = entered(officer, resource, compound=3, **{"from": "2025-02-01", "until": "2025-07-01"})
    later = entered(officer, resource, compound=3, **{"from": "2025-07-01", "until": "2025-12-01"})
    path = f"/{resource.name}/{first}"
    known = {"If-Match": officer.get(path).headers["etag"]}

    def until(day: str) -> httpx.Response:
        return officer.patch(path, params=DRY, json={"until": day}, headers=known)

    seen = until("2025-09-01")
    with service.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(f"UPDATE {resource.full_name} SET area_code = :other WHERE id = :id"),
            {"other": OTHER_STREET, "id": later},
        )
    assert officer.get(f"/{resource.name}/{later}").status_code == 404
    hidden = until("2025-09-01")
    assert (seen.status_code, hidden.status_code) == (409, 409), seen.text
    assert said(seen) == said(hidden)
    assert until("2025-05-01").status_code == 200


@pytest.mark.parametrize("resource", SPANNED, ids=lambda one: one.name)
def test_whether_a_compound_elsewhere_has_a_span_is_not_told(
    planner: httpx.Client, officer: httpx.Client, resource: Resource
) -> None:
    spans = [
        {"from": "2025-02-01", "until": "2025-07-01"},  # is held
        {"from": "2025-08-01", "until": "2025-09-01"},  # is free
    ]
    entered(planner, resource, compound=FOREIGN, **spans[0])
    answers = [
        officer.post(f"/{resource.name}", params=DRY, json=stated(resource, FOREIGN, **span))
        for span in spans
    ]
    assert said(answers[0]) == said(answers[1])
    assert answers[0].status_code == 403


NOTICE = {"compound_id": 1, "posted_on": "2026-02-03"}
KEY = {"Idempotency-Key": "one-key-of-two"}


@pytest.fixture
def writers(service: Service) -> Iterator[Mapping[str, httpx.Client]]:
    """Two officers of the street; one of them holds a second grant."""
    with service.engine.begin() as connection:
        account = accounts.add(connection, WRITER, "two-hats", "钱七", synthetic=True)
        made = {
            area: tokens.create(
                connection,
                WRITER,
                account.id,
                area,
                30,
                grants.give(connection, WRITER, account.id, role, Scope(area)).id,
            )[0]
            for role, area in (("street_officer", STREET), ("district_officer", "649904"))
        }
    made["other"] = token_of(service.engine, "street_officer", area_code=STREET)
    clients = {name: client_of(service.url, token) for name, token in made.items()}
    yield clients
    for client in clients.values():
        client.close()


def test_a_key_to_repeat_is_of_one_person_under_one_grant(
    service: Service, writers: Mapping[str, httpx.Client]
) -> None:
    first = {name: one.post("/notices", json=NOTICE, headers=KEY) for name, one in writers.items()}
    again = {name: one.post("/notices", json=NOTICE, headers=KEY) for name, one in writers.items()}
    assert {answer.status_code for answer in (*first.values(), *again.values())} == {201}
    assert len({answer.json()["fact"]["id"] for answer in first.values()}) == len(writers)
    for name in writers:
        assert "idempotency-replayed" not in first[name].headers
        assert again[name].headers["idempotency-replayed"] == "true"
        assert again[name].json() == first[name].json()
    with service.engine.connect() as connection:
        kept = "SELECT count(*) FROM oversight.answered WHERE key = :key"
        assert connection.scalar(text(kept), {"key": KEY["Idempotency-Key"]}) == len(writers)


def test_that_somebody_used_a_key_is_not_told(planner: httpx.Client, officer: httpx.Client) -> None:
    key = {"Idempotency-Key": "somebody-else"}
    mine = {"compound_id": FOREIGN, "posted_on": "2026-02-04"}
    assert planner.post("/notices", json=mine, headers=key).status_code == 201
    other = officer.post("/notices", json={**NOTICE, "posted_on": "2026-02-05"}, headers=key)
    assert (other.status_code, other.json()["fact"]["compound_id"]) == (201, 1), other.text
    assert "idempotency-replayed" not in other.headers
