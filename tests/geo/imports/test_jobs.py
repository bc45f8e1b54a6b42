"""The queue of uploaded files, and what the worker makes of those whose import is broken off."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from procrastinate.exceptions import JobAborted
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from geo import migrate, schema
from geo.errors import AtlasError
from geo.imports import jobs, record
from geo.imports.options import Options
from geo.imports.record import Submitter
from geo.imports.report import Report
from geo.imports.spool import Spool
from geo.imports.upload import DatabaseLostError, Uploads
from geo.imports.worker import MOST_DEATHS, Worker


def never() -> bool:
    return False


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@pytest.fixture
def queue(database: Engine) -> Iterator[Engine]:
    """An engine that sees the queue; the queue is empty afterwards."""
    made = jobs.engine(_url(database))
    yield made
    with made.begin() as connection:
        connection.execute(text("DELETE FROM imports.file"))
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        connection.execute(text("DELETE FROM procrastinate_workers"))


def queued(queue: Engine, spool: Spool, **options: Any) -> tuple[int, str]:
    """An upload that waits: the number of its import, and its token."""
    token = spool.new()
    spool.part(token, ".csv").write_text("名称\n安居物业\n")
    with queue.begin() as connection:
        number = jobs.enqueue(
            connection,
            "companies",
            token,
            Options(**options),
            name="企业.csv",
            size=18,
            by=Submitter("t"),
        )
    return number, token


def entry(database: Engine, number: int) -> Any:
    with database.connect() as connection:
        return connection.execute(
            text("SELECT * FROM imports.file WHERE id = :id"), {"id": number}
        ).one()


def statuses(queue: Engine) -> list[str]:
    with queue.connect() as connection:
        query = text("SELECT CAST(status AS text) FROM procrastinate_jobs ORDER BY id")
        return list(connection.scalars(query))


def uploads(database: Engine, spool: Spool, run: Callable[..., Any]) -> Uploads:
    return Uploads(_url(database), spool, run=run)


def worker(database: Engine, spool: Spool) -> Worker:
    return Worker(uploads(database, spool, importing), heartbeat=1)


def importing(engine: Engine, _kind: str, path: Path, options: Options, **given: Any) -> Report:
    """What an import does to its entry: begins, tells, closes."""
    report = Report("companies", given["name"], import_id=given["import_id"])
    with engine.begin() as connection:
        record.begin(connection, given["import_id"])
    given["progress"]("reading", 1, 2)
    with engine.begin() as connection:
        digest = record.digest_of(path)
        record.close(connection, given["import_id"], digest, options.city, report, {})
    return report


def test_the_queue_is_the_one_the_installed_procrastinate_wants(database: Engine) -> None:
    made = _own(schema.dump(database, only="jobs"))
    wanted = (resources.files("procrastinate.sql") / "schema.sql").read_text("utf-8")
    with database.begin() as connection:
        connection.execute(text("DROP SCHEMA jobs CASCADE"))
        connection.execute(text("CREATE SCHEMA jobs"))
        connection.execute(text("SET LOCAL search_path TO jobs"))
        connection.exec_driver_sql(wanted.replace("%", "%%"))
    assert _own(schema.dump(database, only="jobs")) == made


def _own(dumped: str) -> list[str]:
    """What procrastinate says, without the rights that our roles have to it."""
    return [line for line in dumped.splitlines() if line and not line.startswith("GRANT")]


def test_going_below_the_queue_takes_it_away(database: Engine) -> None:
    migrate.downgrade(database, "0009")
    with database.connect() as connection:
        found = connection.scalar(text("SELECT to_regclass('jobs.procrastinate_jobs')"))
    assert found is None
    migrate.upgrade(database)


def test_an_upload_is_entered_and_queued_together_or_not_at_all(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    with queue.connect() as connection:
        jobs.enqueue(
            connection, "companies", spool.new(), Options(), name="a.csv", size=1, by=Submitter("t")
        )
        connection.rollback()
    with database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM imports.file")) == 0
    assert statuses(queue) == []
    number, _ = queued(queue, spool, max_errors=0, mapping={"单位": "name"})
    assert statuses(queue) == ["todo"]
    row = entry(database, number)
    assert (row.state, row.name, row.created_by) == ("queued", "企业.csv", "t")
    assert Options.from_json(row.options) == Options(max_errors=0, mapping={"单位": "name"})


def test_only_what_waits_can_be_cancelled(database: Engine, queue: Engine, spool: Spool) -> None:
    number, token = queued(queue, spool)
    with queue.begin() as connection:
        assert jobs.cancel(connection, number) == token
        assert jobs.cancel(connection, number) is None
    assert statuses(queue) == []
    assert entry(database, number).error == "cancelled before it began"
    running, _ = queued(queue, spool)
    with queue.begin() as connection:
        _fetched(connection)
        assert jobs.cancel(connection, running) is None


def test_an_import_that_is_done_leaves_no_upload_and_bears_the_name_it_was_sent_under(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    number, token = queued(queue, spool)
    uploads(database, spool, importing).do(number, token, never)
    row = entry(database, number)
    assert (row.state, row.report["file"]) == ("done", "企业.csv")
    assert list(spool.folder.iterdir()) == []


def test_progress_can_be_seen_while_the_file_is_read(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    number, token = queued(queue, spool)
    seen = []

    def run(engine: Engine, *given: Any, **named: Any) -> None:
        named["progress"]("reading", 20_000, 60_000)
        seen.append(entry(database, number).progress)
        named["progress"]("reading", 40_000, 60_000)
        seen.append(entry(database, number).progress)
        importing(engine, *given, **named)

    uploads(database, spool, run).do(number, token, never)
    assert seen == [{"step": "reading", "read": 20_000, "total": 60_000}] * 2


def test_an_import_is_told_how_many_days_its_city_gives_to_answer(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    number, token = queued(queue, spool)
    told = []

    def run(engine: Engine, *given: Any, **named: Any) -> None:
        told.append(named["complaint_days"]("640100"))
        importing(engine, *given, **named)

    Uploads(_url(database), spool, run=run, complaint_days=lambda _city: 7).do(number, token, never)
    assert told == [7]


def test_a_bad_file_fails_in_words_that_name_it_as_it_was_sent(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    def run(_engine: Engine, _kind: str, path: Path, *_: Any, **__: Any) -> None:
        raise AtlasError(f"{path.name}: the file is cut short")

    number, token = queued(queue, spool)
    uploads(database, spool, run).do(number, token, never)
    row = entry(database, number)
    assert (row.state, row.error) == ("failed", "企业.csv: the file is cut short")
    assert list(spool.folder.iterdir()) == []


def test_a_fault_of_the_program_is_told_without_its_insides(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    def run(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret")

    number, token = queued(queue, spool)
    with pytest.raises(ZeroDivisionError):
        uploads(database, spool, run).do(number, token, never)
    row = entry(database, number)
    assert row.state == "failed"
    assert "ZeroDivisionError" in row.error
    assert "secret" not in row.error
    assert list(spool.folder.iterdir()) == []


def test_an_upload_that_is_gone_fails_with_the_way_out(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    number, token = queued(queue, spool)
    spool.remove(token)
    uploads(database, spool, importing).do(number, token, never)
    row = entry(database, number)
    assert row.state == "failed"
    assert "ATLAS_SPOOL" in row.error


def test_a_worker_that_is_asked_to_end_breaks_off_a_long_statement_and_queues_the_file_again(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    asked = threading.Event()

    def run(engine: Engine, *_: Any, **given: Any) -> None:
        with engine.begin() as connection:
            record.begin(connection, given["import_id"])
            asked.set()
            connection.execute(text("SELECT pg_sleep(60)"))

    number, token = queued(queue, spool)
    began = time.monotonic()
    with pytest.raises(JobAborted):
        uploads(database, spool, run).do(number, token, asked.is_set)
    assert time.monotonic() - began < 10
    assert entry(database, number).state == "queued"
    assert spool.opened(token).exists()


def test_a_lost_connection_is_met_again_but_not_for_ever(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    def run(engine: Engine, *_: Any, **__: Any) -> None:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        except OperationalError as error:
            raise AtlasError("the connection to the database was lost") from error

    number, token = queued(queue, spool)
    with pytest.raises(DatabaseLostError):
        uploads(database, spool, run).do(number, token, never)
    assert entry(database, number).state == "queued"
    uploads(database, spool, run).do(number, token, never, last=True)
    row = entry(database, number)
    assert (row.state, row.error) == ("failed", "the connection to the database was lost")


def test_what_was_done_before_its_worker_died_is_not_done_again(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    runs = []

    def run(*given: Any, **named: Any) -> None:
        runs.append(1)
        importing(*given, **named)

    number, token = queued(queue, spool)
    with queue.begin() as connection:
        _fetched(connection)
    ours = uploads(database, spool, run)
    ours.do(number, token, never)
    worker(database, spool).recover()
    assert statuses(queue) == ["todo"]
    ours.do(number, token, never)
    assert len(runs) == 1
    assert entry(database, number).state == "done"


def test_a_file_over_which_workers_die_is_put_back_twice_and_then_given_up(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    number, _ = queued(queue, spool)
    ours = worker(database, spool)
    for death in range(1, MOST_DEATHS + 1):
        with queue.begin() as connection:
            _fetched(connection)
        ours.recover()
        assert statuses(queue) == (["todo"] if death < MOST_DEATHS else ["failed"])
    row = entry(database, number)
    assert row.state == "failed"
    assert "ended 3 times" in row.error
    assert list(spool.folder.iterdir()) == []


def test_a_worker_that_lives_keeps_its_import(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    queued(queue, spool)
    with queue.begin() as connection:
        alive = connection.scalar(text("SELECT * FROM procrastinate_register_worker_v1()"))
        _fetched(connection, alive)
    worker(database, spool).recover()
    assert statuses(queue) == ["doing"]


def test_an_import_whose_job_is_lost_does_not_wait_for_ever(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    number, _ = queued(queue, spool)
    with queue.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    worker(database, spool).recover()
    assert entry(database, number).state == "failed"


def test_files_of_one_city_are_taken_in_the_order_they_came(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    for _ in range(2):
        queued(queue, spool)
    with queue.begin() as connection:
        assert _fetched(connection) is not None
        assert _fetched(connection) is None


def test_uploads_left_behind_are_swept_and_those_that_wait_are_kept(
    database: Engine, queue: Engine, spool: Spool
) -> None:
    _, token = queued(queue, spool)
    left = spool.new()
    spool.part(left, ".csv").write_text("名称\n")
    (spool.folder / "somebody-else's").mkdir()
    with queue.connect() as connection:
        kept = jobs.tokens(connection)
    assert spool.sweep(kept, seconds=3600) == 0
    assert spool.sweep(kept, seconds=-1) == 1
    assert {path.name for path in spool.folder.iterdir()} == {token, "somebody-else's"}


def test_only_tokens_are_looked_up_in_the_spool(spool: Spool) -> None:
    for name in ("../other", "", "a" * 31, "A" * 32):
        with pytest.raises(ValueError, match=re.escape(repr(name))):
            spool.opened(name)


def _fetched(connection: Connection, by: int | None = None) -> int | None:
    """Take a job off the queue as a worker does; its number."""
    number: int | None = connection.scalar(
        text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['imports'], :by)"), {"by": by}
    )
    return number


def _url(database: Engine) -> str:
    return database.url.render_as_string(hide_password=False)
