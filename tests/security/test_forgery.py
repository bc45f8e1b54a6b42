"""What others make a browser send, what is sent beside what is asked, and tokens that are over."""

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import Connection, Engine, text

from access import accounts, grants, sessions, tokens
from access.roles import Scope
from tests.people import WRITER, client_of, token_of
from tests.security.test_routes import ROUTES, asked
from tests.support import Service

WRITES = [route for route in ROUTES if route.partition(" ")[0] not in {"GET", "OPTIONS"}]
# A polygon is GeoJSON, which may have members of its own, and is asked about, not written.
WITH_BODY = [
    route
    for route in WRITES
    if not route.startswith("DELETE") and route not in {"POST /imports", "POST /within"}
]
READS = ["/session", "/collections/compounds/items?limit=1", "/compounds/1"]
FOREIGN: Mapping[str, Mapping[str, str]] = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Sec-Fetch-Site": "same-site"},
    "an old browser's other site": {"Origin": "https://evil.example"},
    "a sandboxed frame": {"Origin": "null"},
    "nowhere": {},
}
BESIDE = {
    "id": 7,
    "city_code": "640100",
    "area_code": "640104",
    "recorded_at": "2020-01-01T00:00:00Z",
    "recorded_by": "somebody",
    "superseded_at": None,
    "synthetic": False,
    "import_id": 1,
    "role": "administrator",
    "actor": "admin",
}
"""Columns and words of ours that nobody may set by sending them."""


@pytest.fixture
def cookie(city: Engine) -> str:
    """The cookie of an administrator who is signed in with a browser."""
    with city.begin() as connection:
        login = f"browser-{secrets.token_hex(4)}"
        account = accounts.add(connection, WRITER, login, "测试", synthetic=True)
        grant = grants.give(connection, WRITER, account.id, "administrator", Scope())
        return sessions.begin(connection, account.id, grant.id, writer=WRITER).token


@pytest.mark.parametrize("place", FOREIGN)
def test_no_write_route_takes_a_cookie_from_a_foreign_page(
    served_city: Service, cookie: str, place: str
) -> None:
    with httpx.Client(
        base_url=served_city.url, cookies={"atlas_dev": cookie}, timeout=60
    ) as browser:
        for route in WRITES:
            answer = asked(browser, route, headers=FOREIGN[place])
            assert answer.status_code == 403, (route, answer.text)
            assert "set-cookie" not in answer.headers
        assert browser.get("/session").json()["signed_in"] is True


@pytest.mark.parametrize("field", BESIDE)
def test_no_write_sets_what_it_was_not_asked_for(
    served_city: Service, city: Engine, field: str
) -> None:
    # Somebody else for each field: nobody may write as often as all routes together.
    with client_of(served_city.url, token_of(city, "administrator")) as client:
        for route in WITH_BODY:
            answer = asked(client, route, beside={field: BESIDE[field]})
            assert answer.status_code == 400, (route, answer.text)
            assert answer.json()["parameter"] == field, (route, answer.text)


def _revoked(connection: Connection, _account: int, _grant: int, token: int) -> None:
    tokens.revoke(connection, WRITER, token)


def _run_out(connection: Connection, _account: int, _grant: int, token: int) -> None:
    ended = text(
        "UPDATE access.session SET created_at = now() - interval '2 s',"
        " expires_at = now() - interval '1 s' WHERE id = :id"
    )
    connection.execute(ended, {"id": token})


def _disabled(connection: Connection, account: int, _grant: int, _token: int) -> None:
    login = text("SELECT login FROM access.account WHERE id = :id")
    accounts.disable(connection, WRITER, connection.scalar(login, {"id": account}))


def _ungranted(connection: Connection, _account: int, grant: int, _token: int) -> None:
    grants.revoke(connection, WRITER, grant)


@pytest.mark.parametrize("end", [_revoked, _run_out, _disabled, _ungranted])
def test_a_token_that_is_over_opens_nothing_on_any_connection_that_knew_it(
    served_city: Service, city: Engine, end: Callable[[Connection, int, int, int], None]
) -> None:
    with city.begin() as connection:
        login = f"over-{secrets.token_hex(4)}"
        account = accounts.add(connection, WRITER, login, "测试", synthetic=True)
        grant = grants.give(connection, WRITER, account.id, "district_officer", Scope("640106"))
        token, made = tokens.create(connection, WRITER, account.id, "test", 30)
    with client_of(served_city.url, token) as client, ThreadPoolExecutor(16) as threads:
        before = threads.map(client.get, READS * 20)
        assert {answer.status_code for answer in before} == {200}
        with city.begin() as connection:
            end(connection, account.id, grant.id, made.id)
        after = threads.map(client.get, READS * 20)
        assert {answer.status_code for answer in after} == {401}
        writes = [asked(client, route) for route in WITH_BODY if "session" not in route]
    assert {answer.status_code for answer in writes} == {401}
