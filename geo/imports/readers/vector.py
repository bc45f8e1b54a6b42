"""Formats that GDAL reads: GeoPackage, Shapefile, GeoJSON and its sequence, FlatGeobuf."""

import codecs
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyogrio
import pyproj

from geo.errors import AtlasError
from geo.imports.readers.frames import as_cells, shapes_of
from geo.imports.table import ROWS_AT_ONCE, Chunk, Layout, Source

_LABELS = {"GPKG": "GeoPackage"}
_NAMED = {"GPKG", "GeoJSON", "GeoJSONSeq"}
"""Drivers that a name may ask for. GDAL tries all its drivers otherwise, and some take a text that
looks like GeoJSON for orders to read other files."""

_UNTOLD = {"GeoJSON", "GeoJSONSeq"}
"""Formats whose standard fixes the datum, so that a file says nothing of the one it is in."""

_SHAPEFILE = b"\x00\x00\x27\x0a"  # 9994, ESRI's white paper of 1998
_CODE_PAGES = {"936": "gbk", "54936": "gb18030", "65001": "utf-8", "ansi936": "gbk"}
_UNREADABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    OSError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Dataset:
    """A file that GDAL opens; ``codec`` decodes its text where GDAL had better not."""

    path: Path
    driver: str
    codec: str | None = None

    @property
    def options(self) -> dict[str, str]:
        """How GDAL is to open it: text that is decoded afterwards comes byte for byte."""
        return {"ENCODING": "ISO-8859-1"} if self.codec else {}

    @property
    def name(self) -> str:
        """What GDAL is to open, by which driver."""
        return f"{self.driver}:{self.path}" if self.driver in _NAMED else str(self.path)


def source(path: Path, driver: str, layer: str | None = None, records: int | None = None) -> Source:
    """Open a file with the driver its content was recognised by; all its layers, or one.

    ``records`` is how many features there must be, where that is known already.
    """
    return _opened(Dataset(path, driver), layer, records)


def shapefile(path: Path, encoding: str | None) -> Source:
    """Open a Shapefile with its companions; its text is decoded as .cpg says, or as it fits."""
    for suffix in (".shp", ".dbf", ".shx"):
        if not _beside(path, suffix):
            raise AtlasError(
                f"{path.name}: the part {path.stem}{suffix} is missing; a Shapefile is .shp, .shx "
                "and .dbf (with .prj and .cpg) together: zip them"
            )
    _check_whole(path)
    codec = _codec(encoding) if encoding else _declared(path) or _fitting(path)
    return _opened(Dataset(path, "ESRI Shapefile", codec), None)


def _opened(data: Dataset, layer: str | None, records: int | None = None) -> Source:
    layers = _layers(data, layer)
    infos = [_info(data, name) for name in layers]
    totals = [int(info["features"]) for info in infos] if records is None else [records]

    def chunks() -> Iterator[Chunk]:
        for index, (name, count) in enumerate(zip(layers, totals, strict=True)):
            sheet = name if len(layers) > 1 else ""
            read = 0
            for chunk in _layer(data, Layout(index, sheet, ()), name):
                read += len(chunk.numbers)
                yield chunk
            if read < count or (data.driver == "FlatGeobuf" and not read):
                raise _damaged(data.path, f"it holds {read} of {count} features")

    total = sum(totals) if min(totals, default=0) >= 0 else None
    label = _LABELS.get(data.driver, data.driver)
    return Source(label, chunks, _declared_crs(data, infos), total)


def is_sequence(path: Path) -> bool:
    """Whether a file that begins like JSON is a sequence: one feature a line."""
    with path.open("rb") as file:
        first = file.readline(2**20).strip()
        second = file.readline(2**20).strip()
    if not second.startswith(b"{"):
        return False
    try:
        return bool(json.loads(first).get("type") == "Feature")
    except (ValueError, AttributeError):
        return False


def _layers(data: Dataset, wanted: str | None) -> list[str]:
    path = data.path
    try:
        names = [str(row[0]) for row in pyogrio.list_layers(data.name)]
    except pyogrio.errors.DataSourceError as error:
        raise _damaged(path, error) from None
    if not names:
        raise _damaged(path, "it holds no layer")
    if wanted is None or len(names) == 1:
        return names
    if wanted not in names:
        raise AtlasError(f"{path.name} has no layer {wanted!r}; its layers are {', '.join(names)}")
    return [wanted]


def _info(data: Dataset, layer: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = pyogrio.read_info(data.name, layer=layer, **data.options)
    except _UNREADABLE as error:
        raise _damaged(data.path, error) from None
    if found["driver"] != data.driver:
        raise _damaged(data.path, f"it is {found['driver']} under another name")
    return found


def _layer(data: Dataset, layout: Layout, layer: str) -> Iterator[Chunk]:
    first = 1
    try:
        with pyogrio.raw.open_arrow(
            data.name, layer=layer, batch_size=ROWS_AT_ONCE, use_pyarrow=True, **data.options
        ) as (about, reader):
            geometry = about["geometry_name"] or "wkb_geometry"
            kept: list[str] | None = None
            for batch in reader:
                kept = kept or [name for name in batch.schema.names if name != geometry]
                cells = as_cells(batch.select(kept))
                if data.codec:
                    cells = _decoded(cells, data.codec)
                chunk = Chunk(
                    replace(layout, headings=tuple(cells.columns)),
                    np.arange(first, first + len(batch), dtype=np.int64),
                    cells,
                )
                first += len(batch)
                if geometry in batch.schema.names:
                    chunk.shapes, chunk.broken, chunk.closed = shapes_of(batch.column(geometry))
                yield chunk
    except _UNREADABLE as error:
        raise _damaged(data.path, error) from None


def _decoded(cells: pandas.DataFrame, codec: str) -> pandas.DataFrame:
    """Text that was read byte for byte; a character cut off at a field's end is dropped."""

    def decode(cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        text = cell.encode("latin-1").decode(codec, "replace").rstrip("\ufffd")
        if "\ufffd" in text:
            raise AtlasError(
                f'the text "{text[:40]}" is not in {codec}, as the .cpg file or --encoding says; '
                "give the right one with --encoding"
            )
        return text

    texts = [name for name in cells.columns if cells[name].dtype.kind not in "biufcmM"]
    decoded = cells.assign(**{name: cells[name].map(decode, na_action="ignore") for name in texts})
    return decoded.set_axis([decode(name) for name in cells.columns], axis=1)


def _declared_crs(data: Dataset, infos: list[dict[str, Any]]) -> str | None:
    """What the file itself says of its coordinates.

    GeoJSON is WGS 84 by its standard, whatever is in it; and programs write that into every file.
    So only a system other than that is a statement there. Layers in different systems are refused.
    """
    known = {crs for info in infos if info["geometry_type"] and (crs := _short(info["crs"]))}
    if len(known) > 1:
        raise AtlasError(
            f"{data.path.name}: its layers are in different coordinate systems "
            f"({', '.join(sorted(one[:40] for one in known))}); name one layer with --sheet"
        )
    crs = next(iter(known), None)
    if data.driver in _UNTOLD and crs in {"EPSG:4326", "EPSG:4979", "OGC:CRS84"}:
        return None
    return crs


def _short(crs: str | None) -> str | None:
    """A coordinate system by its number where it has one; None where it is undefined."""
    if not crs or "Undefined" in crs or "Unknown" in crs:
        return None
    try:
        known = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return None
    number = known.to_epsg(min_confidence=70)
    return f"EPSG:{number}" if number else crs


def _check_whole(path: Path) -> None:
    """A Shapefile's parts say how long they are; GDAL reads a short one without a word."""
    shp, dbf = _beside(path, ".shp"), _beside(path, ".dbf")
    assert shp is not None and dbf is not None  # noqa: S101, PT018 - the caller saw to it
    with shp.open("rb") as file:
        head = file.read(28)
    if head[:4] != _SHAPEFILE:
        raise _damaged(shp, "it does not begin as a Shapefile does")
    if len(head) < 28 or shp.stat().st_size < struct.unpack(">i", head[24:28])[0] * 2:
        raise _damaged(shp, "it is shorter than its header says")
    with dbf.open("rb") as file:
        head = file.read(12)
    if len(head) < 12:
        raise _damaged(dbf, "it is shorter than a header")
    rows, header, width = struct.unpack("<IHH", head[4:12])
    if dbf.stat().st_size < header + rows * width:
        raise _damaged(dbf, "it is shorter than its header says")


def _declared(path: Path) -> str | None:
    """The encoding that the .cpg file names, if it names one."""
    cpg = _beside(path, ".cpg")
    if cpg is None:
        return None
    given = re.sub(r"[^0-9a-z]", "", cpg.read_text("ascii", "ignore").lower())
    for prefix in ("cp", "windows", ""):
        if found := _CODE_PAGES.get(given.removeprefix(prefix)):
            return found
    try:
        return codecs.lookup(given).name
    except LookupError:
        return None


def _fitting(path: Path) -> str:
    """UTF-8 where the table's text is that, else GB18030, of which GBK is a part."""
    dbf = _beside(path, ".dbf")
    assert dbf is not None  # noqa: S101 - the caller saw to it
    with dbf.open("rb") as file:
        raw = file.read(4 * 2**20)
    strange = sum(byte > 127 for byte in raw)
    wrong = raw.decode("utf-8", "replace").count("\ufffd")
    # A character may be cut off at a field's end; GBK read as UTF-8 is wrong nearly everywhere.
    return "utf-8" if wrong * 10 <= strange else "gb18030"


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise AtlasError(
            f'--encoding "{encoding}" is not known; give utf-8, gbk or gb18030'
        ) from None


def _beside(path: Path, suffix: str) -> Path | None:
    """The companion of a Shapefile, whatever the case of its suffix."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    return None


def _damaged(path: Path, why: object) -> AtlasError:
    said = str(why).replace(str(path), path.name)
    return AtlasError(f"{path.name} cannot be read ({said}); export or copy it again")
