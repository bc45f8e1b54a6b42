"""``atlas audit`` says whether the record is whole; ``atlas people`` erases."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from audit.record import record
from tests.command import atlas


@pytest.fixture
def run(fresh: Engine, tmp_path: Path):
    url = fresh.url.render_as_string(hide_password=False)

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return atlas(*arguments, home=tmp_path, database_url=url)

    return command


def test_sealing_and_verifying(run, fresh: Engine, tmp_path: Path):
    with fresh.begin() as connection:
        record(connection, "enter")
    assert run("audit", "verify").stderr.startswith("atlas: ")
    assert run("audit", "seal").stdout == "seal 1: 1 events\n"
    assert run("audit", "seal").stdout == "everything was sealed already\n"
    with fresh.begin() as connection:
        record(connection, "enter")
    whole = run("audit", "verify")
    assert whole.returncode == 0, whole.stderr
    assert "not sealed yet: 1 since " in whole.stdout
    assert "the record is whole: 1 events under 1 seals agree" in whole.stdout
    with fresh.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE audit.event SET actor = 'x' WHERE id = 1"))
    changed = run("audit", "verify")
    assert changed.returncode == 1
    assert "changed: in seal 1: event 1\n" in changed.stdout
    assert "the record is NOT whole" in changed.stdout
    assert (tmp_path / "audit.key").stat().st_mode & 0o777 == 0o600


def test_giving_up_seals_after_a_restore(run, fresh: Engine):
    for _ in range(2):
        with fresh.begin() as connection:
            record(connection, "enter")
        run("audit", "seal")
    with fresh.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM audit.seal; DELETE FROM audit.event"))
    assert "atlas audit resume" in run("audit", "seal").stderr
    assert "seal 3 follows 0" in run("audit", "resume", "disk lost").stdout
    verified = run("audit", "verify")
    assert verified.returncode == 0
    assert "given up: disk lost: seal 1–2" in verified.stdout


def test_a_new_key_signs_from_now_on(run, fresh: Engine, tmp_path: Path):
    with fresh.begin() as connection:
        record(connection, "enter")
    run("audit", "seal")
    old = (tmp_path / "audit.key").read_bytes()
    done = run("audit", "rotate")
    assert "seal 2 hands over to a new key" in done.stdout, done.stderr
    assert (tmp_path / "audit.key").read_bytes() != old
    assert (tmp_path / "audit.key").stat().st_mode & 0o777 == 0o600
    with fresh.begin() as connection:
        record(connection, "enter")
    assert run("audit", "seal").stdout == "seal 3: 1 events\n"
    verified = run("audit", "verify")
    assert verified.returncode == 0, verified.stdout
    assert "from seal 3 on: a new key, signed for by the one before" in verified.stdout


def test_readings_are_told_by_the_hour(run, fresh: Engine):
    assert run("audit", "readings").stdout == "nothing was counted\n"
    with fresh.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO audit.reading VALUES
                ('2026-03-01T01:00Z', 1, 'compounds', 'page', 'sun', 1200),
                ('2026-03-01T02:00Z', 2, 'timeline', 'one', 'li', 3)
            """)
        )
    told = run("audit", "readings").stdout
    assert told == (
        "2026-03-01 10:00  li  timeline  one  3\n2026-03-01 09:00  sun  compounds  page  1,200\n"
    )
    assert run("audit", "readings", "--login", "li").stdout.count("\n") == 1


def test_erasing_a_person(run, fresh: Engine, tmp_path: Path):
    with fresh.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO registry.city VALUES ('649900', '试验市');
                INSERT INTO registry.company (id, city_code, code, name)
                VALUES (7, '649900', 'K7', '物业');
                INSERT INTO registry.company_contact VALUES (7, '李四', '13911111111');
            """)
        )
    done = run("people", "erase", "company", "7", "--reason", "left")
    assert done.stdout == "company 7: 2 values erased\n", done.stderr
    assert '"kind": "company", "id": 7' in (tmp_path / "seals" / "erasures.jsonl").read_text()
    again = run("people", "erase", "company", "7", "--reason", "left")
    assert again.returncode == 1
    assert "nothing personal is kept of company 7" in again.stderr
    assert run("people", "replay").stdout == "0 erasures done again\n"
