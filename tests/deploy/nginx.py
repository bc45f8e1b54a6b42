"""Debian's nginx with the shipped configuration, on the loopback, before a service."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support import ROOT, Service

CONFIGURATION = ROOT / "deploy/nginx/compound-atlas.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx"


@dataclass(frozen=True)
class Gateway:
    """nginx over a service: its addresses with and without TLS, and whom its clients trust."""

    url: str
    plain: str
    service: Service
    trusted: ssl.SSLContext

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        """A client of the gateway that sends these headers each time."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(
            base_url=self.url, verify=self.trusted, timeout=60, headers={**bearer, **headers}
        )


@contextmanager
def before(service: Service, folder: Path) -> Iterator[Gateway]:
    """Run nginx before the service until the block ends; its files lie in the folder."""
    certificate = _certificate(folder)
    plain, port = _free(), _free()
    _write(folder, service, plain, port)
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
        stderr=subprocess.DEVNULL,
    )
    made = Gateway(
        f"https://localhost:{port}",
        f"http://localhost:{plain}",
        service,
        ssl.create_default_context(cafile=str(certificate)),
    )
    try:
        _wait(made, process, folder)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=20)


def _certificate(folder: Path) -> Path:
    made = folder / "fullchain.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(made), "-days", "2"),
        ],
        check=True,
        capture_output=True,
    )
    return made


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(folder: Path, service: Service, plain: int, port: int) -> None:
    """The shipped file, with only addresses, names and folders put in its place."""
    shipped = CONFIGURATION.read_text("utf-8")
    for given, here in (
        ("127.0.0.1:8000", httpx.URL(service.url).netloc.decode()),
        ("/var/cache/nginx/compound-atlas", str(folder / "cache")),
        ("/etc/compound-atlas/tls", str(folder)),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("map.example.cn", "localhost"),
    ):
        assert given in shipped, f"{CONFIGURATION} does not say {given!r} any longer"
        shipped = shipped.replace(given, here)
    (folder / "site.conf").write_text(shipped, "utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    # As root nginx would work as another user, who may not enter the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error.log;\nworker_processes 1;\n{user}\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder}/site.conf;\n}}\n",
        "utf-8",
    )


def _wait(gateway: Gateway, process: subprocess.Popen[bytes], folder: Path) -> None:
    log = folder / "error.log"
    with gateway.client() as client:
        for _ in range(100):
            said = log.read_text("utf-8") if log.exists() else ""
            assert process.poll() is None, f"nginx ended: {said}"
            try:
                client.get("/livez")
                return
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("nginx does not answer")
