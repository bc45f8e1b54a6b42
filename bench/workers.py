"""Requests a second and how long they take, by workers and event loop; is anything held back?

    apt-get install wrk
    ATLAS_DATABASE_URL=$(.venv/bin/atlas db url) .venv/bin/python -m bench.workers [--seconds 5]

A small answer that is written in two pieces waits up to 40 ms for the client's delayed
acknowledgement wherever TCP_NODELAY is not set. uvloop always sets it; asyncio only on sockets
made as IPPROTO_TCP. Serves the database of the address as it is shipped (uvloop), with the plain
loop on such a socket, and with the plain loop on a socket that does not name its protocol.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257"
PATHS = {"kept tile": TILE, "/livez": "/livez"}
CONNECTIONS = 16
KINDS = {
    "uvloop": ("uvloop", socket.IPPROTO_TCP),
    "asyncio": ("asyncio", socket.IPPROTO_TCP),
    "asyncio, protocol not named": ("asyncio", 0),
}
_SERVE = """
import socket, sys, uvicorn
from uvicorn.supervisors import Multiprocess
from api.serving import OPTIONS
if __name__ == "__main__":
    port, workers, loop, protocol = sys.argv[1:]
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, int(protocol))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port)))
    config = uvicorn.Config(**{**OPTIONS, "loop": loop}, workers=int(workers))
    if int(workers) > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])
"""
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--loops", nargs="+", choices=KINDS, default=list(KINDS))
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"best of {asked.rounds} × {asked.seconds} s, load {load:.1f}; alone: one connection")
    print(
        f"| loop | workers | path | alone: p50 ms | {CONNECTIONS}: requests/s | p50 ms | p99 ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for kind in asked.loops:
        loop, protocol = KINDS[kind]
        for workers in (1, 2):
            with serving(workers, loop, protocol) as url:
                for name, path in PATHS.items():
                    shown = _row(url + path, asked.seconds, asked.rounds)
                    print(f"| {kind} | {workers} | {name} | {shown} |", flush=True)


def _row(url: str, seconds: int, rounds: int) -> str:
    """The best of the rounds: what other work on the machine takes away is not ours to tell."""
    alone = min(measured(url, seconds, 1)[1] for _ in range(rounds))
    rate, middle, most = max(measured(url, seconds, CONNECTIONS) for _ in range(rounds))
    return f"{alone:.2f} | {rate:,.0f} | {middle:.2f} | {most:.2f}"


@contextmanager
def serving(workers: int, loop: str, protocol: int) -> Iterator[str]:
    """The service on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, str(port), str(workers), loop, str(protocol)]
    environment = {**os.environ, "ATLAS_READS_PER_MINUTE": "1000000000"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        # Each worker has drawn the tile before it is measured: each time another may accept.
        apart = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(limits=apart, timeout=60) as client:
            for _ in range(50 * workers):
                client.get(url + TILE).raise_for_status()
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the service ended before it was ready"
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url}/readyz does not answer 200")


def measured(url: str, seconds: int, connections: int) -> tuple[float, float, float]:
    """Requests a second, and the median and 99th percentile in milliseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told, told
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert rate, told
    return float(rate[1]), _percentile(told, 50), _percentile(told, 99)


def _percentile(told: str, share: int) -> float:
    found = re.search(rf"^\s+{share}%\s+([\d.]+)([a-z]+)", told, re.MULTILINE)
    assert found, told
    return float(found[1]) * _UNITS[found[2]]


if __name__ == "__main__":
    main()
