"""What is written to a connection in one go leaves in one piece.

uvicorn writes the head of an answer and its body apart. Each write wakes whoever reads, who finds
half an answer (decision 122 has what that costs).
"""

from asyncio import AbstractEventLoop, Transport
from typing import Any

LARGEST = 64 * 1024
"""Bytes that are joined; what is larger is handed over at once, so that flow control sees it."""


class Joined:
    """A transport that hands over what was written when whoever wrote it has come to an end."""

    __slots__ = ("_loop", "_pieces", "_size", "_transport")

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        """Wrap a transport of a loop."""
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transport can."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write soon, together with what comes before that."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)
        self._size += len(data)
        if self._size > LARGEST:
            self._flush()

    def close(self) -> None:
        """Close when all is written."""
        self._flush()
        self._transport.close()

    def write_eof(self) -> None:
        """End the writing when all is written."""
        self._flush()
        self._transport.write_eof()

    def _flush(self) -> None:
        pieces, self._pieces, self._size = self._pieces, [], 0
        # Who went meanwhile gets nothing; to write to a closed transport would be an error.
        if pieces and not self._transport.is_closing():
            self._transport.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))
