"""The shipped gateway over the real service: what it lets through, keeps out, and whom it shows."""

import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine, text

from access import accounts, grants
from access.roles import Scope
from tests.api import register
from tests.deploy.nginx import Gateway, before
from tests.people import WRITER, token_of
from tests.support import served, until
from tests.uploads import companies, send

PASSWORD = "an unusual sentence to sign in with"  # noqa: S105 - of this test only
MANY = 30_000
"""Compounds whose export is larger than all that lies between the service and its client holds."""
_COMPOUNDS = text("""
    INSERT INTO registry.compound
        (id, city_code, code, name, district_code, street_code, geom, source)
    SELECT number, '649900', 'M' || number, '众多' || number, '649904', '649904001',
           ST_Multi(ST_MakeEnvelope(107 + number % 200 * 0.001, 39 + number / 200 * 0.001,
                                    107.0005 + number % 200 * 0.001,
                                    39.0005 + number / 200 * 0.001, 4326)), 'office'
    FROM generate_series(1001, 1000 + :many) AS number""")
_ACTIONS = text("SELECT action FROM audit.event WHERE action LIKE 'export%' ORDER BY id")


@pytest.fixture(scope="module")
def gateway(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    register.found(database)
    with database.begin() as connection:
        connection.execute(_COMPOUNDS, {"many": MANY})
        account = accounts.add(connection, WRITER, "li", "李四", PASSWORD)
        grants.give(connection, WRITER, account.id, "district_officer", Scope("649904"))
    folder = tmp_path_factory.mktemp("nginx")
    with (
        served(database, proxies="127.0.0.1", spool=str(folder / "spool")) as service,
        before(service, folder) as made,
    ):
        yield made


@pytest.fixture
def anyone(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client() as made:
        yield made


@pytest.fixture
def office(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client(token_of(gateway.service.engine, "city_officer")) as made:
        yield made


def test_answers_come_through_with_links_of_the_outer_address(
    gateway: Gateway, anyone: httpx.Client
) -> None:
    links = [one["href"] for one in anyone.get("/collections").json()["links"]]
    assert links
    assert all(link.startswith(f"{gateway.url}/") for link in links)


@pytest.mark.parametrize("path", ["/", "/collections", "/static/nothing.js", "/nothing"])
def test_each_strict_header_is_there_once(anyone: httpx.Client, path: str) -> None:
    answer = anyone.get(path)
    for name in (
        "strict-transport-security",
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "x-request-id",
        "vary",
    ):
        assert len(answer.headers.get_list(name)) == 1, name
    assert "/" not in answer.headers.get("server", "")


def test_without_tls_one_is_sent_to_the_same_place_with_it(gateway: Gateway) -> None:
    sent = httpx.post(f"{gateway.plain}/session?a=1", headers={"Host": "evil.example"})
    assert sent.status_code == 308
    assert sent.headers["location"] == "https://localhost/session?a=1"


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics?f=1", "//metrics", "/.//metrics", "/%6detrics"]
)
def test_metrics_are_not_for_the_public(anyone: httpx.Client, path: str) -> None:
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}):
        answer = anyone.get(httpx.URL(f"{anyone.base_url}".rstrip("/") + path), headers=headers)
        assert answer.status_code == 404, (answer.url, answer.text[:300])


def test_a_name_that_is_not_ours_is_not_answered(anyone: httpx.Client) -> None:
    answer = anyone.get("/collections", headers={"Host": "evil.example"})
    assert answer.status_code == 421


def test_what_a_client_says_it_was_forwarded_from_is_not_believed(
    gateway: Gateway, office: httpx.Client
) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9;host=evil.example;proto=http",
    }
    lead = {
        "compound_code": "C1",
        "reporter_kind": "resident",
        "reported_on": "2026-03-01",
        "type_code": "P3",
    }
    answer = office.post("/leads", json=lead, headers=forged)
    assert answer.status_code == 201, answer.text
    with gateway.service.engine.connect() as connection:
        address = connection.scalar(
            text("SELECT host(address) FROM audit.event WHERE request_id = :id LIMIT 1"),
            {"id": answer.headers["x-request-id"]},
        )
    assert address == "127.0.0.1"
    links = office.get("/collections", headers=forged).json()["links"]
    assert all(one["href"].startswith(gateway.url) for one in links)


def test_one_signs_in_and_out_with_a_cookie_of_the_host(gateway: Gateway) -> None:
    page = {"Origin": gateway.url, "Sec-Fetch-Site": "same-origin"}
    with gateway.client(**page) as browser:
        answer = browser.post("/session", json={"login": "li", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert {"secure", "httponly", "path=/"} <= set(cookie.lower().split("; "))
        assert browser.get("/session").json()["login"] == "li"
        assert browser.delete("/session").status_code in {200, 204}
        assert browser.get("/session").json()["signed_in"] is False


def test_bodies_are_as_large_as_they_may_be_where_they_go(office: httpx.Client) -> None:
    assert office.post("/session", content=b" " * 3_000_000).status_code == 413
    taken = send(office, companies(60_000))
    assert taken.status_code == 202, taken.text
    assert int(taken.request.headers["content-length"]) > 2_000_000


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_an_export_is_sent_as_it_is_made(
    gateway: Gateway, office: httpx.Client, coding: str
) -> None:
    """Who reads no further stops the service too: nothing on the way takes it all in."""

    def actions() -> list[str]:
        with gateway.service.engine.connect() as connection:
            return [str(one) for one in connection.scalars(_ACTIONS)]

    known = len(actions())
    headers = {"Accept-Encoding": coding}
    began = time.monotonic()
    with office.stream(
        "GET", "/collections/compounds/export?f=geojsonseq", headers=headers
    ) as answer:
        assert answer.headers.get("content-encoding", "identity") == coding
        pieces = answer.iter_bytes()
        first = len(next(pieces))
        early = time.monotonic() - began
        if coding == "identity":
            time.sleep(2)
            assert actions()[known:] == ["export"]
        whole = first + sum(map(len, pieces))
    assert whole > MANY * 200
    took = time.monotonic() - began
    assert early < took / 2
    until(lambda: actions()[known:] == ["export", "exported"], 5)
