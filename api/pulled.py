"""Batches that a thread takes from the event loop, one after another, until it is stopped."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import partial
from typing import Any


class Stopped(Exception):  # noqa: N818 - it is no error
    """Nobody waits any longer for what the thread makes."""


async def following[T](given: AsyncIterator[T]) -> T | None:
    """The next, or None where there is none."""
    async for one in given:
        return one
    return None


class Pulled[T]:
    """An iterator for a thread over what an asynchronous one gives in the loop.

    What that one raises is raised in the thread.
    """

    def __init__(self, given: AsyncIterator[T], loop: asyncio.AbstractEventLoop) -> None:
        """``given`` belongs to ``loop``."""
        self._given = given
        self._loop = loop
        self._stopped = False
        self._waiting: Future[T | None] | None = None

    def __iter__(self) -> Iterator[T]:
        """Each in turn; Stopped once :meth:`stop` was called."""
        while True:
            self._waiting = asyncio.run_coroutine_threadsafe(self._next(), self._loop)
            try:
                found = self._waiting.result()
            except CancelledError:
                raise Stopped from None
            if found is None:
                return
            yield found

    def stop(self) -> None:
        """Have the thread end as soon as it asks, or waits, for the next."""
        self._stopped = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def _next(self) -> T | None:
        if self._stopped:
            raise Stopped
        return await following(self._given)


async def in_thread[T](given: AsyncIterator[T], work: Callable[[Iterator[T]], Any]) -> None:
    """Run ``work`` over the batches in a thread; it has ended when this returns or raises."""
    pulled = Pulled(given, asyncio.get_running_loop())
    thread = asyncio.ensure_future(asyncio.to_thread(partial(work, iter(pulled))))
    try:
        await asyncio.shield(thread)
    except asyncio.CancelledError:
        pulled.stop()
        await _ended(thread)
        raise


async def _ended(thread: asyncio.Future[Any]) -> None:
    """Wait for a thread, however often we are cancelled meanwhile."""
    while not thread.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({thread})
    thread.exception()  # it is of no interest any longer, and need not be logged
