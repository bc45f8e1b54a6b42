"""A small file that stands for more than memory holds is refused before it is written out."""

import zipfile
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from geo.errors import AtlasError
from geo.imports.readers import kml, ods, open_source, parquet, sheets
from geo.imports.table import Chunk
from tests.geo.imports import files

MANIFEST = b"<manifest:manifest xmlns:manifest='m'/>"


def read(path: Path) -> list[Chunk]:
    with open_source(path) as source:
        return list(source.chunks())


def only(path: Path) -> Chunk:
    (chunk,) = read(path)
    return chunk


def refusal(path: Path) -> str:
    with pytest.raises(AtlasError) as refused:
        read(path)
    return str(refused.value)


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """No library may open the spreadsheet: it would write the cells out."""

    def opened(path: Path) -> None:
        pytest.fail(f"{path.name} was opened")

    monkeypatch.setattr(sheets, "_calamine", opened)


def cell(text: str = "x", times: int = 1, kind: str = "table-cell") -> str:
    return (
        f'<table:{kind} office:value-type="string" table:number-columns-repeated="{times}">'
        f"<text:p>{text}</text:p></table:{kind}>"
    )


def blank(times: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}"/>'


def row(*cells: str, times: int = 1) -> str:
    given = "".join(cells)
    return f'<table:table-row table:number-rows-repeated="{times}">{given}</table:table-row>'


def book(path: Path, *tables: str, before: str = "", manifest: bytes = MANIFEST) -> Path:
    inside = "".join(
        f'<table:table table:name="{at}">{one}</table:table>' for at, one in enumerate(tables)
    )
    content = (
        f'{before}<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">'
        f"<office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    members = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": manifest,
        "content.xml": content.encode(),
    }
    return files.zipped(path, members)


HEADINGS = row(cell("小区名称"), cell("户数"), blank(16_382))
TO_THE_END = row(blank(16_384), times=1_048_000)


def test_an_ods_filled_up_with_blanks_to_its_bounds_is_read(tmp_path: Path) -> None:
    table = HEADINGS + row(blank(16_384), times=2) + row(cell("阳光花园"), blank(16_383))
    twice = row(cell("金凤佳园"), cell("9"), blank(16_382), times=2)
    chunk = only(book(tmp_path / "a.ods", table + twice + TO_THE_END))
    assert chunk.layout.headings == ("小区名称", "户数")
    assert chunk.numbers.tolist() == [4, 5, 6]
    assert chunk.cells["小区名称"].tolist() == ["阳光花园", "金凤佳园", "金凤佳园"]


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize(
    "tables",
    [
        pytest.param([row(cell(times=20), times=1_000_000)], id="cells of repeated rows"),
        pytest.param([row(cell(times=16_384), times=400)], id="wide rows"),
        pytest.param([row(cell("", times=20), times=1_000_000)], id="texts without a letter"),
        pytest.param([row(cell(times=20, kind="covered-table-cell"), times=10**6)], id="covered"),
        pytest.param(
            [row(cell()) + TO_THE_END + row(blank(16_000), cell())], id="blanks before a last cell"
        ),
        pytest.param([row(cell(times=3), times=10**6)] * 2, id="sheets together"),
        pytest.param(
            [
                row(
                    '<table:table-cell table:formula="of:=1" table:number-columns-repeated="9"/>',
                    times=10**6,
                )
            ],
            id="formulas without a value",
        ),
    ],
)
def test_an_ods_of_too_many_cells_is_not_written_out(tmp_path: Path, tables: list[str]) -> None:
    path = book(tmp_path / "a.ods", *tables)
    assert path.stat().st_size < 1_000
    said = refusal(path)
    assert said.startswith("a.ods comes to ")
    assert "cells up to the last with content" in said
    assert f"more than {ods.MOST_CELLS:,}; delete" in said


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(row(cell("楼" * 1_000), times=100_000), id="a long text on many rows"),
        pytest.param(row(cell('<text:s text:c="300000000"/>')), id="counted spaces"),
    ],
)
def test_an_ods_of_too_much_text_is_not_written_out(tmp_path: Path, table: str) -> None:
    said = refusal(book(tmp_path / "a.ods", table))
    assert f"MiB of text, more than {ods.MOST_TEXT >> 20} MiB" in said


@pytest.mark.usefixtures("unopened")
@pytest.mark.parametrize(
    ("table", "before", "said"),
    [
        (HEADINGS, "<!DOCTYPE x [<!ENTITY a 'aa'>]>", "declares a document type"),
        (row(cell(row(cell()))), "", "a table within a cell"),
        (row(blank(-4), cell()), "", "number-columns-repeated is '-4'"),
        ("<table:table-row>", "", "is damaged or cut short"),
    ],
)
def test_an_ods_that_cannot_be_counted_is_refused(
    tmp_path: Path, table: str, before: str, said: str
) -> None:
    assert said in refusal(book(tmp_path / "a.ods", table, before=before))


def test_a_protected_ods_says_so(tmp_path: Path) -> None:
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    path = book(tmp_path / "a.ods", before="\0encrypted", manifest=manifest)
    assert "protected by a password" in refusal(path)


@pytest.mark.usefixtures("unopened")
def test_a_workbook_beside_it_does_not_hide_what_an_ods_holds(tmp_path: Path) -> None:
    path = book(tmp_path / "a.ods", row(cell(times=20), times=1_000_000))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("xl/workbook.xml", "<x/>")
    assert "more than 5,000,000" in refusal(path)


def table_of(path: Path, **columns: pyarrow.Array) -> Path:
    """A Parquet file of one page for a column, in which a value that repeats is there once."""
    pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="zstd")
    return path


@pytest.mark.parametrize("store_schema", [True, False])
@pytest.mark.parametrize("kind", ["text", "bytes", "list", "struct", "map", "json"])
def test_a_long_value_that_many_rows_share_is_not_written_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, store_schema: bool
) -> None:
    monkeypatch.setattr(parquet, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(parquet, "_written_out", lambda _: pytest.fail("was written out"))
    count, long = 1_500, "x" * 1_000
    made = {
        "text": lambda: pyarrow.array([long] * count),
        "bytes": lambda: pyarrow.array([long.encode()] * count),
        "list": lambda: pyarrow.array([[long]] * count),
        "struct": lambda: pyarrow.array([{"a": {"b": long}}] * count),
        "map": lambda: pyarrow.array(
            [[("k", long)]] * count, pyarrow.map_(pyarrow.string(), pyarrow.string())
        ),
        "json": lambda: pyarrow.ExtensionArray.from_storage(
            pyarrow.json_(), pyarrow.array([f'"{long}"'] * count)
        ),
    }
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"说明": made[kind]()})
    pyarrow.parquet.write_table(table, path, store_schema=store_schema)
    assert path.stat().st_size < 10_000
    said = refusal(path)
    assert "a.parquet: rows 1 to 1,500 come to 1 MiB, more than 1 MiB; leave out" in said


def test_a_dictionary_of_one_long_value_is_refused(tmp_path: Path) -> None:
    indices = pyarrow.array([0] * 5_000, pyarrow.int32())
    column = pyarrow.DictionaryArray.from_arrays(indices, ["x" * 400_000])
    path = table_of(tmp_path / "a.parquet", 说明=column)
    assert path.stat().st_size < 1_000
    assert "rows 1 to 5,000 come to 1,907 MiB, more than 256 MiB" in refusal(path)


def test_a_list_of_very_many_elements_is_refused_by_what_the_file_says(tmp_path: Path) -> None:
    inside = pyarrow.array([0], pyarrow.int8()).take(pyarrow.array([0] * 8_000_000))
    offsets = pyarrow.array([0, 8_000_000], pyarrow.int32())
    path = table_of(tmp_path / "a.parquet", 数=pyarrow.ListArray.from_arrays(offsets, inside))
    assert path.stat().st_size < 10_000
    assert "over 200 times its size" in refusal(path)


def test_values_of_a_great_fixed_length_are_refused(tmp_path: Path) -> None:
    column = pyarrow.array([bytes(300_000)] * 5, pyarrow.binary(300_000))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parquet, "MOST_BYTES", 1 << 20)
        assert "more than 1 MiB" in refusal(table_of(tmp_path / "a.parquet", 码=column))


def test_a_parquet_file_is_read_in_batches_of_bounded_rows(tmp_path: Path) -> None:
    count = parquet.ROWS_AT_ONCE + 2
    column = pyarrow.array([f"小区{at % 7}" if at % 3 else None for at in range(count)])
    chunks = read(table_of(tmp_path / "a.parquet", 小区名称=column))
    assert [len(one.numbers) for one in chunks] == [parquet.ROWS_AT_ONCE, 2]
    assert chunks[1].numbers.tolist() == [count - 1, count]
    assert [name for one in chunks for name in one.cells["小区名称"]] == column.to_pylist()


@pytest.mark.parametrize(
    "shape",
    [
        "<Point></Point>",
        "<LineString/>",
        "<LinearRing/>",
        "<Polygon><outerBoundaryIs><LinearRing/></outerBoundaryIs></Polygon>",
        "<MultiGeometry><Point/></MultiGeometry>",
        "<Point><coordinates/></Point>",
    ],
)
def test_a_shape_without_coordinates_holds_its_own_placemark_only(
    tmp_path: Path, shape: str
) -> None:
    good = "<Point><coordinates>106.2,38.5</coordinates></Point>"
    marks = "".join(
        f"<Placemark><name>{name}</name>{one}</Placemark>"
        for name, one in (("一", good), ("二", shape), ("三", good))
    )
    path = tmp_path / "a.kml"
    path.write_text(f"<kml><Document>{marks}</Document></kml>", encoding="utf-8")
    chunk = only(path)
    assert chunk.cells["Name"].tolist() == ["一", "二", "三"]
    assert chunk.broken == {1: kml.BAD_COORDINATES}
    assert chunk.shapes is not None
    assert [one is None for one in chunk.shapes] == [False, True, False]
