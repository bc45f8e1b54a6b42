"""A backup of the sample city and the database restored from it are the same."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from backup.checksums import sums
from backup.restore import restore
from backup.take import Sources, take
from backup.verify import verify
from geo.database import engine
from geo.errors import AtlasError
from tests.backup.conftest import Taken, address, run, scalar

Named = Callable[[], str]


def _databases(server: str) -> list[str]:
    made = engine(server)
    with made.connect() as connection:
        names = list(
            connection.scalars(
                text("SELECT datname FROM pg_database WHERE datname ~ '^atlas_(rest|veri|repl)'")
            )
        )
    made.dispose()
    return names


def test_the_sample_city_comes_back_with_the_same_rows(city: Engine, taken: Taken, named: Named):
    url = named()
    done = restore(url, taken.folder)
    assert done.differences == []
    restored = engine(url)
    with city.connect() as one, restored.connect() as other:
        before, after = sums(one), sums(other)
    restored.dispose()
    assert before == after == taken.manifest.tables
    assert before["registry.compound"].rows == 1500
    assert taken.manifest.database.objects["constraints"] > 100
    assert scalar(url, "SELECT count(*) FROM pg_constraint WHERE NOT convalidated") == 0


def test_the_digest_tells_rows_apart_that_are_almost_the_same(database: Engine):
    with database.connect() as connection:
        connection.execute(text("CREATE TABLE public.floats (at float8, shape geometry)"))
        put = text("INSERT INTO floats VALUES (:at, ST_Point(:at, 38.4711, 4326))")
        connection.execute(put, [{"at": 106.1}, {"at": 106.2}])
        first = sums(connection)["public.floats"]
        connection.execute(text("DELETE FROM floats"))
        connection.execute(put, [{"at": 106.2}, {"at": 106.1}])
        assert sums(connection)["public.floats"] == first
        connection.execute(text("UPDATE floats SET at = 106.10000000000001 WHERE at = 106.1"))
        second = sums(connection)["public.floats"]
        assert second.rows == first.rows
        assert second.digest != first.digest
        connection.rollback()


def test_writers_do_not_part_the_checksums_from_the_dump(
    database: Engine, tmp_path: Path, named: Named
):
    url, over = address(database), threading.Event()
    run(url, "CREATE TABLE busy AS SELECT n, 0 AS turn FROM generate_series(1, 50000) AS n")

    def write() -> None:
        while not over.is_set():
            run(url, "UPDATE busy SET turn = turn + 1 WHERE n % 50 = 0")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        folder, manifest = take(url, tmp_path / "backups", Sources(tmp_path / "home"))
    finally:
        over.set()
        writer.join()
    assert scalar(url, "SELECT max(turn) FROM busy") > 0
    assert manifest.tables["public.busy"].rows == 50000
    assert restore(named(), folder).differences == []


def test_an_empty_database_is_filled_and_a_full_one_only_replaced(
    server: str, taken: Taken, named: Named
):
    url = named()
    run(server, f'CREATE DATABASE "{make_url(url).database}"')
    assert restore(url, taken.folder).differences == []
    run(url, "CREATE TABLE mine (id int)")
    with pytest.raises(AtlasError, match="is not empty: name another with --into, or --replace"):
        restore(url, taken.folder)
    assert scalar(url, "SELECT count(*) FROM mine") == 0
    busy = engine(url)
    with busy.connect():
        assert restore(url, taken.folder, replace=True).differences == []
    busy.dispose()
    assert scalar(url, "SELECT to_regclass('mine')") is None
    assert scalar(url, "SELECT count(*) FROM registry.compound") == 1500
    assert _databases(server) == []


def test_owner_rights_and_settings_of_the_database_come_back(
    city: Engine, server: str, sources: Sources, tmp_path: Path, named: Named
):
    name = city.url.database
    run(
        server,
        f"ALTER DATABASE \"{name}\" SET search_path TO registry, 'public'",
        f"ALTER DATABASE \"{name}\" SET application_name TO '50% of it''s :half'".replace(
            ":", "\\:"
        ),
        f"ALTER ROLE atlas IN DATABASE \"{name}\" SET statement_timeout TO '90s'",
        f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC',
    )
    try:
        folder, _ = take(address(city), tmp_path / "b", sources)
        url = named()
        restore(url, folder)
        assert scalar(url, "SHOW search_path") == "registry, public"
        assert scalar(url, "SHOW application_name") == "50% of it's :half"
        assert scalar(url, "SHOW statement_timeout") == "90s"
        granted = "SELECT has_database_privilege('pg_monitor', current_database(), 'CONNECT')"
        assert scalar(url, granted) is False
    finally:
        run(
            server,
            f'ALTER DATABASE "{name}" RESET ALL',
            f'ALTER ROLE atlas IN DATABASE "{name}" RESET ALL',
            f'GRANT CONNECT ON DATABASE "{name}" TO PUBLIC',
        )


def test_erasures_run_before_the_database_gets_its_name(taken: Taken, named: Named):
    url = named()

    def erase(connection: Connection) -> None:
        connection.execute(text("DELETE FROM oversight.complaint_person WHERE complaint_id = 1"))

    def seals(connection: Connection) -> list[str]:
        gone = text("SELECT count(*) FROM oversight.complaint_person WHERE complaint_id = 1")
        assert connection.scalar(gone) == 0
        return []

    kept = taken.manifest.tables["oversight.complaint_person"].rows
    done = restore(url, taken.folder, after=[erase], checks=[seals])
    assert done.differences == []
    assert (
        f"changed after the backup was loaded: oversight.complaint_person: {kept:,} rows in the"
        f" backup, {kept - 1:,} here" in done.notes
    )


def test_seals_that_do_not_fit_keep_the_database_from_its_name(
    server: str, taken: Taken, named: Named
):
    url = named()
    done = restore(url, taken.folder, checks=[lambda _: ["seal 3: its root differs"]])
    try:
        assert done.differences == ["seal 3: its root differs"]
        assert _databases(server) == [done.database]
        assert not scalar(
            server, f"SELECT true FROM pg_database WHERE datname = '{make_url(url).database}'"
        )
    finally:
        run(server, f'DROP DATABASE "{done.database}" WITH (FORCE)')


def test_a_failing_hook_leaves_no_database(server: str, taken: Taken, named: Named):
    def fail(_connection: Connection) -> None:
        raise AtlasError("the register of erasures cannot be read")

    with pytest.raises(AtlasError, match="register of erasures"):
        restore(named(), taken.folder, after=[fail])
    assert _databases(server) == []


def test_verifying_compares_in_a_scratch_database_and_drops_it(server: str, taken: Taken):
    run(server, 'CREATE DATABASE "atlas_verify_0123456789ab"')  # a killed command's
    done = verify(server, taken.folder)
    assert done.differences == []
    assert done.seconds > 0
    assert _databases(server) == []
