"""Uploads become facts, each exactly once, whatever happens to those who see to it.

A file is one transaction, so an import that was broken off can simply be done again.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from procrastinate.exceptions import JobAborted
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from geo.database import engine
from geo.errors import AtlasError, RefusedError
from geo.imports import record
from geo.imports.interrupt import Interrupt
from geo.imports.options import COMPLAINT_DAYS, Options
from geo.imports.record import Submitter
from geo.imports.spool import Spool, suffix_of

FINAL = {"done", "refused", "failed"}

_ENTRY = text("""
    SELECT state, kind, name, options, city_code, created_by, account_id, grant_id, session_id,
           request_id, host(address) AS address
    FROM imports.file WHERE id = :id
""")
_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended('import ' || :id, 0))")
# The server lets go of the lock of a worker whose machine is gone after a minute.
_SIGNS_OF_LIFE = text(
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)
_PROGRESS = text("""
    UPDATE imports.file
    SET progress = coalesce(progress, '{}') || CAST(:progress AS jsonb)
    WHERE id = :id
""")
_REQUEUE = text("""
    UPDATE imports.file
    SET state = 'queued', error = NULL, started_at = NULL, finished_at = NULL
    WHERE id = :id AND state IN ('running', 'failed')
""")
_OUT_OF_REACH = {"57P01", "57P02", "57P03", "53300"}
"""Ended by an administrator or a crash, starting up, too many connections (beside class 08)."""


class DatabaseLostError(Exception):
    """The database was out of reach in the middle of an import; it may be tried again."""


@dataclass
class Uploads:
    """Imports uploads from the spool. ``within`` happens in each import's transaction.

    ``admit`` is told the transaction, who sent the file and its city, before anything is read and
    again before anything is committed; it raises RefusedError where that is not theirs to import,
    and says in whose name the transaction is. ``complaint_days`` tells of a city how many days it
    gives to answer a complaint; ``run`` is :func:`geo.imports.run.run`.
    """

    url: str
    spool: Spool
    within: Iterable[Callable[..., None]] = ()
    admit: Callable[[Connection, Submitter, str | None], None] = lambda *_: None
    complaint_days: Callable[[str], int] = lambda _city: COMPLAINT_DAYS
    run: Callable[..., Any] | None = None
    _own: Engine = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the engine beside the one that imports; nothing connects yet."""
        self._own = engine(self.url).execution_options(isolation_level="AUTOCOMMIT")

    def do(
        self, import_id: int, token: str, should_end: Callable[[], bool], *, last: bool = False
    ) -> None:
        """Import one upload, unless that is done already, and remove it from the spool.

        Raises JobAborted when it was broken off by ``should_end`` and DatabaseLostError when the
        database was out of reach (not at the ``last`` try); in both cases it is to be done again.
        """
        try:
            with self._own.connect() as connection:
                self._do(connection, import_id, token, should_end, last=last)
        except DBAPIError as error:
            if _out_of_reach(error):
                raise DatabaseLostError from error
            raise

    def _do(
        self,
        connection: Connection,
        import_id: int,
        token: str,
        should_end: Callable[[], bool],
        *,
        last: bool,
    ) -> None:
        connection.detach()  # The lock goes with the connection, which therefore is not kept.
        connection.execute(_SIGNS_OF_LIFE)
        while not connection.execute(_LOCK, {"id": str(import_id)}).scalar_one():
            # One that was too slow to give signs of life still has it.
            if should_end():
                raise JobAborted
            time.sleep(0.5)
        entry: Any = connection.execute(_ENTRY, {"id": import_id}).first()
        fault = None
        if entry is not None and entry.state not in FINAL:
            fault = self._import(connection, import_id, token, entry, should_end, last=last)
        self.spool.remove(token)
        if fault is not None:
            raise fault

    def _import(
        self,
        connection: Connection,
        import_id: int,
        token: str,
        entry: Any,
        should_end: Callable[[], bool],
        *,
        last: bool,
    ) -> Exception | None:
        """Import one upload; what it raised where that is our fault and not the file's."""
        try:
            path = self.spool.opened(token)
        except FileNotFoundError:
            record.fail(
                connection,
                import_id,
                f"{entry.name}: the upload is no longer in the spool folder; send it again, and "
                "make sure that service and worker have the same ATLAS_SPOOL",
            )
            return None
        by = _submitter(entry)
        with Interrupt(engine(self.url), should_end) as interrupt:
            try:
                self._run()(
                    interrupt.engine,
                    entry.kind,
                    path,
                    Options.from_json(entry.options),
                    import_id=import_id,
                    progress=_Telling(connection, import_id, should_end),
                    within_transaction=self.within,
                    admit=lambda connection: self.admit(connection, by, entry.city_code),
                    actor=entry.created_by,
                    complaint_days=self.complaint_days,
                    name=entry.name,
                )
            except Exception as error:
                said = _called_as_sent(str(error), token, entry.name)
                return _settled(connection, import_id, error, said, aborted=should_end(), last=last)
        return None

    def _run(self) -> Callable[..., Any]:
        if self.run is None:
            from geo.imports.run import run  # noqa: PLC0415 - GDAL and pandas load slowly

            self.run = run
        return self.run


def _submitter(entry: Any) -> Submitter:
    return Submitter(
        entry.created_by,
        entry.account_id,
        entry.grant_id,
        entry.session_id,
        entry.request_id,
        entry.address,
    )


class _Telling:
    """Keeps how far an import is where it can be seen, at most twice a second for a step."""

    def __init__(
        self, connection: Connection, import_id: int, should_end: Callable[[], bool]
    ) -> None:
        self._connection = connection
        self._id = import_id
        self._should_end = should_end
        self._told: tuple[str, float] = ("", 0.0)

    def __call__(self, step: str, done: int, total: int | None) -> None:
        if self._should_end():
            raise JobAborted
        before, at = self._told
        if step == before and time.monotonic() - at < 0.5:
            return
        self._told = (step, time.monotonic())
        told = json.dumps({"step": step, "read": done, "total": total})
        self._connection.execute(_PROGRESS, {"id": self._id, "progress": told})


def _called_as_sent(said: str, token: str, name: str) -> str:
    """A sentence with the sender's name for the file where it has ours, which is its token."""
    return said.replace(token, name[: len(name) - len(suffix_of(name) or "")])


def _settled(
    connection: Connection,
    import_id: int,
    error: Exception,
    said: str,
    *,
    aborted: bool,
    last: bool,
) -> Exception | None:
    """Keep what is to become of an import that raised, which ``said`` tells its sender.

    Raises where it is to be done again.
    """
    if aborted:
        connection.execute(_REQUEUE, {"id": import_id})
        raise JobAborted from error
    if _out_of_reach(error) and not last:
        connection.execute(_REQUEUE, {"id": import_id})
        raise DatabaseLostError from error
    if isinstance(error, RefusedError):
        record.refuse(connection, import_id, said)
        return None
    if isinstance(error, AtlasError):
        record.fail(connection, import_id, said)
        return None
    record.fail(
        connection,
        import_id,
        f"something went wrong on our side ({type(error).__name__}); nothing was written; the "
        f"worker's log has it under import {import_id}",
    )
    return error


def _out_of_reach(error: BaseException) -> bool:
    """Whether an error goes back to a lost or refused connection."""
    seen: BaseException | None = error
    for _ in range(10):
        if isinstance(seen, DBAPIError):
            code = getattr(seen.orig, "pgcode", None)
            if seen.connection_invalidated or (code is None and isinstance(seen, OperationalError)):
                return True
            return str(code).startswith("08") or code in _OUT_OF_REACH
        seen = (seen.__cause__ or seen.__context__) if seen is not None else None
    return False
