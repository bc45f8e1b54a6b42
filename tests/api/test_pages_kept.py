"""Pages of the public's features are kept, and as new as the database."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.people import client_of, token_of
from tests.support import Service, new_database, served, until

SHARED = "public, max-age=0, s-maxage=1"
SOON = 3.0
PAGE = "/collections/compounds/items?limit=5"
BOX = "/collections/compounds/items?limit=5&bbox=106.0,38.2,106.6,38.8"


@pytest.fixture(scope="module")
def register(server: str, city_template: str) -> Iterator[Engine]:
    with new_database(server, city_template) as made:
        yield made


@pytest.fixture(scope="module")
def service(register: Engine) -> Iterator[Service]:
    with served(register) as made:
        yield made


@pytest.fixture
def anyone(service: Service) -> Iterator[httpx.Client]:
    with client_of(service.url, None) as made:
        yield made


def first(client: httpx.Client, address: str = PAGE) -> dict[str, Any]:
    found: dict[str, Any] = client.get(address).raise_for_status().json()["features"][0]
    return found


def hits(client: httpx.Client) -> int:
    said = client.get("/metrics").raise_for_status().text
    # There is no line before the first.
    lines = (one for one in said.splitlines() if "kept" in one and 'found="yes"' in one)
    return sum(int(float(line.split()[-1])) for line in lines)


def test_a_page_is_asked_of_the_database_once(anyone: httpx.Client) -> None:
    def kept() -> bool:
        before, expected = hits(anyone), anyone.get(PAGE)
        assert expected.headers["cache-control"] == SHARED
        assert anyone.get(PAGE).json()["features"] == expected.json()["features"]
        return hits(anyone) == before + 2

    # Nothing is kept before changes are listened for, a moment after the service is ready.
    until(kept, SOON)


@pytest.mark.parametrize("address", [PAGE, "/collections/compounds/ids?block=0"])
def test_head_is_answered_as_get(anyone: httpx.Client, address: str) -> None:
    """Before anybody else asked, too: what is kept has its body."""
    address = f"{address}&f=json"
    head, get = anyone.head(address), anyone.get(address)
    assert (head.content, head.headers["cache-control"]) == (b"", SHARED)
    told = ("cache-control", "content-length", "content-type", "etag", "vary")
    assert [head.headers.get(one) for one in told] == [get.headers.get(one) for one in told]
    assert get.json()


@pytest.mark.parametrize("address", [PAGE, BOX])
@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ("UPDATE registry.compound SET households = 4711 WHERE id = :id", "households", 4711),
        ("UPDATE registry.compound SET name = '新名' WHERE id = :id", "name", "新名"),
        (
            "UPDATE registry.company SET name = '新企业' WHERE id ="
            " (SELECT company_id FROM oversight.status_public"
            "  WHERE compound_id = :id AND upper_inf(valid))",
            "company_name",
            "新企业",
        ),
        (
            "UPDATE registry.street SET name = '新街' WHERE code ="
            " (SELECT street_code FROM registry.compound WHERE id = :id)",
            "street_name",
            "新街",
        ),
        (
            "UPDATE oversight.status_public SET effective_star = 0"
            " WHERE compound_id = :id AND upper_inf(valid)",
            "effective_star",
            0,
        ),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_changes_shows_at_once(
    register: Engine, anyone: httpx.Client, address: str, change: str, name: str, value: object
) -> None:
    shown = first(anyone, address)
    with register.begin() as connection:
        # So that it is a change, whatever an earlier test left.
        connection.execute(text(change), {"id": shown["id"]})
    until(lambda: first(anyone, address)["properties"][name] == value, SOON)


def test_each_host_and_form_has_answers_of_its_own(anyone: httpx.Client) -> None:
    port = anyone.base_url.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        for _ in range(2):
            page = anyone.get(PAGE, headers={"Host": host}).raise_for_status().json()
            assert all(link["href"].startswith(f"http://{host}/") for link in page["links"])
    for accept, kind in (
        ("application/geo+json", "application/geo+json"),
        ("text/html", "text/html"),
        ("application/geo+json", "application/geo+json"),
        ("text/csv", "text/csv"),
    ):
        answer = anyone.get(PAGE, headers={"Accept": accept})
        assert answer.headers["content-type"].startswith(kind)


def test_what_somebody_may_see_is_never_kept(service: Service, anyone: httpx.Client) -> None:
    anyone.get(PAGE)
    with client_of(service.url, token_of(service.engine, "administrator")) as officer:
        answer = officer.get(PAGE)
        assert "private" in answer.headers["cache-control"]
        assert "rung" in answer.json()["features"][0]["properties"]
    assert "rung" not in first(anyone)["properties"]


def test_a_refusal_is_not_kept(anyone: httpx.Client) -> None:
    for _ in range(2):
        assert anyone.get(f"{PAGE}&colour=red").status_code == 400
