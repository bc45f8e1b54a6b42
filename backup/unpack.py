"""Unpacks the files of a backup, and with the passphrase its keys, into a new folder."""

from pathlib import Path

from backup import folders, keys, manifest
from geo.errors import AtlasError


def unpack(folder: Path, target: Path, passphrase: str | None) -> list[str]:
    """Put each archive of a backup into a folder of its name below ``target``; a line for each.

    Keys go to ``target/keys``. Raises AtlasError: damage, a folder that is not empty, another
    passphrase.
    """
    kept = manifest.require_whole(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AtlasError(f"{target} is there already: name a new folder with --files")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = []
    if kept.keys is not None and passphrase is not None:
        names = keys.decrypt(folder / manifest.KEYS, passphrase, target / "keys")
        said.append(f"keys: {len(names)} files in {target / 'keys'}")
    elif kept.keys is not None:
        said.append("keys: LEFT OUT, no passphrase was given")
    for name, one in kept.folders.items():
        if not one.missing:
            folders.extract(folder / f"{name}.tar", target / name)
            said.append(f"{name}: {one.files:,} files in {target / name}")
    return said
