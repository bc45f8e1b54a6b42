"""A database is brought up to date while others are at work on it."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from access.rules import RULES
from cli.prepared import enforced
from tests.support import until, waits_for_table


def test_rules_that_meet_a_writer_in_a_ring_let_it_go_on(fresh: Engine) -> None:
    with fresh.begin() as connection:
        connection.execute(text("COMMENT ON SCHEMA access IS NULL"))
    with ThreadPoolExecutor(1) as thread, fresh.connect() as watching:
        with fresh.begin() as writer:
            writer.execute(text("LOCK TABLE oversight.violation IN ROW EXCLUSIVE MODE"))
            rules = thread.submit(enforced, fresh)
            until(lambda: waits_for_table(watching))
            # Some of these they hold by now.
            for table in RULES:
                writer.execute(text(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))
            assert not rules.done()
        assert rules.result(30) is True
    assert enforced(fresh) is False
