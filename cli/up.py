"""``atlas up``: from whatever state the machine is in to a map that answers."""

import contextlib
import errno
import ipaddress
import os
import signal
import socket
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from types import FrameType

import typer
import uvicorn
from sqlalchemy import Engine, exists, select
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from access import demo
from access.addresses import is_loopback
from access.oidc.settings import registration
from api.serving import OPTIONS
from api.settings import GuardSettings, ServerSettings, SharedSettings
from api.shared import client
from cli.attendant import Attendant
from cli.prepared import prepare
from geo import indexes
from geo.cluster import private_cluster
from geo.connection import check_connection, shown_url
from geo.database import engine
from geo.demonstration import is_on
from geo.errors import AtlasError
from geo.models.compounds import Compound
from geo.models.places import District
from geo.settings import DatabaseSettings
from oversight.store.lacking import lacking

YINCHUAN = "640100"  # its code in GB/T 2260
SOON = 20_000
"""Compounds whose statuses are made while one waits; more are left to ``atlas refresh``."""


def run() -> None:
    """Prepare the database where needed, then serve the map until Ctrl-C."""
    server, database = ServerSettings(), DatabaseSettings()
    _tell_of_hosts(server, GuardSettings())
    registration()  # half a provider is told of before anything is done
    client(SharedSettings())  # and so is an address that is none
    signal.signal(signal.SIGTERM, _interrupt)
    with _listening(server.host, server.port) as listener, _database(database) as url:
        _prepare(url, server.host)
        os.environ["ATLAS_DATABASE_URL"] = url
        with Attendant():
            _serve(server, listener)


def _tell_of_hosts(server: ServerSettings, guard: GuardSettings) -> None:
    """Say so where others can connect but no name is known under which they are answered."""
    with contextlib.suppress(ValueError):
        everywhere = ipaddress.ip_address(server.host).is_unspecified
        if everywhere and not (guard.allowed_hosts or server.public_url):
            typer.echo(
                "others will be refused: set ATLAS_ALLOWED_HOSTS to the names or addresses under "
                "which they reach this service"
            )


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Let SIGTERM unwind as Ctrl-C does, so that what was started is stopped."""
    raise KeyboardInterrupt


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Hold the address from the start, so that a taken port is told before anything is done."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        # Named, as asyncio sends at once (TCP_NODELAY) only where it sees that it is TCP.
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise AtlasError(_cannot_listen(host, port, error)) from None
    with listener:
        yield listener


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: set ATLAS_PORT to another, or end what uses it"
    if error.errno == errno.EACCES:
        return f"port {port} may only be used by root: set ATLAS_PORT to one above 1023"
    return f'no listening on "{host}" ({error.strerror}): set ATLAS_HOST to this machine\'s address'


@contextlib.contextmanager
def _database(settings: DatabaseSettings) -> Iterator[str]:
    """The address of a usable database; a private server that was started here ends here.

    One that others still use, or that ran before, is left running.
    """
    if settings.database_url:
        url = settings.database_url
        _step(f"database {shown_url(url)}", lambda: check_connection(url))
        yield url
        return
    cluster = private_cluster(settings)
    ran_before = cluster.status().running

    def start() -> None:
        cluster.start()
        cluster.ensure_database()

    try:
        _step("private database server", start)
        yield cluster.url()
    finally:
        if not ran_before and not cluster.in_use():
            cluster.stop()


def _prepare(url: str, host: str) -> None:
    """Bring schema and contents to where the map can be served; what is done stays as it is."""
    target = engine(url)
    try:
        prepare(target, _step, _fill_if_empty)
        with target.connect() as connection:
            indexes.check(connection)
        _assess_if_lacking(target)
        _refuse_open_demonstration(target, host)
    finally:
        target.dispose()


def _fill_if_empty(target: Engine) -> None:
    """Put Yinchuan and its sample city where there are no compounds and no other city."""
    cities = _cities(target)
    if _has_compounds(target) or cities - {YINCHUAN}:
        return
    from geo import boundaries, sample  # noqa: PLC0415 - a second start need not load GeoPandas

    if not cities:
        _step("boundaries of Yinchuan", lambda: boundaries.add_city(target, YINCHUAN))
    _step("sample city", lambda: sample.build(target))
    with target.begin() as connection:
        demo.start(connection)


def _assess_if_lacking(target: Engine) -> None:
    """Make the statuses of cities that have none, or those of an earlier policy."""
    with target.connect() as connection:
        found = lacking(connection)
    compounds = sum(one.compounds for one in found)
    if compounds > SOON:
        typer.echo(f"{compounds:,} compounds have no status of today's policy: run atlas refresh")
    elif found:
        from oversight.store.rebuild import rebuild  # noqa: PLC0415 - not needed a second time

        _step("statuses", lambda: rebuild(target, cities=[one.city for one in found]))


def _refuse_open_demonstration(target: Engine, host: str) -> None:
    """Anybody who reaches a demonstration may act in every role."""
    with target.connect() as connection:
        if not is_loopback(host) and is_on(connection):
            raise AtlasError(
                f"the demonstration is for this machine only, not for ATLAS_HOST={host}: "
                "atlas demo end, then atlas users add --admin"
            )


def _cities(target: Engine) -> set[str]:
    with target.connect() as connection:
        return set(connection.scalars(select(District.city_code).distinct()))


def _has_compounds(target: Engine) -> bool:
    with target.connect() as connection:
        return bool(connection.scalar(select(exists(select(Compound.id)))))


def _step(name: str, work: Callable[[], object]) -> None:
    """Do one step and say how long it took."""
    began = time.perf_counter()
    work()
    typer.echo(f"{name:.<40} {time.perf_counter() - began:5.1f} s")


def _serve(settings: ServerSettings, listener: socket.socket) -> None:
    """Serve until a signal comes; the address is printed once the service is ready."""
    config = uvicorn.Config(**OPTIONS, workers=settings.workers)
    host, port = listener.getsockname()[:2]
    shown = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    threading.Thread(target=_announce, args=(shown,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        if not (_workers if settings.workers > 1 else _worker)(config, listener):
            raise AtlasError("the service did not start: the reason stands above")
    typer.echo("stopped")


def _worker(config: uvicorn.Config, listener: socket.socket) -> bool:
    """Serve in this process until a signal comes; tells whether the service started."""
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return server.started


def _workers(config: uvicorn.Config, listener: socket.socket) -> bool:
    """The same with processes of their own."""
    supervisor = Multiprocess(config, sockets=[listener])
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        os.environ.setdefault("ATLAS_METRICS_FOLDER", folder)
        supervisor.run()
    return not any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)


def _announce(address: str) -> None:
    began = time.perf_counter()
    reachable = address.replace("//0.0.0.0", "//127.0.0.1").replace("//[::]", "//[::1]")
    while True:
        with contextlib.suppress(OSError):  # of which refusals and error statuses are kinds
            urllib.request.urlopen(f"{reachable}/readyz", timeout=5).close()  # noqa: S310 - our own address
            break
        time.sleep(0.05)
    typer.echo(f"{'server':.<40} {time.perf_counter() - began:5.1f} s")
    typer.echo(f"\nThe map is at {reachable} (Ctrl-C ends it)")
