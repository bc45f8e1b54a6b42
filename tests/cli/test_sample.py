"""``atlas sample`` says what it makes, makes it once, and refuses what makes no sense."""

import subprocess

import pytest
from sqlalchemy import Engine, text

from geo import boundaries
from tests.command import atlas


@pytest.fixture(scope="module")
def small(database: Engine) -> Engine:
    """A city with boundaries, small enough to fill quickly."""
    boundaries.add_city(database, "640500")
    return database


def _atlas(target: Engine, *arguments: str) -> subprocess.CompletedProcess[str]:
    url = target.url.render_as_string(hide_password=False)
    return atlas("sample", "--city", "640500", *arguments, database_url=url)


def test_it_prints_seed_and_last_day_and_fills_the_city_once(small: Engine):
    given = ("--compounds", "25", "--seed", "3", "--until", "2026-02-28")
    first = _atlas(small, *given)
    assert first.returncode == 0, first.stderr
    assert "seed 3, until 2026-02-28" in first.stdout
    assert "25 compounds loaded" in first.stdout
    second = _atlas(small, *given)
    assert second.returncode == 1
    assert "640500 has sample compounds already" in second.stderr
    with small.connect() as connection:
        counted = connection.execute(text("SELECT count(*) FROM registry.compound"))
        assert counted.scalar_one() == 25


def test_no_compounds_are_refused(small: Engine):
    refused = _atlas(small, "--compounds", "0")
    assert refused.returncode == 1
    assert "--compounds 0 makes no city" in refused.stderr


def test_a_day_that_is_none_is_refused(small: Engine):
    assert _atlas(small, "--until", "2026-02-30").returncode == 2
