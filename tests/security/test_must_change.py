"""Whoever signs in with a handed-over password may change it, look who they are, and leave."""

import secrets
from collections.abc import Iterator, Mapping

import httpx
import pytest
from sqlalchemy import Engine, text

from access import accounts, grants, sessions, tokens
from access.roles import Scope
from geo.errors import AtlasError
from tests.people import WRITER, client_of
from tests.security.conftest import BOUND, Person, acting
from tests.security.test_routes import ROUTES, asked
from tests.support import Service

FREE = {"GET /session", "DELETE /session", "POST /session/password"}
DEMONSTRATION = "POST /session/demo"
OF_EACH_KIND = {
    "GET /audit",
    "GET /compounds/{compound_id}/status",
    "GET /violations/{number}",
    "PATCH /violations/{number}",
    "POST /imports",
    "POST /orders/{number}/steps",
    "POST /session/grant",
    "POST /violations",
}
FIRST = "change it first (POST /session/password)"
HANDED, CHOSEN = "eleven geese cross the dike", "nine kites above the old mill"


@pytest.fixture
def newcomer(served_city: Service) -> Iterator[httpx.Client]:
    """A browser in which a new administrator has signed in with what was handed over."""
    login = f"newcomer-{secrets.token_hex(4)}"
    with served_city.engine.begin() as connection:
        made = accounts.add(connection, WRITER, login, "新人", HANDED, handed_over=True)
        grants.give(connection, WRITER, made.id, "administrator")
    own = {"Origin": served_city.url, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=served_city.url, headers=own, timeout=60) as browser:
        answer = browser.post("/session", json={"login": login, "password": HANDED})
        assert answer.status_code == 200, answer.text
        yield browser


def test_they_are_told_to_change_it_and_that_they_see_what_the_public_sees(
    newcomer: httpx.Client,
) -> None:
    found = newcomer.get("/session").json()
    assert (found["signed_in"], found["must_change"]) == (True, True)
    assert (found["role"], found["kind"]) == ("administrator", "public")


def test_every_other_route_is_as_to_the_public_or_refused(
    newcomer: httpx.Client, clients: Mapping[str, httpx.Client]
) -> None:
    public = clients["public"]
    refused = set()
    for route in ROUTES:
        if route in FREE or route in {DEMONSTRATION, "POST /session"}:
            continue
        nobody, answer = asked(public, route), asked(newcomer, route)
        if nobody.status_code == 401:
            assert (answer.status_code, FIRST in answer.text) == (403, True), route
            refused.add(route)
        else:
            assert answer.status_code == nobody.status_code, route
            if route.startswith("GET") and answer.headers.get("content-type", "").endswith("json"):
                assert _lasting(answer) == _lasting(nobody), route
    assert refused >= OF_EACH_KIND


def _lasting(answer: httpx.Response) -> object:
    body = answer.json()
    for name in ("request_id", "timeStamp"):
        if isinstance(body, dict):
            body.pop(name, None)
    return body


def test_once_it_is_changed_the_same_session_is_as_any_other(newcomer: httpx.Client) -> None:
    assert newcomer.get("/audit").status_code == 403
    sent = {"password": HANDED, "new_password": CHOSEN}
    assert newcomer.post("/session/password", json=sent).status_code == 204
    assert newcomer.get("/audit").status_code == 200
    assert newcomer.get("/session").json()["kind"] == "all"


def test_they_may_leave(newcomer: httpx.Client) -> None:
    assert newcomer.delete("/session").status_code == 204
    assert newcomer.get("/session").json()["signed_in"] is False


def test_no_token_is_made_for_them_and_one_made_otherwise_is_refused_whole(
    served_city: Service,
) -> None:
    login = f"script-{secrets.token_hex(4)}"
    with served_city.engine.begin() as connection:
        made = accounts.add(connection, WRITER, login, "脚本", CHOSEN)
        grants.give(connection, WRITER, made.id, "auditor")
        token, _ = tokens.create(connection, WRITER, made.id, "export", 30)
        connection.execute(
            text("UPDATE access.account SET password_changed_at = NULL WHERE id = :id"),
            {"id": made.id},
        )
        with pytest.raises(AtlasError, match="handed over"):
            tokens.create(connection, WRITER, made.id, "another", 30)
    with client_of(served_city.url, token) as script:
        for path in ("/collections/compounds/items", "/audit", "/compounds/1"):
            answer = script.get(path)
            assert (answer.status_code, FIRST in answer.text) == (403, True)
        assert script.get("/session").status_code == 200


@pytest.mark.parametrize(
    "role", ["district_officer", "company_user", "inspector", "agency_officer"]
)
def test_the_database_itself_grants_them_nothing(
    city: Engine, engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    bound = BOUND[role]
    assert bound is not None
    with city.begin() as connection:
        login = f"{role}-{secrets.token_hex(4)}"
        made = accounts.add(connection, WRITER, login, "新人", HANDED, handed_over=True)
        scope = Scope(**{bound[0]: people[role].bound})
        grants.give(connection, WRITER, made.id, role, scope)
        signed_in = sessions.begin(connection, made.id, writer=WRITER)
    person = Person(role, people[role].kind, people[role].bound, signed_in.token)
    assert _granted(engines, person) == (None, 0)
    with city.begin() as connection:
        number = signed_in.session.session_id
        accounts.change_password(connection, WRITER, login, HANDED, CHOSEN, session_id=number)
    acted, seen = _granted(engines, person)
    assert acted == role
    assert seen > 0


def _granted(engines: Mapping[str, Engine], person: Person) -> tuple[str | None, int]:
    """The role the database takes them to act in, and how many violations they see."""
    with acting(engines, person) as connection:
        seen = connection.scalar(text("SELECT count(*) FROM oversight.violation")) or 0
        return connection.scalar(text("SELECT access.role()")), seen
