"""``atlas up`` as a person runs it: from nothing to a map, again, and to its end."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from api.settings import GuardSettings, ServerSettings
from cli.up import _tell_of_hosts
from geo.cluster import Cluster
from tests.clusters import cluster_in, open_folder
from tests.command import ATLAS, environment


@dataclass
class Run:
    """A running ``atlas up``: its address, the seconds until it was ready, what it printed."""

    process: subprocess.Popen[str]
    address: str
    seconds: float
    printed: str

    def end(self, with_signal: signal.Signals) -> int:
        """Send the signal and wait for the end; returns the exit code."""
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=20)


@contextmanager
def up(home: Path, **settings: str) -> Iterator[Run]:
    """``atlas up`` on a free port, once it has printed its address."""
    began = time.monotonic()
    process = subprocess.Popen(
        [ATLAS, "up"],
        stdout=subprocess.PIPE,
        env=environment(home=str(home), port="0", **settings) | {"PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    try:
        for line in process.stdout:
            printed += line
            found = re.search(r"The map is at (http://\S+)", line)
            if found:
                yield Run(process, found[1], time.monotonic() - began, printed)
                break
        else:
            raise AssertionError(f"ended before it was ready: {printed}")
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with open_folder() as folder, cluster_in(folder / "home") as cluster:
        yield cluster.home


def test_from_nothing_to_the_map_and_back(home: Path) -> None:
    with up(home) as run:
        assert httpx.get(f"{run.address}/readyz").status_code == 200
        districts = httpx.get(f"{run.address}/collections/districts/items").json()
        assert districts["numberReturned"] == 6
        compounds = httpx.get(f"{run.address}/collections/compounds/items?limit=1").json()
        assert compounds["numberMatched"] == 1500
        assert run.end(signal.SIGTERM) == 0
    for step in ("private database server", "schema", "boundaries of Yinchuan", "sample city"):
        assert step in run.printed
    assert not Cluster(home).status().running


def test_a_second_start_does_nothing_twice(home: Path) -> None:
    with up(home) as run:
        assert "sample city" not in run.printed
        assert run.end(signal.SIGINT) == 0
    assert not Cluster(home).status().running


def test_uploads_are_imported_by_a_worker_that_comes_back_and_ends_with_the_service(
    home: Path,
) -> None:
    with up(home) as run:
        first = worker_of(run)
        first.kill()
        deadline = time.monotonic() + 20
        while (second := worker_of(run)) == first:
            assert time.monotonic() < deadline
        with httpx.Client(base_url=run.address, headers={"Origin": run.address}) as planner:
            planner.post("/session/demo", json={"part": "demo-planner"}).raise_for_status()
            sent = planner.post(
                "/imports",
                data={"kind": "companies", "dry_run": "true"},
                files={"file": ("企业.csv", "企业名称\n安居物业\n".encode())},
            )
            assert sent.status_code == 202, sent.text
            deadline = time.monotonic() + 40
            while planner.get(sent.headers["location"]).json()["state"] in {"queued", "running"}:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        assert run.end(signal.SIGTERM) == 0
        assert not second.is_running()
    assert not Cluster(home).status().running


def worker_of(run: Run) -> psutil.Process:
    """The process that imports beside the service, once there is one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in psutil.Process(run.process.pid).children():
            if child.status() != psutil.STATUS_ZOMBIE and "worker" in child.cmdline():
                return child
        time.sleep(0.1)
    raise AssertionError("there is no worker")


def test_a_worker_whose_service_is_killed_ends_too(home: Path) -> None:
    with up(home) as run:
        left = worker_of(run)
        assert run.end(signal.SIGKILL) == -signal.SIGKILL
        left.wait(timeout=20)
    Cluster(home).stop()


def test_a_database_that_ran_before_is_left_running(home: Path) -> None:
    cluster = Cluster(home)
    cluster.start()
    with up(home, workers="2") as run:
        assert httpx.get(f"{run.address}/readyz").status_code == 200
        assert run.end(signal.SIGTERM) == 0
    assert cluster.status().running
    os.kill(cluster.status().pid or 0, signal.SIGINT)


def test_it_says_when_others_could_connect_but_would_be_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tell_of_hosts(ServerSettings(host="::"), GuardSettings(allowed_hosts=("map.example.cn",)))
    _tell_of_hosts(ServerSettings(host="127.0.0.1"), GuardSettings())
    assert capsys.readouterr().out == ""
    _tell_of_hosts(ServerSettings(host="::"), GuardSettings())
    assert "ATLAS_ALLOWED_HOSTS" in capsys.readouterr().out
