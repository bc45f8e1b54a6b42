"""The application: routes, errors, static files, and the pool that lives as long as it does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import ASGIApp, Scope
from starlette_compress import CompressMiddleware, add_compress_type

from access.credentials import address as role_address
from access.credentials import installation_secret
from access.enforce import WORKER
from api import cors, errors, logs
from api.bodies import Bodies
from api.client import Proxied
from api.database import Database
from api.engines import Engines
from api.gate import Gate
from api.headers import PAGE
from api.hosts import Hosts
from api.intake import Intake
from api.middleware import Envelope
from api.parameters import Once
from api.people import People
from api.reading import Reading
from api.routes import (
    audit,
    collections,
    compounds,
    facts,
    health,
    imports,
    landing,
    notices,
    session,
    status,
    tiles,
    timeline,
)
from api.routes.collections import GEOJSON
from api.routes.landing import STATIC
from api.settings import GuardSettings, LimitSettings, ServerSettings, UploadSettings
from api.throttle import Throttle
from api.viewer import borne
from api.writes import Writes
from geo.cluster import database_url
from geo.settings import DatabaseSettings

ROUTES = (
    landing,
    health,
    collections,
    tiles,
    session,
    compounds,
    status,
    timeline,
    notices,
    imports,
    facts,
    audit,
)
DESCRIPTION = "住宅小区的星级、违规、管辖与检查。Residential compounds and their oversight."


class Assets(StaticFiles):
    """Files whose name holds a digest of what is in them never change."""

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
        return Envelope(super().build_middleware_stack())


def create_app(url: str | None = None, settings: ServerSettings | None = None) -> FastAPI:
    """The service over the database at ``url``, by default the one the settings name."""
    settings = settings or ServerSettings()
    logs.configure(settings.log_level)
    address = url or database_url(DatabaseSettings())
    secret = installation_secret()
    database = Database(address, secret, settings)
    people = People(address, secret, settings)
    engines = Engines(address, secret)
    intake = Intake(role_address(address, WORKER, secret), engines, UploadSettings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        await people.open()
        app.state.settings = settings
        app.state.database = database
        app.state.intake = intake
        app.state.people = people
        app.state.reading = Reading(engines)
        app.state.writes = Writes(engines)
        yield
        engines.close()
        intake.close()
        await people.close()
        await database.close()

    app = Service(
        title="Compound Atlas 小区图",
        description=DESCRIPTION,
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        dependencies=[Once],
    )
    errors.install(app)
    for module in ROUTES:
        app.include_router(module.router)
    app.mount("/static", Assets(directory=STATIC, check_dir=False), name="static")
    for kind in (GEOJSON, tiles.MVT, errors.PROBLEM):
        add_compress_type(kind)
    _guard(app, people, settings)
    return app


def _guard(app: FastAPI, people: People, server: ServerSettings) -> None:
    """What requests pass on their way in; the last one added is met first."""
    guard, limits = GuardSettings(), LimitSettings()
    public = server.public_url.host if server.public_url else None
    own = [name for name in (public, server.host) if name]
    app.add_middleware(CompressMiddleware)
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
