"""The application: routes, errors, static files, and the pool that lives as long as it does."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from access.credentials import address as role_address
from access.credentials import derived, installation_secret
from access.enforce import INTAKE, LOGINS
from access.oidc.settings import registration
from access.roles import PUBLIC
from api import cors, described, errors, logs
from api.bodies import Bodies
from api.cache import Cache, Cached, Kept
from api.changes import Changes
from api.client import Proxied
from api.compression import Compressed
from api.database import Database
from api.direct import Direct
from api.engines import Engines
from api.exports import Exports
from api.gate import Gate
from api.headers import PAGE
from api.heads import Heads
from api.hosts import Hosts
from api.intake import Intake
from api.leaving import Leaving
from api.middleware import Envelope
from api.parameters import Once
from api.people import People
from api.reading import Reading
from api.readings import Readings
from api.routes import (
    audit,
    collections,
    columns,
    compounds,
    conformance,
    editing,
    exports,
    facts,
    features,
    health,
    imports,
    landing,
    metrics,
    notices,
    oidc,
    pictures,
    session,
    status,
    styles,
    summaries,
    tiles,
    timeline,
    wmts,
)
from api.routes.landing import STATIC
from api.settings import (
    ExportSettings,
    GuardSettings,
    LimitSettings,
    ServerSettings,
    SharedSettings,
    UploadSettings,
)
from api.shared import Shared
from api.sign_on import SignOn
from api.throttle import Throttle
from api.viewer import borne
from api.workers import Workers
from api.writes import Writes
from geo.cluster import database_url
from geo.database import asyncpg_dsn
from geo.settings import DatabaseSettings

# Those that are asked most come first: each is looked at in turn.
ROUTES = (
    tiles,
    features,
    landing,
    conformance,
    health,
    metrics,
    collections,
    exports,
    columns,
    pictures,
    wmts,
    styles,
    session,
    oidc,
    compounds,
    status,
    timeline,
    summaries,
    notices,
    imports,
    facts,
    editing,
    audit,
)
DESCRIPTION = "住宅小区的星级、违规、管辖与检查。Residential compounds and their oversight."


class Assets(StaticFiles):
    """Files whose name holds a digest of what is in them never change."""

    async def check_config(self) -> None:
        """Where the page was not built there are no files: 404, and not an error of ours."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, kept for good where its name is its version."""
        response = await super().get_response(path, scope)
        hashed = path.startswith("assets/") and response.status_code in (200, 304)
        response.headers.update(PAGE)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        return response


class Service(FastAPI):
    """FastAPI within the envelope, which so answers for its outermost errors too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Everything that a request passes, outermost first."""
        self.router.middleware_stack = Direct(self.router.middleware_stack)
        return Envelope(super().build_middleware_stack())


def create_app(url: str | None = None, settings: ServerSettings | None = None) -> FastAPI:
    """The service over the database at ``url``, by default the one the settings name."""
    settings = settings or ServerSettings()
    logs.configure(settings.log_level)
    address = url or database_url(DatabaseSettings())
    secret = installation_secret()
    database = Database(address, secret, settings)
    people = People(address, secret, settings)
    registered = registration()
    sign_on = None if registered is None else SignOn.of(registered, secret)
    engines = Engines(address, secret, settings.write_statement_seconds)
    intake = Intake(role_address(address, INTAKE, secret), engines, UploadSettings())
    cache = Cache(settings.cache_megabytes * 1_000_000, Shared.named(SharedSettings(), secret))
    # Who may read what the public may read may hear that it changed.
    hearing = role_address(address, LOGINS[PUBLIC], secret)
    changes = Changes(asyncpg_dsn(hearing), cache, database.beyond)
    workers = Workers(settings.metrics_folder)
    exports_of = Exports(database, engines, ExportSettings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        await people.open()
        await workers.open()
        app.state.settings = settings
        app.state.workers = workers
        app.state.etag_key = etag_key = derived(secret, "etags")
        app.state.database = database
        app.state.exports = exports_of
        app.state.intake = intake
        app.state.people = people
        app.state.sign_on = sign_on
        app.state.reading = Reading(engines)
        app.state.writes = Writes(engines, etag_key)
        app.state.readings = readings = Readings(people)
        keeping = asyncio.create_task(readings.keep())
        listening = asyncio.create_task(changes.listen())
        _settle()
        yield
        await _ended(listening)
        await cache.close()
        readings.end()
        await keeping
        engines.close()
        intake.close()
        if sign_on is not None:
            await sign_on.provider.close()
        await workers.close()
        await people.close()
        await database.close()

    app = Service(
        title="Compound Atlas 小区图",
        description=DESCRIPTION,
        version="0.1.0",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Once],
        responses=errors.RESPONSES,
        openapi_tags=described.TAGS,
    )
    errors.install(app)
    _route(app)
    _guard(app, people, settings, cache)
    return app


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _settle() -> None:
    """Keep what is there for good, such as routes and their models, out of later collections.

    One that looked through them all would keep every request waiting for a third of a second.
    """
    gc.collect()
    gc.freeze()


def _route(app: FastAPI) -> None:
    for module in ROUTES:
        app.include_router(module.router)
    app.mount("/static", Assets(directory=STATIC, check_dir=False), name="static")


def _guard(app: FastAPI, people: People, server: ServerSettings, cache: Cache) -> None:
    """What requests pass on their way in; the last one added is met first."""
    guard, limits = GuardSettings(), LimitSettings()
    public = server.public_url.host if server.public_url else None
    own = [name for name in (public, server.host) if name]
    app.add_middleware(Heads)
    app.add_middleware(Compressed)
    app.add_middleware(Cached, cache=cache)
    # Before the cache, which draws on for those who still wait.
    app.add_middleware(Leaving)
    app.add_middleware(Kept, cache=cache)
    app.add_middleware(Bodies, seconds=limits.body_seconds)
    app.add_middleware(Throttle, settings=limits, person=partial(_asking, people))
    if guard.cors_origins:
        app.add_middleware(cors.CrossOrigin, **cors.rules(guard.cors_origins))
    app.add_middleware(Gate, hosts=Hosts([*guard.allowed_hosts, *own]))
    app.add_middleware(Proxied, proxies=guard.proxies, header=guard.proxy_headers)


def _asking(people: People, scope: Scope) -> int | None:
    """The account whose token a request bears, where it was seen to hold a little ago."""
    token = borne(Request(scope))
    return None if token is None else people.recent(token)
