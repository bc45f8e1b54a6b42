"""SQL, markup, headers and paths sent where a text is expected: kept as text, or refused.

Every query parameter and every field of a body is tried, as the service's own description lists
them, so that a new one is tried too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from api.app import create_app
from oversight.writing.resource import Resource
from oversight.writing.resources import RESOURCES
from tests.api import register
from tests.api.facts import SENT
from tests.people import client_of, token_of
from tests.security.test_routes import parameters, with_numbers
from tests.support import served

HOSTILE = (
    "' OR 1=1; DROP TABLE registry.compound; --",
    '%_\\"/**/$$${{7*7}}<script>alert(1)</script>../../etc/passwd',
    "x\r\nSet-Cookie: a=b",
)
NUL = "a\x00b"
UNLIMITED = {"reads_per_minute": "1000000", "writes_per_minute": "1000000"}
STATED = {
    "authority": "住建局",
    "document": "文号",
    "due_on": "2027-05-01",
    "reason": "理由",
    "outcome": "unproven",
}
BY_NAME = {resource.name: resource for resource in RESOURCES}
DESCRIBED = create_app("postgresql://nobody@127.0.0.1:1/none").openapi()["paths"]
ASKED = sorted(
    (path, sorted(one["name"] for one in methods["get"]["parameters"] if one["in"] == "query"))
    for path, methods in DESCRIBED.items()
    if "parameters" in methods.get("get", {})
)


@pytest.fixture(scope="module")
def reader(city: Engine) -> Iterator[httpx.Client]:
    """A district's officer, who may ask as often as the test likes."""
    with (
        served(city, **UNLIMITED) as service,
        client_of(service.url, token_of(city, "district_officer", area_code="640106")) as client,
    ):
        yield client


@pytest.mark.parametrize(("path", "names"), ASKED, ids=[path for path, _ in ASKED])
def test_what_is_sent_in_a_query_is_refused_or_finds_nothing(
    reader: httpx.Client, path: str, names: list[str]
) -> None:
    for name in names:
        for sent in HOSTILE:
            given = {**parameters("GET", path), name: sent}
            answer = reader.get(with_numbers(path), params=given, follow_redirects=False)
            _unharmed(answer, name)
            if path.endswith("/items"):
                assert answer.status_code == 400 or answer.json()["features"] == [], name


@pytest.fixture(scope="module")
def office(database: Engine) -> Iterator[register.Office]:
    """An office of a small city."""
    register.found(database)
    with (
        served(database, **UNLIMITED) as service,
        client_of(service.url, token_of(database, "city_officer")) as client,
    ):
        yield register.Office(client)


@pytest.fixture(scope="module")
def bodies(office: register.Office) -> Mapping[str, Mapping[str, Any]]:
    """By resource a body that is taken."""
    committee = office.enter("committees", **SENT["committees"])["id"]
    violation = office.enter("violations", **SENT["violations"])["id"]
    named = {
        "committee-members": {"committee_id": committee},
        "committee-steps": {"committee_id": committee},
        "referrals": {"violation_id": violation},
    }
    return {**SENT, **{name: {**SENT[name], **known} for name, known in named.items()}}


@pytest.fixture(scope="module")
def entered(
    office: register.Office, bodies: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, tuple[int, str]]:
    """By resource the number and ETag of a fact."""
    found = {}
    for name in BY_NAME:
        number = 1 if name in {"committees", "violations"} else None
        number = number or office.enter(name, **bodies[name])["id"]
        found[name] = (number, office.etag(name, number))
    return found


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_what_is_sent_in_a_body_is_kept_as_text_or_refused(
    office: register.Office,
    database: Engine,
    bodies: Mapping[str, Mapping[str, Any]],
    entered: Mapping[str, tuple[int, str]],
    resource: Resource,
) -> None:
    before = register.digest(database)
    number, etag = entered[resource.name]
    one, known = f"/{resource.name}/{number}", {"If-Match": etag}
    tries = [("POST", f"/{resource.name}", resource.body, bodies[resource.name])]
    tries += [("PATCH", one, resource.correction, {})]
    for step in resource.steps:
        fields = step.model_fields
        word = step.model_json_schema()["properties"]["step"]["const"]
        stated = {name: value for name, value in STATED.items() if name in fields}
        tries.append(("POST", f"{one}/steps", step, {"step": word, "on": "2026-05-02", **stated}))
    for method, path, body, base in tries:
        for field in sorted(body.model_json_schema()["properties"]):
            for sent in (*HOSTILE, NUL):
                answer = office.client.request(
                    method,
                    path,
                    params={"dry_run": "true"},
                    headers=known,
                    json={**base, field: sent},
                )
                _unharmed(answer, field)
                # A step's reason is the step's, not the fact's field of that name.
                entered_as = {} if path.endswith("/steps") or answer.is_error else answer.json()
                if field in entered_as.get("fact", {}):
                    assert entered_as["fact"][field] == sent, (path, field)
    assert register.digest(database) == before


@pytest.mark.parametrize("sent", [*HOSTILE, NUL])
@pytest.mark.parametrize("field", ["login", "password"])
def test_nobody_signs_in_with_anything_but_a_password(
    office: register.Office, field: str, sent: str
) -> None:
    with httpx.Client(base_url=office.client.base_url) as browser:
        answer = browser.post(
            "/session",
            json={"login": "nobody", "password": "not this one", field: sent},
            headers={"Origin": str(office.client.base_url).rstrip("/")},
        )
    assert answer.status_code in {400, 401, 429}, answer.text
    assert "set-cookie" not in answer.headers


def _unharmed(answer: httpx.Response, name: str) -> None:
    """No fault of ours, no header of theirs, no markup of theirs on a page."""
    assert answer.status_code < 500, (name, answer.text)
    assert "a=b" not in answer.headers.get("set-cookie", "")
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "<script>alert" not in answer.text
        assert "49" not in answer.text or "7*7" in answer.text
