"""Starting what is measured: each on a free port of the loopback, ended with its block."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.serving.data import ROOT

READY_SECONDS = 120


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server until the block ends; it has begun once ``ready`` answers 200.

    What it wrote is told where it ends by itself or does not answer in time.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not _answers(ready):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    said = log.read().decode(errors="replace")[-2000:]
                    raise RuntimeError(f"{command[0]} does not answer at {ready}:\n{said}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, verify=False, timeout=10).status_code == 200  # noqa: S501 - our own
    except httpx.TransportError:
        return False


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for settings that hold a password."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def found(name: str) -> str | None:
    """A program: among the peers that were installed, else on the path."""
    places = (ROOT / ".atlas/peers/bin", *os.get_exec_path(), "/usr/sbin")
    return shutil.which(name, path=os.pathsep.join(map(str, places)))
