"""What a person can get wrong at start-up: one sentence, exit code 1, nothing left behind."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.cluster import Cluster
from geo.server.programs import Programs
from tests.clusters import bare_server, cluster_in, disk, open_folder, without_postgis
from tests.command import atlas


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server of somebody's that asks for a password."""
    with open_folder() as made, cluster_in(made / "home") as cluster:
        cluster.start()
        yield cluster


@pytest.fixture(scope="module")
def bare() -> Iterator[Programs]:
    """A PostgreSQL without PostGIS."""
    with open_folder() as made:
        yield without_postgis(made)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence with which the command ended."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.startswith("atlas: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_port_in_use_is_told_before_anything_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refusal(atlas("up", home=folder / "home", port=port))
    assert f"port {port} on 127.0.0.1 is in use: set ATLAS_PORT" in said
    assert not (folder / "home").exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"port": "eighty"}, "ATLAS_PORT=eighty: "),
        ({"port": "70000"}, "ATLAS_PORT=70000: "),
        ({"workers": "0"}, "ATLAS_WORKERS=0: "),
        ({"host": "203.0.113.1"}, "ATLAS_HOST"),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, settings: dict[str, str], told: str) -> None:
    assert told in refusal(atlas("up", home=folder / "home", **settings))
    assert not (folder / "home").exists()


def test_a_read_only_folder(folder: Path) -> None:
    with disk(folder / "sealed", "ro") as sealed:
        said = refusal(atlas("db", "start", home=sealed / "home"))
    assert f'cannot be kept in "{folder}/sealed/home"' in said
    assert "set ATLAS_HOME" in said


def test_a_full_disk(folder: Path) -> None:
    with disk(folder / "small", "size=12m") as small:
        said = refusal(atlas("db", "start", home=small / "home"))
        assert [entry.name for entry in (small / "home").iterdir()] == ["lock"]
    assert "is full: free about" in said


def test_no_postgresql(folder: Path) -> None:
    said = refusal(atlas("db", "start", home=folder / "home", postgres_bin=str(folder)))
    assert f'no PostgreSQL ≥ 15 was found in "{folder}"' in said
    assert "ATLAS_DATABASE_URL" in said
    assert not (folder / "home" / "pg").exists()


def test_postgresql_without_postgis(folder: Path, bare: Programs) -> None:
    said = refusal(atlas("db", "start", home=folder / "home", postgres_bin=str(bare.folder)))
    assert f"PostgreSQL {bare.version} was found" in said
    assert f"apt-get install postgresql-{bare.major}-postgis-3" in said
    assert not (folder / "home" / "pg").exists()


def test_a_named_server_without_postgis(folder: Path, bare: Programs) -> None:
    with bare_server(folder, bare, free_port()) as url:
        said = refusal(atlas("db", "migrate", database_url=url))
    assert "lacks the extension postgis" in said


def test_a_damaged_database_is_refused(folder: Path) -> None:
    with cluster_in(folder / "home") as cluster:
        cluster.start()
        cluster.ensure_database()
        cluster.stop()
        (cluster.data / "PG_VERSION").unlink()
        said = refusal(atlas("up", home=cluster.home, port="0"))
        assert "is damaged" in said
        assert (cluster.data / "base").is_dir()


def test_a_lost_password_is_told(folder: Path) -> None:
    with cluster_in(folder / "home") as cluster:
        cluster.start()
        cluster.stop()
        (cluster.data.parent / "password").unlink()
        assert "put back" in refusal(atlas("db", "start", home=cluster.home))


def test_a_wrong_password_is_told_and_never_shown(server: Cluster) -> None:
    port = server.status().port
    url = f"postgresql://atlas:hush-hush@127.0.0.1:{port}/atlas"
    done = atlas("db", "migrate", database_url=url)
    said = refusal(done)
    assert 'password authentication failed for user "atlas"' in said
    assert "check ATLAS_DATABASE_URL" in said
    assert "hush-hush" not in said + done.stdout


def test_a_database_that_is_not_there(server: Cluster) -> None:
    said = refusal(atlas("db", "status", database_url=server.url("nowhere")))
    assert 'database "nowhere" does not exist' in said


def test_a_server_that_is_not_there() -> None:
    port = free_port()
    said = refusal(atlas("up", port="0", database_url=f"postgresql://u:hush@127.0.0.1:{port}/d"))
    assert f"the database 127.0.0.1:{port}/d cannot be reached (Connection refused)" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    "url", ["atlas", "mysql://u:hush@h/d", "postgresql://u:hu@sh@h/d", "postgresql://h:port/d"]
)
def test_an_address_that_is_none(url: str) -> None:
    said = refusal(atlas("db", "status", database_url=url))
    assert "is not an address of PostgreSQL: write postgresql://user:password@host" in said
    assert "hu" not in said.partition("write")[0]


def test_a_named_server_is_not_ours_to_stop(server: Cluster) -> None:
    said = refusal(atlas("db", "stop", database_url=server.url()))
    assert "not ours to start or stop" in said
    assert server.status().running
    password = server.url().split(":")[2].split("@")[0]
    assert password not in said


def test_a_service_user_that_cannot_serve(folder: Path) -> None:
    """Only root lends the work; an ordinary caller serves its own data whatever the setting."""
    for user in ("root", "nobody-of-that-name"):
        done = atlas("db", "start", home=folder / "home", cluster_user=user)
        if os.geteuid() == 0:
            assert f'"{user}" (ATLAS_CLUSTER_USER)' in refusal(done)
            assert not (folder / "home" / "pg").exists()
        else:
            assert done.returncode == 0
            assert atlas("db", "stop", home=folder / "home").returncode == 0
            shutil.rmtree(folder / "home")
