"""Packs answers in the coding that the client would have. Pure ASGI.

Each coding of a body is a representation of its own with an ETag of its own (RFC 9110, 8.8.3.3):
``"7f3a"`` packed by gzip is ``"7f3a-gzip"``. Routes know the first only: the coding is taken off
what a client sends in If-None-Match and If-Match, and put back where the answer is 304.
"""

import asyncio
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import codings
from api.codings import PACKERS, Packer

SMALLEST = 1000
"""Bytes of a whole body from which on packing saves a packet on the way."""
LARGE = 64 * 1024
"""Bytes from which on packing takes milliseconds, and others are answered meanwhile."""

_TYPES = frozenset(
    {
        "application/json",
        "application/javascript",
        "application/xml",
        "application/x-ndjson",
        "application/geo+json-seq",
        "application/vnd.mapbox-vector-tile",
        "application/vnd.apache.arrow.stream",
        "application/vnd.compound-atlas.columns",
    }
)
_KINDS = ("text/",)
_SUFFIXES = ("+json", "+xml")


def packable(media_type: str) -> bool:
    """Whether bodies of a type become smaller: texts and tiles; files are packed as they are."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare in _TYPES or bare.startswith(_KINDS) or bare.endswith(_SUFFIXES)


class Compressed:
    """Packs what the application within answers."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and what is answered through an :class:`_Answer`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        coding = codings.chosen(headers.getlist("accept-encoding"))
        answer = _Answer(coding, scope["method"], headers.get("if-none-match", ""), send)
        asked: Scope = {**scope, "headers": _bare(scope["headers"], coding)}
        try:
            await self._app(asked, receive, answer.send)
        finally:
            # The log names the route, which the router writes into what it was given.
            if "route" in asked:
                scope["route"] = asked["route"]


def _bare(headers: list[tuple[bytes, bytes]], coding: str | None) -> list[tuple[bytes, bytes]]:
    """The headers with ETags as the routes know them.

    A writer has seen the same state in whatever coding; who wants to hear that nothing changed has
    the representation that would be sent now, or has not.
    """
    taken: dict[bytes, Iterable[str | None]] = {
        b"if-match": PACKERS,
        b"if-none-match": (coding,),
    }
    return [
        (name, _untold(value, taken[name]) if name in taken else value) for name, value in headers
    ]


def _untold(tags: bytes, codings_of: Iterable[str | None]) -> bytes:
    """ETags without the names of these codings."""
    text = tags.decode("latin-1")
    for one in codings_of:
        text = text if one is None else text.replace(f'-{one}"', '"')
    return text.encode("latin-1")


class _Answer:
    """One answer on its way: held back until it is known whether it comes whole or in pieces."""

    def __init__(self, coding: str | None, method: str, known: str, send: Send) -> None:
        self._coding = coding
        self._method = method
        self._known = known
        self._send = send
        self._start: Message | None = None
        self._packer: Packer | None = None

    async def send(self, message: Message) -> None:
        """Pass it on, packed where it can be."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._start is not None:
            start, self._start = self._start, None
            await self._first(start, message)
        elif self._packer is not None:
            await self._next(self._packer, message)
        else:
            await self._send(message)

    async def _begin(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        if start["status"] == 304:
            self._confirm(headers)
            await self._send(start)
            return
        whole = start["status"] >= 200 and start["status"] not in {204, 205, 206}
        if not (whole and packable(headers.get("content-type", ""))):
            await self._send(start)
            return
        headers.add_vary_header("Accept-Encoding")
        if self._coding is None or "content-encoding" in headers:
            await self._send(start)
            return
        self._start = start

    def _confirm(self, headers: MutableHeaders) -> None:
        """Name the representation that the client has."""
        headers.add_vary_header("Accept-Encoding")
        tag = headers.get("etag", "")
        named = _named(tag, self._coding)
        if tag and named != tag and named.removeprefix("W/") in self._known:
            headers["ETag"] = named

    async def _first(self, start: Message, message: Message) -> None:
        body: bytes = message.get("body", b"")
        headers = MutableHeaders(scope=start)
        if message.get("more_body", False):
            self._packer = self._open(headers)
            await self._send(start)
            await self._next(self._packer, message)
            return
        if self._method == "HEAD" and not body and "content-length" not in headers:
            # What would come in pieces is not made for nobody.
            self._open(headers)
        elif len(body) >= SMALLEST:
            message = await self._whole(headers, message)
        await self._send(start)
        await self._send(message)

    def _open(self, headers: MutableHeaders) -> Packer:
        coding = self._coding or "identity"
        self._mark(headers, coding)
        del headers["Content-Length"]
        return PACKERS[coding]()

    async def _whole(self, headers: MutableHeaders, message: Message) -> Message:
        coding, body = self._coding or "identity", message["body"]
        packed = await _away(body, lambda: codings.packed(body, coding))
        if len(packed) >= len(body):
            return message
        self._mark(headers, coding)
        headers["Content-Length"] = str(len(packed))
        return {**message, "body": packed}

    def _mark(self, headers: MutableHeaders, coding: str) -> None:
        headers["Content-Encoding"] = coding
        # They would be counted in the bare body.
        del headers["Accept-Ranges"]
        if "etag" in headers and self._method in {"GET", "HEAD"}:
            headers["ETag"] = _named(headers["etag"], coding)

    async def _next(self, packer: Packer, message: Message) -> None:
        body: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        packed = await _away(body, lambda: packer.piece(body)) if body else b""
        if not more:
            packed += packer.end()
        if packed or not more:
            await self._send({"type": "http.response.body", "body": packed, "more_body": more})


def _named(tag: str, coding: str | None) -> str:
    return tag if coding is None or not tag.endswith('"') else f'{tag[:-1]}-{coding}"'


async def _away(body: bytes, work: Callable[[], bytes]) -> bytes:
    """In a thread where it takes long: packing lets go of the interpreter."""
    return await asyncio.to_thread(work) if len(body) >= LARGE else work()
