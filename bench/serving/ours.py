"""This service as it is run, and the shipped nginx configuration before it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
from sqlalchemy import Engine

from bench.serving import servers
from bench.serving.asked import PAGE, PAGES, Question, Tile
from bench.serving.data import ROOT
from bench.serving.peers import POOL, WORKERS, Server

UNLIMITED = "100000000"
GATEWAY = ROOT / "deploy/nginx/compound-atlas.conf"

# As `atlas up` does, with processes of its own.
_SERVE = """
import sys, uvicorn
from api.serving import OPTIONS
if __name__ == "__main__":
    uvicorn.run(host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]), **OPTIONS)
"""


@contextmanager
def served(database: Engine, name: str, *, cache_megabytes: int) -> Iterator[Server]:
    """The service with two workers; how much an address may read is not limited."""
    port = servers.free_port()
    environment = {
        "ATLAS_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "ATLAS_POOL_SIZE": str(POOL),
        "ATLAS_TILE_POOL_SIZE": str(POOL),
        "ATLAS_STATEMENT_SECONDS": "60",
        "ATLAS_TILE_STATEMENT_SECONDS": "60",
        "ATLAS_POOL_WAIT_SECONDS": "60",
        "ATLAS_READS_PER_MINUTE": UNLIMITED,
        "ATLAS_CACHE_MEGABYTES": str(cache_megabytes),
        "ATLAS_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-c", _SERVE, str(port), str(WORKERS)]
    address = f"http://127.0.0.1:{port}"
    with servers.running(command, f"{address}/readyz", environment):
        yield Server(name, address, partial(path, nexts=_next_pages(address)))


def path(asked: Tile | Question, *, nexts: tuple[str, ...]) -> str:
    """Where it is answered; pages after the first by the cursors that the service handed out."""
    if isinstance(asked, Tile):
        return f"/collections/compounds/tiles/WebMercatorQuad/{asked.z}/{asked.y}/{asked.x}"
    if asked.page:
        return nexts[asked.page - 1]
    given: dict[str, object] = {"limit": asked.limit}
    if asked.box:
        given["bbox"] = ",".join(map(str, asked.box))
    if asked.filter:
        given["filter"] = asked.filter
    return f"/collections/compounds/items?{urlencode(given, quote_via=quote)}"


def _next_pages(url: str) -> tuple[str, ...]:
    found: list[str] = []
    address = f"{url}/collections/compounds/items?limit={PAGE}"
    for _ in range(PAGES - 1):
        links = httpx.get(address, timeout=60).raise_for_status().json()["links"]
        following = [link["href"] for link in links if link["rel"] == "next"]
        if not following:
            break
        address = following[0]
        found.append(address.removeprefix(url))
    return tuple(found)


@contextmanager
def behind_nginx(server: Server, *, tls: bool) -> Iterator[Server]:
    """nginx with the shipped file, only addresses and folders put in its place.

    Without ``tls`` the same over plain HTTP, as the peers are asked.
    """
    with servers.private_folder() as folder:
        plain, port = servers.free_port(), servers.free_port()
        _certificate(folder)
        (folder / "site.conf").write_text(_site(server, folder, plain, port, tls=tls), "utf-8")
        (folder / "nginx.conf").write_text(_nginx(folder), "utf-8")
        address = f"{'https' if tls else 'http'}://localhost:{port}"
        command = [_program(), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        with servers.running([*command, "-g", "daemon off;"], f"{address}/livez"):
            name = "ours, nginx (TLS)" if tls else "ours, nginx"
            yield Server(name, address, server.path)


def _site(server: Server, folder: Path, plain: int, port: int, *, tls: bool) -> str:
    site = GATEWAY.read_text("utf-8")
    changes = [
        ("127.0.0.1:8000", server.url.removeprefix("http://")),
        ("/var/cache/nginx/compound-atlas", str(folder / "cache")),
        ("/etc/compound-atlas/tls", str(folder)),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("map.example.cn", "localhost"),
    ]
    if not tls:
        changes.append((f"{port} ssl http2;", f"{port};"))
    for given, here in changes:
        if given not in site:
            raise RuntimeError(f"{GATEWAY} no longer has {given!r}: see bench/serving/ours.py")
        site = site.replace(given, here)
    return site


def _nginx(folder: Path) -> str:
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}pid {folder}/pid;\nerror_log {folder}/error.log;\nworker_processes {WORKERS};\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder}/site.conf;\n}}\n"
    )


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
            *("-days", "2"),
        ],
        check=True,
        capture_output=True,
    )


def _program() -> str:
    found = servers.found("nginx")
    if found is None:
        raise RuntimeError("nginx is not installed: apt-get install nginx-light")
    return found
