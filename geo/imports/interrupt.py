"""Breaks off what a thread does in the database when it is asked to end."""

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import psycopg2
from sqlalchemy import Engine, event

SECONDS = 0.5


class Interrupt:
    """Cancels the statements of an engine's connections from the moment ``should_end`` says so.

    The engine is disposed of at the end of the block.
    """

    def __init__(self, engine: Engine, should_end: Callable[[], bool]) -> None:
        """Watch the connections the engine will make."""
        self.engine = engine
        self._should_end = should_end
        self._connections: list[Any] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        event.listen(engine, "connect", self._connected)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Leave the connections alone and close them."""
        self._over.set()
        self._thread.join()
        self.engine.dispose()

    def _connected(self, connection: Any, _record: object) -> None:
        self._connections.append(connection)

    def _watch(self) -> None:
        while not self._over.wait(SECONDS):
            if self._should_end():
                for connection in list(self._connections):
                    with contextlib.suppress(psycopg2.Error):
                        connection.cancel()
