"""What the service writes: uploads onto the queue and off it, held rows into a spreadsheet."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Depends, Request

from access.audit import Writer
from access.exports import note_held
from api.engines import Engines, enter, settings
from api.settings import UploadSettings
from api.uploads import Limits, Upload
from api.viewer import Viewer
from geo.imports import jobs
from geo.imports.options import Options
from geo.imports.record import Submitter
from geo.imports.spool import Spool
from geo.settings import SpoolSettings

Verdict = Literal["rejected", "review"]


class Intake:
    """Connections that may write, unlike those that answer requests. Its methods block."""

    def __init__(self, queue_url: str, engines: Engines, settings: UploadSettings) -> None:
        """Keep the address; nothing connects yet."""
        self.settings = settings
        self.spool = Spool(SpoolSettings().folder)
        self.limits = Limits(int(settings.upload_megabytes * 1e6), settings.upload_idle_seconds)
        self._queue = jobs.engine(queue_url)
        self._engines = engines

    def close(self) -> None:
        """Give the connections back to the server."""
        self._queue.dispose()

    def enqueue(self, kind: str, upload: Upload, options: Options, by: Submitter) -> int:
        """Queue the import of an upload; its number. The upload is removed where that fails."""
        try:
            with self._queue.begin() as connection:
                return jobs.enqueue(
                    connection,
                    kind,
                    upload.token,
                    options,
                    name=upload.name,
                    size=upload.size,
                    by=by,
                )
        except BaseException:
            self.spool.remove(upload.token)
            raise

    def cancel(self, import_id: int) -> bool:
        """Take an import off the queue and its upload away; False where it does not wait there."""
        with self._queue.begin() as connection:
            token = jobs.cancel(connection, import_id)
        if token is None:
            return False
        self.spool.remove(token)
        return True

    def save_held(
        self, viewer: Viewer, by: Writer, import_id: int, verdict: Verdict | None
    ) -> tuple[str, Path]:
        """Write the held rows to a spreadsheet in the spool; its token there, and the file."""
        from geo.imports import quarantine  # noqa: PLC0415 - openpyxl loads slowly

        token = self.spool.new()
        path = self.spool.part(token, ".xlsx")
        with self._removing(token), self._engines.of(viewer).begin() as connection:
            enter(connection, settings(viewer))
            quarantine.save(connection, import_id, path, verdict)
            note_held(connection, by, import_id, verdict)
        return token, path

    @contextlib.contextmanager
    def _removing(self, token: str) -> Iterator[None]:
        """Remove what is in the spool under a token if the block fails."""
        try:
            yield
        except BaseException:
            self.spool.remove(token)
            raise


async def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.intake
    return intake


TakesIn = Annotated[Intake, Depends(_intake)]
