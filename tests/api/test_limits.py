"""How often one may ask: the buckets by themselves, and in the running service."""

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from api import budgets
from api.limits import Buckets
from api.settings import LimitSettings
from api.throttle import Throttle
from tests.api import raw
from tests.api.test_hardening import strict
from tests.support import Service


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_what_it_holds_and_then_at_its_pace() -> None:
    clock = Clock()
    buckets = Buckets(6, clock)
    taken = [buckets.take("a") for _ in range(7)]
    assert [one.allowed for one in taken] == [True] * 6 + [False]
    assert [one.left for one in taken] == [5, 4, 3, 2, 1, 0, 0]
    assert taken[-1].retry_after == 10
    clock.now += 9.9
    assert not buckets.take("a").allowed
    clock.now += 0.1
    assert buckets.take("a").allowed
    clock.now += 3600
    assert buckets.take("a").left == 5


def test_each_key_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(1, Clock())
    assert buckets.take("a").allowed
    assert buckets.take("b").allowed
    assert not buckets.take("a").allowed


def test_memory_is_bounded_and_those_who_ask_on_are_remembered() -> None:
    buckets = Buckets(2, Clock(), most=100)
    buckets.take("often")
    buckets.take("often")
    for number in range(1000):
        buckets.take(f"one of many {number}")
        assert not buckets.take("often").allowed
    assert len(buckets) == 100


@given(
    st.integers(1, 200),
    st.lists(st.floats(0, 90, allow_nan=False), min_size=1, max_size=200),
)
def test_no_minute_gives_more_than_twice_its_budget(pace: int, pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(pace, clock)
    given_at = []
    for pause in pauses:
        clock.now += pause
        if buckets.take("a").allowed:
            given_at.append(clock.now)
    for began in given_at:
        assert sum(began <= at < began + 60 for at in given_at) <= 2 * pace


@given(st.integers(1, 10_000), st.integers(1, 50))
def test_who_waits_as_told_may_go_on(pace: int, times: int) -> None:
    clock = Clock()
    buckets = Buckets(pace, clock)
    for _ in range(pace):
        assert buckets.take("a").allowed
    for _ in range(times):
        refused = buckets.take("a")
        assert not refused.allowed
        clock.now += refused.wait
        assert buckets.take("a").allowed


def test_a_clock_that_goes_back_gives_nothing() -> None:
    clock = Clock()
    buckets = Buckets(1, clock)
    buckets.take("a")
    clock.now -= 500
    assert not buckets.take("a").allowed


def test_every_route_has_a_budget() -> None:
    def of(method: str, path: str) -> str | None:
        return budgets.of({"method": method, "path": path})

    assert of("GET", "/compounds/1") == "reads"
    assert of("POST", "/violations") == of("PATCH", "/leads/1") == "writes"
    assert of("DELETE", "/imports/1") == of("POST", "/imports/1") == "writes"
    assert of("POST", "/imports") == "uploads"
    assert of("POST", "/session") == of("POST", "/session/demo") == "sign-in"
    assert of("GET", "/livez") is of("GET", "/readyz") is of("GET", "/static/a.js") is None


def test_a_map_that_is_moved_about_is_never_turned_away() -> None:
    """Ten officials behind one address, each asking for 300 tiles and pages within 10 seconds."""
    clock = Clock()
    buckets = Buckets(LimitSettings().reads_per_minute, clock)
    for _ in range(10 * 300):
        clock.now += 10 / 3000
        assert buckets.take("office").allowed


def test_a_person_is_counted_wherever_they_are_and_apart_from_their_address() -> None:
    async def answers(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    throttle = Throttle(
        answers, LimitSettings(reads_per_minute=2), lambda scope: scope["state"].get("person")
    )

    def ask(address: str, person: int | None) -> int:
        said: list[Any] = []

        async def send(message: Message) -> None:
            said.append(message)

        scope = {"type": "http", "method": "GET", "path": "/collections", "headers": []}
        scope |= {"client": (address, 1), "state": {} if person is None else {"person": person}}
        asyncio.run(throttle(scope, None, send))  # type: ignore[arg-type]
        return int(said[0]["status"])

    assert [ask(f"192.0.2.{n}", 7) for n in range(3)] == [200, 200, 429]
    assert ask("192.0.2.1", 8) == 200
    assert [ask("192.0.2.1", None) for _ in range(3)] == [200, 200, 429]
    assert ask("192.0.2.1", 8) == 200


def _ask(service: Service, line: str, address: str, *more: str) -> raw.Answer:
    return raw.send(service, raw.head(service, line, f"X-Forwarded-For: {address}", *more))


def test_who_asks_too_often_is_told_when_to_go_on(guarded: Service) -> None:
    with httpx.Client(base_url=guarded.url, headers={"X-Forwarded-For": "198.51.100.20"}) as one:
        answers = [one.get("/compounds/0") for _ in range(70)]
    turned_away = [answer for answer in answers if answer.status_code == 429]
    assert 1 <= len(turned_away) <= 10
    first = turned_away[0]
    strict(first)
    assert first.json()["request_id"] == first.headers["x-request-id"]
    assert int(first.headers["retry-after"]) >= 1
    assert first.headers["ratelimit-policy"] == '"reads";q=60;w=60'
    assert first.headers["ratelimit"].startswith('"reads";r=0;t=')
    assert _ask(guarded, "GET /compounds/0 HTTP/1.1", "198.51.100.21").status == 404


def test_writes_and_reads_are_counted_apart_and_others_do_not_suffer(guarded: Service) -> None:
    answers = [_ask(guarded, "DELETE /leads/1 HTTP/1.1", "198.51.100.30") for _ in range(16)]
    assert answers[0].headers["ratelimit"] == '"writes";r=11'
    assert answers[-1].status == 429
    assert answers[-1].headers["ratelimit-policy"] == '"writes";q=12;w=60'
    assert _ask(guarded, "GET /compounds/0 HTTP/1.1", "198.51.100.30").status == 404
    assert _ask(guarded, "DELETE /leads/1 HTTP/1.1", "198.51.100.31").status == 405


def test_sign_ins_have_a_budget_of_their_own(guarded: Service) -> None:
    answers = [_ask(guarded, "POST /session HTTP/1.1", "198.51.100.32") for _ in range(8)]
    assert answers[-1].status == 429
    assert answers[-1].headers["ratelimit-policy"] == '"sign-in";q=6;w=60'


def test_an_address_that_is_made_up_does_not_help(guarded: Service) -> None:
    answers = [
        _ask(guarded, "DELETE /leads/1 HTTP/1.1", f"192.0.2.{number}, 198.51.100.40")
        for number in range(16)
    ]
    assert answers[-1].status == 429


def test_the_addresses_of_one_ipv6_site_are_one(guarded: Service) -> None:
    answers = [
        _ask(guarded, "DELETE /leads/1 HTTP/1.1", f"2001:db8:7:7::{number:x}")
        for number in range(16)
    ]
    assert answers[-1].status == 429
    assert _ask(guarded, "DELETE /leads/1 HTTP/1.1", "2001:db8:7:8::1").status == 405


def test_who_watches_the_service_is_never_turned_away(guarded: Service) -> None:
    for path in ("/livez", "/readyz", "/static/icon.svg"):
        for _ in range(70):
            answer = _ask(guarded, f"GET {path} HTTP/1.1", "198.51.100.50")
            assert answer.status == 200


def test_overload_is_answered_at_once_and_passes(guarded: Service) -> None:
    slow = raw.head(
        guarded, "POST /leads HTTP/1.1", "Content-Length: 10", "X-Forwarded-For: 198.51.100.60"
    )
    with ExitStack() as stack:
        held = [stack.enter_context(raw.connected(guarded)) for _ in range(2)]
        for connection in held:
            connection.sendall(slow)
        time.sleep(0.5)
        began = time.monotonic()
        refused = _ask(guarded, "GET /compounds/0 HTTP/1.1", "198.51.100.61")
        assert time.monotonic() - began < 1.5
        assert refused.status == 503
        assert refused.headers["retry-after"] == "2"
        strict(refused)
        assert _ask(guarded, "GET /livez HTTP/1.1", "198.51.100.61").status == 200
        assert {raw.answered(connection).status for connection in held} == {408}
    assert _ask(guarded, "GET /compounds/0 HTTP/1.1", "198.51.100.61").status == 404
