"""A restored database's record is compared with its seals, and a broken one gets no name."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from audit import sealer
from audit.settings import AuditSettings
from backup.restore import Restored, restore
from backup.take import Sources, take
from tests.audit.support import Audit
from tests.backup.conftest import address, run, scalar
from tests.support import new_database

Named = Callable[[], str]


@pytest.fixture(scope="module")
def sealed(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, AuditSettings]]:
    """A backup of a database with two seals, and the folder of seals, which has a third since."""
    settings = AuditSettings(home=tmp_path_factory.mktemp("home"))
    with new_database(server, template) as made:
        audit = Audit(made, settings, sealer.place(settings))
        for _ in range(2):
            audit.record(3, table="registry.company", key=1, after={"name": "a"})
            audit.seal()
        target = tmp_path_factory.mktemp("backups")
        folder, _ = take(address(made), target, Sources(settings.home, {"seals": settings.folder}))
        audit.record()
        audit.seal()
        yield folder, settings


@pytest.fixture
def seals(sealed: tuple[Path, AuditSettings], tmp_path: Path) -> AuditSettings:
    """The folder of seals, in a copy that a test may spoil."""
    shutil.copytree(sealed[1].folder, tmp_path / "seals")
    return AuditSettings(home=tmp_path)


def _restored(folder: Path, url: str, seals: AuditSettings) -> Restored:
    return restore(url, folder, seals=seals)


def test_an_older_backup_says_which_seals_it_lacks_and_is_on_record(
    sealed: tuple[Path, AuditSettings], seals: AuditSettings, named: Named
):
    url = named()
    done = _restored(sealed[0], url, seals)
    assert done.differences == []
    assert "seals: the database ends with seal 2; 6 events agree with seals" in done.notes
    (young,) = (note for note in done.notes if "younger than the backup" in note)
    assert young.startswith("seals: 3 of the file")
    assert "atlas audit resume" in young
    event = "SELECT action || ' ' || (after ->> 'taken_at') FROM audit.event ORDER BY id DESC"
    assert scalar(url, event) == f"restore {done.manifest.taken_at.isoformat()}"
    told = "SELECT after -> 'seals' ->> 1 FROM audit.event ORDER BY id DESC"
    assert scalar(url, told) == young


def test_without_a_folder_the_seals_of_the_backup_are_asked(
    sealed: tuple[Path, AuditSettings], tmp_path: Path, named: Named
):
    done = _restored(sealed[0], named(), AuditSettings(home=tmp_path / "new"))
    assert done.differences == []
    assert any("checked with those of the backup" in note for note in done.notes)
    assert not any("younger" in note for note in done.notes)


def test_a_broken_seal_keeps_the_database_from_its_name(
    server: str, sealed: tuple[Path, AuditSettings], seals: AuditSettings, named: Named
):
    lines = seals.seal_file.read_text().splitlines(keepends=True)
    lines[0] = lines[0].replace('"events":3', '"events":2')
    seals.seal_file.write_text("".join(lines))
    url = named()
    done = _restored(sealed[0], url, seals)
    try:
        assert done.differences == [
            "seals: edited: the file no longer says what was signed: seal 1"
        ]
        name = make_url(url).database
        assert scalar(server, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0
    finally:
        run(server, f'DROP DATABASE "{done.database}" WITH (FORCE)')


def test_a_backup_of_a_changed_record_is_found_out(
    server: str, template: str, tmp_path: Path, named: Named
):
    settings = AuditSettings(home=tmp_path)
    with new_database(server, template) as made:
        audit = Audit(made, settings, sealer.place(settings))
        (first, _) = audit.record(2)
        audit.seal()
        audit.tamper("UPDATE audit.event SET actor = '别人' WHERE id = :id", id=first)
        folder, _ = take(address(made), tmp_path / "b", Sources(tmp_path / "none"))
    done = _restored(folder, named(), settings)
    run(server, f'DROP DATABASE "{done.database}" WITH (FORCE)')
    assert done.differences == [f"seals: changed: in seal 1: event {first}"]
