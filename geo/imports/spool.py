"""The folder where uploaded files wait until they are imported."""

import re
import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path

SUFFIXES = (
    *(".gpkg", ".fgb", ".zip", ".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq"),
    *(
        ".ods",
        ".tab",
        ".ndjson",
        ".kml",
        ".kmz",
        ".osm.pbf",
        ".pbf",
        ".parquet",
        ".geoparquet",
        ".csv",
        ".tsv",
    ),
    *(".txt", ".xlsx", ".xls", ".shp", ".shx", ".dbf", ".prj", ".cpg"),
)
"""What the names of uploads may end in."""

SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
"""The parts of a Shapefile that belong together."""

_TOKEN = re.compile(r"[0-9a-f]{32}")


def suffix_of(name: str) -> str | None:
    """What a file's name ends in, in small letters; None where it is none of :data:`SUFFIXES`."""
    return next((one for one in SUFFIXES if name.lower().endswith(one)), None)


class Spool:
    """One folder for each upload, named by a token; what lies in it bears names of our choosing.

    Only the account that runs the service can look into it: folders are 0700, files 0600.
    """

    def __init__(self, folder: Path) -> None:
        """Keep the place; nothing is made yet."""
        self.folder = folder

    def new(self) -> str:
        """Make room for an upload; its token."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        token = secrets.token_hex(16)
        self._place(token).mkdir(mode=0o700)
        return token

    def part(self, token: str, suffix: str) -> Path:
        """Where a part of an upload goes; parts of one upload differ by their suffix."""
        return self._place(token) / f"{token}{suffix}"

    def opened(self, token: str) -> Path:
        """The file of an upload that is to be opened: the only one, or the shapefile among several.

        Raises FileNotFoundError where there is none.
        """
        found = sorted(self._place(token).glob("*"))
        shapes = [path for path in found if path.suffix == ".shp"]
        if not found or (len(found) > 1 and not shapes):
            raise FileNotFoundError(self._place(token))
        return shapes[0] if shapes else found[0]

    def remove(self, token: str) -> None:
        """Take away an upload, if it is still there."""
        shutil.rmtree(self._place(token), ignore_errors=True)

    def sweep(self, kept: Collection[str], seconds: float) -> int:
        """Remove what was left behind: uploads not ``kept`` and untouched for so many seconds.

        Such are left only by a service that was killed in the middle of an upload.
        """
        if not self.folder.is_dir():
            return 0
        removed = 0
        for place in self.folder.iterdir():
            if not _TOKEN.fullmatch(place.name) or place.name in kept:
                continue
            if time.time() - _touched(place) > seconds:
                self.remove(place.name)
                removed += 1
        return removed

    def _place(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise ValueError(f"{token!r} is not a token of the spool")
        return self.folder / token


def _touched(place: Path) -> float:
    """When a folder or a file in it was last written (seconds since 1970); now if it just went."""
    try:
        return max(path.stat().st_mtime for path in (place, *place.iterdir()))
    except FileNotFoundError:
        return time.time()
