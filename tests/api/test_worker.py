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
from tests.uploads import code, companies, left_in, send, until

MANY = 40_000


def test_a_file_becomes_facts_and_its_other_rows_can_be_read_and_fetched(
    office: httpx.Client, database: Engine, spool: Path
) -> None:
    bad = {"统一社会信用代码": "91640100MA00000009", "企业名称": "信用代码有误的企业"}
    with worker(database, spool):
        sent = send(office, companies(3, ",".join(bad.values())))
        entry = settled(office, sent.headers["location"])
    assert entry["state"] == "done", entry
    assert (entry["report"]["new"], entry["report"]["rejected"]) == (3, 1)
    assert entry["report"]["file"] == "企业.csv"
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
