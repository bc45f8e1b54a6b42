"""Clients that leave, and more of them than there are connections."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.api import raw
from tests.support import Service, served

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257"
_ASKING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'""")


@pytest.fixture(scope="module")
def small(database: Engine) -> Iterator[Service]:
    """A service with two connections, for which two more may wait."""
    with served(database, pool_size="2", pool_waiting="2", pool_wait_seconds="20") as made:
        yield made


@contextmanager
def stuck(service: Service) -> Iterator[None]:
    """While it lasts, what /readyz and a tile of compounds ask waits in PostgreSQL."""
    with service.engine.begin() as connection:
        connection.execute(
            text("LOCK TABLE public.alembic_version, registry.compound, registry.compound_mark")
        )
        yield


def asking(service: Service) -> int:
    with service.engine.connect() as connection:
        return int(connection.scalar(_ASKING) or 0)


def soon(service: Service, number: int, seconds: float) -> bool:
    """Whether so many queries wait within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if asking(service) == number:
            return True
        time.sleep(0.02)
    return False


def leaver(service: Service, path: str = "/readyz", method: str = "GET") -> socket.socket:
    url = httpx.URL(service.url)
    made = socket.create_connection((url.host, url.port or 80), timeout=30)
    made.sendall(raw.head(service, f"{method} {path} HTTP/1.1"))
    return made


@pytest.mark.parametrize("path", ["/readyz", TILE])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_query_of_a_client_that_leaves_is_ended_within_a_second(
    small: Service, path: str, method: str
) -> None:
    with stuck(small):
        client = leaver(small, path, method)
        assert soon(small, 1, 5)
        client.close()
        assert soon(small, 0, 1)


def test_a_tile_is_drawn_on_for_who_still_waits(small: Service) -> None:
    with ThreadPoolExecutor(1) as pool:
        with stuck(small):
            first = leaver(small, TILE)
            assert soon(small, 1, 5)
            second = pool.submit(httpx.get, f"{small.url}{TILE}", timeout=30)
            time.sleep(0.5)
            first.close()
            time.sleep(0.5)
            assert asking(small) == 1
        assert second.result().status_code == 204


def test_hundreds_who_leave_cost_no_connection(small: Service) -> None:
    with stuck(small):
        for _ in range(100):
            clients = [leaver(small) for _ in range(4)]
            time.sleep(0.02)
            for client in clients:
                client.close()
        assert soon(small, 0, 2)
    answers = [httpx.get(f"{small.url}/readyz").status_code for _ in range(20)]
    assert answers == [200] * 20
    told = httpx.get(f"{small.url}/metrics").text
    assert 'atlas_pool_in_use{pool="pages",role="public"' in told
    held = [
        line
        for line in told.splitlines()
        if line.startswith(("atlas_pool_in_use{", "atlas_pool_waiting{"))
    ]
    assert {line.rsplit(" ", 1)[1] for line in held} == {"0"}
    cancelled = next(
        line for line in told.splitlines() if line.startswith("atlas_cancelled_total{")
    )
    assert int(cancelled.rsplit(" ", 1)[1]) > 100


def test_one_too_many_is_told_at_once_to_come_again(small: Service) -> None:
    with ThreadPoolExecutor(10) as pool:
        with stuck(small):
            asked = [pool.submit(httpx.get, f"{small.url}/readyz", timeout=30) for _ in range(10)]
            deadline = time.monotonic() + 5
            while sum(one.done() for one in asked) < 6 and time.monotonic() < deadline:
                time.sleep(0.02)
            shed = [one.result() for one in asked if one.done()]
            assert [one.status_code for one in shed] == [429] * 6
            assert {one.headers["retry-after"] for one in shed} == {"1"}
            assert {one.headers["content-type"] for one in shed} == {"application/problem+json"}
        assert sorted(one.result().status_code for one in asked) == [200] * 4 + [429] * 6


def test_metrics_name_routes_and_are_not_for_others(small: Service) -> None:
    httpx.get(f"{small.url}/nowhere/secret")
    answer = httpx.get(f"{small.url}/livez")
    assert answer.headers["server-timing"].startswith("db;dur=0.0, total;dur=")
    told = httpx.get(f"{small.url}/metrics").text
    assert 'atlas_requests_total{route="/livez",method="GET",status="200"' in told
    assert "secret" not in told
    through = httpx.get(f"{small.url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert through.status_code == 403
