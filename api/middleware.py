"""What every answer carries: a request id, a line in the log, headers that keep browsers strict."""

import secrets
import time
from traceback import extract_tb

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics
from api.headers import HEADERS, TRANSPORT

log = structlog.get_logger()

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Envelope:
    """Outermost, so that errors of what lies within are answered and logged alike. Pure ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the request an id, answer with the headers, log one line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = secrets.token_hex(8)
        began = time.perf_counter()
        spent = metrics.begin()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                _complete(scope, headers)
                # How long a refusal took could tell a hidden row from a missing one.
                if status < 400:
                    total = time.perf_counter() - began
                    headers["Server-Timing"] = (
                        f"db;dur={spent.database * 1000:.1f}, total;dur={total * 1000:.1f}"
                    )
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # It is answered already; the server would write the whole of it into the log.
            _log_error(scope, error)
        finally:
            took = time.perf_counter() - began
            _count(scope, status, took)
            log.info(
                "request",
                method=scope["method"],
                route=_route(scope),
                status=status,
                milliseconds=round(took * 1000, 1),
                database_milliseconds=round(spent.database * 1000, 1),
                request_id=scope["request_id"],
            )


def _complete(scope: Scope, headers: MutableHeaders) -> None:
    headers["X-Request-Id"] = scope["request_id"]
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault(*TRANSPORT)
    if not scope["path"].startswith("/static/"):
        _keep_apart(scope, headers)


def _keep_apart(scope: Scope, headers: MutableHeaders) -> None:
    """No cache on the way may give one person what another was answered."""
    headers.add_vary_header("Authorization, Cookie")
    bears = any(name in {b"authorization", b"cookie"} for name, _ in scope["headers"])
    if bears and "no-store" not in headers.get("cache-control", ""):
        headers["Cache-Control"] = "private, no-cache"


def _route(scope: Scope) -> str | None:
    """The route as it is declared: a path or a query may hold what somebody searched for."""
    return getattr(scope.get("route"), "path", None)


def _count(scope: Scope, status: int, took: float) -> None:
    """Only methods and routes that are declared: labels that anybody could make would not end."""
    route = _route(scope) or ("/static" if scope["path"].startswith("/static/") else "none")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    metrics.REQUESTS.add(route=route, method=method, status=str(status or "left"))
    metrics.SECONDS.add(took, route=route)


def _log_error(scope: Scope, error: Exception) -> None:
    # Where and of what kind, never the message: a database quotes the values it refuses.
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 5:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    driver = getattr(error, "orig", error)
    frames = extract_tb(error.__traceback__)[-12:]
    log.error(
        "unexpected error",
        kinds=kinds,
        sqlstate=getattr(driver, "sqlstate", None) or getattr(driver, "pgcode", None),
        at=[f"{one.filename}:{one.lineno} {one.name}" for one in frames],
        route=_route(scope),
        request_id=scope["request_id"],
    )
