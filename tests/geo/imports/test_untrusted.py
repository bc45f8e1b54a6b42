"""A file can neither reach beyond itself, nor bring the process down, nor lose rows in silence."""

import json
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
import shapely

from geo.errors import AtlasError
from geo.imports import coordinates, reading
from geo.imports.held import wkt_shape
from geo.imports.profile import load
from geo.imports.readers import archive, geojson, merged, open_source
from geo.imports.readers.geometry import CURVED, NO_GEOMETRY, TOO_DEEP, UNKNOWN, from_wkb
from geo.imports.readers.kml import BAD_COORDINATES
from geo.imports.readers.rows import torn_rows
from geo.imports.table import Chunk
from tests.geo.imports import files

FEATURE = {
    "type": "Feature",
    "properties": {"小区名称": "阳光花园"},
    "geometry": {"type": "Point", "coordinates": [106.2, 38.5]},
}


def only(path: Path, **options: str) -> Chunk:
    with open_source(path, **options) as source:
        (chunk,) = source.chunks()
    return chunk


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(AtlasError) as refused, open_source(path, **options) as source:
        list(source.chunks())
    return str(refused.value)


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What a server on this machine was asked for; its address comes first."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        paths.append(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield paths
        server.shutdown()


@pytest.mark.parametrize("suffix", [".geojson", ".kml", ".csv", ".shp"])
def test_a_text_with_orders_for_gdal_reads_no_other_file(tmp_path: Path, suffix: str) -> None:
    private = written(tmp_path / "private.geojson", json.dumps(FEATURE))
    orders = (
        json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector convert {private} --output-format stream out",
            }
        ),
        "<OGRVRTDataSource><OGRVRTLayer name='private'><SrcDataSource>"
        f"{private}</SrcDataSource></OGRVRTLayer><!-- <kml --></OGRVRTDataSource>",
    )
    for order in orders:
        path = written(tmp_path / f"orders{suffix}", order)
        for part in (".dbf", ".shx"):
            written(path.with_suffix(part), order)
        with suppress(AtlasError), open_source(path) as source:
            for chunk in source.chunks():
                assert "阳光花园" not in chunk.cells.to_numpy().ravel().tolist()
                assert chunk.shapes is None


@pytest.mark.parametrize("spelt", ['"crs"', '"CRS"', '"\\u0063rs"', '"c\\u0052S"'])
def test_a_coordinate_system_elsewhere_is_refused_and_not_fetched(
    tmp_path: Path, asked: list[str], spelt: str
) -> None:
    link = {"type": "link", "properties": {"href": f"{asked[0]}/crs", "type": "ogcwkt"}}
    whole = {"type": "FeatureCollection", "features": [FEATURE], "crs": link}
    content = json.dumps(whole).replace('"crs"', spelt).replace('"link"', '"l\\u0069nk"')
    assert "links to one" in refusal(written(tmp_path / "a.geojson", content))
    assert asked[1:] == []


def test_a_coordinate_system_by_name_is_let_through(tmp_path: Path) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}
    whole = {"type": "FeatureCollection", "crs": named, "features": [FEATURE]}
    path = written(tmp_path / "a.geojson", json.dumps(whole))
    with open_source(path) as source:
        assert source.crs == "EPSG:4527"


def test_geometries_nested_without_end_do_not_end_the_process() -> None:
    point = struct.pack("<BIdd", 1, 1, 106.2, 38.5)
    for kind in (4, 5, 6, 7):
        nested = struct.pack("<BII", 1, kind, 1) * 200_000 + point
        beside = struct.pack("<BII", 1, 7, 2) + point + nested
        for wkb in (nested, beside):
            _, broken, _ = from_wkb([wkb])
            assert broken == {0: TOO_DEEP}


def test_what_is_no_geometry_is_named_row_by_row() -> None:
    curve = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII6d", 1, 8, 3, *[0.0] * 6)
    triangle = struct.pack("<BII", 1, 17, 0)
    shapes, broken, closed = from_wkb(
        [shapely.to_wkb(shapely.Point(1, 2)), None, b"", b"\x01\x03", curve, triangle, b"x" * 99]
    )
    assert broken == {2: NO_GEOMETRY, 3: NO_GEOMETRY, 4: CURVED, 5: UNKNOWN, 6: UNKNOWN}
    assert shapes[0] == shapely.Point(1, 2)
    assert closed == []


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT Z (1 2 3)",
        "LINESTRING M (0 0 1, 1 1 2)",
        "POLYGON ZM ((0 0 1 1, 1 0 1 1, 1 1 1 1, 0 0 1 1))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2)))",
        "MULTIPOLYGON Z (((0 0 1, 1 0 1, 1 1 1, 0 0 1)))",
        "GEOMETRYCOLLECTION (POINT (1 2), MULTIPOINT ((1 2), (3 4)), POLYGON EMPTY)",
        "MULTIPOLYGON EMPTY",
    ],
)
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("byte_order", [0, 1])
def test_every_geometry_without_curves_is_read(wkt: str, flavor: str, byte_order: int) -> None:
    shape = shapely.from_wkt(wkt)
    dimension = 4 if "ZM" in wkt else 3
    wkb = shapely.to_wkb(shape, flavor=flavor, byte_order=byte_order, output_dimension=dimension)
    shapes, broken, closed = from_wkb([wkb])
    assert (broken, closed) == ({}, [])
    assert shapely.equals_identical(shapes[0], shapely.from_wkb(wkb))


@pytest.mark.parametrize("suffix", [".geojson", ".kml"])
def test_a_ring_left_open_is_closed_and_counted(tmp_path: Path, suffix: str) -> None:
    ring = [[106.2, 38.4], [106.21, 38.4], [106.21, 38.41], [106.2, 38.41]]
    if suffix == ".kml":
        text = " ".join(f"{x},{y},0" for x, y in ring)
        content = (
            "<kml><Placemark><name>阳光花园</name><Polygon><outerBoundaryIs><LinearRing>"
            f"<coordinates>{text}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
            "</Placemark></kml>"
        )
    else:
        polygon = {"type": "Polygon", "coordinates": [ring]}
        content = json.dumps({**FEATURE, "geometry": polygon})
    path = written(tmp_path / f"a{suffix}", content)
    chunk = only(path)
    assert (chunk.broken, chunk.closed) == ({}, [0])
    assert chunk.shapes is not None
    assert chunk.shapes[0].equals(shapely.box(106.2, 38.4, 106.21, 38.41))
    profile = load("compounds")
    with open_source(path) as source:
        prepared = next(reading.Reading(source, profile, reading.Options(), "wgs84").prepared())
    assert prepared.repairs["ring_closed"] == [(1, 1.0)]


@pytest.mark.parametrize("separator", ["", "\x1e"])
@pytest.mark.parametrize(
    ("tail", "said"),
    [
        (json.dumps(FEATURE)[:-20], "record 3 cannot be read"),
        ("{broken}\n" + json.dumps(FEATURE), "record 3 cannot be read"),
        ("[1]", "record 3 cannot be read"),
        ("{}", "record 3 has no type"),
    ],
)
def test_no_record_of_a_sequence_is_lost(
    tmp_path: Path, separator: str, tail: str, said: str
) -> None:
    records = [json.dumps(FEATURE), json.dumps(FEATURE), tail]
    path = written(tmp_path / "a.geojsonl", "".join(f"{separator}{one}\n" for one in records))
    assert said in refusal(path)


def test_a_sequence_is_counted_across_blocks_and_blank_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson, "_BLOCK", 7)
    record = json.dumps(FEATURE, ensure_ascii=False)
    path = written(tmp_path / "a.geojsonl", f"\ufeff{record}\r\n\r\n{record}\n{record}")
    assert geojson.check_records(path) == 3


KML = """<?xml version="1.0" encoding="{encoding}"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<name>小区</name><NetworkLink><Link><href>http://127.0.0.1:9/</href></Link></NetworkLink>
<Folder><name>兴庆区</name><Folder><name>东</name><Placemark><name>阳光花园</name>
<ExtendedData><Data name="户数"><value>12</value></Data>
<Data name="地址"><value>路1号</value></Data>
<SchemaData><SimpleData name="星级">三星</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>
106.2, 38.4,0 106.21 , 38.4,0 106.21,38.41,0 106.2,38.4,0</coordinates></LinearRing>
</outerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder></Folder>
<Folder><name>金凤区</name>
<Placemark><name>无坐标</name><Point><coordinates>here</coordinates></Point></Placemark>
<Placemark><name>轨迹</name><gx:Track><gx:coord>1 2 3</gx:coord></gx:Track></Placemark>
<Placemark><name>无图形</name></Placemark></Folder></Document></kml>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "gb2312", "UTF-16"])
def test_kml_keeps_the_chinese_names_of_its_data(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.kml"
    path.write_bytes(KML.format(encoding=encoding).encode(encoding))
    if encoding == "UTF-16":
        assert "of no format" in refusal(path)
        return
    chunk = only(path)
    assert chunk.layout.headings == ("Name", "户数", "地址", "星级", "Folder")
    assert chunk.cells.iloc[0].tolist() == ["阳光花园", "12", "路1号", "三星", "兴庆区/东"]
    assert chunk.cells.iloc[3].tolist() == ["无图形", None, None, None, "金凤区"]
    assert chunk.broken == {1: BAD_COORDINATES, 2: UNKNOWN}
    assert chunk.shapes is not None
    assert chunk.shapes[0].geom_type == "MultiPolygon"
    assert [shape is None for shape in chunk.shapes] == [False, True, True, True]


def test_one_folder_of_a_kml_can_be_picked(tmp_path: Path) -> None:
    path = written(tmp_path / "a.kml", KML.format(encoding="UTF-8"))
    assert only(path, sheet="金凤区").cells["Name"].tolist() == ["无坐标", "轨迹", "无图形"]
    assert "its folders are 兴庆区, 东, 金凤区" in refusal(path, sheet="西夏区")


def test_kml_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kml><name>&b;</name></kml>'
    assert "document type" in refusal(written(tmp_path / "a.kml", bomb))


def test_a_row_that_a_stray_comma_tore_is_held(tmp_path: Path) -> None:
    rows = "小区名称,地址,户数\n阳光花园,兴庆区1号,5\n金凤佳园,金凤区,2号,7\n测试苑,西夏区3号,9,,\n"
    chunk = only(written(tmp_path / "a.csv", rows))
    assert chunk.torn == {1: 4}
    (problem,) = torn_rows(chunk)
    assert (problem.row, problem.code, problem.given) == (
        *(3, "torn_row"),
        {"cells": 4, "headings": 3},
    )


def test_a_quotation_mark_that_never_ends_swallows_no_rows(tmp_path: Path) -> None:
    rows = '小区名称,户数\n"阳光花园,5\n金凤佳园,7\n'
    assert "cannot be read as delimited text" in refusal(written(tmp_path / "a.csv", rows))


def test_layers_in_different_coordinate_systems_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    files.vector(path, layer="一")
    files.vector(path, files.compounds().to_crs(4547), layer="二", append=True)
    assert "different coordinate systems (EPSG:4326, EPSG:4547)" in refusal(path)
    with open_source(path, sheet="二") as source:
        assert source.crs == "EPSG:4547"


def test_a_geopackage_without_a_coordinate_system_declares_none(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"小区名称": ["阳光花园"]}, geometry=files.boxes(1))
    with open_source(files.vector(tmp_path / "a.gpkg", frame)) as source:
        assert source.crs is None


def test_a_cpg_that_lies_is_told_and_not_believed(tmp_path: Path) -> None:
    path = files.shapefile(tmp_path, "GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert "is not in utf-8" in refusal(path)


@pytest.mark.parametrize(
    ("crs", "declared"),
    [(None, None), ("OGC:CRS84", "OGC:CRS84"), (4326, "EPSG:4326"), (4547, "EPSG:4547")],
)
@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_declares_its_coordinate_system(
    tmp_path: Path, crs: Any, declared: str | None, encoding: str
) -> None:
    path = tmp_path / "a.parquet"
    frame = files.compounds().set_crs(crs, allow_override=True)
    frame.to_parquet(path, geometry_encoding=encoding, schema_version="1.1.0")
    with open_source(path) as source:
        assert source.crs == declared
        (chunk,) = source.chunks()
    assert chunk.shapes is not None
    assert shapely.equals(chunk.shapes, np.array(files.boxes())).all()


def test_geoparquet_that_says_nothing_of_it_is_in_crs84(tmp_path: Path) -> None:
    geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    table = pyarrow.table({"g": shapely.to_wkb(files.boxes())})
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    with open_source(path) as source:
        assert source.crs == "OGC:CRS84"


def test_a_protected_archive_says_so(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "a.zip", {"a.csv": b"x"})
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)
    assert "protected by a password" in refusal(path)


def test_the_folder_of_an_archive_goes_with_its_source(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "a.zip", {"资料/小区.csv": "小区名称\n阳光\n".encode()})
    with archive.extracted(path) as inside:
        assert (inside.name, inside.is_file()) == ("小区.csv", True)
    assert not inside.parent.exists()


def test_an_archive_within_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = files.zipped(tmp_path / "inner.zip", {"a.csv": b"x"})
    assert "holds no data file" in refusal(files.zipped(tmp_path / "a.zip", {"inner.zip": inner}))


def test_what_merged_cells_say_holds_for_all_their_rows(tmp_path: Path) -> None:
    path = files.workbook(
        tmp_path / "a.xlsx",
        ["街道", "小区名称", "户数"],
        ["解放街街道", "阳光花园", 900],
        [None, "金凤佳园", None],
        [None, None, None],
        ["上海西路街道", "测试苑", 300],
        [None, "无街道", 100],
        merged=["A2:A4", "C2:C3"],
    )
    chunk = only(path)
    assert chunk.numbers.tolist() == [2, 3, 5, 6]
    assert chunk.cells["街道"].tolist() == ["解放街街道", "解放街街道", "上海西路街道", None]
    assert chunk.cells["户数"].tolist() == [900, None, 300, 100]


def test_merged_cells_are_found_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merged, "_BLOCK", 11)
    areas = [f"A{row}:B{row + 1}" for row in range(2, 60, 2)]
    path = files.workbook(tmp_path / "a.xlsx", *[["x", "y"]] * 60, merged=areas)
    found = merged.in_xlsx(path, "/xl/worksheets/sheet1.xml")
    assert found == {row: [(0, row + 1)] for row in range(2, 60, 2)}


def test_a_hidden_sheet_is_read_when_it_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["小区名称"])
    hidden = book.create_sheet("旧表")
    hidden.append(["小区名称"])
    hidden.append(["旧小区"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert only(tmp_path / "a.xlsx", sheet="旧表").cells["小区名称"].tolist() == ["旧小区"]
    assert "has no sheet" in refusal(tmp_path / "a.xlsx", sheet="新表")


def test_a_cell_of_nested_collections_does_not_end_the_process() -> None:
    depth = 100_000
    nested = "GEOMETRYCOLLECTION(" * depth + "POINT(0 0)" + ")" * depth
    assert coordinates.from_wkt(nested) is None
    assert wkt_shape(nested) is None
