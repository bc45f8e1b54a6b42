"""Errors as problem documents (RFC 9457): what, which, and the way out."""

import socket
from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from geo.errors import AtlasError

PROBLEM = "application/problem+json"

log = structlog.get_logger()


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer other than what was asked for; ``parameter`` names what was wrong with the call."""

    def __init__(self, status: int, detail: str, *, parameter: str | None = None) -> None:
        """Keep what the document will say."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter


def install(app: FastAPI) -> None:
    """Turn every error the routes may raise into a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(AtlasError, _unavailable)
    for kind in (
        ConnectionError,
        TimeoutError,
        socket.gaierror,
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InterfaceError,
        OperationalError,
        ConnectorException,
    ):
        app.add_exception_handler(kind, _unavailable)
    app.add_exception_handler(asyncpg.QueryCanceledError, _too_slow)
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
        "instance": request.url.path,
        "request_id": request.scope.get("request_id"),
    }
    if parameter is not None:
        body["parameter"] = parameter
    return JSONResponse(body, status, headers=headers, media_type=PROBLEM)


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - told to mypy
    return document(request, error.status, error.detail, parameter=error.parameter)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - told to mypy
    first = error.errors()[0]
    name = str(first["loc"][-1])
    if first["type"] == "extra_forbidden":
        detail = f"the parameter {name!r} is not known here; /docs lists those that are"
    else:
        message = first["msg"].removeprefix("Value error, ")
        detail = f"{name} = {first.get('input')!r}: {message}"
    return document(request, 400, detail, parameter=name)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - told to mypy
    detail = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}"
    headers = dict(error.headers) if error.headers else None
    return document(request, error.status_code, detail, headers=headers)


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    log.warning("database unavailable", error=type(error).__name__)
    return document(
        request,
        503,
        "the database does not answer at the moment; try again in a few seconds",
        headers={"Retry-After": "5"},
    )


async def _too_slow(request: Request, _error: Exception) -> JSONResponse:
    return document(
        request, 503, "the query took too long and was ended; ask for a smaller area or fewer rows"
    )


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    return document(
        request, 500, "something went wrong on our side; the log has it under this request id"
    )
