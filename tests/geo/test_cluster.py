"""The private cluster, on real servers: it starts from any state and lets nobody else in."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from geo.cluster import Cluster, database_url
from geo.errors import AtlasError
from geo.server.accounts import Account, server_account
from geo.server.config import server_config
from geo.server.pgdata import initialise, is_complete
from geo.server.programs import find_programs
from geo.settings import DatabaseSettings
from tests.clusters import cluster_in, disk, open_folder
from tests.support import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """One running cluster for the tests that only look."""
    with open_folder() as folder, cluster_in(folder / "home") as cluster:
        cluster.start()
        cluster.ensure_database()
        yield cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that has never been started."""
    with cluster_in(folder / "home") as made:
        yield made


def ask(cluster: Cluster, question: str, database: str = "postgres") -> object:
    connection = psycopg2.connect(cluster.url(database))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def owner_of(cluster: Cluster) -> int:
    return cluster.data.stat().st_uid


def kill(cluster: Cluster) -> int:
    """Kill the server outright; return the number its process had."""
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    return pid


def test_starting_twice_starts_one_server(running: Cluster) -> None:
    before = running.status()
    running.start()
    assert running.status() == before
    assert before.running
    assert before.data == running.home / "pg"


def test_the_server_never_runs_as_root(running: Cluster) -> None:
    uid = psutil.Process(running.status().pid).uids().effective
    assert uid != 0
    assert uid == owner_of(running)
    if os.geteuid() != 0:
        assert uid == os.geteuid()


def test_chinese_text_is_utf8_and_can_be_searched_by_its_characters(running: Cluster) -> None:
    assert ask(running, "show server_encoding") == "UTF8"
    assert ask(running, "select datcollate from pg_database where datname = 'atlas'") in {
        "C.UTF-8",
        "en_US.UTF-8",
    }
    ask(running, "create extension if not exists pg_trgm", "atlas")
    assert ask(running, "select cardinality(show_trgm('金凤区'))", "atlas") == 4


def test_the_database_is_made_once(running: Cluster) -> None:
    running.ensure_database()
    assert ask(running, "select count(*) from pg_database where datname = 'atlas'") == 1


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_or_missing_password_is_refused(running: Cluster, password: str) -> None:
    port = running.status().port
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host="127.0.0.1", port=port, user="atlas", password=password, dbname="atlas"
        )


@pytest.mark.parametrize("password", ["wrong", ""])
def test_the_socket_asks_for_the_password_too(running: Cluster, password: str) -> None:
    port = running.status().port
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=str(running.data), port=port, user="atlas", password=password, dbname="atlas"
        )


def test_passwords_are_kept_as_scram(running: Cluster) -> None:
    kept = ask(running, "select rolpassword from pg_authid where rolname = 'atlas'")
    assert str(kept).startswith("SCRAM-SHA-256$")
    methods = ask(running, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules")
    assert methods == "scram-sha-256"


def test_only_the_loopback_is_listened_on(running: Cluster) -> None:
    server = psutil.Process(running.status().pid)
    listening = [c.laddr.ip for c in server.net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]


def test_password_and_data_are_closed_to_others(running: Cluster) -> None:
    assert (running.data.parent / "password").stat().st_mode & 0o777 == 0o600
    assert running.data.stat().st_mode & 0o777 == 0o700


def test_in_use_means_that_somebody_is_connected(running: Cluster) -> None:
    assert not running.in_use()
    connection = psycopg2.connect(running.url())
    assert running.in_use()
    connection.close()


def test_stopping_twice_is_no_error_and_keeps_the_port(cluster: Cluster) -> None:
    cluster.stop()
    cluster.start()
    port = cluster.status().port
    cluster.stop()
    cluster.stop()
    assert not cluster.status().running
    cluster.start()
    assert cluster.status().port == port


def test_a_server_that_is_ending_by_itself_is_stopped_all_the_same(cluster: Cluster) -> None:
    for _ in range(5):
        cluster.start()
        os.kill(cluster.status().pid or 0, signal.SIGINT)
        cluster.stop()
        assert not cluster.status().running


def test_a_cluster_of_an_earlier_version_keeps_values_out_of_its_log_from_the_next_start_on(
    cluster: Cluster,
) -> None:
    cluster.start()
    config = cluster.data / "atlas.conf"
    earlier = [line for line in config.read_text().splitlines() if not line.startswith("log_")]
    config.write_text("\n".join(earlier) + "\n")
    ask(cluster, "select pg_reload_conf()")
    seen = log_after(cluster, 0)
    break_an_insert(cluster)
    assert "13912345678" in log_after(cluster, len(seen))
    cluster.stop()
    cluster.start()
    seen = log_after(cluster, 0)
    break_an_insert(cluster)
    told = log_after(cluster, len(seen))
    assert "violates not-null constraint" in told
    assert "13912345678" not in told


def test_archiving_begins_as_the_documents_say(cluster: Cluster) -> None:
    said = re.findall(r"^ALTER SYSTEM .*;$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    cluster.start()
    for statement in (*said, "ALTER SYSTEM SET archive_command = '/bin/true'"):
        ask(cluster, statement)
    cluster.stop()
    cluster.start()
    assert ask(cluster, "show archive_mode") == "on"
    assert ask(cluster, "show archive_timeout") == "1min"
    assert ask(cluster, "select pg_switch_wal() is not null")


def break_an_insert(cluster: Cluster) -> None:
    """Have a row refused that has somebody's telephone number in it."""
    ask(cluster, "create table if not exists person (phone text, name text not null)")
    with pytest.raises(psycopg2.errors.NotNullViolation):
        ask(cluster, "insert into person values ('13912345678', null)")


def log_after(cluster: Cluster, place: int) -> str:
    return (cluster.data / "server.log").read_text()[place:]


def test_a_crash_loses_nothing(cluster: Cluster) -> None:
    cluster.start()
    ask(cluster, "create table kept as select 7 as fact")
    killed = kill(cluster)
    assert not cluster.status().running
    cluster.start()
    assert cluster.status().pid != killed
    assert ask(cluster, "select fact from kept") == 7


def test_a_pid_file_that_names_another_program_is_not_believed(cluster: Cluster) -> None:
    cluster.start()
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill(cluster)
    # The same user's, since PostgreSQL takes only those for a server of its own.
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as mine:
        other = Account.calling() if os.geteuid() else server_account(None, owner_of(cluster))
        with subprocess.Popen(["sleep", "60"], user=other.uid, cwd="/") as foreign:
            for process in (mine, foreign):
                pid_file.write_text("\n".join([str(process.pid), *lines[1:]]) + "\n")
                os.chown(pid_file, other.uid, other.gid)
                assert not cluster.status().running
                cluster.start()
                assert cluster.status().running
                assert process.poll() is None
                kill(cluster)
            foreign.terminate()


def test_an_interrupted_initdb_is_redone(cluster: Cluster) -> None:
    half = cluster.data.with_name("pg.new")
    (half / "base" / "1").mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    shutil.copytree(half, cluster.data)
    cluster.start()
    assert cluster.status().running
    assert not half.exists()


def test_a_damaged_folder_with_data_is_refused_and_kept(cluster: Cluster) -> None:
    cluster.start()
    cluster.ensure_database()
    cluster.stop()
    (cluster.data / "global" / "pg_control").rename(cluster.data.parent / "pg_control")
    before = sorted(entry.name for entry in cluster.data.iterdir())
    with pytest.raises(AtlasError, match="damaged"):
        cluster.start()
    assert sorted(entry.name for entry in cluster.data.iterdir()) == before


def test_a_folder_of_other_things_is_refused_and_kept(cluster: Cluster) -> None:
    cluster.data.mkdir(parents=True)
    (cluster.data / "thesis.odt").write_text("years of work")
    with pytest.raises(AtlasError, match=r"thesis\.odt"):
        cluster.start()
    assert (cluster.data / "thesis.odt").read_text() == "years of work"


def test_a_taken_port_is_changed(cluster: Cluster) -> None:
    cluster.start()
    port = cluster.status().port
    cluster.stop()
    with socket.create_server(("127.0.0.1", port)):
        cluster.start()
        assert cluster.status().port != port
        assert ask(cluster, "select 1") == 1


def test_data_go_where_the_service_user_can_reach_them(folder: Path) -> None:
    (folder / "private").mkdir(mode=0o700)
    with cluster_in(folder / "private" / "home") as cluster:
        cluster.start()
        assert (cluster.home / "pg").is_symlink() == (os.geteuid() == 0)
        ask(cluster, "create table kept as select 7 as fact")
        cluster.stop()
        moved = folder / "private" / "moved"
        cluster.home.rename(moved)
        with cluster_in(moved) as again:
            again.start()
            assert ask(again, "select fact from kept") == 7


def test_long_and_strange_paths_work(folder: Path) -> None:
    strange = folder / "银川 市's $HOME `id`" / ("long" * 25) / "home"
    with cluster_in(strange) as cluster:
        cluster.start()
        sockets = str(ask(cluster, "show unix_socket_directories"))
        assert len(sockets) < 90
        found = psutil.Process(cluster.status().pid).net_connections("unix")
        assert [c.laddr for c in found if c.laddr] != []
        assert Path(sockets).stat().st_mode & 0o077 == 0
        cluster.stop()
        shutil.rmtree(sockets)


def test_two_commands_at_once_start_one_server(cluster: Cluster) -> None:
    failures: list[BaseException] = []

    def start() -> None:
        try:
            Cluster(cluster.home, options=cluster.options).start()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    log = (cluster.data / "server.log").read_text()
    assert len(re.findall("ready to accept connections", log)) == 1


def test_a_full_disk_is_told_and_leaves_nothing(folder: Path) -> None:
    with disk(folder / "small", "size=12m") as small, cluster_in(small / "home") as cluster:
        with pytest.raises(AtlasError, match="is full"):
            cluster.start()
        assert [entry.name for entry in cluster.home.iterdir()] == ["lock"]


def test_a_failed_initdb_leaves_nothing(folder: Path) -> None:
    account, programs = server_account(None, None), find_programs()
    account.take(folder)
    (folder / "password").mkdir()  # unreadable as a password
    with pytest.raises(AtlasError, match="no database could be made"):
        initialise(folder, account, programs)
    assert not is_complete(folder / "pg")
    assert [entry.name for entry in folder.iterdir()] == ["password"]


def test_a_named_server_is_taken_and_nothing_is_started(folder: Path) -> None:
    settings = DatabaseSettings(database_url="postgres://u@h/d", home=folder / "home")
    assert database_url(settings) == "postgresql://u@h/d"
    assert not (folder / "home").exists()


def test_memory_settings_follow_the_machine() -> None:
    text = server_config(port=1, sockets=None, options={}, memory=4 * 2**30)
    assert "shared_buffers = 512MB" in text
    assert "unix_socket_directories = ''" in text
