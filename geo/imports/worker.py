"""The worker: takes uploads off the queue, and takes over from workers that died.

What it cannot finish is done by the next worker when this one is asked to end, and by any other
when it dies.
"""

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import procrastinate
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.errors import AtlasError
from geo.imports import jobs
from geo.imports.upload import DatabaseLostError, Uploads

log = logging.getLogger(__name__)

MOST_TRIES = 5
"""How often a lost connection is met again before the import counts as failed."""
MOST_DEATHS = 3
"""How many workers may die over a file before it is given up."""
SWEEP_EVERY = 3600.0
LEFT_BEHIND = 24 * 3600.0
REMEMBERED_HOURS = 30 * 24

_RECOVER = text(Path(__file__).with_name("recover.sql").read_text("utf-8"))
_ORPHANS = text("""
    UPDATE imports.file
    SET state = 'failed', finished_at = clock_timestamp(), progress = NULL,
        error = 'the database was out of reach for too long; send the file again'
    WHERE state IN ('queued', 'running') AND NOT EXISTS (
        SELECT FROM jobs.procrastinate_jobs AS job
        WHERE job.queue_name = :queue AND job.status IN ('todo', 'doing')
            AND job.args ->> 'import_id' = CAST(file.id AS text)
    )
""")


class Again(procrastinate.BaseRetryStrategy):
    """A broken-off import is done again at once, one whose connection was lost a little later."""

    def get_retry_decision(
        self, *, exception: BaseException, job: Job
    ) -> procrastinate.RetryDecision | None:
        """When to try again; None where the matter is settled."""
        if isinstance(exception, JobAborted):
            return procrastinate.RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, DatabaseLostError) and job.attempts < MOST_TRIES:
            return procrastinate.RetryDecision(retry_in={"seconds": 2 ** (job.attempts + 1)})
        return None


class Worker:
    """Imports what waits on the queue.

    A worker gives a sign of life every ``heartbeat`` seconds; one that gave none three times over
    is taken for dead, and its imports for others to do. When it is asked to end, imports have
    ``grace`` seconds to be done. ``daily`` is done when the worker starts and, by one of the
    workers, after midnight in Asia/Shanghai; it is told how to learn that it should end.
    """

    def __init__(
        self,
        uploads: Uploads,
        heartbeat: float = 10.0,
        grace: float = 5.0,
        daily: Callable[[Callable[[], bool]], object] | None = None,
    ) -> None:
        """Keep what it works on; nothing connects yet."""
        self._uploads = uploads
        self._spool = uploads.spool
        self._heartbeat = heartbeat
        self._grace = grace
        self._daily = daily
        self._ending = threading.Event()
        self._queue = jobs.engine(uploads.url)

    async def serve(self, concurrency: int = 1) -> None:
        """Work until SIGTERM or SIGINT; an import that is not done in time goes back to the queue.

        Raises AtlasError when the queue is lost.
        """
        app = jobs.app(self._uploads.url, connections=concurrency + 3)
        app.task(name=jobs.TASK, queue=jobs.QUEUE, pass_context=True, retry=Again())(self._job)
        self._do_daily(app)
        async with app.open_async():
            working = asyncio.create_task(self._working(app, concurrency))
            watching = asyncio.create_task(self._watching(app))
            renewing = asyncio.create_task(asyncio.to_thread(self._begin_day))

            def end() -> None:
                self._ending.set()
                working.cancel()

            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, end)
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await working
            finally:
                asked = self._ending.is_set()
                self._ending.set()
                watching.cancel()
                await renewing
        if not asked:
            raise AtlasError("the worker lost the database; it must be started again")

    def _job(self, context: procrastinate.JobContext, *, import_id: int, token: str) -> None:
        last = context.job.attempts >= MOST_TRIES
        self._uploads.do(import_id, token, context.should_abort, last=last)

    def _do_daily(self, app: procrastinate.App) -> None:
        """Have one of the workers do after midnight what is done daily."""
        if (daily := self._daily) is None:
            return

        def renew(timestamp: int) -> None:
            daily(self._ending.is_set)

        # No lock of the queue's: one that died with it would keep all later days from being done.
        again = procrastinate.RetryStrategy(max_attempts=MOST_TRIES, wait=60)
        task = app.task(name=jobs.DAILY_TASK, queue=jobs.DAILY_QUEUE, retry=again)
        app.periodic(cron=jobs.AFTER_MIDNIGHT)(task(renew))

    def _begin_day(self) -> None:
        """Make up for the days on which no worker ran."""
        if self._daily is not None:
            try:
                self._daily(self._ending.is_set)
            except Exception:
                log.exception("what is done daily failed; it is done again after midnight")

    async def _working(self, app: procrastinate.App, concurrency: int) -> None:
        await app.run_worker_async(
            queues=[jobs.QUEUE, jobs.DAILY_QUEUE],
            concurrency=concurrency,
            install_signal_handlers=False,
            shutdown_graceful_timeout=self._grace,
            update_heartbeat_interval=self._heartbeat,
            stalled_worker_timeout=3 * self._heartbeat,
        )

    async def _watching(self, app: procrastinate.App) -> None:
        """Take over from workers that died, and clear what was left behind."""
        swept = 0.0
        while True:
            try:
                await asyncio.to_thread(self.recover)
                if time.monotonic() - swept > SWEEP_EVERY:
                    await asyncio.to_thread(self.sweep)
                    for queue in (jobs.QUEUE, jobs.DAILY_QUEUE):
                        await app.job_manager.delete_old_jobs(
                            REMEMBERED_HOURS, queue, include_failed=True, include_aborted=True
                        )
                    swept = time.monotonic()
            except (DBAPIError, procrastinate.exceptions.ConnectorException) as error:
                log.warning("the queue could not be looked after: %s", error)
            await asyncio.sleep(self._heartbeat)

    def recover(self) -> None:
        """Put imports of dead workers back on the queue; give up those that killed several."""
        with self._queue.begin() as connection:
            found = connection.execute(
                _RECOVER,
                {
                    "queue": jobs.QUEUE,
                    "seconds": 3 * self._heartbeat,
                    "most": MOST_DEATHS,
                    "error": f"the worker ended {MOST_DEATHS} times while it read this file; "
                    "try a smaller part of it, or another format",
                },
            ).all()
            connection.execute(_ORPHANS, {"queue": jobs.QUEUE})
        for one in found:
            what = "given up" if one.given_up else "put back"
            log.warning("import %s was left by a worker that ended: %s", one.import_id, what)
            if one.given_up:
                self._spool.remove(one.token)

    def sweep(self) -> None:
        """Remove uploads that no import waits for."""
        with self._queue.connect() as connection:
            kept = set(jobs.tokens(connection))
        if removed := self._spool.sweep(kept, LEFT_BEHIND):
            log.warning("%s uploads were left behind in %s: removed", removed, self._spool.folder)
