"""Exports are bounded, given up when nobody waits for them, leave nothing behind, and are told."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.app import create_app
from layers.compounds import COMPOUNDS
from layers.formats import FORMATS, spreadsheet
from tests.api import raw
from tests.people import client_of, token_of
from tests.read_back import read
from tests.support import Service, served, until

EXPORT = "/collections/compounds/export"
AT_WORK = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'atlas-api' AND state <> 'idle'
""")
SAVED = [name for name, one in FORMATS.items() if one.save]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports") / "spool"


@pytest.fixture(scope="module")
def narrow(city: Engine, place: Path) -> Iterator[Service]:
    """The service over the sample city with room for two exports, one of each person."""
    with served(
        city, spool=str(place), exports="2", exports_each="1", statement_seconds="2"
    ) as made:
        yield made


@contextmanager
def halted(database: Engine) -> Iterator[None]:
    """Nobody reads a compound until the block ends."""
    with database.begin() as connection:
        connection.execute(text("LOCK TABLE registry.compound IN ACCESS EXCLUSIVE MODE"))
        yield


def at_work(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.scalar(AT_WORK) or 0)


def files(place: Path) -> list[Path]:
    return [one for one in place.rglob("*") if one.is_file()] if place.is_dir() else []


def somebody(service: Service) -> httpx.Client:
    return client_of(service.url, token_of(service.engine, "city_officer", area_code="640100"))


def asked(service: Service, token: str, name: str) -> bytes:
    return raw.head(service, f"GET {EXPORT}?f={name} HTTP/1.1", f"Authorization: Bearer {token}")


@pytest.mark.parametrize("name", ["csv", "gpkg"])
def test_an_export_is_given_up_when_its_client_leaves(
    narrow: Service, place: Path, name: str
) -> None:
    token = token_of(narrow.engine, "auditor")
    with halted(narrow.engine):
        with raw.connected(narrow) as connection:
            connection.sendall(asked(narrow, token, name))
            until(lambda: at_work(narrow.engine) == 1, 30, "the export did not begin")
        # Nobody has let it read yet: it is the service that ends it.
        until(lambda: at_work(narrow.engine) == 0, 30, "its query still waits")
        until(lambda: not files(place), 30, "its file is still there")
    with client_of(narrow.url, token) as client:
        answer = client.get(EXPORT, params={"f": name, "properties": "name"})
        assert answer.status_code == 200


def test_an_export_is_given_up_when_its_client_leaves_in_the_middle(
    narrow: Service, place: Path
) -> None:
    token = token_of(narrow.engine, "auditor")
    with raw.connected(narrow) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(asked(narrow, token, "geojson"))
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    until(lambda: at_work(narrow.engine) == 0, 30, "its transaction is still open")
    event = last_event(narrow.engine, "exported")
    assert event["after"]["rows"] > 0


@pytest.mark.parametrize("name", SAVED)
def test_a_file_is_removed_once_it_is_sent(narrow: Service, place: Path, name: str) -> None:
    with somebody(narrow) as client:
        assert client.get(EXPORT, params={"f": name}).status_code == 200
        assert client.get("/collections/compounds/items", params={"f": name}).status_code == 200
    assert files(place) == []
    assert list(place.iterdir()) == []


def test_more_exports_than_may_run_are_turned_away(narrow: Service, place: Path) -> None:
    clients = [somebody(narrow) for _ in range(3)]
    with ThreadPoolExecutor(2) as pool:
        with halted(narrow.engine):
            running = [
                pool.submit(client.get, EXPORT, params={"f": name})
                for client, name in zip(clients, ("csv", "fgb"), strict=False)
            ]
            until(lambda: at_work(narrow.engine) == 2, 30, "two exports did not begin")
            for client in clients:
                answer = client.get(EXPORT, params={"f": "csv"})
                assert answer.status_code == 429
                assert int(answer.headers["retry-after"]) > 0
                assert answer.headers["content-type"] == "application/problem+json"
            # What is asked for by the page goes on.
            assert clients[0].get("/collections/districts/items").status_code == 200
        assert [one.result().status_code for one in running] == [200, 200]
    assert clients[2].get(EXPORT, params={"f": "csv"}).status_code == 200
    for client in clients:
        client.close()


def test_nobody_takes_all_the_room(narrow: Service) -> None:
    with somebody(narrow) as mine, somebody(narrow) as other, ThreadPoolExecutor(1) as pool:
        with halted(narrow.engine):
            running: Future[httpx.Response] = pool.submit(mine.get, EXPORT, params={"f": "csv"})
            until(lambda: at_work(narrow.engine) == 1, 30, "the export did not begin")
            assert mine.get(EXPORT, params={"f": "csv"}).status_code == 429
            assert other.get("/collections/districts/export").status_code == 200
        assert running.result().status_code == 200


def test_an_export_may_take_longer_than_a_page(narrow: Service) -> None:
    """A page is ended after two seconds here; an export that had to wait longer is whole."""
    with somebody(narrow) as client, ThreadPoolExecutor(1) as pool:
        with halted(narrow.engine):
            running = pool.submit(client.get, EXPORT, params={"f": "ndjson"})
            until(lambda: at_work(narrow.engine) == 1, 30, "the export did not begin")
            page = client.get("/collections/compounds/items")
            assert page.status_code == 503
        answer = running.result()
    assert (answer.status_code, len(answer.content.splitlines())) == (200, 1500)


@pytest.mark.parametrize("name", ["csv", "shp"])
def test_an_export_that_takes_too_long_says_so(city: Engine, tmp_path: Path, name: str) -> None:
    with (
        served(city, spool=str(tmp_path), export_seconds="0.5") as service,
        somebody(service) as client,
        halted(city),
    ):
        answer = client.get(EXPORT, params={"f": name})
        assert answer.status_code == 503
        assert "longer than 0.5 s" in answer.json()["detail"]
        assert files(tmp_path) == []
        assert at_work(city) == 0


def test_a_file_that_grows_too_large_is_given_up(city: Engine, tmp_path: Path) -> None:
    with (
        served(city, spool=str(tmp_path), export_megabytes="0.1") as service,
        somebody(service) as client,
    ):
        for name in SAVED:
            answer = client.get(EXPORT, params={"f": name})
            assert answer.status_code == 413
            assert "0.1 MB" in answer.json()["detail"]
            assert files(tmp_path) == []
        assert client.get(EXPORT, params={"f": "csv"}).status_code == 200


def test_more_features_than_fit_are_refused_before_anything_is_sent(
    city: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ATLAS_SPOOL", str(tmp_path))
    monkeypatch.setitem(FORMATS, "xlsx", replace(FORMATS["xlsx"], most=1499))

    refused = in_process(city, f="xlsx")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "f")
    assert "1499" in refused.json()["detail"]
    assert in_process(city, f="xlsx", district_code="640106").status_code == 200


def test_a_sheet_is_zipped_as_the_number_of_its_cells_asks(
    city: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All compounds are counted first, and those of a district are fewer."""
    monkeypatch.setenv("ATLAS_SPOOL", str(tmp_path))
    monkeypatch.setattr(spreadsheet, "_LARGE", 1499 * 2)
    asked = {"f": "xlsx", "properties": "name"}
    for given, zip64 in (({}, True), ({"district_code": "640106"}, False)):
        content = in_process(city, **asked, **given).raise_for_status().content
        assert content[:4] == b"PK\x03\x04"
        assert (int.from_bytes(content[4:6], "little") >= 45) == zip64


def in_process(city: Engine, **asked: str) -> httpx.Response:
    """An export by the service in this process, where it can be altered."""

    async def answered() -> httpx.Response:
        app = create_app(city.url.render_as_string(hide_password=False))
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            return await client.get(EXPORT, params=asked)

    return asyncio.run(answered())


def last_event(database: Engine, action: str) -> dict[str, Any]:
    with database.connect() as connection:
        found = connection.execute(
            text("SELECT * FROM audit.event WHERE action = :action ORDER BY id DESC LIMIT 1"),
            {"action": action},
        )
        return dict(found.mappings().one())


@pytest.mark.parametrize("name", FORMATS)
def test_the_audit_tells_who_took_what(narrow: Service, name: str) -> None:
    sent = {"f": name, "district_code": "640106", "filter": "households > 500"}
    with somebody(narrow) as client:
        answer = client.get(EXPORT, params=sent)
    began, ended = (last_event(narrow.engine, action) for action in ("export", "exported"))
    for event in (began, ended):
        assert event["actor"].startswith("city_officer-")
        assert event["account_id"] is not None
        assert event["table_name"] == "registry.compound"
        assert event["request_id"] == answer.headers["x-request-id"]
        assert str(event["address"]).startswith("127.0.0.1")
        assert (
            event["after"].items()
            >= {
                "layer": "compounds",
                "format": name,
                "filters": sent,
            }.items()
        )
    with narrow.engine.connect() as connection:
        rows = connection.scalar(
            text(
                "SELECT count(*) FROM registry.compound"
                " WHERE district_code = '640106' AND households > 500"
            )
        )
    assert ended["after"]["rows"] == rows > 0
    assert ended["after"]["whole"] is True
    assert "rows" not in began["after"]


def test_what_is_broken_off_is_told_as_such(narrow: Service) -> None:
    before = last_number(narrow.engine)
    token = token_of(narrow.engine, "auditor")
    with halted(narrow.engine), raw.connected(narrow) as connection:
        connection.sendall(asked(narrow, token, "csv"))
        until(lambda: at_work(narrow.engine) == 1, 30, "the export did not begin")
        connection.close()
        until(lambda: last_event_number(narrow.engine) > before, 30, "nothing was told")
    ended = last_event(narrow.engine, "exported")
    assert (ended["after"]["rows"], ended["after"]["whole"]) == (0, False)


@pytest.mark.parametrize("name", FORMATS)
def test_who_asks_for_the_headers_only_takes_nothing(narrow: Service, name: str) -> None:
    with somebody(narrow) as client, halted(narrow.engine):
        before = last_number(narrow.engine)
        answer = client.head(EXPORT, params={"f": name, "skipGeometry": "false"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORMATS[name].content_type
    assert answer.content == b""
    assert last_number(narrow.engine) == before


def last_number(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.scalar(text("SELECT max(id) FROM audit.event")) or 0)


def last_event_number(database: Engine) -> int:
    return int(last_event(database, "exported")["id"])


def test_the_public_is_not_told_of(narrow: Service) -> None:
    before = last_number(narrow.engine)
    answer = httpx.get(f"{narrow.url}/collections/districts/export", params={"f": "csv"})
    assert answer.status_code == 200
    assert last_number(narrow.engine) == before


MANY = 4500


@pytest.fixture(scope="module")
def many(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service over more compounds than are read at a time."""
    with database.begin() as connection:
        connection.execute(
            text("INSERT INTO registry.city (code, name) VALUES ('640100', '银川市')")
        )
        connection.execute(
            text("""
                INSERT INTO registry.compound (city_code, code, name, geom, source)
                SELECT '640100', 'C' || i, '小区' || i,
                       ST_Multi(ST_MakeEnvelope(106 + i / 1e4, 38, 106 + i / 1e4 + 5e-5, 38.001,
                                                4326)), 'office'
                FROM generate_series(1, :many) AS i"""),
            {"many": MANY},
        )
    with served(database, spool=str(tmp_path_factory.mktemp("many"))) as service:
        yield service


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_read_bit_by_bit_is_whole(many: Service, tmp_path: Path, name: str) -> None:
    answer = httpx.get(
        f"{many.url}{EXPORT}",
        params={"f": name},
        headers={"Accept-Encoding": "identity"},
        timeout=60,
    )
    assert answer.status_code == 200
    assert ("content-length" in answer.headers) == (name in SAVED)
    found = read(name, answer.content, tmp_path, COMPOUNDS)
    assert len(found.properties) == MANY
    assert {one["name"] for one in found.properties.values()} == {
        f"小区{number}" for number in range(1, MANY + 1)
    }
