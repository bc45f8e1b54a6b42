"""GeoParquet, FlatGeobuf, GeoPackage and KML of rows made by hand, read by what opens them."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import geopandas
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from layers.crs import CRSS
from layers.formats import FORMATS
from layers.formats.table import Row
from tests.layers.formats.made import LAYER, SQUARE, row, table, text
from tests.read_back import Read, read

NAMES = ("name", "note", "level", "depth", "open", "seen_on")
ROWS = [
    row(1, "银川㐀小区", '<a & "b">', -3, -0.5, True, date(2026, 1, 2)),
    row(2, "", opened=False),
    row(3),
]
SAVED = ("fgb", "gpkg")
GAUSS = CRSS["http://www.opengis.net/def/crs/EPSG/0/4507"]


def saved(name: str, tmp_path: Path, batches: Sequence[Sequence[Row]]) -> Read:
    save = FORMATS[name].save
    assert save is not None
    path = tmp_path / f"made{FORMATS[name].suffix}"
    save(table(name), batches, path)
    return read(name, path.read_bytes(), tmp_path, LAYER)


def values(one: Row) -> dict[str, object]:
    return dict(zip(NAMES, one[3:], strict=True))


@pytest.mark.parametrize("name", SAVED)
def test_what_gdal_writes_gdal_reads(name: str, tmp_path: Path) -> None:
    found = saved(name, tmp_path, [ROWS[:1], ROWS[1:]])
    assert found.properties == {one[0]: values(one) for one in ROWS}
    assert all(shapely.equals_exact(one, SQUARE) for one in found.geometries.values())


@pytest.mark.parametrize("name", SAVED)
def test_no_feature_is_a_file_too(name: str, tmp_path: Path) -> None:
    assert saved(name, tmp_path, []).properties == {}


@pytest.mark.parametrize("name", [*SAVED, "shp"])
def test_what_breaks_off_the_rows_is_raised(name: str, tmp_path: Path) -> None:
    class Broken(Exception):  # noqa: N818
        pass

    def batches() -> Iterator[list[Row]]:
        yield ROWS
        raise Broken

    save = FORMATS[name].save
    assert save is not None
    with pytest.raises(Broken):
        save(table(name), batches(), tmp_path / f"made{FORMATS[name].suffix}")


def test_parquet_keeps_kinds_titles_and_values() -> None:
    found = pq.read_table(BytesIO(text("parquet", ROWS)))
    assert found.drop_columns(["id", "geometry"]).to_pylist() == [values(one) for one in ROWS]
    titled = {one.name: one.metadata[b"title"].decode() for one in found.schema if one.metadata}
    assert titled == {"id": "编号", **{name: LAYER.properties[name].title for name in NAMES}}


def test_parquet_says_where_its_features_are() -> None:
    far = shapely.MultiPolygon([shapely.box(107, 39, 108, 40)])
    rows = [row(1), row(2, geometry=far.wkb)]
    geo = json.loads(pq.read_metadata(BytesIO(text("parquet", rows))).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    (column,) = geo["columns"].values()
    assert column["bbox"] == [106, 38, 108, 40]
    assert column["geometry_types"] == ["MultiPolygon"]
    assert "crs" not in column
    assert geopandas.read_parquet(BytesIO(text("parquet", rows))).crs == "OGC:CRS84"


def test_parquet_in_another_reference_system_names_it() -> None:
    geo = json.loads(pq.read_metadata(BytesIO(text("parquet", ROWS, crs=GAUSS))).metadata[b"geo"])
    assert pyproj.CRS.from_json_dict(geo["columns"]["geometry"]["crs"]).to_epsg() == 4507


def test_parquet_without_geometry_is_plain() -> None:
    content = text("parquet", ROWS, geometry=False)
    assert b"geo" not in (pq.read_metadata(BytesIO(content)).metadata or {})
    assert "geometry" not in pq.read_schema(BytesIO(content)).names


@pytest.mark.parametrize("name", ["parquet", "xlsx", "kml", "csv"])
def test_no_feature_is_a_file_of_those_that_are_sent_too(name: str, tmp_path: Path) -> None:
    if name == "kml":
        assert b"<Placemark" not in text("kml", [])
    else:
        assert read(name, text(name, []), tmp_path, LAYER).properties == {}


def test_kml_keeps_kinds_and_values(tmp_path: Path) -> None:
    point = "<Point><coordinates>106,38</coordinates></Point>"
    rows = [(*one[:2], point, *one[3:]) for one in ROWS]
    found = read("kml", text("kml", rows), tmp_path, LAYER)
    assert found.properties == {one[0]: values(one) for one in ROWS}
    kinds = {name: one.kind for name, one in LAYER.properties.items()}
    assert found.kinds == {**kinds, "seen_on": "string"}
    assert all(one == shapely.Point(106, 38) for one in found.geometries.values())


def test_kml_holds_no_character_that_xml_forbids() -> None:
    content = text("kml", [row(1, "a\x00\x0bb]]>", geometry="<Point/>")]).decode()
    assert "<name>ab]]&gt;</name>" in content
