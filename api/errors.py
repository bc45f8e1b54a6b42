"""Errors as problem documents (RFC 9457): what, which, and the way out."""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api import etags
from geo.errors import AtlasError
from oversight.writing.refusals import Busy, Conflict, Forbidden, Refusal, Stale, Unknown

PROBLEM = "application/problem+json"
_NOT_KNOWN = "the {} {!r} is not known here; /docs lists those that are"

_DOCUMENT: dict[str, Any] = {
    "description": "What was wrong, which, and the way out (RFC 9457)",
    "content": {
        PROBLEM: {
            "schema": {
                "type": "object",
                "required": ["title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "instance": {"type": "string"},
                    "request_id": {"type": "string"},
                    "parameter": {"type": "string"},
                },
            }
        }
    },
}
RESPONSES: dict[int | str, dict[str, Any]] = {"4XX": _DOCUMENT, "5XX": _DOCUMENT}
"""What any route may answer instead, for the description of the API."""


def besides(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The same of a route that tells what is wrong with a request in other forms as well."""
    content = {name: {"schema": {"type": "string"}} for name in media_types}
    told = {**_DOCUMENT, "content": {**content, **_DOCUMENT["content"]}}
    return {"4XX": told, "5XX": told}


log = structlog.get_logger()


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer other than what was asked for; ``parameter`` names what was wrong with the call."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        parameter: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Keep what the document will say, and the headers it comes with."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.headers = headers


def not_known(parameter: str) -> Problem:
    """A parameter that a route does not take, where its other parameters are right."""
    return Problem(400, _NOT_KNOWN.format("parameter", parameter), parameter=parameter)


@contextmanager
def calculated() -> Iterator[None]:
    """Where a filter is worked out: a calculation that leaves the range of numbers is its fault."""
    try:
        yield
    except asyncpg.DataError as error:
        raise Problem(400, f"filter: cannot be calculated: {error}", parameter="filter") from None


def install(app: FastAPI) -> None:
    """Turn every error the routes may raise into a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(AtlasError, _unavailable)
    app.add_exception_handler(Refusal, _refused)
    for kind in (
        ConnectionError,
        TimeoutError,
        socket.gaierror,
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InternalClientError,
        asyncpg.DeadlockDetectedError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InterfaceError,
        OperationalError,
        PoolTimeoutError,
        ConnectorException,
    ):
        app.add_exception_handler(kind, _unavailable)
    app.add_exception_handler(asyncpg.QueryCanceledError, _too_slow)
    app.add_exception_handler(DBAPIError, _lost)
    app.add_exception_handler(Exception, _unexpected)


def document(
    request: Request,
    status: int,
    detail: str,
    *,
    parameter: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The problem document itself."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.scope["path"],
        "request_id": request.scope.get("request_id"),
    }
    if parameter is not None:
        body["parameter"] = parameter
    # Some errors may be kept by caches unless they are told not to (RFC 9110, 15.1).
    told = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(body, status, headers=told, media_type=PROBLEM)


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - told to mypy
    return document(
        request, error.status, error.detail, parameter=error.parameter, headers=error.headers
    )


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - told to mypy
    first = error.errors()[0]
    name = _named(first["loc"])
    if first["loc"][0] == "path" and name.endswith("_id"):
        # OGC API Features, 7.5.1: what a path names wrongly is not there.
        what = f"{name} = {_shortened(first['input'])}: there is none; numbers from 1 on are given"
        return document(request, 404, what, parameter=name)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        detail = _NOT_KNOWN.format("field" if first["loc"][0] == "body" else "parameter", name)
    elif first["type"] == "json_invalid":
        name, detail = "body", f"the body is not JSON: {first['ctx']['error']}"
    elif isinstance(first.get("input"), dict) or (
        first["loc"][0] == "body" and "person" in first["loc"]
    ):
        # What was sent may hold personal data, which no answer repeats.
        detail = f"{name}: {message}"
    else:
        detail = f"{name} = {_shortened(first.get('input'))}: {message}"
    return document(request, 400, detail, parameter=name)


def _named(place: Sequence[str | int]) -> str:
    """What was wrong, by its name; a field of a part is named with the part."""
    names = [one for one in place if isinstance(one, str)]
    parts = ("person", "violation")
    return ".".join(names[-2:] if len(names) > 1 and names[-2] in parts else names[-1:])


def _shortened(given: Any, longest: int = 200) -> str:
    shown = repr(given)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


_REFUSED = ((Unknown, 404), (Forbidden, 403), (Conflict, 409), (Stale, 412), (Busy, 503))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101 - told to mypy
    status = next((status for kind, status in _REFUSED if isinstance(error, kind)), 422)
    headers = {}
    if isinstance(error, Stale):
        headers["ETag"] = etags.keyed(request.app.state.etag_key, error.digest)
    if isinstance(error, Busy):
        headers["Retry-After"] = "2"
    return document(request, status, str(error), parameter=error.field, headers=headers)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - told to mypy
    return _stated(request, error)


def _stated(request: Request, error: HTTPException) -> JSONResponse:
    detail = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.scope['path']}"
    headers = dict(error.headers) if error.headers else None
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": ", ".join(_methods(request))}
    return document(request, error.status_code, detail, headers=headers)


def _methods(request: Request) -> list[str]:
    """The methods that are there at all; each is a route of its own, HEAD goes where GET does."""
    path = request.scope["path"]
    found = {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.path and _pattern(route.path).match(path)
        for method in getattr(route, "methods", None) or ()
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return compile_path(path)[0]


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    log.warning("database unavailable", error=type(error).__name__)
    return document(
        request,
        503,
        "the database does not answer at the moment; try again in a few seconds",
        headers={"Retry-After": "5"},
    )


async def _lost(request: Request, error: Exception) -> JSONResponse:
    """A driver's error of whatever kind, where the connection went with it."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return await _unavailable(request, error)
    raise error


async def _too_slow(request: Request, _error: Exception) -> JSONResponse:
    return document(
        request, 503, "the query took too long and was ended; ask for a smaller area or fewer rows"
    )


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """What no route and no other handler answered, raised in middleware too."""
    if isinstance(error, HTTPException):
        return _stated(request, error)
    return document(
        request, 500, "something went wrong on our side; the log has it under this request id"
    )
