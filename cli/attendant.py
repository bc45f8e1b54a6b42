"""Keeps the worker running beside the service."""

import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

import typer

PAUSES = (1.0, 5.0, 30.0)
"""Seconds until the worker is started again; the longest once it has ended often."""
LASTING = 60.0
"""A worker that ran for so many seconds had started well."""
ENDING = 10.0


class Attendant:
    """Runs ``atlas worker`` while the block lasts, and again when it ends by itself.

    The worker ends with this process, also when that is killed: it holds the other end of a pipe.
    """

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._attend, daemon=True)

    def __enter__(self) -> Self:
        """Start the worker."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Ask the worker to end, and see that it does."""
        self._over.set()
        self._thread.join()

    def _attend(self) -> None:
        times = 0
        while not self._over.is_set():
            began = time.monotonic()
            code = self._work()
            if self._over.is_set():
                return
            times = 1 if time.monotonic() - began > LASTING else times + 1
            pause = PAUSES[min(times, len(PAUSES)) - 1]
            typer.echo(
                f"the worker ended (exit code {code}); it starts again in {pause:.0f} s", err=True
            )
            self._over.wait(pause)

    def _work(self) -> int:
        # A session of its own: Ctrl-C is for this process, which then asks the worker to end.
        with subprocess.Popen(
            [sys.executable, "-m", "cli", "worker", "--with-parent"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            while process.poll() is None and not self._over.wait(0.2):
                pass
            process.terminate()
            try:
                return process.wait(ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait()
