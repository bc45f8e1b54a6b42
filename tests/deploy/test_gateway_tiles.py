"""Tiles through the shipped gateway: kept for everybody, for nobody in particular, and not long."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, text

from tests.api import register
from tests.api.facts import SENT
from tests.api.register import Office
from tests.deploy.nginx import Gateway, before
from tests.people import token_of
from tests.support import served

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1574/3254"
SOON = 3.0
"""Seconds within which a change shows."""
OLDEST = 2.0
"""Seconds after which nginx has asked the service again: it keeps less than two."""


@pytest.fixture(scope="module")
def gateway(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The gateway over three compounds, one of which has one breach that counts."""
    register.found(database)
    with (
        served(database, proxies="127.0.0.1") as service,
        before(service, tmp_path_factory.mktemp("nginx")) as made,
    ):
        with made.client(token_of(database, "city_officer")) as office:
            Office(office).enter("violations", **SENT["violations"])
        yield made


@pytest.fixture
def anyone(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client() as made:
        yield made


def drawn(answer: httpx.Response) -> dict[int, dict[str, Any]]:
    """Compounds of a tile by number."""
    assert answer.status_code == 200, answer.text
    found = mapbox_vector_tile.decode(answer.content)["compounds"]["features"]
    return {one["id"]: one["properties"] for one in found}


def star(anyone: httpx.Client) -> int | None:
    return drawn(anyone.get(TILE))[1].get("effective_star")


def kept(answer: httpx.Response) -> str:
    return str(answer.headers["x-cache"])


def test_a_public_tile_is_kept_packed_as_each_client_can(anyone: httpx.Client) -> None:
    for coding in ("zstd", "br", "gzip", "identity"):
        path = f"{TILE}?datetime=2026-03-01"
        first, second = (anyone.get(path, headers={"Accept-Encoding": coding}) for _ in range(2))
        assert (kept(first), kept(second)) == ("MISS", "HIT")
        assert second.content == first.content
        assert second.headers["etag"] == first.headers["etag"]
        assert "accept-encoding" in second.headers["vary"].lower()
        known = {"Accept-Encoding": coding, "If-None-Match": second.headers["etag"]}
        assert anyone.get(path, headers=known).status_code == 304
        time.sleep(OLDEST)
        assert kept(anyone.get(path, headers={"Accept-Encoding": coding})) == "REVALIDATED"


@pytest.mark.parametrize(
    "path", ["/collections/compounds/items?limit=2", "/collections/compounds/columns"]
)
def test_public_pages_and_columns_are_kept_in_each_form(anyone: httpx.Client, path: str) -> None:
    first, second = (anyone.get(path) for _ in range(2))
    assert (kept(first), kept(second)) == ("MISS", "HIT")
    assert second.content == first.content
    html = anyone.get(path, headers={"Accept": "text/html"})
    assert html.headers["content-type"] != first.headers["content-type"] or "columns" in path


def test_nothing_is_kept_of_answers_to_who_is_signed_in(
    gateway: Gateway, anyone: httpx.Client
) -> None:
    path = f"{TILE}?datetime=2026-06-01"
    token = token_of(gateway.service.engine, "city_officer")
    known = ({"Authorization": f"Bearer {token}"}, {"Cookie": "__Host-atlas=x"}, {"Cookie": "a=b"})
    for headers in known:
        for _ in range(2):
            answer = anyone.get(path, headers=headers)
            assert kept(answer) == "BYPASS"
            assert "private" in answer.headers["cache-control"]
    assert any("rung" in one for one in drawn(anyone.get(path, headers=known[0])).values())
    public = anyone.get(path)
    assert kept(public) == "MISS"
    assert not any("rung" in one for one in drawn(public).values())
    # Nor is what everybody gets given to them.
    again = anyone.get(path, headers=known[0])
    assert kept(again) == "BYPASS"
    assert any("rung" in one for one in drawn(again).values())


def test_what_may_not_be_kept_is_not(anyone: httpx.Client) -> None:
    for path in ("/livez", "/collections/compounds"):
        assert "x-cache" not in anyone.get(path).headers
    refused = [anyone.get(f"{TILE}?filter=nothing%3D1") for _ in range(2)]
    assert [(one.status_code, kept(one)) for one in refused] == [(400, "MISS")] * 2


def test_a_star_that_a_write_changes_shows_soon_however_long_nobody_asked(
    gateway: Gateway, anyone: httpx.Client
) -> None:
    with gateway.client(token_of(gateway.service.engine, "city_officer")) as client:
        office = Office(client)
        second = {**SENT["violations"], "type_code": "P9"}
        for idle in (0.0, 0.3, 0.9, 1.4, 2.2, 3.6, 6.0):
            assert star(anyone) == 4
            time.sleep(idle)
            number = office.enter("violations", **second)["id"]
            _changes(anyone, 4, 3)
            office.stepped("violations", number, "revoke", on="2026-04-01", reason="复议撤销")
            _changes(anyone, 3, 4)


def _changes(anyone: httpx.Client, old: int, new: int) -> None:
    """Ask often until the star is new; it never goes back."""
    began = time.monotonic()
    while (found := star(anyone)) != new:
        assert found == old
        assert time.monotonic() - began < SOON, f"after {SOON} s the star is still {old}"
        time.sleep(0.05)


def test_what_was_kept_before_a_change_is_not_answered_after_it_is_old(
    gateway: Gateway, anyone: httpx.Client
) -> None:
    """One request before and one after, which is all that a quiet place gets."""
    for number in range(4):
        # Where in its second it is kept decides how long it is.
        time.sleep((number / 4 - time.time()) % 1)
        anyone.get(TILE)
        with gateway.service.engine.begin() as connection:
            connection.execute(
                text("UPDATE registry.compound SET name = :name WHERE id = 2"),
                {"name": f"改名{number}"},
            )
        time.sleep(OLDEST)
        assert drawn(anyone.get(TILE))[2]["name"] == f"改名{number}"


def test_a_service_that_is_down_is_not_covered_up(database: Engine, tmp_path: Path) -> None:
    with served(database, proxies="127.0.0.1") as service:
        going = before(service, tmp_path)
        gateway = going.__enter__()
        with gateway.client() as client:
            client.get(TILE).raise_for_status()
    try:
        time.sleep(OLDEST)
        with gateway.client() as client:
            assert client.get(TILE).status_code == 502
    finally:
        going.__exit__(None, None, None)
