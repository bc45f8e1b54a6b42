"""PostgreSQL is killed and started again under load: told clearly, over soon, nothing lost."""

import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import psutil
import psycopg2
import pytest
from sqlalchemy import Engine

from access.credentials import installation_secret
from access.enforce import enforce
from geo import migrate
from geo.cluster import Cluster
from geo.database import engine
from oversight import catalogue
from oversight.store.rebuild import rebuild
from tests.api import register
from tests.clusters import cluster_in, open_folder
from tests.crash.checks import all_there_once, statuses_agree
from tests.people import client_of, token_of
from tests.support import Service, served, until

KILLS = (signal.SIGQUIT, signal.SIGKILL, signal.SIGQUIT, signal.SIGKILL)
"""To the postmaster: SIGQUIT is an immediate shutdown, which asks nobody to finish anything."""
LONGEST_ANSWER = 10.0
RECOVERY = 5.0
"""Seconds after the database takes connections within which everything must be answered again."""
UP, DOWN = 0.6, 0.5
"""Seconds of load after it is got over, and without a server."""
UNLIMITED = {"reads_per_minute": "1000000", "writes_per_minute": "1000000", "in_flight": "100"}
VIOLATION = {
    "compound_id": 1,
    "type_code": "P2",
    "offender_kind": "company",
    "found_on": "2026-03-02",
    "confirmed_on": "2026-03-05",
}


@dataclass(frozen=True)
class Answer:
    """When a request of some kind began, and what it was answered."""

    kind: str
    began: float
    response: httpx.Response


@dataclass
class Load:
    """Requests of several kinds, each kind one after the other, until it is over."""

    over: threading.Event = field(default_factory=threading.Event)
    answers: list[Answer] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    """The violations that were answered 201."""

    def repeat(self, kind: str, ask: Callable[[], httpx.Response]) -> None:
        """Ask again and again; an answer that does not come in time ends the test."""
        while not self.over.is_set():
            began = time.monotonic()
            self.answers.append(Answer(kind, began, ask()))

    def write(self, client: httpx.Client) -> None:
        """Enter violations; what is not acknowledged is sent again under its key."""
        while not self.over.is_set():
            key, answer = uuid.uuid4().hex, None
            while answer is None or answer.status_code == 503:
                began = time.monotonic()
                answer = client.post(
                    "/violations", json=VIOLATION, headers={"Idempotency-Key": key}
                )
                self.answers.append(Answer("write", began, answer))
            self.acknowledged.append(answer.json()["fact"]["id"])

    def good_since(self, moment: float) -> set[str]:
        """The kinds of request that were begun after a moment and answered well."""
        return {
            one.kind for one in list(self.answers) if one.began > moment and one.response.is_success
        }


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server that no other test uses."""
    with open_folder() as folder, cluster_in(folder / "home") as made:
        made.start()
        made.ensure_database()
        yield made


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Engine]:
    made = engine(cluster.url())
    migrate.upgrade(made)
    with made.begin() as connection:
        enforce(connection, installation_secret())
        catalogue.load(connection)
    register.found(made)
    rebuild(made, workers=1)
    yield made
    made.dispose()


def test_a_killed_database_is_told_and_got_over_and_nothing_acknowledged_is_lost(
    cluster: Cluster, database: Engine, tmp_path: Path
) -> None:
    load, failed = Load(), []
    with (
        served(database, log=tmp_path / "log", **UNLIMITED) as service,
        _loaded(load, service) as kinds,
    ):
        for how in KILLS:
            seen = len(load.answers)
            accepting = _killed_and_started(cluster, how)
            until(lambda at=accepting: load.good_since(at) == kinds, RECOVERY)
            recovered = time.monotonic()
            time.sleep(UP)
            since = load.answers[seen:]
            failed.append({one.kind for one in since if not one.response.is_success})
            assert all(one.response.is_success for one in since if one.began > recovered)
    assert failed == [kinds] * len(KILLS)
    for one in load.answers:
        if not one.response.is_success:
            _told_clearly(one.response)
    all_there_once(database, "oversight.violation", load.acknowledged)
    statuses_agree(database)


@contextmanager
def _loaded(load: Load, service: Service) -> Iterator[set[str]]:
    """Readings of everybody and of an office, and two who write; the kinds of requests."""
    street = token_of(service.engine, "street_officer", area_code="649904001")
    office = token_of(service.engine, "city_officer", area_code=register.CITY)
    with ExitStack() as held:
        public, area, *writers = (
            held.enter_context(client_of(service.url, token))
            for token in (None, street, office, office)
        )
        for client in (public, area, *writers):
            client.timeout = httpx.Timeout(LONGEST_ANSWER)
        reads = {
            "items": partial(public.get, "/collections/compounds/items?limit=3"),
            "page": partial(public.get, "/compounds/1/responsibilities"),
            "status": partial(area.get, "/compounds/1/status"),
            "list": partial(area.get, "/collections/compounds/items?limit=3"),
            "fact": partial(area.get, "/violations/1"),
            "session": partial(area.get, "/session"),
        }
        threads = held.enter_context(ThreadPoolExecutor(len(reads) + len(writers)))
        running = [threads.submit(load.write, one) for one in writers]
        until(lambda: load.acknowledged)
        running += [threads.submit(load.repeat, kind, ask) for kind, ask in reads.items()]
        try:
            kinds = {*reads, "write"}
            until(lambda: load.good_since(0) == kinds)
            yield kinds
        finally:
            load.over.set()
        for one in running:
            one.result(2 * LONGEST_ANSWER)


def _killed_and_started(cluster: Cluster, how: signal.Signals) -> float:
    """Kill the server, leave it dead for a while, start it; when it first took a connection."""
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, how)
    until(lambda: not psutil.pid_exists(pid))
    time.sleep(DOWN)
    with ThreadPoolExecutor(1) as thread:
        starting = thread.submit(cluster.start)
        until(lambda: _takes_connections(cluster))
        accepting = time.monotonic()
        starting.result(60)
    return accepting


def _takes_connections(cluster: Cluster) -> bool:
    try:
        psycopg2.connect(cluster.url(), connect_timeout=1).close()
    except psycopg2.OperationalError:
        return False
    return True


def _told_clearly(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert "database" in answer.json()["detail"]
