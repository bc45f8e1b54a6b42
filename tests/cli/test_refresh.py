"""``atlas refresh`` makes every status anew and says how many; ``atlas sample`` leaves them."""

import subprocess
from collections.abc import Iterator

import pytest
from distributed import LocalCluster
from sqlalchemy import Engine, text

from geo import boundaries, sample
from tests.command import atlas
from tests.oversight.store.kept import forget, written

CITY = "640500"


@pytest.fixture(scope="module")
def filled(database: Engine) -> Engine:
    """A small city without statuses."""
    boundaries.add_city(database, CITY)
    sample.build(database, CITY, 25, 3)
    return database


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a dask scheduler with two local workers."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


def _refresh(target: Engine, *arguments: str) -> subprocess.CompletedProcess[str]:
    url = target.url.render_as_string(hide_password=False)
    return atlas("refresh", *arguments, database_url=url)


def test_it_says_how_many_were_assessed_and_written(filled: Engine):
    done = _refresh(filled)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("25 compounds and ")
    rows = sum(map(len, written(filled).values()))
    assert f"companies of 1 city assessed, {rows:,} statuses written" in done.stdout


def test_a_scheduler_gives_the_same_rows(filled: Engine, scheduler: str):
    assert _refresh(filled, "--city", CITY).returncode == 0
    here = written(filled)
    forget(filled)
    done = _refresh(filled, "--scheduler", scheduler)
    assert done.returncode == 0, done.stderr
    assert written(filled) == here


def test_today_only_writes_nothing_where_nothing_differs(filled: Engine):
    assert _refresh(filled).returncode == 0
    again = _refresh(filled, "--today")
    assert " 0 statuses written" in again.stdout


def test_a_city_that_is_not_loaded_is_refused(filled: Engine):
    refused = _refresh(filled, "--city", "999900")
    assert refused.returncode == 1
    assert "--city 999900: no such city is loaded" in refused.stderr


def test_a_scheduler_that_does_not_answer_is_told(filled: Engine):
    before = written(filled)
    refused = _refresh(filled, "--scheduler", "tcp://127.0.0.1:1")
    assert refused.returncode == 1
    assert "--scheduler tcp://127.0.0.1:1" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert written(filled) == before


def test_the_sample_comes_with_its_statuses(filled: Engine):
    boundaries.add_city(filled, "640400")
    url = filled.url.render_as_string(hide_password=False)
    made = atlas("sample", "--city", "640400", "--compounds", "20", database_url=url)
    assert made.returncode == 0, made.stderr
    assert "statuses follow from them" in made.stdout
    with filled.connect() as connection:
        told = connection.scalar(
            text(
                "SELECT count(*) FROM oversight.status"
                " WHERE city_code = '640400' AND upper_inf(valid)"
            )
        )
    assert told == 20
