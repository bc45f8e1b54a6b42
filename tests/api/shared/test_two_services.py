"""Two services over one database and one Redis: each tile drawn once for both, and always right."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import mapbox_vector_tile
import psycopg2
import pytest
from sqlalchemy import Engine, text

from access.credentials import address, installation_secret
from access.enforce import LOGINS, enforce
from api.changes import _STANDING, change
from geo.cluster import Cluster
from geo.database import engine
from tests.api import register
from tests.api.facts import SENT
from tests.api.register import Office
from tests.clusters import cluster_in, open_folder
from tests.people import client_of, token_of
from tests.redis_server import RedisServer, redis_server
from tests.support import Service, cut_off_listeners, served, until

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1574/3254"
SOON = 3.0


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server() as made:
        yield made


@pytest.fixture(scope="module")
def two(database: Engine, redis: RedisServer) -> Iterator[tuple[Service, Service]]:
    register.found(database)
    with (
        served(database, redis_url=redis.url) as first,
        served(database, redis_url=redis.url) as second,
    ):
        with client_of(first.url, token_of(database, "city_officer")) as client:
            Office(client).enter("violations", **SENT["violations"])
        yield first, second


@pytest.fixture
def anyone(two: tuple[Service, Service]) -> Iterator[list[httpx.Client]]:
    with client_of(two[0].url, None) as first, client_of(two[1].url, None) as second:
        until(lambda: all(_shares(one) for one in (first, second)))
        yield [first, second]


def _shares(client: httpx.Client) -> bool:
    """Whether it listens yet: Redis is asked from then on."""
    client.get(f"{TILE}?datetime=2026-01-0{1 + _asked(client, 'no') % 9}")
    return _asked(client, "no") + _asked(client, "yes") + _asked(client, "old") > 0


def _asked(client: httpx.Client, found: str) -> int:
    said = client.get("/metrics").raise_for_status().text
    start = f'atlas_shared_total{{found="{found}"'
    return sum(int(one.split()[-1]) for one in said.splitlines() if one.startswith(start))


def drawn(client: httpx.Client) -> dict[int, dict[str, Any]]:
    answer = client.get(TILE).raise_for_status()
    found = mapbox_vector_tile.decode(answer.content)["compounds"]["features"]
    return {one["id"]: one["properties"] for one in found}


def star(client: httpx.Client) -> int | None:
    return drawn(client)[1].get("effective_star")


def _stored(redis: RedisServer, held: int) -> Callable[[], bool]:
    return lambda: len(redis.names()) > held


def test_what_one_drew_the_other_answers_without_drawing(
    redis: RedisServer, anyone: list[httpx.Client]
) -> None:
    # On a busy machine Redis may be given up for some seconds.
    days = (f"{TILE}?datetime=2025-06-{day:02}" for day in range(1, 30))

    def taken() -> tuple[httpx.Response, httpx.Response] | None:
        held, before, path = len(redis.names()), _asked(anyone[1], "yes"), next(days)
        made = anyone[0].get(path).raise_for_status()
        with suppress(AssertionError):
            until(_stored(redis, held), SOON)
        found = anyone[1].get(path).raise_for_status()
        return (made, found) if _asked(anyone[1], "yes") == before + 1 else None

    shown: list[tuple[httpx.Response, httpx.Response]] = []
    until(lambda: shown or shown.extend(filter(None, [taken()])), 60)
    ((made, found),) = shown
    path = str(found.url)
    assert found.content == made.content
    same = ("etag", "content-type", "cache-control", "content-encoding", "vary")
    assert [found.headers.get(one) for one in same] == [made.headers.get(one) for one in same]
    # It is counted under its own route.
    assert "/tiles/" in next(
        one
        for one in anyone[1].get("/metrics").text.splitlines()
        if one.startswith("atlas_requests_total") and "tiles" in one
    )
    known = {"If-None-Match": found.headers["etag"]}
    assert anyone[1].get(path, headers=known).status_code == 304


def test_a_star_that_a_write_changes_shows_in_both(
    two: tuple[Service, Service], anyone: list[httpx.Client]
) -> None:
    with client_of(two[0].url, token_of(two[0].engine, "city_officer")) as client:
        office = Office(client)
        for turn in range(4):
            assert [star(one) for one in anyone] == [4, 4]
            second = {**SENT["violations"], "type_code": "P9"}
            number = office.enter("violations", **second)["id"]
            _changes(anyone[turn % 2 :] + anyone[: turn % 2], 4, 3)
            office.stepped("violations", number, "revoke", on="2026-04-01", reason="复议撤销")
            _changes(anyone, 3, 4)


def _changes(clients: list[httpx.Client], old: int, new: int) -> None:
    """Each is asked often until its star is new, and does not go back after that."""
    for client in clients:
        seen = []

        def shown(client: httpx.Client = client, seen: list[Any] = seen) -> bool:
            seen.append(star(client))
            return seen[-1] == new

        until(shown, SOON)
        assert set(seen[:-1]) <= {old}
    for _ in range(5):
        assert {star(one) for one in clients} == {new}


def test_what_changed_while_nobody_listened_is_not_taken_from_before(
    redis: RedisServer, database: Engine, anyone: list[httpx.Client]
) -> None:
    for one in anyone:
        drawn(one)
    with database.begin() as connection:
        ended = cut_off_listeners(connection)
        connection.execute(text("UPDATE registry.compound SET name = '无人听见' WHERE id = 2"))
    assert ended == 2
    for one in anyone:
        until(lambda one=one: drawn(one)[2]["name"] == "无人听见", SOON)  # type: ignore[misc]


def test_without_redis_tiles_are_drawn_all_the_same(
    redis: RedisServer, database: Engine, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    address = "redis://:geheim-4711@127.0.0.1:1/0"
    with (
        served(database, log=log, redis_url=address) as service,
        client_of(service.url, None) as client,
    ):

        def failed() -> bool:
            assert drawn(client)
            client.get(f"{TILE}?datetime=2024-09-01").raise_for_status()
            return "atlas_shared_failed_total{" in client.get("/metrics").text

        until(failed, SOON)
    said = log.read_text("utf-8")
    assert said.count("what is drawn is not shared") == 1
    assert "geheim-4711" not in said


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE registry.compound SET name = 'x' WHERE id = 3", "compounds"),
        ("UPDATE registry.street SET name = 'x'", "streets"),
    ],
)
def test_what_is_told_names_the_transaction_that_wrote(
    database: Engine, two: tuple[Service, Service], sql: str, told: str
) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg2.connect(url)) as hearing:
        hearing.autocommit = True
        hearing.cursor().execute("LISTEN atlas_drawn")
        with database.begin() as connection:
            # The number is that of the whole transaction.
            with connection.begin_nested():
                connection.execute(text(sql))
            wrote = connection.scalar(text("SELECT CAST(pg_current_xact_id() AS text)"))
        found = []
        while select.select([hearing], [], [], 1.0)[0]:
            hearing.poll()
            found += [change(one.payload) for one in hearing.notifies]
            hearing.notifies.clear()
            if told in {layer for layer, _, _ in found}:
                break
    assert told in {layer for layer, _, _ in found}
    assert {xid for _, _, xid in found} == {int(wrote)}
    assert all((box is not None) == (told == "compounds") for _, box, _ in found)


@pytest.mark.parametrize(
    "said", ["", "compounds", "7", "x compounds", "7 compounds 1 2 3", "7 a b"]
)
def test_a_message_that_says_less_is_not_understood(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        change(said)


def test_what_is_not_understood_has_everything_given_up(
    database: Engine, anyone: list[httpx.Client]
) -> None:
    def listening() -> set[int]:
        with database.connect() as connection:
            return set(
                connection.scalars(
                    text(
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        " AND application_name = 'atlas-changes'"
                    )
                )
            )

    before = listening()
    assert len(before) == 2
    with database.begin() as connection:
        connection.execute(text("SELECT pg_notify('atlas_drawn', 'compounds')"))
    until(lambda: len(listening()) == 2 and not listening() & before, SOON)


def test_a_server_that_recovered_from_a_crash_is_another_place() -> None:
    """Numbers of transactions that nobody heard of may be given again then."""
    with open_folder() as folder, cluster_in(folder / "home") as cluster:
        cluster.start()
        before = _place(cluster)
        assert _place(cluster) == before
        made = engine(cluster.url("postgres"))
        with made.connect() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            os.kill(pid, signal.SIGKILL)
            connection.invalidate()
        made.dispose()
        until(lambda: _place(cluster) not in {None, before}, 20)


def _place(cluster: Cluster) -> str | None:
    try:
        with closing(psycopg2.connect(cluster.url("postgres"))) as asking:
            cursor = asking.cursor()
            cursor.execute(_STANDING)
            found = cursor.fetchone()
            return found and str(found[0])
    except psycopg2.OperationalError:
        return None


def test_the_public_s_role_may_ask_where_it_stands(fresh: Engine) -> None:
    secret = installation_secret()
    with fresh.begin() as connection:
        enforce(connection, secret)
    url = address(fresh.url.render_as_string(hide_password=False), LOGINS["public"], secret)
    public = engine(url)
    with public.connect() as connection:
        place, floor = connection.exec_driver_sql(_STANDING).one()
    public.dispose()
    assert place.count(" ") == 2
    assert floor > 0
