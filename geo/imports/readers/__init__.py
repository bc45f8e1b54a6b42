"""Opens an office's file, whatever its format, as chunks of rows; one module per family."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from geo.errors import AtlasError
from geo.imports.profile import Profile
from geo.imports.readers import archive, delimited, geojson, kml, osm, parquet, sheets, vector
from geo.imports.readers.errors import guarded, reading
from geo.imports.table import Source

FORMATS = (
    "GeoPackage, Shapefile (loose or zipped), GeoJSON, GeoJSONSeq, KML, KMZ, FlatGeobuf, "
    "GeoParquet, OSM PBF, CSV, TSV, XLSX, XLS, ODS"
)


@contextmanager
def open_source(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    profile: Profile | None = None,
) -> Iterator[Source]:
    """Open a file; its format is told by what it holds, and by its name where that says nothing.

    ``sheet`` picks a sheet or layer; ``encoding`` is that of text where the file does not say it
    rightly; ``profile`` helps to find the row of headings. Raises AtlasError where the file is
    missing, empty, cut short, of another format, or an archive that is not to be trusted.
    """
    _check_there(path)
    with ExitStack() as opened:
        if archive.is_plain_zip(path):
            path = opened.enter_context(archive.extracted(path))
        with reading(path):
            source = _source(path, sheet, encoding, profile)
        yield replace(source, chunks=guarded(path, source.chunks))


def _source(path: Path, sheet: str | None, encoding: str | None, profile: Profile | None) -> Source:
    head = _head(path)
    suffix = path.suffix.lower()
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return sheets.source(path, sheet, profile)
    if head.startswith(b"PAR1"):
        return parquet.source(path)
    for mark, driver in ((b"SQLite format 3\x00", "GPKG"), (b"fgb\x03", "FlatGeobuf")):
        if head.startswith(mark) and b"\0" in head[:16]:  # what follows is binary, too
            return vector.source(path, driver, sheet)
    if head.startswith(b"\x00\x00\x27\x0a") or suffix in {".shp", ".dbf"}:
        return vector.shapefile(path.with_suffix(_same_case(path, ".shp")), encoding)
    if b"OSMHeader" in head[:64] or path.name.lower().endswith(".osm.pbf"):
        return osm.source(path)
    return _text_source(path, head, sheet, encoding, profile)


def _text_source(
    path: Path, head: bytes, sheet: str | None, encoding: str | None, profile: Profile | None
) -> Source:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    suffix = path.suffix.lower()
    if start.startswith((b"\x1e", b"{", b"[")):
        return _json_source(path, start, sheet)
    if start.startswith(b"<") or suffix == ".kml":
        if b"<kml" in head or b":kml" in head:
            return kml.source(path, sheet, encoding)
        raise unknown(path)
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unknown(path)
    if suffix in {".csv", ".tsv", ".txt", ".tab"}:
        return delimited.source(path, encoding, profile)
    raise unknown(path)


def _json_source(path: Path, start: bytes, sheet: str | None) -> Source:
    geojson.check(path)
    named = path.suffix.lower() in {".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl"}
    if not (named or start.startswith(b"\x1e") or vector.is_sequence(path)):
        return vector.source(path, "GeoJSON", sheet)
    count = geojson.check_records(path)
    return replace(vector.source(path, "GeoJSONSeq", sheet, count), total=count)


def unknown(path: Path) -> AtlasError:
    """The error for a file of no known format."""
    return AtlasError(f"{path.name} is of no format that can be read; these can: {FORMATS}")


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise AtlasError(f"{path} is a folder; name a file in it")
    if not path.is_file():
        raise AtlasError(f"{path} is not there; check its name")
    if path.stat().st_size == 0:
        raise AtlasError(f"{path.name} is empty; export or copy it again")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _same_case(path: Path, suffix: str) -> str:
    return suffix.upper() if path.suffix.isupper() else suffix
