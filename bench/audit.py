"""Transactions a second of a small insert: bare, with its event, and with the sealer at work.

Run: .venv/bin/python -m bench.audit   (about 20 s; a cluster of its own, durable, two writers)
"""

import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from audit import keys
from audit.record import record
from audit.sealer import sealing
from audit.settings import AuditSettings
from audit.verify import verify
from geo.cluster import Cluster
from geo.database import engine
from geo.migrate import upgrade

WRITERS = 2
SECONDS = 2.0
ROUNDS = 3

_INSERT = text("INSERT INTO bench_fact (said) VALUES ('a fact of some length')")


def bare(connection: Connection) -> None:
    connection.execute(_INSERT)


def recorded(connection: Connection) -> None:
    connection.execute(_INSERT)
    record(connection, "enter", "registry.plaque", 1, after={"star": 4, "issued_on": "2026-02-02"})


def per_second(target: Engine, work: Callable[[Connection], None]) -> float:
    over = threading.Event()
    done = [0] * WRITERS

    def write(number: int) -> None:
        while not over.is_set():
            with target.begin() as connection:
                work(connection)
            done[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    over.set()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="atlas-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        cluster.start()
        cluster.ensure_database()
        target = engine(cluster.url())
        upgrade(target)
        with target.begin() as connection:
            connection.execute(text("CREATE TABLE bench_fact (id bigserial, said text)"))
        measure(target, AuditSettings(home=folder))
    finally:
        cluster.stop()
        shutil.rmtree(cluster.data.parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def measure(target: Engine, settings: AuditSettings) -> None:
    cases: dict[str, tuple[Callable[[Connection], None], bool]] = {
        "insert": (bare, False),
        "insert and record()": (recorded, False),
        "the same, sealer at work": (recorded, True),
    }
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, (work, sealed) in cases.items():
            with sealing(target, settings) if sealed else nullcontext():
                found[name].append(per_second(target, work))
    first = statistics.median(found["insert"])
    print(f"load before and during: {os.getloadavg()[0]:.1f}")
    for name, rates in found.items():
        rate = statistics.median(rates)
        print(f"{name:28} {rate:8.0f}/s  {rate / first:5.2f}×")
    key = keys.public_key(settings.public_key)
    began = time.perf_counter()
    report = verify(target, settings.seal_file, key)
    took = time.perf_counter() - began
    print(f"verify: {report.events:,} events, {report.seals} seals, {took:.1f} s")
    assert report.whole


if __name__ == "__main__":
    main()
