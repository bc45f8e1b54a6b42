"""Gives up what is made for a client that has left, so that PostgreSQL stops working for it."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics


class Leaving:
    """Cancels the handler of a GET or HEAD when its client leaves, and so its query.

    Whoever writes is not given up: what has come in whole is carried out, answered or not. Pure
    ASGI.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Race the answer with the client's leaving."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        one = _One(receive, send)
        work = asyncio.ensure_future(self._app(scope, one.receive, one.send))
        gone = asyncio.create_task(one.watch())
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if one.answered:
                await asyncio.wait({work})
        finally:
            left = not work.done()
            work.cancel()
            gone.cancel()
            # Until both have ended the connection they used is not free for others.
            await asyncio.gather(work, gone, return_exceptions=True)
        if left:
            metrics.CANCELLED.add()
        with suppress(asyncio.CancelledError):
            work.result()


class _One:
    """One request: what its handler hears and sends, while we listen to the server ourselves."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._begun = False
        self._left = asyncio.Event()
        self.answered = False

    async def watch(self) -> None:
        """Return when the client has left; the body of a GET means nothing and is dropped."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._left.set()

    async def receive(self) -> Message:
        """No body, then nothing until the client leaves."""
        if not self._begun:
            self._begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Pass it on; after the last piece the server says that the client has left, too."""
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.answered = True
        await self._send(message)
