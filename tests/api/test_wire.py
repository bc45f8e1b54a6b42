"""Broken, endless and slow requests, sent byte by byte."""

import json
import time
from contextlib import ExitStack

import httpx
import pytest

from tests.api import raw
from tests.api.test_hardening import strict
from tests.support import Service

POST = "POST /leads HTTP/1.1"
JSON = "Content-Type: application/json"


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: abc",),
        ("Content-Length: -1",),
        ("Content-Length: 1e3",),
        ("Content-Length: 99999999999999999999999",),
        ("Content-Length: 1", "Content-Length: 2"),
        ("Content-Length: 1", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: gzip",),
        ("X : space before the colon",),
        ("X: a", " folded"),
        ("X: a\x00b",),
        ("X: a\rb",),
    ],
)
def test_broken_framing_is_refused(served_city: Service, headers: tuple[str, ...]) -> None:
    answer = raw.send(served_city, raw.head(served_city, POST, *headers))
    assert answer.status == 400
    assert answer.headers["connection"] == "close"
    assert answer.problem["request_id"] == answer.headers["x-request-id"]
    strict(answer)


@pytest.mark.parametrize(
    "line",
    [
        "GET /\xff HTTP/1.1",
        "GET /a b HTTP/1.1",
        "FOO / HTTP/1.1",
        "CONNECT a:1 HTTP/1.1",
        "PRI * HTTP/2.0",
        "\x16\x03\x01\x02",
    ],
)
def test_what_is_no_request_line_is_refused(served_city: Service, line: str) -> None:
    answer = raw.send(served_city, raw.head(served_city, line))
    assert answer.status == 400
    strict(answer)


@pytest.mark.parametrize("length", [9_000, 400_000])
def test_a_long_address_is_refused(served_city: Service, length: int) -> None:
    line = f"GET /collections?x={'a' * length} HTTP/1.1"
    answer = raw.send(served_city, raw.head(served_city, line))
    assert answer.status == 414
    strict(answer)


def test_an_address_of_the_length_all_must_take_is_taken(served_city: Service) -> None:
    line = f"GET /collections?x={'a' * 7900} HTTP/1.1"
    assert raw.send(served_city, raw.head(served_city, line)).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        [f"X: {'a' * 40_000}"],
        [f"X: {'a' * 3_000_000}"],
        [f"X-{n}: {'a' * 400}" for n in range(90)],
        [f"X-{n}: a" for n in range(101)],
        ["a" * 40_000 + ": x"],
    ],
)
def test_many_or_large_headers_are_refused(served_city: Service, headers: list[str]) -> None:
    answer = raw.send(served_city, raw.head(served_city, "GET /livez HTTP/1.1", *headers))
    assert answer.status == 431
    assert answer.headers["connection"] == "close"
    strict(answer)


def test_usual_headers_are_taken(served_city: Service) -> None:
    headers = [f"X-{n}: {'a' * 250}" for n in range(90)]
    assert (
        raw.send(served_city, raw.head(served_city, "GET /livez HTTP/1.1", *headers)).status == 200
    )


@pytest.mark.parametrize(
    "path", ["/leads", "/compounds/1", "/livez", "/static/icon.svg", "/nowhere"]
)
def test_a_large_body_is_refused_by_its_own_word(served_city: Service, path: str) -> None:
    begun = raw.head(served_city, f"POST {path} HTTP/1.1", JSON, "Content-Length: 70000")
    answer = raw.send(served_city, begun)
    assert answer.status == 413
    assert "65536" in answer.problem["detail"]
    strict(answer)


def test_a_large_body_is_refused_where_it_says_no_length(served_city: Service) -> None:
    begun = raw.head(served_city, POST, JSON, "Transfer-Encoding: chunked")
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    answer = raw.send(served_city, begun + chunk * 5)
    assert answer.status == 413
    strict(answer)


def test_who_sends_on_after_the_answer_gets_to_read_it(served_city: Service) -> None:
    with raw.connected(served_city) as connection:
        connection.sendall(raw.head(served_city, POST, JSON, "Content-Length: 3000000"))
        for _ in range(30):
            connection.sendall(b" " * 100_000)
        assert raw.answered(connection).status == 413


def test_a_body_that_never_ends_after_its_answer_is_cut_off(served_city: Service) -> None:
    with raw.connected(served_city) as connection:
        connection.sendall(raw.head(served_city, POST, JSON, "Content-Length: 3000000000"))
        assert raw.answered(connection).status == 413
        began = time.monotonic()
        with pytest.raises(ConnectionError):  # noqa: PT012 - it is the sending that must fail
            while time.monotonic() - began < 20:
                connection.sendall(b" " * 1000)
                time.sleep(0.05)


def test_headers_after_a_body_are_left_out(served_city: Service) -> None:
    """They would pass what checks headers: a second Host is refused at the head."""
    whole = raw.head(served_city, POST, JSON, "Transfer-Encoding: chunked")
    answer = raw.send(served_city, whole + b"2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n")
    assert answer.status == 400
    assert answer.problem["instance"] == "/leads"


def test_endless_headers_after_a_body_are_cut_off(served_city: Service) -> None:
    whole = raw.head(served_city, "GET /livez HTTP/1.1", "Transfer-Encoding: chunked")
    with raw.connected(served_city) as connection:
        connection.sendall(whole + b"0\r\nX: ")
        assert raw.answered(connection).status == 200
        with pytest.raises(ConnectionError):  # noqa: PT012 - it is the sending that must fail
            for _ in range(1000):
                connection.sendall(b"a" * 100_000)
                time.sleep(0.01)


@pytest.mark.parametrize("depth", [500, 30_000])
def test_a_body_nested_without_end_is_refused(client: httpx.Client, depth: int) -> None:
    body = "[" * depth + "]" * depth
    answer = client.post("/leads", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 413}
    json.loads(answer.content)


def test_an_offer_to_speak_something_else_is_passed_over(served_city: Service) -> None:
    for kind in ("websocket", "h2c"):
        begun = raw.head(
            served_city,
            "GET /livez HTTP/1.1",
            "Connection: Upgrade",
            f"Upgrade: {kind}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )
        assert raw.send(served_city, begun).status == 200


def test_a_slow_head_is_given_up(guarded: Service) -> None:
    for begun in (b"", b"GET /livez HT", b"\r\n\r\n", b"GET /livez HTTP/1.1\r\nHost: a\r\n"):
        with raw.connected(guarded) as connection:
            connection.sendall(begun)
            began = time.monotonic()
            answer = raw.answered(connection)
            assert answer.status == 408
            assert time.monotonic() - began < 10
            strict(answer)


def test_a_head_that_trickles_in_is_given_up(guarded: Service) -> None:
    with raw.connected(guarded) as connection:
        connection.sendall(raw.head(guarded, "GET /livez HTTP/1.1"))
        assert raw.answered(connection).status == 200
        connection.settimeout(0.2)
        for _ in range(30):
            connection.sendall(b"\r\n")
            try:
                assert connection.recv(20).startswith(b"HTTP/1.1 408")
            except TimeoutError:
                continue
            return
        raise AssertionError("the connection was held for 6 s by empty lines")


def test_a_slow_body_is_given_up(guarded: Service) -> None:
    begun = raw.head(guarded, POST, JSON, "Content-Length: 10", "X-Forwarded-For: 198.51.100.1")
    with raw.connected(guarded) as connection:
        connection.sendall(begun + b"{")
        answer = raw.answered(connection)
    assert answer.status == 408
    assert answer.headers["connection"] == "close"
    strict(answer)


def test_connections_beyond_the_limit_are_told_so(guarded: Service) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(raw.connected(guarded)) for _ in range(25)]
        answers = [raw.answered(one) for one in opened]
    assert {one.status for one in answers} == {408, 503}
    refused = next(one for one in answers if one.status == 503)
    assert refused.headers["retry-after"] == "2"
    strict(refused)
