"""Files of features read by the programs people open them with, all into one shape."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyogrio.raw import read_arrow
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.imports.escapes import unescape
from layers.layer import Layer

Kinds = Mapping[str, str]

_KINDS = {
    pa.string(): "string",
    pa.int16(): "integer",
    pa.int32(): "integer",
    pa.int64(): "integer",
    pa.float64(): "number",
    pa.bool_(): "boolean",
    pa.date32(): "date",
}


@dataclass(frozen=True)
class Read:
    """Features by number: their properties and geometry; and the kinds the file says they have.

    ``kinds`` is empty for files that do not say; ``geometries`` for those that have none.
    """

    properties: Mapping[int, Mapping[str, Any]]
    geometries: Mapping[int, BaseGeometry | None]
    kinds: Kinds


def read(name: str, content: bytes, folder: Path, layer: Layer) -> Read:
    """The features of a file in a format; days are ``datetime.date``."""
    return _READERS[name](content, folder, layer)


def dated(properties: Mapping[str, Any], layer: Layer) -> dict[str, Any]:
    """The properties of a GeoJSON feature with days as days."""
    return {
        name: date.fromisoformat(value)
        if value and layer.properties[name].kind == "date"
        else value
        for name, value in properties.items()
    }


def _features(features: list[dict[str, Any]], layer: Layer) -> Read:
    return Read(
        {one["id"]: dated(one["properties"], layer) for one in features},
        {one["id"]: one["geometry"] and shape(one["geometry"]) for one in features},
        {},
    )


def _geojson(content: bytes, _folder: Path, layer: Layer) -> Read:
    page = json.loads(content)
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"])
    return _features(page["features"], layer)


def _sequence(content: bytes, folder: Path, layer: Layer) -> Read:
    """RFC 8142: a separator before, a line feed after each text; GDAL finds as many."""
    texts = content.split(b"\x1e")
    assert texts[0] == b""
    assert all(text.endswith(b"\n") for text in texts[1:])
    path = folder / "read.geojsons"
    path.write_bytes(content)
    assert read_arrow(path)[1].num_rows == len(texts) - 1
    return _features([json.loads(text) for text in texts[1:]], layer)


def _lines(content: bytes, _folder: Path, layer: Layer) -> Read:
    return _features([json.loads(line) for line in content.splitlines()], layer)


def _csv(content: bytes, _folder: Path, layer: Layer) -> Read:
    rows = csv.DictReader(
        StringIO(content.decode("utf-8-sig"), newline=""), quoting=csv.QUOTE_NOTNULL
    )
    made: dict[str, Callable[[str], Any]] = {
        "string": unescape,
        "integer": int,
        "number": float,
        "boolean": {"true": True, "false": False}.__getitem__,
        "date": date.fromisoformat,
    }
    properties, geometries = {}, {}
    for row in rows:
        number = int(row.pop("id"))
        text = row.pop("geometry", None)
        geometries[number] = text and shapely.from_wkt(text)
        properties[number] = {
            name: None if value is None else made[layer.properties[name].kind](value)
            for name, value in row.items()
        }
    return Read(properties, geometries, {})


def _table(found: pa.Table, numbers: str, geometry: str) -> Read:
    """The rows of an Arrow table with WKB, by a column of numbers."""
    keys = found.column(numbers).to_pylist()
    # GDAL gives no shape as nothing, or as no bytes.
    shapes = shapely.from_wkb([one or None for one in found.column(geometry).to_pylist()])
    rest = found.drop_columns([numbers, geometry])
    rows = [{name: _plain(value) for name, value in row.items()} for row in rest.to_pylist()]
    return Read(
        dict(zip(keys, rows, strict=True)),
        dict(zip(keys, shapes, strict=True)),
        {field.name: _KINDS.get(field.type, str(field.type)) for field in rest.schema},
    )


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _gdal(content: bytes, path: Path, **options: Any) -> tuple[dict[str, Any], pa.Table]:
    path.write_bytes(content)
    meta, table = read_arrow(path, **options)
    return meta, table


def _geometry(meta: dict[str, Any]) -> str:
    return meta["geometry_name"] or "wkb_geometry"


def _flatgeobuf(content: bytes, folder: Path, _layer: Layer) -> Read:
    meta, table = _gdal(content, folder / "read.fgb")
    return _table(table, "id", _geometry(meta))


def _geopackage(content: bytes, folder: Path, _layer: Layer) -> Read:
    meta, table = _gdal(content, folder / "read.gpkg", return_fids=True)
    return _table(table, meta["fid_column"], _geometry(meta))


def _shapefile(content: bytes, folder: Path, _layer: Layer) -> Read:
    """By the long names, which the table of headings gives."""
    meta, table = _gdal(content, folder / "read.shp.zip")
    long = {one["heading"]: one["property"] for one in headings(content)}
    shapes = _geometry(meta)
    renamed = table.rename_columns([long.get(name, name) for name in table.column_names])
    return _table(renamed, "id", shapes)


def headings(content: bytes) -> list[dict[str, str]]:
    """The table of headings in a zipped Shapefile."""
    with ZipFile(BytesIO(content)) as archive:
        return list(csv.DictReader(StringIO(archive.read("fields.csv").decode("utf-8-sig"))))


def _parquet(content: bytes, _folder: Path, _layer: Layer) -> Read:
    return _table(pq.read_table(BytesIO(content)), "id", "geometry")


def _spreadsheet(content: bytes, _folder: Path, layer: Layer) -> Read:
    """By the Chinese titles in the first row."""
    sheet = openpyxl.load_workbook(BytesIO(content), read_only=True).active
    names = {one.title: name for name, one in layer.properties.items()}
    first, *rows = sheet.iter_rows(values_only=True)
    assert first[0] == "编号"
    properties = {
        row[0]: {
            names[title]: unescape(_plain(value))
            for title, value in zip_longest(first[1:], row[1:])
        }
        for row in rows
    }
    return Read(properties, {}, {})


def _kml(content: bytes, folder: Path, layer: Layer) -> Read:
    path = folder / "read.kml"
    path.write_bytes(content)
    meta, table = read_arrow(path)
    # The driver reads the name of a placemark for a property of that name, and adds its own.
    if b'<SimpleField type="string" name="name">' in content:
        named = ["name" if one == "Name" else one for one in table.column_names]
        table = table.rename_columns(named)
    wanted = ["id", *(name for name in layer.properties if name in table.column_names)]
    shapes = _geometry(meta)
    found = _table(table.select([*wanted, shapes]), "id", shapes)
    return Read(
        {_number(key): dated(row, layer) for key, row in found.properties.items()},
        {_number(key): one for key, one in found.geometries.items()},
        found.kinds,
    )


def _number(placemark: Any) -> int:
    return int(str(placemark).rpartition(".")[2])


_READERS: Mapping[str, Callable[[bytes, Path, Layer], Read]] = {
    "geojson": _geojson,
    "geojsonseq": _sequence,
    "ndjson": _lines,
    "csv": _csv,
    "shp": _shapefile,
    "fgb": _flatgeobuf,
    "parquet": _parquet,
    "gpkg": _geopackage,
    "xlsx": _spreadsheet,
    "kml": _kml,
}
