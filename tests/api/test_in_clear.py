"""Passwords, tokens and sessions are taken over TLS or at this machine; else not looked at."""

import base64
from collections.abc import Iterator, Mapping

import httpx
import pytest
from sqlalchemy import Engine, text

from access import accounts, grants, sessions, tokens
from access.roles import Scope
from tests.people import WRITER
from tests.support import Service, served

PASSWORD = "a lamp above the slow canal"  # noqa: S105 - of this test only
HOST = "map.example.cn"
THROUGH = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": HOST}
TLS = {**THROUGH, "X-Forwarded-Proto": "https"}
IN_CLEAR: Mapping[str, Mapping[str, str]] = {
    "through a named proxy": {**THROUGH, "X-Forwarded-Proto": "http"},
    "a named proxy that does not say how": THROUGH,
    "by a name that is not this machine's": {"Host": HOST},
    "a proxy that is not named and says https": {**TLS, "Host": HOST},
}


@pytest.fixture(scope="module")
def grants_of_li(database: Engine) -> tuple[int, ...]:
    """Li's account and its two grants."""
    with database.begin() as connection:
        account = accounts.add(connection, WRITER, "li", "李四", PASSWORD)
        held = [
            grants.give(connection, WRITER, account.id, role, Scope()).id
            for role in ("auditor", "administrator")
        ]
    return account.id, *held


@pytest.fixture(scope="module")
def service(database: Engine, grants_of_li: tuple[int, ...]) -> Iterator[Service]:
    """The service behind a proxy on this machine."""
    with served(database, proxies="127.0.0.0/8", allowed_hosts=HOST) as made:
        yield made


@pytest.fixture(scope="module")
def bare(database: Engine, grants_of_li: tuple[int, ...]) -> Iterator[Service]:
    """The service without a proxy that it knows."""
    with served(database, allowed_hosts=HOST) as made:
        yield made


@pytest.fixture(scope="module")
def token(database: Engine, grants_of_li: tuple[int, ...]) -> str:
    with database.begin() as connection:
        return tokens.create(connection, WRITER, grants_of_li[0], "script", 30, grants_of_li[1])[0]


@pytest.fixture
def session(database: Engine, grants_of_li: tuple[int, ...]) -> str:
    account, grant, _ = grants_of_li
    with database.begin() as connection:
        return sessions.begin(connection, account, grant, writer=WRITER).token


def asked(
    service: Service, method: str, path: str, headers: Mapping[str, str], **more: object
) -> httpx.Response:
    """The answer to a page of our own, or a program, that asks this way."""
    scheme = "https" if headers.get("X-Forwarded-Proto") == "https" else "http"
    own = {"Origin": f"{scheme}://{HOST}", "Sec-Fetch-Site": "same-origin"}
    return httpx.request(
        method, f"{service.url}{path}", headers={**own, **headers}, timeout=60, **more
    )


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 403, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "https" in answer.json()["detail"]
    assert "set-cookie" not in answer.headers


def kept(database: Engine) -> tuple[int | None, ...]:
    """What signing in leaves behind: sessions, and failures that are counted."""
    with database.connect() as connection:
        return tuple(
            connection.scalar(text(query))
            for query in (
                "SELECT count(*) FROM access.session WHERE revoked_at IS NULL",
                "SELECT count(*) FROM access.session",
                "SELECT count(*) FROM access.attempt",
                "SELECT count(*) FROM audit.event",
            )
        )


def borne(way: str, token: str, session: str) -> dict[str, str]:
    basic = base64.b64encode(f"x:{token}".encode()).decode()
    return {
        "Bearer": {"Authorization": f"Bearer {token}"},
        "Basic": {"Authorization": f"Basic {basic}"},
        "cookie": {"Cookie": f"atlas_dev={session}"},
    }[way]


@pytest.mark.parametrize("place", IN_CLEAR)
@pytest.mark.parametrize("way", ["Bearer", "Basic", "cookie"])
@pytest.mark.parametrize("path", ["/session", "/collections/compounds/items"])
def test_what_says_who_asks_is_not_taken_in_clear(
    service: Service,
    bare: Service,
    token: str,
    session: str,
    place: str,
    way: str,
    path: str,
) -> None:
    sent, to = borne(way, token, session), (bare if "Host" in IN_CLEAR[place] else service)
    refused(asked(to, "GET", path, {**IN_CLEAR[place], **sent}))
    worthless = borne(way, f"{token}x", f"{session}x")
    refused(asked(to, "GET", path, {**IN_CLEAR[place], **worthless}))
    assert asked(to, "GET", path, IN_CLEAR[place]).status_code == 200


@pytest.mark.parametrize("way", ["Bearer", "Basic", "cookie"])
def test_over_tls_and_at_this_machine_it_is(
    service: Service, bare: Service, token: str, session: str, way: str
) -> None:
    sent = borne(way, token, session)
    assert asked(bare, "GET", "/session", sent).json()["login"] == "li"
    safe = {name: value.replace("atlas_dev", "__Host-atlas") for name, value in sent.items()}
    assert asked(service, "GET", "/session", {**TLS, **safe}).json()["login"] == "li"


@pytest.mark.parametrize("place", IN_CLEAR)
@pytest.mark.parametrize("password", [PASSWORD, "not this one"])
def test_a_password_in_clear_is_not_even_tried(
    service: Service, bare: Service, database: Engine, place: str, password: str
) -> None:
    before, to = kept(database), bare if "Host" in IN_CLEAR[place] else service
    body = {"login": "li", "password": password}
    refused(asked(to, "POST", "/session", IN_CLEAR[place], json=body))
    assert kept(database) == before


def test_over_tls_a_password_is_taken(service: Service) -> None:
    body = {"login": "li", "password": PASSWORD}
    answer = asked(service, "POST", "/session", TLS, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["set-cookie"].startswith("__Host-atlas=")


@pytest.mark.parametrize("way", ["Bearer", "cookie"])
def test_in_clear_no_grant_is_exchanged_and_the_session_goes_on(
    service: Service,
    database: Engine,
    grants_of_li: tuple[int, ...],
    token: str,
    session: str,
    way: str,
) -> None:
    sent, before = borne(way, token, session), kept(database)
    plain = {**IN_CLEAR["through a named proxy"], **sent}
    body = {"grant_id": grants_of_li[2]}
    refused(asked(service, "POST", "/session/grant", plain, json=body))
    assert kept(database) == before
    safe = {name: value.replace("atlas_dev", "__Host-atlas") for name, value in sent.items()}
    found = asked(service, "GET", "/session", {**TLS, **safe}).json()
    assert (found["login"], found["role"]) == ("li", "auditor")
