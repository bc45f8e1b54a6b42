"""The queue of uploaded files: procrastinate's tables in the schema ``jobs``."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import procrastinate
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text

from geo.imports.options import Options
from geo.imports.record import Submitter

QUEUE = "imports"
TASK = "geo.imports.run"
DAILY_QUEUE = "daily"
DAILY_TASK = "daily"
AFTER_MIDNIGHT = "5 16 * * *"
"""00:05 in Asia/Shanghai, which has had no summer time since 1991, in the UTC of the queue."""

_PATH = "-c search_path=jobs,public"

_ENTER = text("""
    INSERT INTO imports.file
        (kind, city_code, name, bytes, dry_run, state, options, created_by, account_id, grant_id,
         session_id, request_id, address)
    VALUES (:kind, :city, :name, :bytes, :dry_run, 'queued', CAST(:options AS jsonb), :actor,
            :account_id, :grant_id, :session_id, :request_id, CAST(:address AS inet))
    RETURNING id
""")
_WAITING = text("""
    SELECT job.id, job.args ->> 'token' AS token
    FROM imports.file
    JOIN jobs.procrastinate_jobs AS job
        ON job.queue_name = :queue AND job.args ->> 'import_id' = CAST(file.id AS text)
    WHERE file.id = :id AND file.state = 'queued' AND job.status = 'todo'
    FOR UPDATE OF file
""")
_CANCELLED = text("""
    UPDATE imports.file
    SET state = 'failed', error = 'cancelled before it began', progress = NULL,
        finished_at = clock_timestamp()
    WHERE id = :id
""")
_TOKENS = text("""
    SELECT args ->> 'token' FROM jobs.procrastinate_jobs
    WHERE queue_name = :queue AND status IN ('todo', 'doing')
""")


def app(url: str, connections: int = 4) -> procrastinate.App:
    """procrastinate over the database at ``url``; open it before use, except to defer.

    At most so many connections are held.
    """
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=address,
            kwargs={"options": _PATH, "connect_timeout": 10, "application_name": "atlas-worker"},
            min_size=1,
            max_size=connections,
        )
    )


def engine(url: str) -> Engine:
    """An engine whose connections see the queue; each is closed after use, for uploads are rare."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"options": _PATH, "connect_timeout": 10, "application_name": "atlas-jobs"},
    )


def enqueue(
    connection: Connection,
    kind: str,
    token: str,
    options: Options,
    *,
    name: str,
    size: int,
    by: Submitter,
) -> int:
    """Enter an upload and queue its import, both or neither; the number of the import.

    ``connection`` is one of :func:`engine`. ``name`` is what the sender calls the file; ``by`` is
    checked again when the import begins. Files of
    one city are imported one after the other in the order they came.
    """
    number: int = connection.execute(
        _ENTER,
        {
            "kind": kind,
            "city": options.city,
            "name": name,
            "bytes": size,
            "dry_run": options.dry_run,
            "options": json.dumps(options.as_json()),
            **asdict(by),
        },
    ).scalar_one()
    deferring = app(connection.engine.url.render_as_string(hide_password=False)).configure_task(
        TASK,
        queue=QUEUE,
        lock=f"imports {options.city}",
        connection=connection.connection.driver_connection,
    )
    deferring.defer(import_id=number, token=token)
    return number


def cancel(connection: Connection, import_id: int) -> str | None:
    """Take an import off the queue; the token of its upload, None where it is not waiting (now).

    ``connection`` is one of :func:`engine`.
    """
    waiting: Any = connection.execute(_WAITING, {"id": import_id, "queue": QUEUE}).first()
    if waiting is None:
        return None
    taken = connection.execute(
        text("SELECT jobs.procrastinate_cancel_job_v1(:id, false, true)"), {"id": waiting.id}
    ).scalar_one()
    if taken is None:
        return None
    connection.execute(_CANCELLED, {"id": import_id})
    return str(waiting.token)


def tokens(connection: Connection) -> Sequence[str]:
    """The tokens of the uploads that wait or are being read."""
    return connection.scalars(_TOKENS, {"queue": QUEUE}).all()
