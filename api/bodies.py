"""How much body a request may have, and how long it may take to come; uploads see to themselves."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import budgets
from api.errors import document

LARGEST_BODY = 64 * 1024
"""Bytes of a body; the largest fact is a few texts of 4,000 characters."""


class Bodies:
    """Counts bodies while they come, whatever their Content-Length says. Pure ASGI."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """``seconds`` is how long a whole body may take."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too large by its own word; watch the rest."""
        app = self._app
        if scope["type"] == "http" and budgets.of(scope) != "uploads":
            headers = Headers(scope=scope)
            length = headers.get("content-length")
            if length is not None and (not length.isdigit() or int(length) > LARGEST_BODY):
                app = document(Request(scope), 413, _TOO_LARGE)
            elif length is not None or "transfer-encoding" in headers:
                receive = _Watched(receive, self._seconds)
        await app(scope, receive, send)


class _Watched:
    """A body that is counted and timed."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._until: float | None = None
        self._size = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(
                408,
                f"the body did not come within {self._seconds:g} s",
                headers={"Connection": "close"},
            ) from None
        self._size += len(message.get("body", b""))
        if self._size > LARGEST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        self._whole = not message.get("more_body", False)
        return message


_TOO_LARGE = (
    f"the body is longer than {LARGEST_BODY} bytes; files are sent to /imports, facts one by one"
)
