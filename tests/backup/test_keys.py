"""Keys leave an installation encrypted, and come back with the passphrase only."""

from pathlib import Path

import pytest

from backup.keys import decrypt, encrypt, secrets
from backup.take import Sources
from backup.unpack import unpack
from geo.errors import AtlasError
from tests.backup.conftest import PASSPHRASE, Taken


def test_private_files_are_keys_and_photographs_are_not(home: Path, sources: Sources):
    apart = [path for path in sources.folders.values() if path]
    assert list(secrets(home, apart)) == ["keys/seal.key"]


def test_databases_are_no_keys_but_their_password_is(tmp_path: Path):
    data = tmp_path / "outside" / "pg"
    data.mkdir(parents=True)
    for path in (data / "PG_VERSION", data / "pg_hba.conf", data.parent / "password"):
        path.write_text("15")
        path.chmod(0o600)
    home = tmp_path / "home"
    home.mkdir()
    (home / "pg").symlink_to(data)
    assert secrets(home, []) == {"password": data.parent / "password"}


def test_files_and_keys_come_back_as_they_were(taken: Taken, home: Path, tmp_path: Path):
    target = tmp_path / "files"
    said = unpack(taken.folder, target, PASSPHRASE)
    assert (target / "keys/keys/seal.key").read_text() == "the key of the seals"
    assert (target / "keys/keys/seal.key").stat().st_mode & 0o777 == 0o600
    photo = "2026/金凤区 01.jpg"
    assert (target / "evidence" / photo).read_bytes() == (home / "photos" / photo).read_bytes()
    assert (target / "seals/2026-11.jsonl").is_file()
    assert not (target / "erasures").exists()
    assert target.stat().st_mode & 0o777 == 0o700
    assert said[0] == f"keys: 1 files in {target / 'keys'}"


def test_another_passphrase_is_refused(taken: Taken, tmp_path: Path):
    with pytest.raises(AtlasError, match=r"the passphrase does not open .*keys\.enc"):
        decrypt(taken.folder / "keys.enc", PASSPHRASE + "!", tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


def test_a_changed_byte_is_refused(taken: Taken, tmp_path: Path):
    whole = bytearray((taken.folder / "keys.enc").read_bytes())
    whole[-1] ^= 1
    (tmp_path / "keys.enc").write_bytes(whole)
    with pytest.raises(AtlasError, match="does not open"):
        decrypt(tmp_path / "keys.enc", PASSPHRASE, tmp_path / "keys")


def test_a_short_passphrase_is_refused():
    with pytest.raises(AtlasError, match="has 6 characters: use 12 or more"):
        encrypt({}, "short!")


def test_the_key_is_nowhere_in_the_clear(taken: Taken):
    for path in taken.folder.rglob("*"):
        assert not path.is_file() or b"the key of the seals" not in path.read_bytes()


def test_everything_is_for_the_owner_only(taken: Taken):
    assert taken.folder.stat().st_mode & 0o777 == 0o700
    assert taken.folder.parent.stat().st_mode & 0o777 == 0o700


def test_files_never_overwrite(taken: Taken, tmp_path: Path):
    (tmp_path / "mine").write_text("")
    with pytest.raises(AtlasError, match="is there already: name a new folder"):
        unpack(taken.folder, tmp_path, PASSPHRASE)
