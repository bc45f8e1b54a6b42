"""Takes files out of a ZIP archive without trusting it: not its names, not its sizes."""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo.errors import AtlasError

MOST_MEMBERS = 1_000
MOST_BYTES = 2 << 30
FREE_BYTES = 50 << 20
"""So much may come out of any archive, however small; even a bomb does no harm below."""

MOST_RATIO = 200
"""Unpacked to packed size. Deflate reaches 1,032; a shapefile or a spreadsheet rarely 40."""

_DATA = {
    *(".gpkg", ".fgb", ".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson"),
    *(".kml", ".parquet", ".pbf", ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xls"),
}
_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_OFFICE = {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "word/document.xml"}
_OFFICE_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".ods"}
_NOT_DATA = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_BLOCK = 1 << 20
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, NotImplementedError, RuntimeError),
)
"""What going through an archive raises where it is damaged."""


def is_plain_zip(path: Path) -> bool:
    """Whether a file is an archive to unpack, and not a spreadsheet, which is one too.

    Raises AtlasError for an archive that is cut short.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return False
    if path.suffix.lower() in _OFFICE_SUFFIXES:
        return False
    with _opened(path) as archive:
        return not _OFFICE & set(archive.namelist())


def check(path: Path) -> None:
    """Look over an archive that a library will unpack; AtlasError as with :func:`extracted`."""
    with _opened(path) as archive:
        _members(archive, path)


@contextmanager
def extracted(path: Path) -> Iterator[Path]:
    """The data file of an archive, with its parts if it is a shapefile, in a folder that goes.

    Raises AtlasError where a name leaves the archive, a member is a link or encrypted, there are
    too many members or bytes, or there is no data file or more than one.
    """
    with TemporaryDirectory(prefix="atlas-import-") as folder:
        with _opened(path) as archive:
            members = _members(archive, path)
            chosen = _chosen(path, list(members))
            budget = _Budget(path)
            for name in _together(chosen, list(members)):
                budget.unpack(archive, members[name], Path(folder, _base(name)))
        yield Path(folder, _base(chosen))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except BROKEN as error:
        raise _cut_short(path, error) from None


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files by their names; folders and the traces of macOS and Windows are left out."""
    listed = archive.infolist()
    if len(listed) > MOST_MEMBERS:
        raise AtlasError(
            f"{path.name} holds {len(listed):,} files, more than {MOST_MEMBERS:,}; pack only the "
            "data file"
        )
    named = {_name(info): info for info in listed}
    for name, info in named.items():
        _refuse_unsafe(name, info, path)
    size = sum(info.file_size for info in listed)
    packed = sum(info.compress_size for info in listed)
    if size > MOST_BYTES or (size > FREE_BYTES and size > MOST_RATIO * packed):
        raise _too_large(path, size)
    return {
        name: info
        for name, info in named.items()
        if not info.is_dir() and not any(mark in name for mark in _NOT_DATA)
    }


def _refuse_unsafe(name: str, info: zipfile.ZipInfo, path: Path) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    told = repr(name[:100])
    if ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":" or "\0" in name:
        raise AtlasError(f"{path.name}: {told} would leave the archive; pack the files again")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise AtlasError(f"{path.name}: {told} is a link; pack the file it stands for")
    if info.flag_bits & _ENCRYPTED:
        raise AtlasError(f"{path.name} is protected by a password; pack it again without one")


def _chosen(path: Path, names: Sequence[str]) -> str:
    """The one data file; archives within archives are not opened."""
    shapefiles = [name for name in names if _suffix(name) == ".shp"]
    found = shapefiles or [name for name in names if _suffix(name) in _DATA]
    if len(found) > 1 and (unmistakable := [name for name in found if _suffix(name) != ".txt"]):
        found = unmistakable  # a note beside the data
    if len(found) > 1:
        raise AtlasError(
            f"{path.name} holds several data files ({', '.join(map(_base, found[:10]))}); "
            "unpack it and name one"
        )
    if not found:
        inside = ", ".join(map(_base, names[:10])) or "nothing"
        raise AtlasError(f"{path.name} holds no data file that can be read, but {inside}")
    return found[0]


def _together(chosen: str, names: Sequence[str]) -> list[str]:
    """The data file and, of a shapefile, the parts beside it."""
    if _suffix(chosen) != ".shp":
        return [chosen]
    stem = str(PurePosixPath(chosen).with_suffix("")).lower()
    return [
        name
        for name in names
        if _suffix(name) in _PARTS and str(PurePosixPath(name).with_suffix("")).lower() == stem
    ]


class _Budget:
    """Counts what really comes out, whatever was declared."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = self.packed = 0

    def unpack(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path) -> None:
        self.packed += info.compress_size
        try:
            with archive.open(info) as packed, to.open("wb") as file:
                while block := packed.read(_BLOCK):
                    self.size += len(block)
                    if self.size > MOST_BYTES or (
                        self.size > FREE_BYTES and self.size > MOST_RATIO * self.packed
                    ):
                        raise _too_large(self.path, self.size)
                    file.write(block)
        except BROKEN as error:
            raise _cut_short(self.path, error) from None


def _name(info: zipfile.ZipInfo) -> str:
    """The name; Windows writes Chinese ones in GBK, which ZIP itself takes for code page 437."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _too_large(path: Path, size: int) -> AtlasError:
    limit = MOST_BYTES if size > MOST_BYTES else FREE_BYTES
    told = f"{limit >> 20} MiB" if limit < 1 << 30 else f"{limit >> 30} GiB"
    return AtlasError(
        f"{path.name} unpacks to more than {told}, {MOST_RATIO} times its size or over the limit; "
        "unpack it, check it, and send the data file itself"
    )


def _cut_short(path: Path, error: Exception) -> AtlasError:
    return AtlasError(
        f"{path.name} is damaged or cut short ({error}): it cannot be unpacked; send it again"
    )
