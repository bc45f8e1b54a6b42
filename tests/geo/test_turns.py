"""Whole tables are taken from those at work, and nobody is broken off or kept waiting for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from geo.errors import AtlasError
from geo.turns import take
from tests.support import until, waits_for_table

FIRST, SECOND = "oversight.status", "oversight.company_status"


def taken(database: Engine) -> set[str]:
    """The tables that are held alone, once they are taken."""
    held = text("""
        SELECT CAST(CAST(relation AS regclass) AS text) FROM pg_locks
        WHERE pid = pg_backend_pid() AND granted AND mode = 'AccessExclusiveLock'
    """)
    with database.begin() as connection:
        take(connection, [FIRST, SECOND])
        return set(connection.scalars(held))


def test_who_reads_one_table_gets_the_other_and_then_both_are_taken(database: Engine) -> None:
    with ThreadPoolExecutor(1) as thread, database.connect() as watching:
        with database.begin() as reader:
            _read(reader, SECOND)
            taking = thread.submit(taken, database)
            until(lambda: waits_for_table(watching))
            # The first is held by who waits for the second: a ring, were it not let go of.
            _read(reader, FIRST)
            assert not taking.done()
        assert taking.result(30) >= {FIRST, SECOND}


def test_others_read_meanwhile_what_is_waited_for(database: Engine) -> None:
    with ThreadPoolExecutor(1) as thread, database.connect() as watching:
        with database.begin() as importing:
            importing.execute(text(f"LOCK TABLE {SECOND} IN ROW EXCLUSIVE MODE"))
            taking = thread.submit(taken, database)
            until(lambda: waits_for_table(watching))
            with database.begin() as reader:
                reader.execute(text("SET LOCAL lock_timeout = '900ms'"))
                _read(reader, SECOND)
        assert taking.result(30) >= {FIRST, SECOND}


def test_patience_ends_with_what_was_held_and_the_way_out(database: Engine) -> None:
    with database.begin() as importing, database.begin() as connection:
        importing.execute(text(f"LOCK TABLE {SECOND} IN ROW EXCLUSIVE MODE"))
        with pytest.raises(AtlasError, match=f"held one of {FIRST}, {SECOND} for 0 s: end imports"):
            take(connection, [FIRST, SECOND], patience=0)
        _read(connection, FIRST)
        assert connection.scalar(text("SHOW statement_timeout")) == "0"


def _read(connection: Connection, table: str) -> None:
    connection.execute(text(f"SELECT FROM {table} LIMIT 1"))
