"""Worker processes of one service, which tell each other what they counted.

Each listens on a Unix socket of its own in a folder that only the service's user may enter, named
by the number of its process. Whoever is scraped asks the others. What a worker that has ended
counted goes with it, as Prometheus expects of a process that starts anew.
"""

import asyncio
import os
from asyncio import Server, StreamReader, StreamWriter
from pathlib import Path

import structlog

from api import metrics

SECONDS = 1.0
"""How long one may take to tell: a process that hangs must not keep the others from being seen."""

log = structlog.get_logger()


class Workers:
    """This process among the others; alone where there is no folder."""

    def __init__(self, folder: Path | None) -> None:
        """Nobody can ask yet: see :meth:`open`."""
        self._folder = folder
        self._server: Server | None = None

    async def open(self) -> None:
        """Tell whoever asks from now on."""
        if self._folder is not None:
            own = self._own(self._folder)
            own.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(_tell, own)

    async def close(self) -> None:
        """Tell nobody any longer."""
        if self._folder is not None and self._server is not None:
            self._own(self._folder).unlink(missing_ok=True)
            self._server.close()

    async def text(self) -> str:
        """What all of them counted, and of how many that is."""
        others = [] if self._folder is None else sorted(self._folder.glob("*.socket"))
        found = await asyncio.gather(
            *(_asked(one) for one in others if one != self._own(one.parent))
        )
        texts = [metrics.text(), *(one for one in found if one is not None)]
        return metrics.together(texts) + (
            "# HELP atlas_workers Worker processes that this tells of.\n"
            f"# TYPE atlas_workers gauge\natlas_workers {len(texts)}\n"
        )

    @staticmethod
    def _own(folder: Path) -> Path:
        return folder / f"{os.getpid()}.socket"


async def _tell(_reader: StreamReader, writer: StreamWriter) -> None:
    try:
        writer.write(metrics.text().encode())
        await writer.drain()
    finally:
        writer.close()


async def _asked(path: Path) -> str | None:
    """What another tells; None where it has ended, or takes too long."""
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return (await reader.read(-1)).decode()
            finally:
                writer.close()
    except (ConnectionRefusedError, FileNotFoundError):
        # It was killed: who ends by itself takes the socket away.
        path.unlink(missing_ok=True)
    except (TimeoutError, OSError) as error:
        log.warning("a worker does not tell its counts", error=type(error).__name__)
    return None
