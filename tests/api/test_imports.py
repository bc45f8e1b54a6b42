"""Imports over HTTP: files in, how large, of what form, and who may send them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.people import client_of, token_of
from tests.support import Service, until
from tests.uploads import MEGABYTES, companies, left_in, send


def cancel_all(office: httpx.Client) -> None:
    for one in office.get("/imports?limit=100").json()["imports"]:
        if one["state"] == "queued":
            assert office.delete(f"/imports/{one['id']}").status_code == 204


def test_an_upload_is_queued_under_the_name_it_was_sent_with(
    office: httpx.Client, spool: Path
) -> None:
    answer = send(
        office, companies(2), "C:\\导出\\..\\企业 名单.CSV", on="2026-01-02", map="甲=name"
    )
    assert answer.status_code == 202, answer.text
    location = answer.headers["location"]
    assert location == f"/imports/{answer.json()['id']}"
    entry = office.get(location).json()
    assert (entry["state"], entry["kind"], entry["name"]) == (
        "queued",
        "companies",
        "企业 名单.CSV",
    )
    assert entry["options"]["mapping"] == {"甲": "name"}
    assert entry["options"]["on"] == "2026-01-02"
    assert entry["city_code"] == "640100"
    assert entry["bytes"] == len(companies(2))
    (file,) = left_in(spool)
    assert file.read_bytes() == companies(2)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert "企业" not in str(file)
    cancel_all(office)


def test_an_import_that_waits_can_be_cancelled_once(office: httpx.Client, spool: Path) -> None:
    location = send(office, companies(1)).headers["location"]
    assert office.delete(location).status_code == 204
    entry = office.get(location).json()
    assert (entry["state"], entry["error"]) == ("failed", "cancelled before it began")
    assert left_in(spool) == []
    assert office.delete(location).status_code == 409
    assert office.delete("/imports/999999").status_code == 404


def test_imports_are_listed_newest_first_in_pages(office: httpx.Client) -> None:
    sent = [send(office, companies(1)).json()["id"] for _ in range(3)]
    first = office.get("/imports?limit=2").json()
    assert [one["id"] for one in first["imports"]] == [sent[2], sent[1]]
    following = next(one["href"] for one in first["links"] if one["rel"] == "next")
    assert office.get(following).json()["imports"][0]["id"] == sent[0]
    cancel_all(office)


@pytest.mark.parametrize(
    ("fields", "parameter", "said"),
    [
        ({"kind": "buildings"}, "kind", "compounds"),
        ({"datum": "mars2000"}, "datum", "gcj02"),
        ({"city": "110000"}, "city", "640100"),
        ({"city": "Yinchuan"}, "city", "Yinchuan"),
        ({"map": "名称"}, "map", "列=field"),
        ({"map": "名称=title"}, "map", "name"),
        ({"encoding": "klingon"}, "encoding", "gbk"),
        ({"max_errors": "-1"}, "max_errors", "-1"),
        ({"on": "yesterday"}, "on", "yesterday"),
        ({"dry_run": "perhaps"}, "dry_run", "perhaps"),
        ({"datm": "wgs84"}, "datm", "datum"),
        ({"sheet": "x" * 20_000}, "sheet", "too long"),
    ],
)
def test_a_wrong_field_is_refused_at_once_by_name(
    office: httpx.Client, spool: Path, fields: dict[str, str], parameter: str, said: str
) -> None:
    answer = send(office, companies(1), **fields)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    assert said in answer.json()["detail"]
    assert left_in(spool) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("小区.shp", b"1"), ("小区.dbf", b"1"), ("街道.shx", b"1")], "same name"),
        ([("小区.dbf", b"1"), ("小区.shx", b"1")], "needs its .shp"),
        ([("a.csv", b"1"), ("b.xlsx", b"1")], "one Shapefile"),
        ([("a.csv", b"1"), ("b.csv", b"1")], "one Shapefile"),
        ([("小区.exe", b"1")], "ends in none of"),
        ([("小区.csv", b"")], "empty"),
        ([], "form"),
    ],
)
def test_what_is_no_file_of_an_office_is_refused(
    office: httpx.Client, spool: Path, files: list[tuple[str, bytes]], said: str
) -> None:
    answer = office.post(
        "/imports", data={"kind": "companies"}, files=[("file", one) for one in files]
    )
    assert answer.status_code in (400, 415)
    assert said in answer.json()["detail"]
    assert left_in(spool) == []


def test_the_parts_of_a_shapefile_are_taken_together(office: httpx.Client, spool: Path) -> None:
    parts = [("file", (f"小区.{end}", end.encode())) for end in ("dbf", "SHP", "shx", "prj", "cpg")]
    answer = office.post("/imports", data={"kind": "compounds"}, files=parts)
    assert answer.status_code == 202, answer.text
    assert office.get(answer.headers["location"]).json()["name"] == "小区.SHP"
    files = left_in(spool)
    assert {path.suffix for path in files} == {".dbf", ".shp", ".shx", ".prj", ".cpg"}
    assert len({path.stem for path in files}) == 1
    cancel_all(office)


def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_sent(
    service: Service, spool: Path
) -> None:
    with _connected(service) as connection:
        connection.sendall(_head(service, f"Content-Length: {MEGABYTES * 10**6 * 10}"))
        assert _answered(connection).startswith(b"HTTP/1.1 413")
    assert left_in(spool) == []


def test_a_file_that_turns_out_too_large_is_dropped(office: httpx.Client, spool: Path) -> None:
    def body() -> Iterator[bytes]:
        yield _part("kind", "companies") + _file_head()
        for _ in range(MEGABYTES + 3):
            yield b"x" * 10**6

    answer = office.post(
        "/imports", content=body(), headers={"Content-Type": "multipart/form-data; boundary=edge"}
    )
    assert answer.status_code == 413
    assert f"{MEGABYTES} MB" in answer.json()["detail"]
    assert left_in(spool) == []


@pytest.mark.parametrize("pause", [0, 3], ids=["broken off", "asleep"])
def test_an_upload_that_does_not_end_leaves_nothing(
    service: Service, spool: Path, pause: float
) -> None:
    with _connected(service) as connection:
        connection.sendall(_head(service, "Content-Length: 100000"))
        connection.sendall(_part("kind", "companies") + _file_head() + b"x" * 50_000)
        until(lambda: left_in(spool))
        if pause:
            assert _answered(connection).startswith(b"HTTP/1.1 408")
    until(lambda: not left_in(spool))


def test_a_form_that_is_cut_short_is_not_taken_for_whole(office: httpx.Client, spool: Path) -> None:
    answer = office.post(
        "/imports",
        content=_part("kind", "companies") + _file_head() + companies(1),
        headers={"Content-Type": "multipart/form-data; boundary=edge"},
    )
    assert answer.status_code == 400
    assert "cut short" in answer.json()["detail"]
    assert left_in(spool) == []


@pytest.mark.parametrize(
    "given", [{"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}, {}]
)
def test_who_is_not_signed_in_may_neither_import_nor_see_rows(
    service: Service, spool: Path, given: dict[str, str]
) -> None:
    with client_of(service.url, None, given) as nobody:
        answers = [
            send(nobody, companies(1)),
            nobody.get("/imports"),
            nobody.get("/imports/1/held"),
            nobody.get("/imports/1/held.xlsx"),
            nobody.delete("/imports/1"),
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert left_in(spool) == []


def test_only_the_city_may_import(service: Service, spool: Path) -> None:
    with client_of(service.url, token_of(service.engine, "auditor")) as auditor:
        assert send(auditor, companies(1)).status_code == 403
        assert auditor.get("/imports").status_code == 403
    assert left_in(spool) == []


def test_an_office_of_one_city_imports_for_no_other(service: Service, spool: Path) -> None:
    token = token_of(service.engine, "city_officer", area_code="640100")
    with client_of(service.url, token) as bound:
        refused = send(bound, companies(1), city="640200")
        assert (refused.status_code, refused.json()["parameter"]) == (403, "city")
        assert "640100 only" in refused.json()["detail"]
        assert left_in(spool) == []
        assert send(bound, companies(1)).status_code == 202
        cancel_all(bound)


def test_a_name_of_somebody_elses_is_not_answered(office: httpx.Client, spool: Path) -> None:
    headers = {"Host": "rebound.example"}
    assert send(office, companies(1), headers=headers).status_code == 421
    assert office.get("/imports", headers=headers).status_code == 421
    assert left_in(spool) == []


def test_a_token_may_be_sent_as_the_password_of_basic(service: Service) -> None:
    token = token_of(service.engine, "city_officer", area_code="640100")
    with httpx.Client(base_url=service.url, auth=("anything", token)) as office:
        assert office.get("/imports").status_code == 200


def test_the_api_describes_the_form(office: httpx.Client) -> None:
    described = office.get("/openapi.json").json()["paths"]["/imports"]["post"]["requestBody"]
    schema = described["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == {
        "file", "kind", "city", "datum", "map", "sheet", "encoding", "dry_run", "correct",
        "max_errors", "on",
    }  # fmt: skip
    assert schema["required"] == ["file", "kind"]


@contextmanager
def _connected(service: Service) -> Iterator[socket.socket]:
    url = httpx.URL(service.url)
    with socket.create_connection((url.host, url.port or 80), timeout=30) as made:
        yield made


def _answered(connection: socket.socket) -> bytes:
    return connection.recv(65536)


def _head(service: Service, *headers: str) -> bytes:
    lines = [
        "POST /imports HTTP/1.1",
        f"Host: {httpx.URL(service.url).netloc.decode()}",
        "Content-Type: multipart/form-data; boundary=edge",
        f"Authorization: Bearer {token_of(service.engine, 'city_officer')}",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _part(name: str, value: str) -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{value}\r\n".encode()


def _file_head() -> bytes:
    return b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
