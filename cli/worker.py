"""``atlas worker``: imports what was uploaded to the service, seals the audit, writes features."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine


def worker(
    concurrency: Annotated[
        int, typer.Option(min=1, max=64, help="How many files at once (of different cities).")
    ] = 1,
    heartbeat: Annotated[
        float,
        typer.Option(min=0.5, max=600, help="Seconds between signs of life to other workers."),
    ] = 10,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds a running import has to end when asked to.")
    ] = 5,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Import uploaded files and seal the audit until Ctrl-C; more than one worker may run.

    Features that everybody reads are written anew when something of them has changed.
    At the start, and after midnight in Asia/Shanghai, statuses that time has changed are renewed.
    What a worker does not finish is done again by the next: a file is imported wholly or not at
    all.
    """
    import asyncio  # noqa: PLC0415 - these load slowly

    from access.credentials import address, installation_secret  # noqa: PLC0415
    from access.enforce import WORKER  # noqa: PLC0415
    from access.submitted import admit  # noqa: PLC0415
    from api.settings import ServerSettings  # noqa: PLC0415
    from audit.sealer import sealing  # noqa: PLC0415
    from audit.settings import AuditSettings  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415
    from geo.imports.spool import Spool  # noqa: PLC0415
    from geo.imports.upload import Uploads  # noqa: PLC0415
    from geo.imports.worker import Worker  # noqa: PLC0415
    from geo.settings import SpoolSettings  # noqa: PLC0415
    from layers import whole  # noqa: PLC0415
    from oversight.policy import complaint_days  # noqa: PLC0415
    from oversight.store.imported import refresh_imported  # noqa: PLC0415

    logging.basicConfig(
        level=ServerSettings().log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    prepared = prepared_engine()
    url = prepared.url.render_as_string(hide_password=False)
    prepared.dispose()
    uploads = Uploads(
        # What reads people's files owns the facts, and nothing else of the server.
        address(url, WORKER, installation_secret()),
        Spool(SpoolSettings().folder),
        within=(refresh_imported,),
        admit=admit,
        complaint_days=complaint_days,
    )
    working = Worker(uploads, heartbeat, grace, daily=lambda end: _daily(prepared, end))
    with sealing(prepared, AuditSettings()), whole.writing(prepared):
        asyncio.run(working.serve(concurrency))


def _daily(engine: Engine, should_end: Callable[[], bool]) -> None:
    """What is done at the start and after midnight."""
    from audit.months import make_partitions  # noqa: PLC0415 - these load slowly
    from oversight.store.refresh import roll_over  # noqa: PLC0415

    roll_over(engine, should_end=should_end)
    make_partitions(engine)


def _end_with_parent() -> None:
    """End when standard input does: it is a pipe that the parent holds as long as it lives."""
    # Not through its buffer, whose lock this thread would hold while the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
