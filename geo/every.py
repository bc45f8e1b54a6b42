"""Does something every second in a thread, as long as a block lasts."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS = 1.0
"""Between the end of a round and the beginning of the next."""
AFTER_FAILURE = 60.0
"""Seconds until a round that failed is tried again."""


@contextmanager
def second(
    work: Callable[[threading.Event], object], log: logging.Logger, failing: str
) -> Iterator[None]:
    """Begin rounds of ``work`` at once and end them with the block.

    The event it is given is set when the block ends, for what takes long to break off. Whatever a
    round raises is logged as ``failing`` and a colon.
    """
    over = threading.Event()
    thread = threading.Thread(target=_rounds, args=(work, over, log, failing), name=failing)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _rounds(
    work: Callable[[threading.Event], object],
    over: threading.Event,
    log: logging.Logger,
    failing: str,
) -> None:
    pause = 0.0
    while not over.wait(pause):
        try:
            work(over)
            pause = SECONDS
        except Exception as error:
            log.error("%s: %s", failing, error)
            pause = AFTER_FAILURE
