"""What this process has done and is doing, in the text form of Prometheus.

Counts are kept in the process that made them and named by its number; :mod:`api.workers` puts
those of several together.
"""

import os
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram's buckets, in seconds."""

Labels = tuple[tuple[str, str], ...]


def _line(name: str, labels: Labels, value: float) -> str:
    shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in (*labels, _worker()))
    return f"{name}{{{shown}}} {value:g}" if value % 1 else f"{name}{{{shown}}} {int(value)}"


def _worker() -> tuple[str, str]:
    return "worker", str(os.getpid())


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class Counter:
    """A number that only grows, by labels."""

    def __init__(self, name: str, about: str) -> None:
        """Nothing is counted yet."""
        self._name = name
        self._about = about
        self._counts: dict[Labels, int] = defaultdict(int)

    def add(self, **labels: str) -> None:
        """One more."""
        self._counts[tuple(labels.items())] += 1

    def lines(self) -> Iterator[str]:
        """As Prometheus reads it."""
        yield f"# HELP {self._name} {self._about}"
        yield f"# TYPE {self._name} counter"
        for labels, value in self._counts.items():
            yield _line(self._name, labels, value)


@dataclass
class _Durations:
    within: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0


class Histogram:
    """How long things took, by labels."""

    def __init__(self, name: str, about: str) -> None:
        """Nothing is timed yet."""
        self._name = name
        self._about = about
        self._of: dict[Labels, _Durations] = defaultdict(_Durations)

    def add(self, seconds: float, **labels: str) -> None:
        """One more, that took so long."""
        one = self._of[tuple(labels.items())]
        one.within[bisect_left(BOUNDS, seconds)] += 1
        one.total += seconds

    def lines(self) -> Iterator[str]:
        """As Prometheus reads it."""
        yield f"# HELP {self._name} {self._about}"
        yield f"# TYPE {self._name} histogram"
        for labels, one in self._of.items():
            reached = 0
            for bound, count in zip((*BOUNDS, "+Inf"), one.within, strict=True):
                reached += count
                yield _line(f"{self._name}_bucket", (*labels, ("le", str(bound))), reached)
            yield _line(f"{self._name}_sum", labels, one.total)
            yield _line(f"{self._name}_count", labels, reached)


class Gauge:
    """Numbers of the moment, asked for when somebody looks."""

    def __init__(self, name: str, about: str) -> None:
        """Nothing is asked yet."""
        self._name = name
        self._about = about
        self._asks: dict[Labels, Callable[[], float]] = {}

    def ask(self, now: Callable[[], float], **labels: str) -> None:
        """Where the number under these labels is found."""
        self._asks[tuple(labels.items())] = now

    def lines(self) -> Iterator[str]:
        """As Prometheus reads it."""
        yield f"# HELP {self._name} {self._about}"
        yield f"# TYPE {self._name} gauge"
        for labels, now in self._asks.items():
            yield _line(self._name, labels, now())


REQUESTS = Counter("atlas_requests_total", "Answers by route, method and status.")
SECONDS = Histogram("atlas_request_seconds", "Seconds until an answer was sent, by route.")
CANCELLED = Counter("atlas_cancelled_total", "Requests given up because their client left.")
SHED = Counter("atlas_shed_total", "Requests turned away because too many waited for a pool.")
KEPT = Counter("atlas_kept_total", "Tiles asked of the cache, by whether they were kept.")
SHARED = Counter("atlas_shared_total", "Answers asked of Redis, by whether one was there.")
SHARED_FAILED = Counter("atlas_shared_failed_total", "What Redis failed at, or took too long for.")
IN_USE = Gauge("atlas_pool_in_use", "Connections at work, by pool and role.")
WAITING = Gauge("atlas_pool_waiting", "Requests that wait for a connection, by pool and role.")


def text() -> str:
    """Everything there is to tell of this process."""
    told = (REQUESTS, SECONDS, CANCELLED, SHED, KEPT, SHARED, SHARED_FAILED, IN_USE, WAITING)
    return "".join(f"{line}\n" for one in told for line in one.lines())


def together(texts: Iterable[str]) -> str:
    """What several processes tell, each metric in one place as the format asks for."""
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = defaultdict(list)
    for one in texts:
        name = ""
        for line in one.splitlines():
            if not line.startswith("#"):
                samples[name].append(line)
                continue
            name = line.split(" ", 3)[2]
            known = heads.setdefault(name, [])
            if line not in known:
                known.append(line)
    return "".join(f"{line}\n" for name in heads for line in (*heads[name], *samples[name]))


@dataclass
class Spent:
    """What one request has spent in the database, in seconds."""

    database: float = 0


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


def begin() -> Spent:
    """Count the time of the request that is handled from here on."""
    spent = Spent()
    _SPENT.set(spent)
    return spent


@contextmanager
def in_database() -> Iterator[None]:
    """What runs within is time in the database, waiting for a connection included."""
    began = time.perf_counter()
    try:
        yield
    finally:
        if spent := _SPENT.get():
            spent.database += time.perf_counter() - began
