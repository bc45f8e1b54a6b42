"""The worker renews the statuses that time has changed: at its start, and when its day begins."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import croniter
import pytest
from sqlalchemy import Engine, text

from geo import dates
from geo.imports import jobs
from oversight.store.rebuild import rebuild
from oversight.store.stored import status_at
from tests.command import ATLAS
from tests.support import until

CITY = "649900"
COMPOUND, COMPANY = 1, 7
TELLS = '"company_id":null'


@pytest.fixture
def behind(database: Engine) -> Engine:
    """A compound whose contract ended yesterday; its status was written a year ago."""
    with database.begin() as connection:
        connection.execute(
            text("""
                TRUNCATE registry.city CASCADE;
                INSERT INTO registry.city VALUES ('649900', '试验市');
                INSERT INTO registry.company (id, city_code, code, name)
                VALUES (7, '649900', 'K7', '物业');
                INSERT INTO registry.compound (id, city_code, code, name, geom, source)
                VALUES (1, '649900', 'C1', '小区',
                        ST_Multi(ST_MakeEnvelope(106, 38, 106.01, 38.01, 4326)), 'office');
            """)
        )
        connection.execute(
            text(
                "INSERT INTO registry.contract (city_code, compound_id, company_id, kind, valid)"
                " VALUES ('649900', 1, 7, 'ordinary', daterange('2022-01-01', :ended))"
            ),
            {"ended": dates.today() - timedelta(days=1)},
        )
    rebuild(database, on=dates.today() - timedelta(days=365), workers=1)
    assert serving(database) == COMPANY
    return database


def test_a_worker_makes_up_at_its_start_for_the_days_nobody_saw(
    behind: Engine, tmp_path: Path
) -> None:
    with worker(behind, tmp_path):
        until(lambda: serving(behind) is None)
    with behind.connect() as connection:
        before = status_at(connection, COMPOUND, dates.today() - timedelta(days=2))
    assert before is not None
    assert before.status.company_id == COMPANY


def test_a_worker_keeps_the_features_that_pages_hand_out(behind: Engine, tmp_path: Path) -> None:
    """What its own renewing of statuses changed is told by them too."""
    kept = text("SELECT convert_from(feature, 'UTF8') FROM registry.compound_feature")
    noted = text("SELECT count(*) FROM registry.compound_outdated")

    def told() -> bool:
        with behind.connect() as connection:
            feature = connection.scalar(kept)
            return feature is not None and not connection.scalar(noted) and TELLS in feature

    with worker(behind, tmp_path):
        until(lambda: serving(behind) is None)
        until(told)


def test_the_days_job_renews_them_as_well(behind: Engine, tmp_path: Path) -> None:
    with worker(behind, tmp_path):
        until(lambda: serving(behind) is None)
        rebuild(behind, on=dates.today() - timedelta(days=365), workers=1)
        url = behind.url.render_as_string(hide_password=False)
        with jobs.app(url).open() as app:
            app.configure_task(jobs.DAILY_TASK, queue=jobs.DAILY_QUEUE).defer(timestamp=0)
        until(lambda: serving(behind) is None)


def test_the_day_begins_five_minutes_after_midnight_in_shanghai() -> None:
    begins = croniter.croniter(jobs.AFTER_MIDNIGHT, datetime(2026, 6, 30, tzinfo=UTC))
    told = begins.get_next(datetime).astimezone(dates.ZONE)
    assert (told.date(), told.hour, told.minute) == (date(2026, 7, 1), 0, 5)


def serving(database: Engine) -> int | None:
    """The company that serves the compound today, as its status has it."""
    with database.connect() as connection:
        found = status_at(connection, COMPOUND, dates.today())
    assert found is not None
    return found.status.company_id


@contextmanager
def worker(database: Engine, spool: Path) -> Iterator[None]:
    """A real ``atlas worker`` until the block ends."""
    environment = {
        **os.environ,
        "ATLAS_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "ATLAS_SPOOL": str(spool),
        "ATLAS_SEALS": str(spool / "seals"),
        "ATLAS_AUDIT_KEY": str(spool / "audit.key"),
    }
    process = subprocess.Popen([ATLAS, "worker", "--grace", "0"], env=environment)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
