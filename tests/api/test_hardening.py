"""Headers of every kind of answer, hosts, and addresses that would be read in two ways."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from pydantic import ValidationError

from api.app import create_app
from api.headers import NOTHING_POLICY, PAGE_POLICY
from api.hosts import Hosts, hostname
from api.settings import GuardSettings
from tests.api import raw
from tests.support import Service

VALUES = {"street_code": "640104001", "z": "10", "row": "393", "col": "814"}
LOOPBACK = ("127.0.0.1", "localhost", "LOCALHOST:81", "127.8.8.8:9", "[::1]:8000")


def strict(answer: httpx.Response | raw.Answer, policy: str = NOTHING_POLICY) -> None:
    """What every answer says to browsers, whatever it is."""
    headers = answer.headers
    assert headers["content-security-policy"] == policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])
    assert "strict-transport-security" not in headers
    assert "server" not in headers


def _routes() -> Iterator[tuple[str, str]]:
    """Method and address of every route, with numbers of things that may be there."""
    app = create_app("postgresql://nobody@127.0.0.1:1/none")
    for route in iter_route_contexts(app.routes):
        for method in sorted(getattr(route, "methods", None) or ()):
            path = re.sub(r"{(\w+)}", lambda name: VALUES.get(name[1], "1"), route.path or "")
            yield method, path


ROUTES = list(_routes())


def test_every_route_answers_with_strict_headers_to_every_method(client: httpx.Client) -> None:
    assert len(ROUTES) > 80
    for method, path in ROUTES:
        pages = path in {"/docs"}
        printed = path.endswith(("/notice", "/notices"))
        asked = f"{path}?f=html" if printed else path
        answer = client.request(method, asked, headers={"Accept": "application/json"})
        assert answer.status_code < 500, (method, path, answer.text)
        if printed:
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            continue
        strict(answer, PAGE_POLICY if pages else NOTHING_POLICY)
    told = {path for method, path in ROUTES if method == "OPTIONS"}
    for path in sorted({path for _, path in ROUTES}):
        strict(options := client.options(path))
        assert options.status_code == (200 if path in told else 405), path
        assert "GET" in options.headers["allow"] or path not in told
        if path not in told:
            assert options.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/collections", "/compounds/1", "/nowhere", "/openapi.json"])
def test_head_has_the_headers_and_no_body(client: httpx.Client, path: str) -> None:
    answer = client.head(path)
    strict(answer)
    assert answer.content == b""


def test_pages_and_their_files_may_load_each_other_and_nothing_else(client: httpx.Client) -> None:
    page = client.get("/", headers={"Accept": "text/html"})
    strict(page, PAGE_POLICY)
    assert "unsafe" not in PAGE_POLICY
    script = re.search(r'src="(/static/assets/[^"]+\.js)"', page.text)
    assert script, page.text
    found = client.get(script[1])
    strict(found, PAGE_POLICY)
    known = client.get(script[1], headers={"If-None-Match": found.headers["etag"]})
    assert known.status_code == 304
    strict(known, PAGE_POLICY)


def test_a_notice_runs_nothing_as_page_and_as_print(client: httpx.Client) -> None:
    number = client.get("/collections/compounds/items?limit=1").json()["features"][0]["id"]
    page = client.get(f"/compounds/{number}/notice?f=html")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src")
    printed = client.get(f"/compounds/{number}/notice?f=pdf", timeout=120)
    assert printed.headers["content-type"] == "application/pdf"
    strict(printed)


def test_what_is_confirmed_or_refused_is_as_strict(client: httpx.Client) -> None:
    tile = "/collections/compounds/tiles/WebMercatorQuad/10/393/814"
    etag = client.get(tile).headers["etag"]
    strict(same := client.get(tile, headers={"If-None-Match": etag}))
    assert same.status_code == 304
    strict(client.get("/collections/compounds/tiles/WebMercatorQuad/10/0/0"))
    for path in ("/nowhere", "/static/nowhere", "/compounds/x", "/collections?x=1"):
        answer = client.get(path)
        strict(answer)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] in {"no-store", "no-cache"}


@pytest.mark.parametrize("name", LOOPBACK)
def test_names_of_this_machine_are_answered(served_city: Service, name: str) -> None:
    answer = raw.send(served_city, raw.head(served_city, "GET /livez HTTP/1.1", host=name))
    assert answer.status == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.9"]
)
def test_other_names_are_turned_away(served_city: Service, name: str) -> None:
    answer = raw.send(served_city, raw.head(served_city, "GET / HTTP/1.1", host=name))
    assert answer.status == 421
    assert "ATLAS_ALLOWED_HOSTS" in answer.problem["detail"]
    strict(answer)


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("127.0.0.1", "127.0.0.1"),
        ("a b",),
        ("127.0.0.1/x",),
        ("u@127.0.0.1",),
        ("127.0.0.1:x",),
        ("",),
    ],
)
def test_one_well_formed_host_is_asked_for(served_city: Service, hosts: tuple[str, ...]) -> None:
    lines = ["GET /livez HTTP/1.1", *(f"Host: {one}" for one in hosts), "", ""]
    answer = raw.send(served_city, "\r\n".join(lines).encode())
    assert answer.status == 400
    strict(answer)
    assert "Host" in answer.problem["detail"]


def test_named_hosts_are_answered_too(guarded: Service) -> None:
    for name in ("map.example.cn", "MAP.example.cn:443", "a.gov.example.cn", "localhost"):
        answer = raw.send(guarded, raw.head(guarded, "GET /livez HTTP/1.1", host=name))
        assert answer.status == 200, name
    for name in ("gov.example.cn", "xgov.example.cn", "example.cn"):
        answer = raw.send(guarded, raw.head(guarded, "GET /livez HTTP/1.1", host=name))
        assert answer.status == 421, name


def test_every_name_must_be_said_explicitly() -> None:
    assert "any.example" in Hosts(["*"])
    assert "any.example" not in Hosts([])
    assert "fd00::1" in Hosts(["[fd00::1]"])
    assert hostname("[::1]:8") == "::1"
    assert hostname("a.example.") == "a.example"
    assert hostname("a.example:port") is None


@pytest.mark.parametrize(
    "target",
    [
        "/compounds/%00",
        "/compounds/1%0d%0aX: y",
        "/compounds/..%2f1",
        "/compounds/..%2F1",
        "/compounds/..%5c1",
        "/compounds/..\\1",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/%2E%2E/app.py",
        "/./compounds/1",
        "/compounds/%c0%af1",
        "/compounds/%e0%80%af",
        "/compounds/%ff",
        "/compounds/%zz",
        "/compounds/1%",
        "/compounds?x=%00",
        "/collections/compounds/items?q=%00",
        "/collections/compounds/items?q=%c0%80",
    ],
)
def test_addresses_in_disguise_are_refused(served_city: Service, target: str) -> None:
    answer = raw.send(
        served_city, raw.head(served_city, f"GET {target} HTTP/1.1".replace(" X", "X"))
    )
    assert answer.status == 400
    assert answer.problem["request_id"] == answer.headers["x-request-id"]
    strict(answer)


@pytest.mark.parametrize(
    "target", ["/compounds/%252e%252e", "//compounds/1", "/static//etc/passwd"]
)
def test_what_is_only_strange_is_not_there(served_city: Service, target: str) -> None:
    answer = raw.send(served_city, raw.head(served_city, f"GET {target} HTTP/1.1"))
    assert answer.status in {400, 404}
    strict(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/compounds/{}",
        "/compounds/{}/status",
        "/compounds/{}/timeline",
        "/compounds/{}/responsibilities",
        "/compounds/{}/notice?f=html",
        "/companies/{}/status",
        "/companies/{}/entry?compound=1",
        "/collections/compounds/items/{}",
        "/imports/{}",
        "/imports/{}/held",
        "/violations/{}",
        "/complaints/{}",
    ],
)
def test_what_is_missing_is_told_by_its_number_alone(client: httpx.Client, path: str) -> None:
    said = []
    for number in ("987654321", "987654322"):
        answer = client.get(path.format(number))
        assert answer.status_code == 404
        assert number in answer.json()["detail"]
        body = {**answer.json(), "request_id": ""}
        length = {"content-length", "date", "x-request-id"}
        headers = {name: value for name, value in answer.headers.items() if name not in length}
        said.append((str(body).replace(number, "N"), headers))
    assert said[0] == said[1]
    assert said[0][1]["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["map.example.cn:80", "https://map.example.cn", "a b", "[::1]:80"])
def test_a_name_that_is_none_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("ATLAS_ALLOWED_HOSTS", f"*.example.cn, [::1], {name}")
    with pytest.raises(ValidationError, match="is not a host's name"):
        GuardSettings()
    monkeypatch.setenv("ATLAS_ALLOWED_HOSTS", "*.example.cn, [::1], *")
    assert len(GuardSettings().allowed_hosts) == 3
