"""Every route, asked by every role: a new route without a line here fails the build."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from access.roles import kind_of
from access.rules import RULES, may
from api.app import create_app
from oversight.writing.resources import RESOURCES
from tests.api.facts import SENT
from tests.security.conftest import BOUND, Person

EVERYBODY = {
    "GET /",
    "GET /docs",
    "GET /openapi.json",
    "GET /livez",
    "GET /readyz",
    "GET /conformance",
    "GET /collections",
    "GET /session",
    "POST /session",
    "DELETE /session",
    "POST /session/demo",
    "GET /compounds/{compound_id}",
    "GET /compounds/{compound_id}/responsibilities",
    "GET /compounds/{compound_id}/notice",
    "GET /streets/{street_code}/notices",
}
SIGNED_IN = {
    "GET /compounds/{compound_id}/status",
    "GET /compounds/{compound_id}/timeline",
    "GET /companies/{company_id}/status",
    "GET /companies/{company_id}/entry",
    "POST /session/grant",
    "POST /session/password",
}
AUDITORS = {"GET /audit"}
IMPORTERS = {
    "POST /imports",
    "GET /imports",
    "GET /imports/{import_id}",
    "GET /imports/{import_id}/held",
    "GET /imports/{import_id}/held.xlsx",
    "DELETE /imports/{import_id}",
}
ROLES = ("public", *BOUND)
_RESOURCES = {resource.name: resource for resource in RESOURCES}


def _routes() -> list[str]:
    app = create_app("postgresql://nobody@127.0.0.1:1/none")
    return sorted(
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD"
    )


ROUTES = _routes()


def _resource(path: str) -> str | None:
    name = path.split("/")[1]
    return name if name in _RESOURCES else None


def _who(route: str) -> set[str]:
    """The roles that get past the door."""
    method, path = route.split(" ")
    if route in EVERYBODY or path.startswith("/collections/"):
        return set(ROLES)
    if route in SIGNED_IN:
        return set(BOUND)
    if route in IMPORTERS:
        return {"administrator", "city_officer"}
    if route in AUDITORS:
        return {"administrator", "auditor"}
    name = _resource(path)
    assert name is not None, f"{route} has no line in this file: who may ask it?"
    if method == "GET":
        return set(BOUND)
    table = _RESOURCES[name].full_name
    action = {"POST": "enter", "PATCH": "correct"}[method]
    if path.endswith("/steps"):
        action = _step(name)["step"]
    return {role for role in BOUND if may(role, _kind(role), table, action)}


def _kind(role: str) -> str:
    return kind_of(role, "640100" if role == "city_officer" else None)


def _step(name: str) -> dict[str, Any]:
    """A body of the first step of a resource, good enough to be understood."""
    fields = _RESOURCES[name].steps[0].model_json_schema()
    body: dict[str, Any] = {}
    for field in fields.get("required", ()):
        known = fields["properties"][field]
        choice = known.get("enum") or [known.get("const")]
        body[field] = choice[0] or ("2026-05-01" if known.get("format") == "date" else "理由")
    return {"on": "2026-05-01", **body}


_MORE: dict[str, dict[str, Any]] = {
    "committee-members": {"committee_id": 1, "position": "member", "from": "2026-05-01"},
    "committee-steps": {"committee_id": 1, "kind": "revoked", "taken_on": "2026-05-01"},
    "referrals": {"violation_id": 1, "sent_on": "2026-05-01"},
}


def _sent(name: str) -> dict[str, Any]:
    """A body that is understood, about whatever is there."""
    return SENT.get(name) or _MORE[name]


def _asked(client: httpx.Client, route: str) -> httpx.Response:
    method, path = route.split(" ")
    for name in ("compound_id", "company_id", "number", "feature_id", "import_id", "row", "col"):
        path = path.replace(f"{{{name}}}", "1")
    path = path.replace("{z}", "9").replace("{street_code}", "640104001")
    how: dict[str, Any] = {}
    name = _resource(path)
    if path.endswith("/counts"):
        how["params"] = {"by": "district_code"}
    if path.endswith("/entry"):
        how["params"] = {"compound": "1"}
    if path.endswith(("/notice", "/notices")):
        how["params"] = {"f": "html"}
    if method in {"POST", "PATCH"} and name is not None:
        how["params"] = {"dry_run": "true"}
        how["headers"] = {"If-Match": '"x"'} if method == "PATCH" or path.endswith("/steps") else {}
        how["json"] = (
            _step(name) if path.endswith("/steps") else _sent(name) if method == "POST" else {}
        )
    elif path.startswith("/session/"):
        how["json"] = {"grant": {"grant_id": 1}, "demo": {"part": "public"}}.get(
            path.rpartition("/")[2], {"password": "x", "new_password": "y"}
        )
        how["headers"] = {"Origin": str(client.base_url).rstrip("/")}
    elif route == "POST /session":
        how["json"] = {"login": "nobody", "password": "not this one"}
        how["headers"] = {"Origin": str(client.base_url).rstrip("/")}
    return client.request(method, path, **how)


@pytest.mark.parametrize("route", ROUTES)
def test_every_role_gets_as_far_as_it_may(
    clients: Mapping[str, httpx.Client], people: Mapping[str, Person], route: str
) -> None:
    let_in = _who(route)
    for role, client in clients.items():
        if route == "DELETE /session" and role != "public":
            continue  # it would end the token that the other tests use
        answer = _asked(client, route)
        if role in let_in:
            # A wrong password is answered 401 to whom may sign in, a foreign compound 403.
            expected = route == "POST /session" or "outside what your grant covers" in answer.text
            wrong = {500} if expected else {401, 403, 500}
            assert answer.status_code not in wrong, (role, answer.text)
        else:
            assert answer.status_code == (401 if role == "public" else 403), (role, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


def test_every_resource_has_a_rule() -> None:
    assert {resource.full_name for resource in RESOURCES} <= set(RULES)
