"""Every route, asked by every role: a new route without a line here fails the build."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from access.roles import kind_of
from access.rules import RULES, may
from api.app import create_app
from layers.registry import LAYERS
from oversight.writing.resources import RESOURCES
from tests.api.facts import SENT
from tests.security.conftest import BOUND, Person

EVERYBODY = {
    "GET /",
    "GET /docs",
    "GET /openapi.json",
    "GET /api",
    "GET /livez",
    "GET /readyz",
    "GET /metrics",
    "GET /conformance",
    "GET /collections",
    "GET /session",
    "GET /session/oidc",
    "GET /session/oidc/callback",
    "POST /session",
    "DELETE /session",
    "POST /session/demo",
    "GET /compounds/{compound_id}",
    "GET /compounds/{compound_id}/responsibilities",
    "GET /compounds/{compound_id}/notice",
    "GET /streets/{street_code}/notices",
    "GET /districts/{code}/summary",
    "GET /streets/{code}/summary",
    "GET /compare",
    "GET /nearby",
    "POST /within",
    "GET /collections/compounds/ids",
    "GET /collections/compounds/points",
    "GET /collections/compounds/columns",
    "GET /collections/compounds/columns/history",
    "GET /styles",
    "GET /styles/{style_id}",
    "GET /styles/{style_id}/metadata",
}
SIGNED_IN = {
    "GET /compounds/{compound_id}/status",
    "GET /compounds/{compound_id}/timeline",
    "GET /companies/{company_id}/status",
    "GET /companies/{company_id}/entry",
    "POST /session/grant",
    "POST /session/password",
}
AUDITORS = {"GET /audit", "GET /audit/readings"}
IMPORTERS = {
    "POST /imports",
    "GET /imports",
    "GET /imports/{import_id}",
    "GET /imports/{import_id}/held",
    "GET /imports/{import_id}/held.xlsx",
    "DELETE /imports/{import_id}",
}
ROLES = ("public", *BOUND)
_ACTIONS = {"POST": "enter", "PUT": "correct", "PATCH": "correct", "DELETE": "withdraw"}
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


def _who_reads(layer: str) -> set[str]:
    """The roles whose kind of scope knows a layer."""
    readers = LAYERS[layer].readers
    if readers is None:
        return set(ROLES)
    return {role for role in BOUND if LAYERS[layer].readable_by(_kind(role))}


def who(route: str) -> set[str]:
    """The roles that get past the door."""
    method, path = route.split(" ")
    if path.startswith("/collections/"):
        name = _edited(route)
        return _who_reads(path.split("/")[2]) if name is None else _who_writes(method, name)
    if route in EVERYBODY or path.startswith(("/tiles", "/tileMatrixSets", "/map/tiles", "/wmts")):
        return set(ROLES)
    return _who_signed_in(*route.split(" "))


def _who_signed_in(method: str, path: str) -> set[str]:
    route = f"{method} {path}"
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
    return _who_writes(method, name, _step(name)["step"] if path.endswith("/steps") else None)


def _who_writes(method: str, resource: str, step: str | None = None) -> set[str]:
    """The roles that do to facts what a method, or a step, means."""
    table = _RESOURCES[resource].full_name
    action = step or _ACTIONS[method]
    return {role for role in BOUND if may(role, _kind(role), table, action)}


def _edited(route: str) -> str | None:
    """The resource of which a route of a layer writes facts."""
    method, path = route.split(" ")
    parts = path.split("/")
    editing = parts[1] == "collections" and method in _ACTIONS
    return LAYERS[parts[2]].resource if editing else None


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


def asked(
    client: httpx.Client,
    route: str,
    *,
    number: int = 1,
    headers: Mapping[str, str] | None = None,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> httpx.Response:
    """The answer to a request that is understood, about row ``number``; nothing is kept of it.

    ``headers`` go in place of those that say the request comes from our own page; ``beside`` is
    sent with the body.
    """
    method, path = route.split(" ")
    path = with_numbers(path, number)
    own = {"Origin": str(client.base_url).rstrip("/")} if headers is None else dict(headers)
    if method in {"PUT", "PATCH"} or _edited(route) or path.endswith("/steps"):
        own["If-Match"] = '"x"'
    body = _body(route)
    if body is not None and "properties" in body:
        # Beside what is stated; a feature may have members of its own (RFC 7946, 6.1).
        body = {**body, "properties": {**body["properties"], **beside}}
    elif body is not None:
        body = {**body, **beside}
    return client.request(method, path, params=parameters(method, path), headers=own, json=body)


def with_numbers(path: str, number: int = 1) -> str:
    """A route's path, about row ``number``."""
    for name in ("compound_id", "company_id", "number", "feature_id", "import_id", "row", "col"):
        path = path.replace(f"{{{name}}}", str(number))
    path = (
        path.replace("{z}", "9").replace("{style_id}", "map").replace("{street_code}", "640104001")
    )
    return path.replace("{code}", "640104" if path.startswith("/districts") else "640104001")


def parameters(method: str, path: str) -> dict[str, str]:
    """The query that a route needs to be understood."""
    if method != "GET":
        writes = _resource(path) or _edited(f"{method} {path}")
        return {"dry_run": "true"} if writes else {}
    if path.endswith("/counts"):
        return {"by": "row" if "duties" in path else "district_code"}
    if path.endswith("/entry"):
        return {"compound": "1"}
    if path.endswith(("/notice", "/notices")):
        return {"f": "html"}
    return _NEEDED.get(path, {})


_NEEDED = {
    "/compare": {"districts": "640104,640106"},
    "/nearby": {"lon": "106.27", "lat": "38.47"},
    "/wmts": {
        "service": "WMTS",
        "request": "GetFeatureInfo",
        "layer": "compounds",
        "tilematrixset": "WebMercatorQuad",
        "tilematrix": "9",
        "tilerow": "196",
        "tilecol": "407",
        "i": "200",
        "j": "60",
        "infoformat": "text/plain",
    },
}


_TRIANGLE = [[106.2, 38.4], [106.3, 38.4], [106.3, 38.5], [106.2, 38.4]]


def _body(route: str) -> dict[str, Any] | None:
    method, path = route.split(" ")
    name = _resource(path)
    if method not in {"POST", "PUT", "PATCH"} or path == "/imports":
        return None
    if (edited := _edited(route)) is not None:
        stated = {} if method == "PATCH" else SENT[edited]
        placed = {name: value for name, value in stated.items() if name != "point"}
        return {"type": "Feature", "properties": placed}
    if name is not None:
        if path.endswith("/steps"):
            return _step(name)
        return SENT[name] if method == "POST" else {}
    return {
        "/session": {"login": "nobody", "password": "not this one"},
        "/session/grant": {"grant_id": 1},
        "/session/demo": {"part": "public"},
        "/session/password": {"password": "x", "new_password": "y"},
        "/within": {"type": "Polygon", "coordinates": [_TRIANGLE]},
    }[path]


@pytest.mark.parametrize("route", ROUTES)
def test_every_role_gets_as_far_as_it_may(
    clients: Mapping[str, httpx.Client], people: Mapping[str, Person], route: str
) -> None:
    let_in = who(route)
    for role, client in clients.items():
        if route == "DELETE /session" and role != "public":
            continue  # it would end the token that the other tests use
        answer = asked(client, route)
        if role in let_in:
            # A wrong password is answered 401 to whom may sign in, a foreign compound 403, and so
            # is a token that would change the password.
            refusals = ("outside what your grant covers", "may not change the password")
            expected = route == "POST /session" or any(told in answer.text for told in refusals)
            wrong = {500} if expected else {401, 403, 500}
            assert answer.status_code not in wrong, (role, answer.text)
        else:
            assert answer.status_code == (401 if role == "public" else 403), (role, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


def test_every_resource_has_a_rule() -> None:
    assert {resource.full_name for resource in RESOURCES} <= set(RULES)
