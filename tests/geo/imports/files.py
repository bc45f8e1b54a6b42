"""Makes the files that offices send: every format, encoding and trap, small enough for a test."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pyogrio
import shapely

NAMES = ("阳光花园", "金凤佳园", "测试苑")
CODES = ("A-001", "A-002", "A-003")
WEST, SOUTH, SIDE = 106.2, 38.48, 0.004


def boxes(count: int = 3, west: float = WEST, south: float = SOUTH) -> list[Any]:
    """Squares of some 350 by 440 metres in a row, apart from each other."""
    return [
        shapely.box(west + 2 * at * SIDE, south, west + (2 * at + 1) * SIDE, south + SIDE)
        for at in range(count)
    ]


def compounds(**more: Sequence[Any]) -> geopandas.GeoDataFrame:
    """Three compounds under Chinese headings, in EPSG:4326."""
    columns = {"小区编号": CODES, "小区名称": NAMES, "户数": (100, 200, 300), **more}
    return geopandas.GeoDataFrame(columns, geometry=boxes(), crs=4326)


def vector(path: Path, frame: geopandas.GeoDataFrame | None = None, **options: Any) -> Path:
    """A file in the format its suffix stands for."""
    data = compounds() if frame is None else frame
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        data.to_parquet(path)
    else:
        drivers = {".kml": "LIBKML", ".geojsonl": "GeoJSONSeq"}
        pyogrio.write_dataframe(data, path, driver=drivers.get(path.suffix), **options)
    return path


def zipped(path: Path, members: Mapping[str, bytes | Path]) -> Path:
    """An archive of files and bytes under the given names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content.read_bytes() if isinstance(content, Path) else content)
    return path


def shapefile(folder: Path, encoding: str, *, cpg: bool = True) -> Path:
    """A loose Shapefile whose table is in an encoding, with or without the file that says so."""
    path = vector(folder / "小区.shp", encoding=encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink()
    return path


def workbook(path: Path, *rows: Sequence[Any], merged: Sequence[str] = ()) -> Path:
    """A spreadsheet of one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(list(row))
    for place in merged:
        page.merge_cells(place)
    book.save(path)
    return path
