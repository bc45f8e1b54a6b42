"""How long `make run` takes until it is ready: in a fresh clone, and the second time.

    .venv/bin/python bench/start.py

Clones this repository's last commit into a temporary folder and starts it there on a free port.
System packages are taken as installed; Python and npm packages come from the machine's caches
where it has them, which the table says.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 900


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        port = _free_port()
        for label in ("cold: fresh clone", "warm: second time"):
            print(f"{label:20} {_start(clone, port):7.1f} s until /readyz answers 200", flush=True)


def _start(clone: Path, port: int) -> float:
    environment = {**os.environ, "ATLAS_PORT": str(port), "ATLAS_HOME": str(clone / ".atlas")}
    environment.pop("ATLAS_DATABASE_URL", None)
    environment.pop("VIRTUAL_ENV", None)
    began = time.perf_counter()
    with (clone.parent / "log").open("w") as log:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process)
            return time.perf_counter() - began
        except RuntimeError:
            sys.stderr.write((clone.parent / "log").read_text())
            raise
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"make run ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer 200 within {PATIENCE} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
