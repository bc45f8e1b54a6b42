"""What a real worker makes of uploads, also when it ends in the middle."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import Engine, text

from tests.command import ATLAS
from tests.people import client_of, token_of
from tests.support import Service, until
from tests.uploads import code, companies, left_in, send

MANY = 40_000


def test_a_file_becomes_facts_and_its_other_rows_can_be_read_and_fetched(
    office: httpx.Client, database: Engine, spool: Path
) -> None:
    bad = {"统一社会信用代码": "91640100MA00000009", "企业名称": "信用代码有误的企业"}
    with worker(database, spool):
        sent = send(office, companies(3, ",".join(bad.values())))
        entry = settled(office, sent.headers["location"])
        assert entry["state"] == "done", entry
    assert entry["report"]["file"] == "企业.csv"
    assert (entry["report"]["new"], entry["report"]["rejected"]) == (3, 1)
    assert entry["held"] == {"rejected": 1, "review": 0, "resolved": 0}
    assert left_in(spool) == []
    (row,) = office.get(f"{sent.headers['location']}/held?verdict=rejected").json()["rows"]
    assert row["number"] == 5
    assert row["cells"] == bad
    assert row["findings"][0]["field"] == "code"
    assert row["findings"][0]["zh"]
    assert row["findings"][0]["en"]
    assert office.get(f"{sent.headers['location']}/held?verdict=review").json()["rows"] == []
    fetched = office.get(f"{sent.headers['location']}/held.xlsx")
    assert "attachment" in fetched.headers["content-disposition"]
    sheet = openpyxl.load_workbook(BytesIO(fetched.content)).worksheets[0]
    assert "信用代码有误的企业" in {cell.value for line in sheet for cell in line}
    until(lambda: not left_in(spool))
    assert facts(database, entry["id"]) == 3


def test_a_file_nobody_can_read_fails_with_a_reason_that_names_it(
    office: httpx.Client, database: Engine, spool: Path
) -> None:
    with worker(database, spool):
        sent = send(office, b"PK\x03\x04 this is no archive", "名单.xlsx")
        entry = settled(office, sent.headers["location"])
    assert entry["state"] == "failed"
    assert "名单.xlsx" in entry["error"]
    assert left_in(spool) == []


def test_a_files_event_names_who_sent_it(
    database: Engine, office: httpx.Client, spool: Path
) -> None:
    with worker(database, spool):
        entry = settled(office, send(office, companies(2)).headers["location"])
    assert entry["state"] == "done", entry
    with database.connect() as connection:
        event = connection.execute(
            text(
                "SELECT e.actor, e.action, a.login, g.role, s.kind, e.request_id, host(e.address)"
                " AS address, e.after ->> 'file' AS file FROM audit.event AS e"
                " JOIN access.account AS a ON a.id = e.account_id"
                " JOIN access.role_grant AS g ON g.id = e.grant_id"
                " JOIN access.session AS s ON CAST(s.id AS text) = e.session_id"
                " WHERE e.import_id = :id"
            ),
            {"id": entry["id"]},
        ).one()
    assert (event.actor, event.action, event.role) == (event.login, "import", "city_officer")
    assert entry["created_by"] == event.login
    assert (event.kind, event.file, event.address) == ("token", "企业.csv", "127.0.0.1")
    assert event.request_id


ENDINGS = {
    "disabled": "UPDATE access.account SET disabled_at = now() WHERE id = :account",
    "revoked": "UPDATE access.role_grant SET revoked_at = now() WHERE account_id = :account",
    "does not hold": "UPDATE access.role_grant SET valid = daterange('2020-01-01', '2020-02-01')"
    " WHERE account_id = :account",
    "may not import": "UPDATE access.role_grant SET role = 'auditor', area_code = NULL"
    " WHERE account_id = :account",
    "covers 640200 only": "UPDATE access.role_grant SET area_code = '640200'"
    " WHERE account_id = :account",
    "is gone": "DELETE FROM access.account WHERE id = :account",
}


def test_what_ended_since_it_was_sent_keeps_a_file_from_becoming_facts(
    service: Service, database: Engine, office: httpx.Client, spool: Path
) -> None:
    waiting = {}
    for said, ends in ENDINGS.items():
        token = token_of(database, "city_officer", area_code="640100")
        with client_of(service.url, token) as sender:
            location = send(sender, companies(3)).headers["location"]
        with database.begin() as connection:
            sent = text("SELECT account_id FROM imports.file WHERE id = :id")
            account = connection.scalar(sent, {"id": location.rpartition("/")[2]})
            connection.execute(text(ends), {"account": account})
        waiting[location] = said
    with worker(database, spool):
        for location, said in waiting.items():
            entry = settled(office, location)
            assert (entry["state"], entry["report"]) == ("refused", None), entry
            assert said in entry["error"]
            assert "nothing was written" in entry["error"]
            assert facts(database, entry["id"]) == 0
    assert left_in(spool) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_in_the_middle_leaves_its_file_to_the_next(
    office: httpx.Client, database: Engine, spool: Path, how: signal.Signals
) -> None:
    with worker(database, spool) as process:
        location = send(office, many(how)).headers["location"]
        until(lambda: office.get(location).json()["progress"])
        process.send_signal(how)
        process.wait(timeout=20)
        entry = office.get(location).json()
        # Asked to end, a worker may still finish what it was about to commit.
        ends = {"running"} if how is signal.SIGKILL else {"queued", "done"}
        assert entry["state"] in ends
        assert len(left_in(spool)) == (entry["state"] != "done")
    with worker(database, spool):
        entry = settled(office, location)
    assert entry["state"] == "done", entry
    assert (entry["report"]["new"], facts(database, entry["id"])) == (MANY, MANY)
    assert left_in(spool) == []


def test_an_import_whose_connections_are_cut_is_done_again(
    office: httpx.Client, database: Engine, spool: Path
) -> None:
    with worker(database, spool):
        location = send(office, many(3)).headers["location"]
        until(lambda: office.get(location).json()["progress"])
        with database.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        entry = settled(office, location)
    assert entry["state"] == "done", entry
    assert (entry["report"]["new"], facts(database, entry["id"])) == (MANY, MANY)


def many(series: int) -> bytes:
    """A table that takes a while; tables of different series share no company."""
    numbers = range(series * 100_000, series * 100_000 + MANY)
    rows = [f"{code(n)},物业企业第{n}号" for n in numbers]
    return "\n".join(["统一社会信用代码,企业名称", *rows]).encode()


def facts(database: Engine, import_id: int) -> int | None:
    """How many companies came from an import."""
    with database.connect() as connection:
        count = text("SELECT count(*) FROM registry.company WHERE import_id = :id")
        found: int | None = connection.scalar(count, {"id": import_id})
    return found


@contextmanager
def worker(database: Engine, spool: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real ``atlas worker`` until the block ends."""
    environment = {
        **os.environ,
        "ATLAS_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "ATLAS_SPOOL": str(spool),
        "ATLAS_SEALS": str(spool.with_name("seals")),
        "ATLAS_AUDIT_KEY": str(spool.with_name("audit.key")),
    }
    process = subprocess.Popen(
        [ATLAS, "worker", "--heartbeat", "1", "--grace", "0"], env=environment
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=30)


def settled(office: httpx.Client, location: str) -> dict[str, Any]:
    """The import once it is done, one way or another."""
    found: dict[str, Any] = {}

    def over() -> bool:
        found.update(office.get(location).json())
        return found["state"] not in {"queued", "running"}

    until(over, seconds=120)
    return found
