"""A backup that was spoiled, cut short or pruned is never taken for a whole one."""

import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from backup import manifest as manifests
from backup.restore import restore
from backup.store import Store
from backup.take import Sources, take
from backup.verify import verify
from geo.errors import AtlasError
from tests.backup.conftest import Taken, address, run
from tests.command import ATLAS, atlas, environment


def test_a_flipped_byte_in_any_file_is_found(copy: Path):
    files = [path for path in sorted(copy.rglob("*")) if path.is_file()]
    assert len(files) > 80
    for path in files:
        whole = path.read_bytes()
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        with pytest.raises(AtlasError, match=path.name.replace(".", r"\.")):
            manifests.require_whole(copy)
        path.write_bytes(whole)
    manifests.require_whole(copy)


def test_a_missing_and_a_foreign_file_are_found(copy: Path):
    (copy / "roles.sql").rename(copy / "roles.sql.old")
    with pytest.raises(AtlasError, match=r"roles\.sql is missing; roles\.sql\.old is not in"):
        manifests.require_whole(copy)


def test_a_damaged_backup_is_not_restored(copy: Path, server: str, named):
    with (copy / "roles.sql").open("a") as file:
        file.write("-- more\n")
    for attempt in (lambda: restore(named(), copy), lambda: verify(server, copy)):
        with pytest.raises(AtlasError, match=r"is damaged: roles\.sql has"):
            attempt()


def test_a_manifest_of_another_format_is_refused(copy: Path):
    said = (copy / manifests.NAME).read_text().replace('"format": 1', '"format": 2', 1)
    (copy / manifests.NAME).write_text(said)
    listed = subprocess.run(
        ["sha256sum", manifests.NAME], cwd=copy, capture_output=True, text=True, check=True
    )
    (copy / manifests.CHECKSUM).write_text(listed.stdout)
    with pytest.raises(AtlasError, match="has format 2, this program reads 1"):
        manifests.read(copy)


def test_a_row_that_is_not_the_backup_s_is_found(copy: Path, server: str, taken: Taken, named):
    """The dump of another state, with checksums of its own files, under this manifest."""
    url = named()
    restore(url, taken.folder)
    run(url, "UPDATE registry.compound SET name = name || '一' WHERE id = 7")
    run(url, "DELETE FROM oversight.complaint_person WHERE complaint_id = 1")
    later, _ = take(url, copy.parent / "later", Sources(copy.parent / "home"))
    _swap_dump(copy, later)
    found = verify(server, copy).differences
    rows = taken.manifest.tables["oversight.complaint_person"].rows
    assert len(found) == 5
    assert f"oversight.complaint_person: {rows:,} rows in the backup, {rows - 1:,} here" in found
    # A name stands beside its mark too.
    for table in ("compound", "compound_mark", "compound_band"):
        said = f"registry.{table}: 1,500 rows in both, but other"
        assert any(one.startswith(said) for one in found)
    # And a note that the feature, which is kept whole, tells the old one.
    assert any(one.startswith("registry.compound_outdated: ") for one in found)


def _swap_dump(folder: Path, other: Path) -> None:
    """Give a backup the dump of another and a manifest that believes in its files."""
    before = manifests.read(folder)
    for path in (folder / manifests.DATABASE).iterdir():
        path.unlink()
    for path in (other / manifests.DATABASE).iterdir():
        path.rename(folder / manifests.DATABASE / path.name)
    files = manifests.measured(folder)
    manifests.write(folder, manifests.Manifest(**{**vars(before), "files": files}))


def test_a_killed_backup_leaves_nothing_that_looks_whole(city: Engine, tmp_path: Path):
    target = tmp_path / "backups"
    process = subprocess.Popen(
        [ATLAS, "backup", str(target)],
        env=environment(database_url=address(city), home=str(tmp_path / "home")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list(target.glob(".unfinished-*/database/*.gz")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert list(target.glob(".unfinished-*"))
    assert Store(target).whole() == []
    assert atlas("backup", "list", str(target)).stdout == ""
    done = atlas("backup", str(target), database_url=address(city), home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert list(target.glob(".unfinished-*")) == []
    assert len(Store(target).whole()) == 1


def test_an_ended_backup_cleans_up_behind_itself(city: Engine, tmp_path: Path):
    target = tmp_path / "backups"
    process = subprocess.Popen(
        [ATLAS, "backup", str(target)],
        env=environment(database_url=address(city), home=str(tmp_path / "home")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not list(target.glob(".unfinished-*/database/*.gz")):
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 143
    assert os.listdir(target) == [".lock"]  # noqa: PTH208 - hidden names as well


def test_a_failed_dump_leaves_nothing(city: Engine, tmp_path: Path):
    sources = Sources(tmp_path, {"evidence": tmp_path / "unmounted"})
    with pytest.raises(AtlasError, match="unmounted is named in the settings but is no folder"):
        take(address(city), tmp_path / "backups", sources)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]


def test_two_backups_into_one_folder_do_not_meet(city: Engine, tmp_path: Path):
    with (tmp_path / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(AtlasError, match=r"another backup into .* is under way"):
            take(address(city), tmp_path, Sources(tmp_path / "home"))


def test_pruning_keeps_the_newest(taken: Taken, tmp_path: Path):
    for day in range(1, 6):
        place = tmp_path / f"2026110{day}T020000Z"
        place.mkdir()
        (place / manifests.NAME).write_text("{}")
    removed = Store(tmp_path).prune(2)
    assert [path.name[:8] for path in removed] == ["20261101", "20261102", "20261103"]
    assert [path.name[:8] for path in Store(tmp_path).whole()] == ["20261104", "20261105"]
