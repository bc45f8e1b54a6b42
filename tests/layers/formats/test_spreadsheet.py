"""XLSX of rows made by hand, read by openpyxl and by calamine."""

import zipfile
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from geo.imports.readers import open_source
from geo.imports.workbook import LONGEST
from layers.formats.spreadsheet import Spreadsheet
from layers.formats.table import encoded
from tests.layers.formats.made import row, table, text
from tests.layers.formats.test_texts import DANGEROUS


def sheet(*rows: tuple[object, ...]) -> Worksheet:
    return openpyxl.load_workbook(BytesIO(text("xlsx", rows))).active


@pytest.mark.parametrize("dangerous", DANGEROUS)
def test_no_text_is_a_formula(dangerous: str) -> None:
    cell = sheet(row(1, dangerous))["B2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_cells_are_of_their_kind() -> None:
    found = sheet(row(7, "小区", None, -3, -0.5, False, date(2026, 1, 2)))
    number, name, note, level, depth, opened, seen_on = found[2]
    assert (number.value, name.value, note.value) == (7, "小区", None)
    assert (level.value, depth.value) == (-3, -0.5)
    assert opened.value is False
    assert seen_on.is_date
    assert seen_on.value == datetime(2026, 1, 2)  # noqa: DTZ001 - a day
    assert seen_on.number_format == "yyyy-mm-dd"


def test_headings_are_chinese_and_stay_in_view() -> None:
    found = sheet(row(1))
    assert [cell.value for cell in found[1]] == [
        *("编号", "名称", "说明", "层次", "深度", "开放", "所见之日"),
    ]
    assert found.freeze_panes == "A2"
    assert found.title == "地点"
    assert found["A1"].font.bold


def test_a_number_that_a_spreadsheet_would_round_is_a_text() -> None:
    assert sheet(row(1, level=10**15 + 1))["D2"].value == str(10**15 + 1)
    assert sheet(row(1, level=10**15 - 1))["D2"].value == 10**15 - 1


@pytest.mark.parametrize("day", [date(1900, 3, 1), date(1970, 1, 1), date(2026, 2, 28)])
def test_days_are_counted_as_spreadsheets_count(day: date) -> None:
    assert sheet(row(1, seen_on=day))["G2"].value.date() == day


def test_a_day_before_their_calendar_is_a_text() -> None:
    assert sheet(row(1, seen_on=date(1899, 12, 31)))["G2"].value == "1899-12-31"


def test_what_no_cell_can_hold_is_left_out_or_cut() -> None:
    found = sheet(row(1, "a\x00b\x1f<&>\ud800", "长" * (LONGEST + 5)))
    assert found["B2"].value == "ab<&>"
    assert found["C2"].value == f"{'长' * (LONGEST - 1)}…"


def test_spaces_and_line_ends_are_kept() -> None:
    assert sheet(row(1, "  a \r\n b  "))["B2"].value == "  a \r\n b  "


@pytest.mark.parametrize("words", ["_x003D_1+1", "甲_x000d_乙", "_x0041_x0042_", "_x005F_x0041_"])
def test_what_looks_like_the_code_of_a_character_is_none(words: str, tmp_path: Path) -> None:
    content = text("xlsx", [row(7, words)])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == words
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with open_source(path) as source:
        (chunk,) = source.chunks()
    assert chunk.cells.iloc[0, 1] == words


def test_another_reader_finds_the_same() -> None:
    content = text("xlsx", [row(7, "=1", "乙", 4, 0.25, True, date(2026, 1, 2)), row(8)])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1] == [7.0, "'=1", "乙", 4.0, 0.25, True, date(2026, 1, 2)]
    assert rows[2][0] == 8.0


SHEET = "xl/worksheets/sheet1.xml"
MANY = 400_000
"""Rows of seven columns that may be too many bytes for a plain zip."""


def counted(rows: int | None) -> bytes:
    """A workbook of which was said beforehand how many rows it has."""
    encoder = Spreadsheet(replace(table("xlsx"), rows=rows))
    some = [[row(number, "小区" * 50) for number in range(start, start + 50)] for start in (1, 51)]
    return b"".join(encoded(encoder, some))


def needed(content: bytes) -> int:
    """The version of the format that the sheet's own header asks for; 45 is Zip64."""
    with zipfile.ZipFile(BytesIO(content)) as opened:
        at = opened.getinfo(SHEET).header_offset
    return int.from_bytes(content[at + 4 : at + 6], "little")


def test_only_a_large_sheet_is_zipped_for_more_than_2_gib() -> None:
    assert needed(counted(None)) < 45
    assert needed(counted(100)) < 45
    assert needed(counted(MANY)) == 45


def test_a_sheet_that_outgrows_a_plain_zip_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of the format is lowered from 2 GiB to what a hundred rows exceed."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10_000)
    with pytest.raises(RuntimeError, match="too large"):
        counted(None)
    content = counted(MANY)
    monkeypatch.undo()
    with zipfile.ZipFile(BytesIO(content)) as opened:
        assert opened.testzip() is None
        assert opened.getinfo(SHEET).file_size > 10_000
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    assert sum(1 for _ in book.active.rows) == 101
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [one[0] for one in rows[1:]] == list(range(1, 101))
