"""Events come through ``audit.record()`` alone, stay as they are, and hold no personal value."""

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from audit.months import AHEAD, make_partitions
from audit.record import Who, act_as, record
from geo import migrate
from geo.models import Base
from tests.audit.support import Audit
from tests.support import ROOT

_PARTITIONS = (
    "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit.event'::regclass"
)

STEP = max(one.name[:4] for one in (ROOT / "geo/migrations/versions").glob("*_audit.py"))
"""The migration after which events hold no personal value."""

PERSONS = re.compile(r"_(person|contact|manager)$")


def test_a_role_can_record_but_not_insert(audit: Audit) -> None:
    with audit.engine.begin() as connection:
        connection.execute(
            text("""
                CREATE ROLE atlas_test_clerk;
                GRANT USAGE ON SCHEMA audit TO atlas_test_clerk;
                GRANT EXECUTE ON FUNCTION audit.record TO atlas_test_clerk;
            """)
        )
    try:
        with audit.engine.begin() as connection:
            connection.execute(text("SET LOCAL ROLE atlas_test_clerk"))
            record(connection, "enter")
        for table in ("event", "event_default", "person_value", "seal"):
            inserting = text(
                f"SET LOCAL ROLE atlas_test_clerk; INSERT INTO audit.{table} DEFAULT VALUES"
            )
            with (
                pytest.raises(DBAPIError, match="permission denied"),
                audit.engine.begin() as connection,
            ):
                connection.execute(inserting)
    finally:
        with audit.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY atlas_test_clerk; DROP ROLE atlas_test_clerk"))
    assert len(audit.all("SELECT FROM audit.event")) == 1


def test_nobody_may_record_by_default(audit: Audit) -> None:
    (found,) = audit.all(
        "SELECT count(*) FROM pg_proc, aclexplode(proacl) AS grant_"
        " WHERE pronamespace = 'audit'::regnamespace AND proname <> 'refuse_change'"
        " AND grant_.grantee = 0"
    )
    assert found == (0,)


def test_no_program_inserts_events_but_the_function() -> None:
    inserting = re.compile(r"INSERT\s+INTO\s+audit\.event|insert\(Event\)", re.IGNORECASE)
    sources = (
        one
        for folder in ("geo", "audit", "oversight", "planning", "layers", "api", "cli")
        for one in (ROOT / folder).rglob("*")
        if one.suffix in {".py", ".sql"} and not _may_insert(one)
    )
    assert [one for one in sources if inserting.search(one.read_text("utf-8"))] == []


def _may_insert(file: Path) -> bool:
    return file.parent.name == "versions" or file.name == "schema.sql"


def test_every_partition_is_append_only(audit: Audit) -> None:
    audit.record()
    with audit.engine.begin() as connection:
        long_ago = "INSERT INTO audit.event (at, actor, action) VALUES ('2001-02-03', 'a', 'b')"
        connection.execute(text(long_ago))
    partitions = [name for (name,) in audit.all(_PARTITIONS)]
    assert len(partitions) == AHEAD + 2
    for name in ("audit.event", *partitions):
        statements = [f"TRUNCATE {name}"]
        if audit.all(f"SELECT FROM {name} LIMIT 1"):
            statements += [f"UPDATE {name} SET actor = 'c'", f"DELETE FROM {name}"]
        for statement in statements:
            with (
                pytest.raises(DBAPIError, match="append-only"),
                audit.engine.begin() as connection,
            ):
                connection.execute(text(statement))


def test_this_month_has_a_partition_and_making_them_again_makes_none(fresh: Engine) -> None:
    with fresh.begin() as connection:
        record(connection, "enter")
        placed = connection.scalar(text("SELECT tableoid::regclass::text FROM audit.event"))
    assert placed == f"audit.event_{datetime.now(UTC):%Y_%m}"
    assert make_partitions(fresh) == 0
    assert make_partitions(fresh, AHEAD + 2) == 2


def test_a_month_with_rows_in_the_default_partition_stays_there(fresh: Engine) -> None:
    late = text(
        "INSERT INTO audit.event (at, actor, action)"
        " SELECT now() + :ahead * interval '1 month', 'a', 'b'"
    )
    with fresh.begin() as connection:
        connection.execute(late, {"ahead": AHEAD + 1})
    assert make_partitions(fresh, AHEAD + 1) == 0
    assert make_partitions(fresh, AHEAD + 2) == 1


def test_the_transaction_says_who_acts_before_the_caller_does(audit: Audit) -> None:
    who = Who("李工", 7, 8, "9", "request-1", "10.0.0.1")
    with audit.engine.begin() as connection:
        act_as(connection, who)
        record(connection, "enter", actor="王工", request_id="request-2", address="10.0.0.2")
    with audit.engine.begin() as connection:
        record(connection, "enter", actor="王工", request_id="request-2", import_id=3)
        record(connection, "enter")
    said = "actor, account_id, grant_id, session_id, request_id, host(address), import_id"
    assert audit.all(f"SELECT {said} FROM audit.event ORDER BY id") == [
        ("李工", 7, 8, "9", "request-1", "10.0.0.1", None),
        ("王工", None, None, None, "request-2", None, 3),
        ("database atlas", None, None, None, None, None, None),
    ]


def test_of_a_personal_value_the_event_holds_a_salted_hash(audit: Audit) -> None:
    said = {"name": "李四", "phone": None, "party_member": True}
    first, second = audit.record(2, table="registry.member_person", key=5, after=said)
    events = dict(audit.all("SELECT id, after FROM audit.event"))
    kept = audit.all("SELECT event_id, side, field, salt, value FROM audit.person_value")
    assert {(event, side, field, value) for event, side, field, _, value in kept} == {
        (event, "after", field, value)
        for event in (first, second)
        for field, value in (("name", "李四"), ("party_member", "true"))
    }
    for event, _, field, salt, value in kept:
        digest = hashlib.sha256(bytes(salt) + value.encode()).hexdigest()
        assert events[event][field] == {"sha256": digest}
    assert events[first]["phone"] is None
    assert events[first]["name"] != events[second]["name"]


def test_a_kept_value_can_be_erased_but_not_exchanged(audit: Audit) -> None:
    audit.record(table="oversight.lead", key=1, before={"statement": "噪音"})
    for statement in (
        "UPDATE audit.person_value SET value = '别的'",
        "TRUNCATE audit.person_value",
    ):
        with pytest.raises(DBAPIError, match="append-only"), audit.engine.begin() as connection:
            connection.execute(text(statement))
    with audit.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit.person_value"))


def test_every_column_of_a_table_of_persons_is_known_as_personal(audit: Audit) -> None:
    known = set(audit.all("SELECT table_name, field FROM audit.personal_field"))
    columns = {
        (name, column.name)
        for name, table in Base.metadata.tables.items()
        if PERSONS.search(table.name)
        for column in table.columns
        if not column.primary_key and column.name != "area_code"
    }
    assert columns <= known
    everywhere = {
        (name, one.name) for name, table in Base.metadata.tables.items() for one in table.c
    }
    assert known <= everywhere


def test_what_was_recorded_before_loses_its_personal_values(fresh: Engine) -> None:
    migrate.downgrade(fresh, STEP)
    migrate.downgrade(fresh, "-1")
    with fresh.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO audit.event (actor, action, table_name, row_key, after)
                VALUES ('a', 'enter', 'oversight.lead', '1', '{"statement": "噪音", "id": 1}'),
                       ('a', 'enter', 'registry.plaque', '1', '{"star": 3}')
            """)
        )
    migrate.upgrade(fresh)
    with fresh.connect() as connection:
        lead, plaque = connection.scalars(text("SELECT after FROM audit.event ORDER BY id")).all()
        kept = connection.scalars(text("SELECT value FROM audit.person_value")).all()
    assert (set(lead["statement"]), lead["id"], plaque) == ({"sha256"}, 1, {"star": 3})
    assert kept == ["噪音"]
