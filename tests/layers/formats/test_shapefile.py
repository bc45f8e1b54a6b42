"""Zipped Shapefiles of rows made by hand, read by GDAL."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyproj
import pytest

from layers.formats.shapefile import shapefile, short_names
from layers.formats.table import Row
from layers.layer import Layer
from layers.registry import LAYERS
from tests.layers.formats.made import LAYER, row, table
from tests.read_back import Read, headings, read


def written(
    tmp_path: Path, rows: Sequence[Row], encoding: str = "utf-8", **form: object
) -> tuple[bytes, Read]:
    path = tmp_path / "made.shp.zip"
    shapefile(table("shp", encoding, **form), [rows], path)
    content = path.read_bytes()
    return content, read("shp", content, tmp_path, LAYER)


def part(content: bytes, name: str) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(f"places{name}").decode()


def test_every_part_is_there_and_nothing_else_is_left(tmp_path: Path) -> None:
    content, _ = written(tmp_path, [row(1)])
    with ZipFile(BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == [
            "fields.csv",
            *(f"places{one}" for one in (".cpg", ".dbf", ".prj", ".shp", ".shx")),
        ]
    assert {one.name for one in tmp_path.iterdir()} == {"made.shp.zip", "read.shp.zip"}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_values_come_back(tmp_path: Path, encoding: str) -> None:
    rows = [
        row(1, "银川小区", "a,b", -3, -106.123456, True, date(2026, 1, 2)),
        row(2, opened=False),
        row(3),
    ]
    _, found = written(tmp_path, rows, encoding)
    names = ("name", "note", "level", "depth", "open", "seen_on")
    expected = {one[0]: dict(zip(names, one[3:], strict=True)) for one in rows}
    assert found.properties == expected


@pytest.mark.parametrize(
    ("encoding", "name", "told"),
    [
        ("utf-8", "镕㐀𠀀银川小区€", "UTF-8"),
        ("gbk", "镕银川小区", "GBK"),
        ("gbk", "abc", "GBK"),
        ("gbk", "银川㐀", "GB18030"),
        ("gbk", "𠀀", "GB18030"),
        ("gbk", "5€", "GB18030"),
    ],
)
def test_the_cpg_says_what_the_texts_are_in(
    tmp_path: Path, encoding: str, name: str, told: str
) -> None:
    content, found = written(tmp_path, [row(1, name)], encoding)
    assert part(content, ".cpg") == told
    assert found.properties[1]["name"] == name
    with ZipFile(BytesIO(content)) as archive:
        assert name.encode(told) in archive.read("places.dbf")


@pytest.mark.parametrize(
    ("encoding", "long", "kept"),
    [
        ("utf-8", "长" * 100, "长" * 84),
        ("utf-8", "a" + "长" * 100, "a" + "长" * 84),
        ("gbk", "长" * 200, "长" * 127),
        ("gbk", "a" + "长" * 200, "a" + "长" * 126),
        ("gbk", "𠀀" * 100, "𠀀" * 63),
    ],
)
def test_a_long_text_is_cut_at_a_character_and_counted(
    tmp_path: Path, encoding: str, long: str, kept: str
) -> None:
    content, found = written(tmp_path, [row(1, long), row(2, long), row(3, "短")], encoding)
    assert found.properties[1]["name"] == kept
    told = {one["property"]: one["cut"] for one in headings(content)}
    assert (told["name"], told["note"]) == ("2", "0")


def test_the_table_of_headings_names_every_column(tmp_path: Path) -> None:
    content, _ = written(tmp_path, [row(1)])
    told = headings(content)
    assert [one["property"] for one in told] == ["id", *LAYER.properties]
    assert told[1] == {
        "heading": "name",
        "property": "name",
        "名称": "名称",
        "meaning": "Name",
        "type": "string",
        "cut": "0",
    }


@pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
def test_headings_are_ten_letters_and_differ(layer: Layer) -> None:
    names = list(layer.properties)
    short = short_names(names)
    assert list(short) == names
    assert len({one.lower() for one in short.values()}) == len(names)
    assert all(len(one) <= 10 and one.isascii() for one in short.values())


def test_headings_keep_something_of_every_word() -> None:
    assert short_names(["district_code", "district_name", "code", "floor_area_m2"]) == {
        "district_code": "distr_code",
        "district_name": "distr_name",
        "code": "code",
        "floor_area_m2": "flo_are_m2",
    }


def test_headings_that_would_be_the_same_are_numbered() -> None:
    names = ["abcdefghijk", "abcdefghijl", "abcdefghijm", "a_b_c_d_e_f_g_h", "a_b_c_d_e_f_g_i"]
    short = short_names(names)
    assert list(short.values()) == [
        *("abcdefghij", "abcdefghi2", "abcdefghi3", "a_b_c_d_e_", "a_b_c_d_e2"),
    ]


def test_the_reference_system_stands_in_the_prj(tmp_path: Path) -> None:
    content, _ = written(tmp_path, [row(1)])
    assert pyproj.CRS.from_wkt(part(content, ".prj")).to_epsg() == 4326


def test_no_feature_is_a_shapefile_too(tmp_path: Path) -> None:
    path = tmp_path / "made.shp.zip"
    shapefile(table("shp"), [], path)
    assert read("shp", path.read_bytes(), tmp_path, LAYER).properties == {}
