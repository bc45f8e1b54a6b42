"""A folder of backups: whole ones bear the time they were taken, others a name that shows it."""

import fcntl
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backup import manifest
from backup.manifest import Manifest
from geo.errors import AtlasError

_WHOLE = re.compile(r"\d{8}T\d{6}Z")
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Store:
    """The backups under ``folder``; only one command at a time writes there."""

    folder: Path

    def whole(self) -> list[Path]:
        """The whole backups, oldest first."""
        if not self.folder.is_dir():
            return []
        found = (path for path in self.folder.iterdir() if _WHOLE.fullmatch(path.name))
        return sorted(path for path in found if (path / manifest.NAME).is_file())

    def listed(self) -> Iterator[tuple[Path, Manifest | AtlasError]]:
        """The whole backups, oldest first, with what they say they hold, or what is wrong."""
        for path in self.whole():
            try:
                yield path, manifest.read(path)
            except AtlasError as error:
                yield path, error

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """A new folder (mode 0700) to make a backup in, which is gone after the block if left.

        What a killed command left behind is removed first. Raises AtlasError while another
        command writes to the same folder.
        """
        with self._locked():
            for left in self.folder.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(left)
            place = self.folder / f"{_UNFINISHED}{time.time_ns()}"
            place.mkdir(mode=0o700)
            try:
                yield place
            finally:
                shutil.rmtree(place, ignore_errors=True)

    def finish(self, place: Path, taken_at: datetime) -> Path:
        """Give a backup that is whole and on disk its name; no other has the same second's."""
        while (whole := self.folder / f"{taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}").exists():
            time.sleep(0.1)
            taken_at = datetime.now(UTC)
        place.rename(whole)
        manifest.sync(self.folder)
        return whole

    def prune(self, keep: int) -> list[Path]:
        """Remove all but the newest ``keep`` whole backups, and return those removed.

        Each loses its name before its files, so a half-removed one does not look whole.
        """
        with self._locked():
            removed = self.whole()[:-keep]
            for path in removed:
                left = self.folder / f"{_UNFINISHED}{path.name}"
                path.rename(left)
                shutil.rmtree(left)
        return removed

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AtlasError(
                    f"another backup into {self.folder} is under way: wait for it, or name "
                    "another folder"
                ) from None
            yield


def newest(path: Path) -> Path:
    """The backup ``path`` names: itself, else the newest below it; AtlasError if there is none."""
    if (path / manifest.NAME).is_file():
        return path
    whole = Store(path).whole()
    if not whole:
        raise AtlasError(f"{path} is no backup and has none: atlas backup DIR makes one")
    return whole[-1]
