"""Service and worker are killed in the middle of writes and imports, and nothing is half done."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from audit import keys, sealer
from audit.settings import AuditSettings
from audit.verify import verify
from oversight.store.rebuild import rebuild
from tests.api import register
from tests.api.facts import SENT
from tests.command import ATLAS
from tests.crash.checks import all_there_once, statuses_agree
from tests.people import token_of
from tests.support import ROOT, until
from tests.uploads import code

SERVICE_KILLS, WORKER_KILLS = 20, 4
ROWS = 2000
LONGEST_LIFE = 0.5
"""Seconds that a service lives at most once it has written, and a worker once it imports."""
SETTLED = ("done", "failed", "refused")
PAUSE, LONGEST_WAIT = 0.02, 30

# The parent imports once and forks a service for each line that it reads, so that one is there
# within a moment; what is killed is a whole service.
_SERVICES = """
import os, sys
import uvicorn
import api.app
import oversight.policy
from api.serving import OPTIONS
oversight.policy.every()
for _ in sys.stdin:
    pid = os.fork()
    if pid == 0:
        uvicorn.run(host="127.0.0.1", port=int(sys.argv[1]), **OPTIONS)
        os._exit(0)
    print(pid, flush=True)
    os.waitpid(pid, 0)
"""
FACTS = {name: SENT[name] for name in ("violations", "complaints")}
TABLES = {"violations": "oversight.violation", "complaints": "oversight.complaint"}


@dataclass
class Place:
    """A database, the folders beside it, and the address the services listen on in turn."""

    engine: Engine
    home: Path
    port: int
    token: str
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in FACTS})

    @property
    def environment(self) -> dict[str, str]:
        """Settings of service and worker."""
        return {
            **os.environ,
            "ATLAS_DATABASE_URL": self.engine.url.render_as_string(hide_password=False),
            "ATLAS_SPOOL": str(self.home / "spool"),
            "ATLAS_SEALS": str(self.home / "seals"),
            "ATLAS_AUDIT_KEY": str(self.home / "audit.key"),
            "OPENBLAS_NUM_THREADS": "1",  # no threads beside the fork
            "ATLAS_READS_PER_MINUTE": "1000000",
            "ATLAS_WRITES_PER_MINUTE": "1000000",
        }

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Ask whichever service lives, each time over a connection of its own."""
        headers = {"Authorization": f"Bearer {self.token}", **how.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.request(method, url, headers=headers, timeout=10, **how)


@pytest.fixture
def place(fresh: Engine, tmp_path: Path) -> Place:
    register.found(fresh)
    rebuild(fresh, workers=1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Place(fresh, tmp_path, port, token_of(fresh, "city_officer"))


def test_nothing_is_lost_doubled_or_half_done_by_twenty_kills(place: Place) -> None:
    random = Random(20)  # noqa: S311 - no secret
    with ThreadPoolExecutor(4) as threads, _services(place) as started, _over(place):
        service = started()
        writing = [threads.submit(_write, place, name) for name in FACTS]
        sending = threads.submit(_send, place)
        working = threads.submit(_kill_workers, place, Random(random.random()))  # noqa: S311
        for _ in range(SERVICE_KILLS):
            before = _written(place)
            until(lambda known=before: _written(place) > known)
            time.sleep(random.uniform(0, LONGEST_LIFE))
            os.kill(service, signal.SIGKILL)
            service = started()
        worker = working.result(120)
        place.over.set()
        try:
            for one in writing:
                one.result(60)
            imports = sending.result(60)
            until(lambda: not _waiting(place), 120)
            _what_failed_can_be_sent_again(place)
        finally:
            worker.terminate()
            worker.wait(30)
    for name, table in TABLES.items():
        all_there_once(place.engine, table, place.acknowledged[name])
    assert len(imports) > 1
    _imports_are_whole_or_not_there(place, imports)
    _every_complaint_has_its_person(place)
    _seals_are_whole(place)
    statuses_agree(place.engine)


@contextmanager
def _over(place: Place) -> Iterator[None]:
    """However the block ends, those who write come to an end."""
    try:
        yield
    finally:
        place.over.set()


@contextmanager
def _services(place: Place) -> Iterator[Callable[[], int]]:
    """Starts a service once the one before is dead; tells its process when it answers."""
    command = [sys.executable, "-c", _SERVICES, str(place.port)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=place.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None

        def started() -> int:
            print(file=parent.stdin, flush=True)
            process = int(parent.stdout.readline())
            until(lambda: _answers(place))
            return process

        try:
            yield started
        finally:
            os.killpg(parent.pid, signal.SIGKILL)


def _answers(place: Place) -> bool:
    with suppress(httpx.TransportError):
        return place.ask("GET", "/livez").is_success
    return False


def _write(place: Place, name: str) -> None:
    """Enter facts until it is over, each again under its key until it is acknowledged."""
    while not place.over.is_set():
        key = {"Idempotency-Key": secrets.token_hex(8)}
        answer = _insist(place, f"/{name}", (201, 503), json=FACTS[name], headers=key)
        place.acknowledged[name].append(answer.json()["fact"]["id"])


def _written(place: Place) -> int:
    return sum(map(len, place.acknowledged.values()))


def _insist(place: Place, path: str, known: tuple[int, ...], **how: Any) -> httpx.Response:
    """The first of the known answers, whoever is killed until then; 503 is none yet."""
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            answer = place.ask("POST", path, **how)
            assert answer.status_code in known, answer.text
            if answer.status_code != 503:
                return answer
        time.sleep(PAUSE)
    raise AssertionError(f"nothing was acknowledged within {LONGEST_WAIT} s")


def _send(place: Place) -> dict[int, bytes]:
    """Send files of companies until it is over, a few ahead; by import what was sent."""
    sent: dict[int, bytes] = {}
    series = 0
    while not place.over.is_set():
        if len(_waiting(place)) > 2:
            time.sleep(PAUSE)
            continue
        series += 1
        content = _file(series)
        with suppress(httpx.TransportError):
            sent[_sent(place, content)] = content
    return sent


def _sent(place: Place, content: bytes) -> int:
    answer = place.ask(
        "POST",
        "/imports",
        data={"kind": "companies", "city": register.CITY},
        files={"file": ("企业.csv", content)},
    )
    assert answer.status_code == 202, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def _file(series: int) -> bytes:
    """A table of companies that no other series has."""
    numbers = range(series * ROWS, (series + 1) * ROWS)
    rows = [f"{code(number)},物业企业第{number}号" for number in numbers]
    return "\n".join(["统一社会信用代码,企业名称", *rows]).encode()


def _kill_workers(place: Place, random: Random) -> subprocess.Popen[bytes]:
    """Kill workers in the middle of imports; the one that is left."""
    command = [ATLAS, "worker", "--heartbeat", "0.5", "--grace", "0"]
    for _ in range(WORKER_KILLS):
        process = subprocess.Popen(command, env=place.environment)
        until(lambda running=process: _imports(place, running), 120)
        time.sleep(random.uniform(0, LONGEST_LIFE))
        process.kill()
        process.wait()
    return subprocess.Popen(command, env=place.environment)


def _imports(place: Place, worker: subprocess.Popen[bytes]) -> bool:
    assert worker.poll() is None, "the worker ended by itself"
    return "running" in _waiting(place).values()


def _waiting(place: Place) -> dict[int, str]:
    """The imports that are not settled, with their states."""
    asked = text("SELECT id, state FROM imports.file WHERE state <> ALL(:settled)")
    with place.engine.connect() as connection:
        rows = connection.execute(asked, {"settled": list(SETTLED)}).all()
    return {row.id: row.state for row in rows}


def _what_failed_can_be_sent_again(place: Place) -> None:
    """An import that is given up says why; its file, sent again, becomes facts."""
    with place.engine.connect() as connection:
        failed = connection.execute(
            text("SELECT id, error FROM imports.file WHERE state <> 'done'")
        ).all()
    for one in failed:
        assert "the worker ended" in one.error
    again = _sent(place, _file(0))
    until(lambda: again not in _waiting(place), 60)
    assert _rows(place)[again] == ("done", ROWS)


def _rows(place: Place) -> dict[int, tuple[str, int]]:
    """By import its state and how many companies came from it."""
    asked = text("""
        SELECT f.id, f.state, count(c.id) AS rows FROM imports.file AS f
        LEFT JOIN registry.company AS c ON c.import_id = f.id GROUP BY f.id
    """)
    with place.engine.connect() as connection:
        return {row.id: (row.state, row.rows) for row in connection.execute(asked)}


def _imports_are_whole_or_not_there(place: Place, acknowledged: Collection[int]) -> None:
    found = _rows(place)
    assert found.keys() >= set(acknowledged)
    for state, rows in found.values():
        assert rows == (ROWS if state == "done" else 0)
    events = text(
        "SELECT count(DISTINCT import_id), count(*) FROM audit.event WHERE action = 'import'"
    )
    with place.engine.connect() as connection:
        counted = tuple(connection.execute(events).one())
    done = sum(state == "done" for state, _ in found.values())
    assert counted == (done, done)


def _every_complaint_has_its_person(place: Place) -> None:
    alone = text("""
        SELECT count(*) FROM oversight.complaint AS c
        WHERE NOT EXISTS (SELECT FROM oversight.complaint_person WHERE complaint_id = c.id)
    """)
    with place.engine.connect() as connection:
        assert connection.scalar(alone) == 0


def _seals_are_whole(place: Place) -> None:
    """Also those of workers that were killed, and the rest is sealed after them."""
    settings = AuditSettings(seals=place.home / "seals", audit_key=place.home / "audit.key")
    sealer.seal(place.engine, sealer.place(settings))
    report = verify(place.engine, settings.seal_file, keys.public_key(settings.public_key))
    assert report.whole, report.findings
    assert report.seals > WORKER_KILLS
    assert report.unsealed == 0
