"""The connection itself: what uvicorn and its parser do not limit (sizes, times, numbers).

llhttp refuses broken framing: wrong, negative or repeated Content-Length, one beside
Transfer-Encoding, folded headers, control characters. It has no limits: a head of any length is
kept, and waited for without end.
"""

import secrets
from asyncio import BaseTransport, TimerHandle
from functools import cache
from http import HTTPStatus

import orjson
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.headers import HEADERS, lines
from api.joined import Joined
from api.settings import LimitSettings

LONGEST_TARGET = 8 * 1024
"""Bytes of path and query (RFC 9110, 4.1 asks for 8,000 at least)."""
LARGEST_HEAD = 32 * 1024
"""Bytes of a request line with its headers."""
MOST_HEADERS = 100
LINGER_SECONDS = 5.0
"""How long what nobody reads is still taken off the wire after the answer: a client that is
sending would otherwise lose the answer to a reset connection."""

log = structlog.get_logger()
limits = cache(LimitSettings)


class _Refused(Exception):  # noqa: N818 - as Problem
    """Ends the parser's work; says what the client is told."""


class Protocol(HttpToolsProtocol):
    """One connection. Times are counted by the event loop; nothing is kept beyond the limits."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Start waiting for the first head, unless there are too many connections."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.transport = Joined(self.transport, self.loop)  # type: ignore[assignment]
        self._refusal: tuple[int, str] = (400, "the request is not well-formed HTTP/1.1")
        self._ended = False
        self._between = True
        self._moved = False
        self._pending = 0
        self._head: TimerHandle | None = None
        self._slow: TimerHandle | None = None
        self._rest: TimerHandle | None = None
        if len(self.connections) > limits().connections:
            self._answer(503, "there are too many connections; try again in a few seconds")
            self.transport.close()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        for timer in (self._head, self._slow, self._rest):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and count what has not become anything yet."""
        if self._ended:
            return
        self._moved = False
        super().data_received(data)
        self._pending = 0 if self._moved else self._pending + len(data)
        if self._pending > LARGEST_HEAD and not self._ended:
            self._refuse(431, f"the headers are longer than {LARGEST_HEAD} bytes")
        if self._between and not self._moved:
            self._await_head()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._moved = True
        super().on_message_begin()
        self._await_head()

    def on_url(self, url: bytes) -> None:
        """Keep a piece of the target, if it does not grow too long."""
        super().on_url(url)
        if len(self.url) > LONGEST_TARGET:
            self._refusal = (414, f"the address is longer than {LONGEST_TARGET} bytes")
            raise _Refused

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what comes after a body is left out: it would pass unchecked."""
        if self._between:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: measure it, then answer."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._refusal = (
                431,
                f"there may be {MOST_HEADERS} headers of {LARGEST_HEAD} bytes together",
            )
            raise _Refused
        self._moved, self._between = True, False
        self._stop_head()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body."""
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._moved, self._between = True, True
        if self._rest is not None and not self._ended:
            self._rest.cancel()
            self._rest = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is sent; a body that is still coming has a few seconds to end."""
        super().on_response_complete()
        if not self._between and self._rest is None:
            self._rest = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def pause_writing(self) -> None:
        """The client does not take what was sent."""
        super().pause_writing()
        if self._slow is None:
            self._slow = self.loop.call_later(limits().send_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client takes it again."""
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser, or one of the limits above, refused."""
        self._refuse(*self._refusal)

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade is an offer: the request is answered as it is (RFC 9110, 7.8)."""

    def _await_head(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(limits().head_seconds, self._head_is_late)

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _head_is_late(self) -> None:
        self._head = None
        if self.flow.read_paused:
            # It is we who do not read, while an earlier request is answered.
            self._await_head()
        else:
            self._refuse(408, f"no whole request came within {limits().head_seconds:g} s")

    def _refuse(self, status: int, detail: str) -> None:
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self._between or self.pipeline or cycle.response_started:
                # An answer to an earlier request is due; this one would be taken for it.
                self._ended = True
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self._answer(status, detail)

    def _answer(self, status: int, detail: str) -> None:
        """A problem document (RFC 9457), as the application would send, and the end."""
        request = secrets.token_hex(8)
        phrase = HTTPStatus(status).phrase
        body = orjson.dumps(
            {
                "type": "about:blank",
                "title": phrase,
                "status": status,
                "detail": detail,
                "request_id": request,
            }
        )
        headers = {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
            "X-Request-Id": request,
            **HEADERS,
        }
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = "2"
        head = f"HTTP/1.1 {status} {phrase}\r\n".encode()
        self.transport.write(b"".join((head, lines(headers.items()), b"\r\n", body)))
        log.info("request", method=None, route=None, status=status, request_id=request)
        self._end()

    def _end(self) -> None:
        """Say no more; hear the client out, but not for long."""
        self._ended = True
        self._stop_head()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        if self._rest is None:
            self._rest = self.loop.call_later(LINGER_SECONDS, self.transport.close)
