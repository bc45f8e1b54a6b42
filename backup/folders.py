"""Folders of files, each kept as one tar archive."""

import stat
import tarfile
from pathlib import Path

from backup.manifest import Folder
from geo.errors import AtlasError


def archive(folder: Path, file: Path) -> Folder:
    """Write the files below ``folder`` into the tar archive ``file``.

    A file that goes away meanwhile is not in it (an upload that was imported). Raises AtlasError
    when the folder is not there: an empty archive would hide a disk that was not mounted.
    """
    if not folder.is_dir():
        raise AtlasError(
            f"{folder} is named in the settings but is no folder: mount or create it, or unset it"
        )
    files = size = left_out = 0
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                continue
            added = _add(tar, path, path.relative_to(folder).as_posix())
            if added is None:
                left_out += 1
            else:
                files, size = files + 1, size + added
    return Folder(files, size, left_out)


def extract(file: Path, folder: Path) -> None:
    """Unpack an archive into the new folder ``folder``, which only its owner may enter."""
    folder.mkdir(mode=0o700, parents=True)
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")


def _add(tar: tarfile.TarFile, path: Path, name: str) -> int | None:
    """Add a regular file; its bytes, or None where it is none or went away."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as opened:
            entry = tar.gettarinfo(arcname=name, fileobj=opened)
            tar.addfile(entry, opened)
            return entry.size
    except FileNotFoundError:
        return None
