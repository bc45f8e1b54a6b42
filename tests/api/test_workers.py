"""Several worker processes of one service: each answers, and one scrape tells of all."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from api import metrics
from tests.support import Service, served

_REQUESTS = re.compile(
    r'atlas_requests_total\{route="/livez",method="GET",status="200",worker="(\d+)"\} (\d+)'
)


@pytest.fixture(scope="module")
def two(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("workers")
    with served(database, workers="2", metrics_folder=str(folder)) as made:
        yield made


def scraped(service: Service) -> str:
    return httpx.get(f"{service.url}/metrics").raise_for_status().text


def counted(told: str) -> dict[int, int]:
    """How often each worker said that it lives."""
    return {int(worker): int(count) for worker, count in _REQUESTS.findall(told)}


def ask_until_both_answered(service: Service) -> int:
    """Ask, each time over a new connection, until two have counted; how often."""
    for asked in range(1, 500):
        httpx.get(f"{service.url}/livez").raise_for_status()
        if len(counted(scraped(service))) == 2:
            return asked
    raise AssertionError("one of two workers never answers")


def until_told_of(service: Service, number: int) -> str:
    deadline = time.monotonic() + 30
    while f"\natlas_workers {number}\n" not in (told := scraped(service)):
        assert time.monotonic() < deadline, told[-300:]
        time.sleep(0.1)
    return told


def test_one_scrape_tells_of_every_worker(two: Service) -> None:
    until_told_of(two, 2)
    asked = ask_until_both_answered(two)
    tellings = [scraped(two) for _ in range(6)]
    assert [sum(counted(told).values()) for told in tellings] == [asked] * 6
    for told in tellings:
        families = [line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")]
        assert len(families) == len(set(families))
        assert told.count('route="/livez",le="+Inf"') == 2


def test_a_worker_that_is_killed_is_told_of_no_longer_and_its_successor_is(two: Service) -> None:
    until_told_of(two, 2)
    ask_until_both_answered(two)
    killed, other = counted(scraped(two))
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while f'worker="{killed}"' in scraped(two):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    told = until_told_of(two, 2)
    assert f'worker="{other}"' in told


def test_a_socket_without_a_worker_is_taken_away(two: Service, tmp_path: Path) -> None:
    (folder,) = {Path(one) for one in _folders(two)}
    left = folder / "1.socket"
    left.touch()
    told = until_told_of(two, 2)
    assert not left.exists()
    assert 'worker="1"' not in told


def _folders(service: Service) -> list[str]:
    """What the workers were told, as their processes know it."""
    told = scraped(service)
    pids = set(re.findall(r'worker="(\d+)"', told))
    found = [Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") for pid in pids]
    return [
        one.decode().partition("=")[2]
        for environment in found
        for one in environment
        if one.startswith(b"ATLAS_METRICS_FOLDER=")
    ]


def test_each_metric_stands_in_one_place() -> None:
    one = '# HELP a A.\n# TYPE a counter\na{worker="1"} 1\n# HELP b B.\n# TYPE b gauge\nb 1\n'
    other = '# HELP b B.\n# TYPE b gauge\nb 2\n# HELP a A.\n# TYPE a counter\na{worker="2"} 3\n'
    assert metrics.together([one, other]) == (
        '# HELP a A.\n# TYPE a counter\na{worker="1"} 1\na{worker="2"} 3\n'
        "# HELP b B.\n# TYPE b gauge\nb 1\nb 2\n"
    )
