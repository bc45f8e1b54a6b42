"""Load on a server: wrk with 16 connections over a list of addresses, and how long it took."""

import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
THREADS = 2
TIMEOUT = 60

FEW = 200
"""With fewer answers than these the 99 of a hundred is told with a mark."""
TRIES = (1, 4, 16)
"""How many times as long it is measured where the connections did not even get an answer each."""
WARM_SECONDS = 120
OFTEN = 16
"""How often each address is asked, at least, before what is kept is taken to be there."""
STILL_GROWING = 1.05


@dataclass(frozen=True)
class Load:
    """What came of it: answers, seconds, bytes; latencies in milliseconds."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    most: float
    errors: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    @property
    def size(self) -> float:
        """Bytes of an answer, with its head."""
        return self.bytes / max(1, self.requests)


def measured(url: str, paths: Sequence[str], seconds: float) -> Load:
    """Ask in turn for so many seconds. Raises RuntimeError where any answer was an error."""
    for longer in TRIES:
        load = _wrk(url, paths, longer * seconds)
        if load.errors or load.requests >= CONNECTIONS:
            break
    if load.errors or not load.requests:
        raise RuntimeError(f"{url}{paths[0]} …: {load.errors} errors, {load.requests} answers")
    return load


def warmed(url: str, paths: Sequence[str], seconds: float) -> None:
    """Ask often, and until it no longer gets faster: every process then has what it keeps."""
    asked, best = 0, 0.0
    deadline = time.monotonic() + WARM_SECONDS
    while time.monotonic() < deadline:
        load = _wrk(url, paths, max(1.0, seconds / 4))
        asked += load.requests
        if asked >= OFTEN * len(paths) and load.rate < best * STILL_GROWING:
            return
        best = max(best, load.rate)


def _wrk(url: str, paths: Sequence[str], seconds: float) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(paths))
        listed.flush()
        command = [
            *("wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"),
            *("--timeout", f"{TIMEOUT}s", "-s", str(Path(__file__).with_name("load.lua"))),
            *(url, "--", listed.name),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not told:
        raise RuntimeError(f"wrk: {done.stderr or done.stdout}")
    return Load(**json.loads(told[0]))
