"""One run over one database: everything is started, answers are compared, then each is measured.

What is compared with each other is measured one directly after the other, case by case.
"""

import http.client
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import httpx
from sqlalchemy import Engine

from bench.serving import asked, compare, floor, load, ours, peers, servers, tables
from bench.serving.asked import Case
from bench.serving.load import Load
from bench.serving.peers import Server
from layers.registry import LAYERS

COLD, WARM = "ours, no cache", "ours"
NGINX, NGINX_TLS = "ours, nginx", "ours, nginx (TLS)"
FLOOR = "SQL alone"
KEEPING = frozenset({WARM, NGINX, NGINX_TLS, "Martin, cache"})
"""Those that are asked once what they keep is there."""
CACHE_MEGABYTES = peers.CACHE_MEGABYTES
BOXES = "items, box of about 600"
SLOWEST_OF = ("compounds", "districts", "streets")
SLOWEST_ZOOMS = range(5, 17)

type Told = Callable[[str], None]
type Work = Callable[[Server, Case, "Results", Told], None]


@dataclass
class Results:
    """What came of one size: loads by case and server, what differs, and more."""

    compounds: int
    cases: dict[str, int | None] = field(default_factory=dict)
    loads: dict[tuple[str, str], Load] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)
    agreements: dict[tuple[str, str], compare.Agreement] = field(default_factory=dict)
    views: tuple[float, float] = (0.0, 0.0)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def rate(self, case: str, server: str) -> float | None:
        """Answers a second."""
        found = self.loads.get((case, server))
        return found.rate if found else None


def run(database: Engine, compounds: int, seconds: float, told: Told) -> Results:
    """Start all, compare, measure, end all."""
    results = Results(compounds)
    cases = asked.cases(database)
    results.cases = {case.name: case.zoom for case in cases}
    with ExitStack() as running:
        started = _start(database, running, results, told)
        for case in cases:
            _each(started, case, results, told, partial(_compare, started[COLD]))
        for case in cases:
            _each(started, case, results, told, partial(_measure, seconds))
            results.floors[case.name] = floor.rate(database, case, seconds)
            told(f"{case.name:<28} {FLOOR:<18} {results.floors[case.name]:9.1f}/s")
        results.slowest = _slowest(database, started[COLD])
    (boxes,) = (case for case in cases if case.name == BOXES)
    table, view = (
        floor.rate_of_table(database, name, boxes, seconds / 2)
        for name in (tables.ITEMS, tables.VIEW)
    )
    results.views = (table, view)
    return results


def _start(database: Engine, running: ExitStack, results: Results, told: Told) -> dict[str, Server]:
    started = {
        COLD: running.enter_context(ours.served(database, COLD, cache_megabytes=0)),
        WARM: running.enter_context(ours.served(database, WARM, cache_megabytes=CACHE_MEGABYTES)),
    }
    if servers.found("nginx"):
        for name, tls in ((NGINX, False), (NGINX_TLS, True)):
            started[name] = running.enter_context(ours.behind_nginx(started[WARM], tls=tls))
    else:
        results.absent.append("nginx is not installed (apt-get install nginx-light)")
    # The name of SQLAlchemy's driver is not for others.
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    hand = peers.at_hand()
    for name in ("Martin, no cache", "Martin, cache", "tipg", "pg_tileserv", "pg_featureserv"):
        if name not in hand:
            results.absent.append(f"{name}: not at hand")
            continue
        try:
            started[name] = running.enter_context(hand[name](url))
        except RuntimeError as error:
            results.absent.append(f"{name}: {error}")
    for line in results.absent:
        told(f"left out: {line}")
    return started


def _each(started: dict[str, Server], case: Case, results: Results, told: Told, work: Work) -> None:
    """Do something with each that can be asked.

    A peer that answers with an error is told of and asked no more; our own errors end the run.
    """
    for name, server in list(started.items()):
        if server.path(case.asked[0]) is None:
            continue
        try:
            work(server, case, results, told)
        except (RuntimeError, httpx.HTTPError, ValueError) as error:
            if name.startswith(WARM):
                raise
            del started[name]
            results.absent.append(f"{name} from then on: {error}")
            told(f"left out: {results.absent[-1]}")


def _compare(own: Server, server: Server, case: Case, results: Results, told: Told) -> None:
    if server is own:
        return
    agreement = compare.compare(own, server, case)
    results.agreements[case.name, server.name] = agreement
    told(f"{case.name:<28} {server.name:<18} {agreement}")


def _measure(seconds: float, server: Server, case: Case, results: Results, told: Told) -> None:
    wanted = [str(server.path(one)) for one in case.asked]
    if server.name in KEEPING:
        load.warmed(server.url, wanted, seconds)
    else:
        # Connections to the database, and their prepared statements.
        load.measured(server.url, wanted, 1)
    found = load.measured(server.url, wanted, seconds)
    results.loads[case.name, server.name] = found
    told(
        f"{case.name:<28} {server.name:<18} {found.rate:9.1f}/s"
        f"  p50 {found.p50:8.1f} ms  p99 {found.p99:8.1f} ms  {found.size / 1000:8.1f} kB"
    )


def _slowest(database: Engine, server: Server) -> list[tuple[float, str]]:
    """The fullest tiles without a filter, one at a time, nothing kept: milliseconds, path.

    Of three askings the median: what the machine did besides is not the tile's.
    """
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=120)
    took = []
    for tile in asked.fullest(database, SLOWEST_ZOOMS):
        for layer in SLOWEST_OF:
            if not LAYERS[layer].min_zoom <= tile.z <= LAYERS[layer].max_zoom:
                continue
            path = str(server.path(tile)).replace("/compounds/", f"/{layer}/")
            times = [_once(connection, path) for _ in range(3)]
            took.append((statistics.median(times), f"{layer} {tile.z}/{tile.x}/{tile.y}"))
    connection.close()
    return sorted(took, reverse=True)


def _once(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    if answer.status not in (200, 204):
        raise RuntimeError(f"{path} was answered {answer.status}")
    return (time.perf_counter() - began) * 1000
