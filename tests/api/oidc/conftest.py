"""The service with a provider of the tests' own, and what a browser does on the way."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import Engine

from access import accounts, grants, identities
from tests.api.oidc.provider import CLIENT, SECRET, Lies, Provider, provider
from tests.people import WRITER
from tests.support import Service, served

FLOW, SESSION = "atlas_oidc_dev", "atlas_dev"

CALLBACK = "/session/oidc/callback"


def settings(issuer: str) -> dict[str, str]:
    return {"oidc_issuer": issuer, "oidc_client": CLIENT, "oidc_secret": SECRET}


@pytest.fixture(scope="module")
def ours() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture(autouse=True)
def honest(ours: Provider) -> None:
    """A provider that lied to one test does not to the next."""
    ours.lies = Lies()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "service.log"


@pytest.fixture(scope="module")
def service(database: Engine, ours: Provider, log: Path) -> Iterator[Service]:
    """The service with that provider, over accounts that are linked to it."""
    person(database, ours.issuer, "zhang", "s-1")
    person(database, ours.issuer, "gone", "s-gone")
    person(database, ours.issuer, "idle", "s-idle", role=None)
    with database.begin() as connection:
        accounts.disable(connection, WRITER, "gone")
    with served(
        database,
        log=log,
        log_level="debug",
        oidc_name="政务统一身份认证",
        sign_ins_per_minute="600",
        **settings(ours.issuer),
    ) as made:
        yield made


@pytest.fixture
def browser(service: Service) -> Iterator[httpx.Client]:
    with a_browser(service) as made:
        yield made


def a_browser(service: Service) -> httpx.Client:
    """A browser with a cookie jar of its own; it takes pages, and goes where it is told by hand."""
    return httpx.Client(base_url=service.url, headers={"Accept": "text/html"}, timeout=30)


def person(
    database: Engine, issuer: str, login: str, subject: str, role: str | None = "auditor"
) -> None:
    with database.begin() as connection:
        made = accounts.add(connection, WRITER, login, "张三")
        if role is not None:
            grants.give(connection, WRITER, made.id, role)
        identities.link(connection, WRITER, login, issuer, subject)


def leave(browser: httpx.Client, target: str = "/") -> str:
    """Begin a sign-in: where the browser is sent to."""
    answer = browser.get("/session/oidc", params={"next": target})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(browser: httpx.Client, ours: Provider, subject: str = "s-1") -> httpx.Response:
    return browser.get(CALLBACK, params=ours.consent(leave(browser), subject))


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def who(browser: httpx.Client) -> str | None:
    return browser.get("/session").json()["login"]


def signed_nobody_in(answer: httpx.Response, browser: httpx.Client, status: int) -> None:
    """Refused with a page that says why; the browser bears no session, nor the sign-in."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "没有登录" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert SESSION not in browser.cookies
    assert FLOW not in browser.cookies
    assert who(browser) is None
