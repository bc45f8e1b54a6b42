"""Every format, encoding and layout is read as it stands, or refused in a sentence."""

import random
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pyrosm
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import AtlasError
from geo.imports.profile import load
from geo.imports.readers import archive, open_source
from geo.imports.table import Chunk
from tests.geo.imports import files

COMPOUNDS = load("compounds")
HEADINGS = ("小区编号", "小区名称", "户数")


def read(path: Path, **options: str) -> list[Chunk]:
    with open_source(path, profile=COMPOUNDS, **options) as source:
        return list(source.chunks())


def only(path: Path, **options: str) -> Chunk:
    (chunk,) = read(path, **options)
    return chunk


def cells(chunk: Chunk) -> list[list[object]]:
    return chunk.cells.to_numpy(object).tolist()


@pytest.mark.parametrize(
    ("suffix", "label", "crs"),
    [
        (".gpkg", "GeoPackage", "EPSG:4326"),
        (".fgb", "FlatGeobuf", "EPSG:4326"),
        (".parquet", "GeoParquet", "EPSG:4326"),
        (".geojson", "GeoJSON", None),
        (".geojsonl", "GeoJSONSeq", None),
        (".kml", "KML", None),
    ],
)
def test_a_spatial_file_gives_headings_cells_and_shapes(
    tmp_path: Path, suffix: str, label: str, crs: str | None
) -> None:
    path = files.vector(tmp_path / f"小区{suffix}")
    with open_source(path) as source:
        assert (source.format, source.crs, source.total) == (label, crs, 3)
        (chunk,) = source.chunks()
    assert chunk.layout.headings == HEADINGS
    assert chunk.numbers.tolist() == [1, 2, 3]
    assert set(chunk.cells["小区名称"]) == set(files.NAMES)
    assert chunk.shapes is not None
    assert shapely.area(chunk.shapes).round(12).tolist() == [files.SIDE**2] * 3


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
@pytest.mark.parametrize("cpg", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_a_shapefile_is_decoded_with_or_without_its_cpg(
    tmp_path: Path, encoding: str, cpg: bool, packed: bool
) -> None:
    path = files.shapefile(tmp_path / "loose", encoding, cpg=cpg)
    if packed:
        parts = {f"资料/{part.name}": part for part in sorted(path.parent.iterdir())}
        path = files.zipped(tmp_path / "小区.zip", parts)
    chunk = only(path)
    assert chunk.cells.iloc[:, 1].tolist() == list(files.NAMES)
    # A heading has ten bytes in this format: four characters of GBK fit, of UTF-8 three.
    assert chunk.layout.headings[1] == ("小区名" if encoding == "UTF-8" else "小区名称")


def test_an_encoding_that_is_given_wins(tmp_path: Path) -> None:
    path = files.shapefile(tmp_path, "GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert only(path, encoding="gbk").cells.iloc[0, 1] == files.NAMES[0]
    with pytest.raises(AtlasError, match='--encoding "klingon" is not known'):
        read(path, encoding="klingon")


def test_a_kmz_is_read_as_the_kml_in_it(tmp_path: Path) -> None:
    kml = files.vector(tmp_path / "doc.kml")
    chunk = only(files.zipped(tmp_path / "a.kmz", {"doc.kml": kml}))
    assert chunk.cells["小区名称"].tolist() == list(files.NAMES)


def test_geojson_that_names_another_system_declares_it(tmp_path: Path) -> None:
    path = files.vector(tmp_path / "a.geojson", files.compounds().to_crs(4547))
    with open_source(path) as source:
        assert source.crs == "EPSG:4547"


def test_layers_of_a_geopackage_are_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    files.vector(path, layer="一")
    files.vector(path, layer="二", append=True)
    assert [chunk.layout.sheet for chunk in read(path)] == ["一", "二"]
    assert len(read(path, sheet="二")) == 1
    with pytest.raises(AtlasError, match="no layer '三'; its layers are 一, 二"):
        read(path, sheet="三")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_delimited_text_is_read_whatever_its_encoding_and_sign(
    tmp_path: Path, encoding: str, sign: str
) -> None:
    lines = [("小区名称", "户数"), ("阳光花园", "1200"), ('"两行\n名称"', "30")]
    path = tmp_path / "小区.csv"
    path.write_bytes("\n".join(sign.join(line) for line in lines).encode(encoding))
    chunk = only(path)
    assert chunk.layout.headings == ("小区名称", "户数")
    assert cells(chunk) == [["阳光花园", "1200"], ["两行\n名称", "30"]]
    assert chunk.numbers.tolist() == [2, 3]


def test_headings_below_titles_with_merged_cells_are_found(tmp_path: Path) -> None:
    path = files.workbook(
        tmp_path / "评定.xlsx",
        ["银川市住宅小区星级评定汇总表"],
        ["填报单位：兴庆区", None, None, "日期：2024年3月5日"],
        ["小区名称", "户数", "评分", None, None, "备注"],
        [None, None, "绿化", "秩序", "卫生", None],
        ["阳光花园", 1200, 90, 80.5, 70, "=1+1"],
        [],
        ["金凤佳园", "９００户", 90, 80, 70, None],
        merged=["A1:F1", "C3:E3", "A3:A4", "B3:B4", "F3:F4"],
    )
    chunk = only(path)
    assert chunk.layout.headings == (
        *("小区名称", "户数", "评分/绿化", "评分/秩序", "评分/卫生", "备注"),
    )
    assert chunk.layout.preamble[0][0] == "银川市住宅小区星级评定汇总表"
    assert chunk.numbers.tolist() == [5, 7]
    assert cells(chunk)[0] == ["阳光花园", 1200, 90, 80.5, 70, "=1+1"]


def test_repeated_and_missing_headings_get_names_of_their_own(tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "a.xlsx", ["小区名称", "户数", "户数", None], ["一", 1, 2, 3])
    assert only(path).layout.headings == ("小区名称", "户数", "户数 (2)", "列4")


def test_line_ends_that_excel_writes_as_codes_are_line_ends(tmp_path: Path) -> None:
    given = ["阳光_x000D_\n花园", "_x005F_x000D_"]
    path = files.workbook(tmp_path / "a.xlsx", ["小区名称", "备注"], given)
    assert cells(only(path)) == [["阳光\r\n花园", "_x000D_"]]


def test_hidden_sheets_are_passed_over_unless_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["小区名称"])
    hidden = book.create_sheet("旧表")
    hidden.append(["小区名称"])
    hidden.append(["旧"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [chunk.layout.sheet for chunk in read(tmp_path / "a.xlsx")] == ["Sheet"]


def test_a_sheet_that_claims_a_million_columns_and_rows_is_read_quickly(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["小区名称", "户数"])
    page.append(["阳光花园", 1])
    page["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert cells(only(tmp_path / "a.xlsx")) == [["阳光花园", 1]]


def test_parquet_without_shapes_is_a_table(tmp_path: Path) -> None:
    table = pyarrow.table({"企业名称": ["甲", None], "户数": [1, None]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    chunk = only(tmp_path / "a.parquet")
    assert chunk.shapes is None
    assert cells(chunk) == [["甲", 1], [None, None]]


def test_the_residential_areas_of_helsinki_are_all_accounted_for() -> None:
    chunk = only(Path(pyrosm.get_data("helsinki_pbf")))
    assert len(chunk.numbers) == 26
    assert len(chunk.broken) == 13
    assert set(chunk.broken.values()) == {"corners missing in the file"}


def test_reading_twice_gives_the_same_rows_and_numbers(tmp_path: Path) -> None:
    with open_source(files.vector(tmp_path / "a.gpkg")) as source:
        first, second = list(source.chunks()), list(source.chunks())
    assert first[0].cells.equals(second[0].cells)
    assert first[0].rows.tolist() == second[0].rows.tolist()


@pytest.mark.parametrize("member", ["../../etc/x.csv", "/etc/x.csv", "C:\\x.csv", "a/../../x.csv"])
def test_members_that_would_leave_the_archive_are_refused(tmp_path: Path, member: str) -> None:
    path = files.zipped(tmp_path / "a.zip", {member: b"a,b\n1,2\n"})
    with pytest.raises(AtlasError, match="would leave the archive"):
        read(path)


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("x.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    with pytest.raises(AtlasError, match="is a link"):
        read(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, name: str) -> None:
    members = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
    inside = members if name == "a.xlsx" else {}
    path = files.zipped(tmp_path / name, {**inside, "a.csv": bytes(archive.FREE_BYTES + 1)})
    with pytest.raises(AtlasError, match="unpacks to more than 50 MiB"):
        read(path)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    members = {f"{at}.csv": b"" for at in range(archive.MOST_MEMBERS + 1)}
    with pytest.raises(AtlasError, match="1,001 files"):
        read(files.zipped(tmp_path / "a.zip", members))


def test_an_archive_with_several_data_files_asks_which(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "a.zip", {"a.csv": b"x", "b.csv": b"y"})
    with pytest.raises(AtlasError, match=r"several data files \(a.csv, b.csv\)"):
        read(path)


def test_names_in_gbk_inside_archives_are_read(tmp_path: Path) -> None:
    whole = files.zipped(tmp_path / "a.zip", {"xxxx.csv": "小区名称\n阳光\n".encode()})
    whole.write_bytes(whole.read_bytes().replace(b"xxxx.csv", "小区.csv".encode("gbk")))
    assert cells(only(whole)) == [["阳光"]]
    two = files.zipped(tmp_path / "b.zip", {"xxxx.csv": b"x", "b.csv": b"y"})
    two.write_bytes(two.read_bytes().replace(b"xxxx.csv", "小区.csv".encode("gbk")))
    with pytest.raises(AtlasError, match=r"小区\.csv"):
        read(two)


def test_a_shapefile_without_a_part_says_which(tmp_path: Path) -> None:
    path = files.shapefile(tmp_path, "GBK")
    path.with_suffix(".dbf").unlink()
    with pytest.raises(AtlasError, match=r"小区\.dbf is missing"):
        read(path)


def test_a_shapefile_whose_table_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = files.shapefile(tmp_path, "GBK")
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[:-40])
    with pytest.raises(AtlasError, match="shorter than its header says"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.vrt", b"<OGRVRTDataSource></OGRVRTDataSource>", "of no format"),
        ("a.geojson", b"<OGRVRTDataSource></OGRVRTDataSource>", "of no format"),
        ("a.kml", b"<gml></gml>", "of no format"),
        ("a.bin", b"\x00\x01\x02", "of no format"),
        ("a.xlsx", b"PK\x03\x04rubbish", "damaged or cut short"),
        ("a.xls", struct.pack(">Q", 0xD0CF11E0A1B11AE1) + b"x" * 600, "damaged or cut short"),
        ("a.csv", "小区".encode("gbk") + b"\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AtlasError, match=said):
        read(tmp_path / name)


def test_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(AtlasError, match="is not there"):
        read(tmp_path / "nowhere.gpkg")


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet", ".geojson", ".kml", ".xlsx"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_a_file_cut_short_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".xlsx":
        files.workbook(path, ["小区名称"], *([name] for name in files.NAMES))
    else:
        files.vector(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(AtlasError):
        read(path)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    suffix=st.sampled_from([".gpkg", ".fgb", ".geojson", ".csv", ".xlsx", ".zip", ".parquet"]),
    seed=st.integers(0, 2**32),
)
def test_a_file_with_broken_bytes_gives_rows_or_a_sentence(
    tmp_path: Path, suffix: str, seed: int
) -> None:
    path = tmp_path / f"whole{suffix}"
    if suffix == ".csv":
        path.write_text("小区名称,户数\n阳光,1\n", encoding="utf-8")
    elif suffix == ".xlsx":
        files.workbook(path, ["小区名称", "户数"], ["阳光", 1])
    elif suffix == ".zip":
        files.zipped(path, {"a.csv": "小区名称\n阳光\n".encode()})
    else:
        path.unlink(missing_ok=True)
        files.vector(path)
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    broken = tmp_path / f"broken{suffix}"
    broken.write_bytes(data)
    with suppress(AtlasError):
        read(broken)
