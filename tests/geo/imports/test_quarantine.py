"""Quarantine: held rows go out in their file's layout, safe to open, and come back as they were."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from geo.errors import AtlasError
from geo.imports import held, mapping, profile, quarantine
from geo.imports.escapes import unescape
from geo.imports.given_back import given_back
from geo.imports.held import Found, HeldRow
from geo.imports.readers import open_source
from geo.imports.table import Layout, row_key
from geo.imports.workbook import LONGEST, sheet_name
from tests.command import atlas

SQUARE = shapely.box(106.20, 38.40, 106.21, 38.41)
ADDED = ["隔离编号", "原行号", "隔离原因", "Why held", "处理决定"]
WRONG = Found("star", "六星", "no_star", "星级“六星”不对", "“六星” is no star")
ODD = Found(None, None, "odd", "请人工复核", "a person must look")

Sheet = list[list[Any]]


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A connection whose changes go when the test ends."""
    with database.connect() as made, made.begin() as transaction:
        yield made
        transaction.rollback()


def a_file(connection: Connection, *layouts: Layout, datum: str | None = None) -> int:
    plain = [
        {
            "index": one.index,
            "sheet": one.sheet,
            "headings": list(one.headings),
            "preamble": [list(row) for row in one.preamble],
        }
        for one in layouts
    ]
    number: int = connection.execute(
        text(
            "INSERT INTO imports.file"
            " (kind, name, bytes, state, options, layouts, datum, created_by)"
            " VALUES ('compounds', 'a.xlsx', 1, 'done', '{}', CAST(:layouts AS jsonb), :datum, 't')"
            " RETURNING id"
        ),
        {"layouts": json.dumps(plain), "datum": datum},
    ).scalar_one()
    return number


def hold(connection: Connection, file: int, layouts: list[Layout], *rows: HeldRow) -> list[int]:
    held.store(connection, file, {one.index: one for one in layouts}, rows)
    return [one.id for one in held.read(connection, file, limit=None)]


def a_row(
    number: int,
    cells: list[str | None],
    *findings: Found,
    sheet: int = 0,
    shape: Any = None,
    review: bool = False,
) -> HeldRow:
    key = int(row_key(sheet, number))  # type: ignore[arg-type]
    wkb = None if shape is None else shape.wkb
    verdict = "review" if review else "rejected"
    return HeldRow(key, verdict, cells, wkb, list(findings or (ODD,)))


def read_again(connection: Connection, file: int, verdict: str | None = None) -> dict[str, Sheet]:
    """The sheets as they stand in the saved file."""
    buffer = io.BytesIO()
    quarantine.workbook(connection, file, verdict).save(buffer)
    book = openpyxl.load_workbook(buffer)
    return {one.title: [list(row) for row in one.values] for one in book}


def test_rows_go_out_in_the_original_layout_with_their_reasons(connection: Connection) -> None:
    titles = (("银川市物业项目星级评定表", "", ""), ("填报单位：兴庆区", "", "2024年"))
    layout = Layout(0, "第一季度", ("小区", "评分/绿化", "星级"), titles)
    file = a_file(connection, layout)
    rows = [a_row(5, ["甲", "80", "六星"], WRONG, ODD), a_row(9, ["乙", None, "三星"])]
    first, second = hold(connection, file, [layout], *rows)
    assert read_again(connection, file) == {
        "第一季度": [
            ["银川市物业项目星级评定表", *[None] * 7],
            ["填报单位：兴庆区", None, "2024年", None, None, *quarantine.SAID_ABOVE, None],
            ["小区", "评分/绿化", "星级", *ADDED],
            [
                *("甲", "80", "六星", str(first), "5", "星级“六星”不对；请人工复核"),
                *("“六星” is no star; a person must look", None),
            ],
            ["乙", None, "三星", str(second), "9", "请人工复核", "a person must look", None],
        ]
    }


def test_every_sheet_that_holds_rows_goes_out_under_its_name(connection: Connection) -> None:
    layouts = [
        Layout(0, "兴庆区/一季度", ("小区",)),
        Layout(1, "没有问题", ("小区",)),
        Layout(2, "金凤区", ("名称", "地址")),
    ]
    file = a_file(connection, *layouts)
    hold(connection, file, layouts, a_row(2, ["甲"]), a_row(3, ["乙", "某路"], sheet=2))
    sheets = read_again(connection, file)
    assert list(sheets) == ["兴庆区_一季度", "金凤区"]
    assert sheets["金凤区"][1][:2] == ["乙", "某路"]


def test_settled_rows_are_left_out_and_a_verdict_can_be_asked_for(connection: Connection) -> None:
    layout = Layout(0, "", ("小区",))
    file = a_file(connection, layout)
    rows = [a_row(2, ["甲"]), a_row(3, ["乙"], review=True), a_row(4, ["丙"])]
    ids = hold(connection, file, [layout], *rows)
    held.resolve(connection, ids[:1], a_file(connection))
    assert [row[0] for row in read_again(connection, file)["隔离"]] == ["小区", "乙", "丙"]
    assert [row[0] for row in read_again(connection, file, "review")["隔离"]] == ["小区", "乙"]


DANGEROUS = [
    "=HYPERLINK(\"http://x\",\"点我\")",
    "+8613900000000",
    "-5",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "'甲",
    "#N/A",
    "#REF!",
    "1e5",
    "2024-03-05",
]  # fmt: skip


@pytest.mark.parametrize("words", DANGEROUS)
def test_no_cell_is_taken_for_a_formula_and_every_text_comes_back(
    connection: Connection, words: str
) -> None:
    layout = Layout(0, words, (words, "小区"), ((words, ""),))
    file = a_file(connection, layout)
    hold(connection, file, [layout], a_row(2, [words, "甲"], Found(None, None, "o", words, words)))
    buffer = io.BytesIO()
    quarantine.workbook(connection, file).save(buffer)
    sheet = openpyxl.load_workbook(buffer).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [one.value for one in cells if one.value[0] in "=+-@\t\r＝＋－＠"]
    assert unescape(sheet["A3"].value) == words


def test_signs_that_no_spreadsheet_can_hold_do_not_stop_it(connection: Connection) -> None:
    layout = Layout(0, "一\x01", ("小\x02区",), (("标\x03题",),))
    file = a_file(connection, layout)
    hold(connection, file, [layout], a_row(2, ["甲\x04乙\n丙"]))
    assert [row[0] for row in read_again(connection, file)["一"]] == ["标题", "小区", "甲乙\n丙"]


def test_a_shape_goes_out_as_wkt_and_one_too_long_for_a_cell_stays_behind_its_number(
    connection: Connection,
) -> None:
    layout = Layout(0, "", ("name",))
    file = a_file(connection, layout, datum="gcj02")
    long = shapely.Point(106.2, 38.4).buffer(0.01, quad_segs=800)
    rows = [a_row(1, ["甲"], shape=SQUARE), a_row(2, ["乙"], shape=long), a_row(3, ["丙"])]
    ids = hold(connection, file, [layout], *rows)
    head, first, second, third = read_again(connection, file)["隔离"]
    assert head == ["name", *ADDED[:-1], "wkt", "处理决定"]
    at = head.index("wkt")
    assert shapely.from_wkt(first[at]) == SQUARE
    assert second[at] is None
    assert third[at] is None
    wkb, datum = held.shapes(connection, [int(second[1])])[ids[1]]
    assert wkb is not None
    assert shapely.from_wkb(wkb) == long
    assert datum == "gcj02"


def test_a_cell_longer_than_a_spreadsheet_allows_is_cut_and_one_with_wkt_left_empty(
    connection: Connection,
) -> None:
    layout = Layout(0, "", ("说明", "wkt"))
    file = a_file(connection, layout)
    outline = shapely.Point(106.2, 38.4).buffer(0.01, quad_segs=800).wkt
    hold(connection, file, [layout], a_row(2, ["长" * 40_000, outline]))
    _, row = read_again(connection, file)["隔离"]
    assert len(row[0]) == LONGEST
    assert row[0].endswith("…")
    assert row[1] is None


def test_a_row_that_is_held_again_goes_out_once_more_in_the_first_layout(
    connection: Connection,
) -> None:
    layout = Layout(0, "一季度", ("小区", "原因"))
    file = a_file(connection, layout)
    hold(connection, file, [layout], a_row(2, ["=甲", "雨"], shape=SQUARE))
    head, row = read_again(connection, file)["一季度"]
    again_layout = Layout(0, "一季度", tuple(head))
    again = a_file(connection, again_layout)
    (number,) = hold(connection, again, [again_layout], a_row(2, row))
    second_head, second_row = read_again(connection, again)["一季度"]
    assert second_head == ["小区", "原因", "wkt", *ADDED]
    assert second_row[:4] == ["'=甲", "雨", row[head.index("wkt")], str(number)]


TITLES = [
    (),
    (("银川市小区表",),),
    (("银川市小区表", "", ""), ("填报单位：兴庆区", "", "2024年")),
    (("填报单位：", "兴庆区", "2024年"),),
]


@pytest.mark.parametrize("titles", TITLES)
def test_the_import_reads_a_saved_quarantine_as_the_rows_that_were_held(
    connection: Connection, tmp_path: Path, titles: tuple[tuple[str, ...], ...]
) -> None:
    layout = Layout(0, "一季度", ("小区名称", "户数", "地址"), titles)
    file = a_file(connection, layout)
    rows = [["=甲", "约1200", "'引"], ["+乙", None, "-"], ["丙", "3", "@路\n二"]]
    held_rows = [a_row(n, cells, shape=SQUARE) for n, cells in enumerate(rows, start=5)]
    ids = hold(connection, file, [layout], *held_rows)
    path = tmp_path / "held.xlsx"
    quarantine.save(connection, file, path)
    compounds = profile.load("compounds")
    with open_source(path, profile=compounds) as source:
        (chunk,) = source.chunks()
        matched = mapping.match(chunk.layout, compounds)
        back = given_back(chunk, matched)
    assert back.held == ids
    assert back.decisions == [None] * 3
    assert matched.unused == []
    read = [
        [None if pandas.isna(cell) else cell for cell in chunk.cells[list(layout.headings)].iloc[n]]
        for n in range(3)
    ]
    assert read == rows
    assert {shapely.from_wkt(cell) for cell in chunk.cells[matched.columns["wkt"]]} == {SQUARE}


def test_an_import_without_held_rows_gives_its_headings_only(connection: Connection) -> None:
    layout = Layout(0, "一", ("小区",))
    assert read_again(connection, a_file(connection, layout)) == {"一": [["小区", *ADDED]]}
    assert read_again(connection, a_file(connection)) == {"隔离": [ADDED]}


def test_more_rows_than_a_sheet_holds_go_on_in_another(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "ROWS_OF_SHEET", 2)
    layout = Layout(0, "一", ("小区",), (("标题",),))
    file = a_file(connection, layout)
    hold(connection, file, [layout], *(a_row(n, [str(n)]) for n in range(3, 8)))
    sheets = read_again(connection, file)
    assert {name: [row[0] for row in rows] for name, rows in sheets.items()} == {
        "一": ["标题", "小区", "3", "4"],
        "一 (2)": ["标题", "小区", "5", "6"],
        "一 (3)": ["标题", "小区", "7"],
    }


def test_the_decision_column_offers_words_and_tells_what_may_be_written(
    connection: Connection,
) -> None:
    layout = Layout(0, "", ("小区",))
    file = a_file(connection, layout)
    hold(connection, file, [layout], a_row(2, ["甲"]))
    buffer = io.BytesIO()
    quarantine.workbook(connection, file).save(buffer)
    sheet = openpyxl.load_workbook(buffer).worksheets[0]
    (heading,) = (cell for cell in sheet[1] if cell.value == "处理决定")
    for word in ("新建", "同 <", "归 <", "弃用", "new", "same", "place", "discard"):
        assert word in heading.comment.text
    (offer,) = sheet.data_validations.dataValidation
    assert str(offer.sqref).startswith(f"{heading.column_letter}2:")
    assert offer.formula1 == '"新建,弃用"'
    assert not offer.showErrorMessage
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ("", "隔离"),
        ("a[b]:c*d?e/f\\g", "a_b__c_d_e_f_g"),
        ("'引'", "引"),
        ("History", "History_"),
        ("长" * 40, "长" * 31),
        ("SHEET", "SHEET (2)"),
    ],
)
def test_sheets_get_names_excel_accepts(wanted: str, made: str) -> None:
    assert sheet_name(wanted, ["Sheet"], "隔离") == made


def test_an_unknown_import_or_verdict_is_refused(connection: Connection) -> None:
    with pytest.raises(AtlasError, match="there is no import 999999"):
        quarantine.workbook(connection, 999_999)
    with pytest.raises(AtlasError, match='the verdict "bad" is neither rejected nor review'):
        quarantine.workbook(connection, a_file(connection), "bad")


def test_the_command_lists_and_saves_held_rows_and_never_over_a_file(
    database: Engine, tmp_path: Path
) -> None:
    layout = Layout(0, "一", ("小区",))
    with database.begin() as connection:
        file = a_file(connection, layout)
        hold(connection, file, [layout], a_row(2, ["=甲"], WRONG), a_row(3, ["乙"], review=True))
    url = database.url.render_as_string(hide_password=False)
    listed = atlas("held", "list", str(file), database_url=url)
    assert listed.returncode == 0, listed.stderr
    assert "一 row 2 (rejected): 星级“六星”不对 / “六星” is no star" in listed.stdout
    path = tmp_path / "held.xlsx"
    done = atlas("held", "save", str(file), str(path), "--verdict", "rejected", database_url=url)
    assert done.returncode == 0, done.stderr
    assert "atlas import compounds" in done.stdout
    rows = list(openpyxl.load_workbook(path)["一"].values)
    assert [row[0] for row in rows] == ["小区", "'=甲"]
    again = atlas("held", "save", str(file), str(path), database_url=url)
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    missing = atlas("held", "save", "12345678", str(tmp_path / "b.xlsx"), database_url=url)
    assert (missing.returncode, "there is no import 12345678" in missing.stderr) == (1, True)
