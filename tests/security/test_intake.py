"""Uploads are taken in by a role that queues them, and imported by one that owns the facts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from access.credentials import address, installation_secret
from access.enforce import INTAKE, OWNER, SCHEMAS, WORKER
from geo.database import engine
from tests.api.test_worker import settled, worker
from tests.people import client_of, token_of
from tests.support import Service, served, until
from tests.uploads import companies, send

_WAITING = text("""
    SELECT DISTINCT a.usename::text FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE NOT l.granted AND l.relation = CAST(:table AS regclass)
""")
_ENTER = text("""
    INSERT INTO imports.file (kind, name, bytes, options, created_by, state)
    VALUES ('companies', 'a.csv', 1, '{}', 'li', :state) RETURNING id
""")
_REFUSED = "permission denied|row-level security"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "home" / "spool"


@pytest.fixture
def service(database: Engine, spool: Path) -> Iterator[Service]:
    with database.begin() as connection:
        connection.execute(
            text("INSERT INTO registry.city VALUES ('640100', '银川市') ON CONFLICT DO NOTHING")
        )
    with served(database, spool=str(spool)) as made:
        yield made


@pytest.fixture
def intake(database: Engine) -> Iterator[Connection]:
    """A transaction of the role that takes uploads in, undone at the end."""
    url = database.url.render_as_string(hide_password=False)
    made = engine(address(url, INTAKE, installation_secret()))
    with made.connect() as connection:
        yield connection
        connection.rollback()
    made.dispose()


def waits_as(database: Engine, table: str) -> list[str]:
    """The roles that wait for a table, once somebody does."""
    found: list[str] = []

    def some() -> bool:
        with database.connect() as connection:
            found[:] = connection.scalars(_WAITING, {"table": table}).all()
        return bool(found)

    until(some)
    return found


def test_each_step_of_an_upload_has_a_role_of_its_own(
    service: Service, database: Engine, spool: Path
) -> None:
    token = token_of(database, "city_officer")
    with (
        client_of(service.url, token) as office,
        ThreadPoolExecutor(1) as thread,
        database.connect() as holding,
    ):
        holding.execute(text("LOCK TABLE jobs.procrastinate_jobs IN SHARE MODE"))
        sending = thread.submit(send, office, companies(1))
        assert waits_as(database, "jobs.procrastinate_jobs") == [INTAKE]
        holding.rollback()
        sent = sending.result()
        assert sent.status_code == 202, sent.text
        holding.execute(text("LOCK TABLE registry.company IN SHARE MODE"))
        with worker(database, spool):
            assert waits_as(database, "registry.company") == [WORKER]
            holding.rollback()
            assert settled(office, sent.headers["location"])["state"] == "done"


def test_the_role_that_takes_uploads_in_reads_nothing_but_whether_they_wait(
    intake: Connection, database: Engine
) -> None:
    readable = text("""
        SELECT n.nspname || '.' || c.relname, a.attname::text FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(:ours)
          AND has_column_privilege(:role, c.oid, a.attnum, 'SELECT')
        ORDER BY a.attnum
    """)
    with database.connect() as connection:
        found = connection.execute(readable, {"ours": list(SCHEMAS), "role": INTAKE}).all()
    assert [tuple(one) for one in found] == [("imports.file", "id"), ("imports.file", "state")]
    for table in ("registry.compound", "access.account", "oversight.complaint_person"):
        with pytest.raises(ProgrammingError, match=_REFUSED), intake.begin_nested():
            intake.execute(text(f"SELECT 1 FROM {table}"))


def test_it_enters_what_waits_and_cancels_what_waits(intake: Connection) -> None:
    number = intake.scalar(_ENTER, {"state": "queued"})
    cancel = text("UPDATE imports.file SET state = :state WHERE id = :id")
    for state in ("done", "queued"):
        with pytest.raises(ProgrammingError, match=_REFUSED), intake.begin_nested():
            intake.execute(cancel, {"id": number, "state": state})
    assert intake.execute(cancel, {"id": number, "state": "failed"}).rowcount == 1
    assert intake.execute(cancel, {"id": number, "state": "failed"}).rowcount == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO imports.file (kind, name, bytes, options, created_by, state)"
        " VALUES ('companies', 'a.csv', 1, '{}', 'li', 'done')",
        "UPDATE imports.file SET created_by = 'wang'",
        "DELETE FROM imports.file",
        "INSERT INTO registry.company (city_code, name) VALUES ('640100', 'x')",
        "SELECT audit.record('b')",
        f"SET LOCAL ROLE {OWNER}",
        f"SET LOCAL ROLE {WORKER}",
        "SET LOCAL ROLE atlas_all",
    ],
)
def test_it_does_nothing_else(intake: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=_REFUSED):
        intake.execute(text(statement))


def test_the_worker_owns_facts_and_is_no_superuser(database: Engine) -> None:
    with database.connect() as connection:
        able = connection.execute(
            text("""
                SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS strong,
                       pg_has_role(oid, 'pg_execute_server_program', 'MEMBER') AS runs,
                       pg_has_role(oid, 'pg_read_server_files', 'MEMBER') AS reads
                FROM pg_roles WHERE rolname = :role
            """),
            {"role": WORKER},
        ).one()
    assert tuple(able) == (False, False, False)
