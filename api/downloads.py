"""Answers that are made while they are sent, and given up when the client leaves."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.heads import WITHOUT_BODY


@dataclass(frozen=True)
class Body:
    """Pieces of an answer, and how many bytes they are together where that is known."""

    pieces: AsyncIterator[bytes]
    size: int | None = None


Opens = Callable[[], AbstractAsyncContextManager[Body]]


class Download(Response):
    """A file whose body is opened when the answer begins, and closed in every case.

    What fails while it is opened can still be answered as a problem; what fails later breaks the
    connection, so that nobody takes half a file for a whole one. The last piece is sent when the
    body is closed: who has it all can be sure that nothing of it is left behind.
    """

    def __init__(self, opens: Opens, media_type: str, headers: Mapping[str, str]) -> None:
        """Nothing is opened yet."""
        super().__init__(None, headers=headers)
        del self.headers["content-length"]
        # Set here, so that no charset is added to it.
        self.headers["content-type"] = media_type
        self._opens = opens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the body, unless the client wants the headers only.

        Where the client leaves, ``api.leaving`` cancels this, and the body is closed.
        """
        if WITHOUT_BODY in scope:
            await send(self._start())
            await send({"type": "http.response.body", "body": b""})
            return
        await self._send(send)

    async def _send(self, send: Send) -> None:
        async with self._opens() as body:
            if body.size is not None:
                self.headers["content-length"] = str(body.size)
            await send(self._start())
            last = b""
            async for piece in body.pieces:
                if last:
                    await send({"type": "http.response.body", "body": last, "more_body": True})
                last = piece
        await send({"type": "http.response.body", "body": last, "more_body": False})

    def _start(self) -> Message:
        return {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }


def attachment(name: str, plain: str) -> dict[str, str]:
    """The header that names a file (RFC 6266): ``plain`` for those who know ASCII only.

    Nothing of either can end the header or leave the folder it is saved in.
    """
    safe = "".join(one if one.isalnum() or one in "-_.（）" else "_" for one in name)
    ascii_only = "".join(one if one.isascii() else "_" for one in plain).replace('"', "_")
    return {
        "Content-Disposition": f"attachment; filename=\"{ascii_only}\"; filename*=UTF-8''"
        f"{quote(safe, safe='')}"
    }
