"""``atlas db`` as a person runs it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.cluster import Cluster
from tests.clusters import cluster_in, open_folder
from tests.command import atlas


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """The home of a cluster that every test may start and stop."""
    with open_folder() as folder, cluster_in(folder / "home") as cluster:
        yield cluster.home


def test_version_is_shown() -> None:
    shown = atlas("--version")
    assert re.fullmatch(r"atlas \d+\.\d+\.\d+\n", shown.stdout)


def test_start_status_url_shell_and_stop(home: Path) -> None:
    assert atlas("db", "status", home=home).returncode == 1
    started = atlas("db", "start", home=home)
    assert started.returncode == 0, started.stderr
    assert "runs on 127.0.0.1:" in started.stdout
    assert atlas("db", "status", home=home).stdout == started.stdout
    assert atlas("db", "url", home=home).stdout.strip() == Cluster(home).url()
    answer = atlas("db", "shell", home=home, stdin="\\t\\a\nselect 6 * 7, current_user")
    assert "42|atlas" in answer.stdout
    stopped = atlas("db", "stop", home=home)
    assert "is stopped" in stopped.stdout
    assert not Cluster(home).status().running


def test_migrate_brings_the_schema_and_then_has_nothing_to_do(home: Path) -> None:
    assert atlas("db", "migrate", home=home).stdout == "schema brought up to date\n"
    assert atlas("db", "migrate", home=home).stdout == "schema is current\n"
