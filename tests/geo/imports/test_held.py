"""Held rows: nothing of a row is lost, every reason is a sentence, and each is settled once."""

import datetime as days
import importlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from geo import crs
from geo.errors import AtlasError
from geo.imports import held, problems, profile
from geo.imports.escapes import escape, unescape
from geo.imports.held import Found, HeldRow
from geo.imports.problems import Problem, Reason
from geo.imports.sentences import SHOWN, sentences
from geo.imports.table import Layout, row_key
from geo.imports.workbook import as_text

COMPANIES = profile.load("companies")
LAYOUT = Layout(0, "企业", ("编号", "名称"))
SQUARE = shapely.box(106.20, 38.40, 106.21, 38.41)
POINTLESS = Found(None, None, "odd", "不对", "wrong")


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A connection whose changes go when the test ends."""
    with database.connect() as made, made.begin() as transaction:
        yield made
        transaction.rollback()


def a_file(
    connection: Connection,
    kind: str = "companies",
    datum: str | None = None,
    state: str = "done",
    city: str | None = None,
) -> int:
    number: int = connection.execute(
        text(
            "INSERT INTO imports.file"
            " (kind, name, bytes, state, options, datum, city_code, created_by)"
            " VALUES (:kind, 'a.xlsx', 1, :state, '{}', :datum, :city, 'test') RETURNING id"
        ),
        {"kind": kind, "datum": datum, "state": state, "city": city},
    ).scalar_one()
    return number


def a_row(
    number: int = 5,
    cells: tuple[str | None, ...] = ("1", "甲"),
    shape: bytes | None = None,
    *findings: Found,
    verdict: problems.Verdict = "rejected",
    sheet: int = 0,
) -> HeldRow:
    return HeldRow(
        int(row_key(sheet, number)), verdict, list(cells), shape, list(findings or (POINTLESS,))
    )


def kept_ids(connection: Connection, import_id: int, **options: Any) -> list[int]:
    return [one.id for one in held.read(connection, import_id, **options)]


def test_a_row_is_kept_as_it_stood_with_its_reasons_in_their_order(connection: Connection) -> None:
    file = a_file(connection)
    findings = [
        Found("star", "六星", "not_a_star", "星级不对", "no star", {"limit": 5, "near": ["五星"]}),
        Found(None, None, "odd", "说不清", "odd"),
    ]
    cells = ("", None, ' "引号", 逗号\n换行\\. ', "=1+1", "'")
    layout = Layout(0, "第一季度", ("a", "b", "c", "d", "e"))
    rows = [a_row(7, cells, SQUARE.wkb, *findings, verdict="review")]
    assert held.store(connection, file, {0: layout}, rows) == 1
    (found,) = held.read(connection, file)
    assert (found.sheet, found.number, found.verdict) == ("第一季度", 7, "review")
    assert found.cells == list(cells)
    assert found.shape == SQUARE.wkb
    assert found.findings == findings


def test_rows_of_a_file_without_sheets_are_kept_under_an_empty_name(connection: Connection) -> None:
    file = a_file(connection)
    held.store(connection, file, {0: Layout(0, "", ("编号", "名称"))}, [a_row()])
    (found,) = held.read(connection, file)
    assert found.sheet == ""
    assert found.shape is None


def test_signs_the_database_cannot_hold_are_left_out_and_the_rest_stays(
    connection: Connection,
) -> None:
    file = a_file(connection)
    odd = Found(
        "name", "甲\0乙", "odd", "值\0", "value\ud83d", {"seen": "\0\ud83d", "x": float("nan")}
    )
    held.store(connection, file, {0: LAYOUT}, [a_row(2, ("甲\0乙", "半\ud83d个"), None, odd)])
    (found,) = held.read(connection, file)
    assert found.cells == ["甲乙", "半个"]
    assert found.findings[0].value == "甲乙"
    assert found.findings[0].evidence == {"seen": "", "x": "nan"}


def test_cells_of_every_type_become_the_text_a_person_would_write() -> None:
    problem = Problem(3, "odd_for_test")
    with_reason = Reason(zh="不对", en="wrong", verdict="review")
    problems.REASONS["odd_for_test"] = with_reason
    try:
        made = held.held_row(
            3,
            "review",
            [1001.0, 1.5, True, None, float("nan"), days.date(2024, 3, 5), "０１"],
            None,
            [problem],
            COMPANIES,
        )
    finally:
        del problems.REASONS["odd_for_test"]
    assert made.cells == ["1001", "1.5", "是", None, None, "2024-03-05", "０１"]
    assert made.findings == [Found(None, None, "odd_for_test", "不对", "wrong")]
    assert as_text(days.datetime(2024, 3, 5, 14, 30, tzinfo=days.UTC)) == "2024-03-05 14:30:00"


def said(monkeypatch: pytest.MonkeyPatch, zh: str, en: str, **problem: Any) -> tuple[str, str]:
    monkeypatch.setitem(problems.REASONS, "said", Reason(zh=zh, en=en))
    return sentences(Problem(1, "said", **problem), COMPANIES)


def test_a_sentence_names_the_field_in_its_language_and_the_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zh, en = said(
        monkeypatch,
        "{title}“{value}”不对，可填{choices}，相似度{iou:.0%}",
        "{title} “{value}” is not one of {choices}, overlap {iou:.0%}",
        field="name",
        value="某某",
        given={"choices": ["甲", "乙"], "iou": 0.456},
    )
    assert zh == "企业名称“某某”不对，可填甲、乙，相似度46%"
    assert en == "Company name “某某” is not one of 甲, 乙, overlap 46%"


def test_what_nobody_gave_leaves_a_question_mark_and_never_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zh, en = said(monkeypatch, "{other}与{value}：{iou:.2f}", "{other}", given={"iou": "0.5?"})
    assert (zh, en) == ("?与?：0.5?", "?")


def test_long_values_are_cut_and_braces_in_them_are_only_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zh, en = said(monkeypatch, "{value}", "{value}", value="{title} " + "长\n" * 200)
    assert zh == en
    assert zh.startswith("{title} 长 长")
    assert len(zh) == SHOWN
    assert zh.endswith("…")


@pytest.mark.parametrize("kind", profile.kinds())
def test_every_declared_reason_can_be_said_of_any_field(kind: str) -> None:
    importlib.import_module("geo.imports.run")  # with it every module that declares reasons
    known = profile.load(kind)
    assert len(problems.REASONS) > 20
    for code in problems.REASONS:
        for sentence in sentences(Problem(1, code, known.fields[0].name, "值"), known):
            assert sentence.strip(), code
            assert "{" not in sentence, code


def test_rows_are_read_by_verdict_and_page_in_the_order_of_the_file(connection: Connection) -> None:
    file = a_file(connection)
    rows = [a_row(n, verdict="review" if n % 2 else "rejected") for n in range(2, 12)]
    held.store(connection, file, {0: LAYOUT}, rows)
    first = list(held.read(connection, file, "review", limit=3))
    assert [one.number for one in first] == [3, 5, 7]
    rest = held.read(connection, file, "review", limit=3, after=first[-1].id)
    assert [one.number for one in rest] == [9, 11]
    assert [one.number for one in held.read(connection, file, limit=None)] == list(range(2, 12))


def test_a_settled_row_is_no_longer_read_and_is_settled_once(connection: Connection) -> None:
    file, later, still_later = (a_file(connection) for _ in range(3))
    held.store(connection, file, {0: LAYOUT}, [a_row(2), a_row(3)])
    first, second = kept_ids(connection, file)
    assert held.resolve(connection, [first, 0, -4, 2**80], later) == 1
    assert kept_ids(connection, file) == [second]
    assert held.resolve(connection, [first], still_later) == 0
    everything = {one.id: one.resolved_by for one in held.read(connection, file, resolved=True)}
    assert everything == {first: later, second: None}


def test_a_file_for_one_city_neither_reads_nor_settles_another_s_rows(
    connection: Connection,
) -> None:
    connection.execute(text("INSERT INTO registry.city (code, name) VALUES ('640100', '银川市')"))
    theirs = a_file(connection, city="640100")
    held.store(connection, theirs, {0: LAYOUT}, [a_row(2, shape=SQUARE.wkb)])
    (number,) = kept_ids(connection, theirs)
    assert held.shapes(connection, [number], kind="companies", city="640200") == {}
    assert held.shapes(connection, [number], kind="orders", city="640100") == {}
    ours = a_file(connection)
    layout = Layout(0, "", ("名称", "隔离编号"))
    returned = [a_row(2, ("乙", str(number)))]
    held.store(connection, ours, {0: layout}, returned, kind="companies", city="640200")
    (kept,) = held.read(connection, ours)
    assert kept.shape is None
    assert held.resolve(connection, [number], ours, city="640200") == 0
    assert kept_ids(connection, theirs) == [number]
    assert held.shapes(connection, [number], kind="companies", city="640100")[number][0]
    assert held.resolve(connection, [number], ours, city="640100") == 1


def test_a_file_of_another_kind_settles_nothing(connection: Connection) -> None:
    file = a_file(connection, "companies")
    held.store(connection, file, {0: LAYOUT}, [a_row()])
    assert held.resolve(connection, kept_ids(connection, file), a_file(connection, "orders")) == 0


def test_a_shape_is_given_back_with_the_datum_of_its_file(connection: Connection) -> None:
    file = a_file(connection, "compounds", "gcj02")
    held.store(connection, file, {0: LAYOUT}, [a_row(2, shape=SQUARE.wkb), a_row(3)])
    first, second = kept_ids(connection, file)
    assert held.shapes(connection, [first, second, 10**9]) == {
        first: (SQUARE.wkb, "gcj02"),
        second: (None, "gcj02"),
    }


def test_an_outline_too_long_for_a_cell_is_given_back_from_the_database(
    connection: Connection,
) -> None:
    file = a_file(connection, "compounds", "wgs84")
    outline = shapely.Point(106.2, 38.4).buffer(0.01, quad_segs=800)
    assert len(outline.wkt) > 32_767
    held.store(connection, file, {0: LAYOUT}, [a_row(2, ("甲", outline.wkt))])
    ((wkb, _),) = held.shapes(connection, kept_ids(connection, file)).values()
    assert shapely.from_wkb(wkb).equals(outline)


def returned(
    connection: Connection, before: int, datum: str | None, name: str = "乙"
) -> tuple[int, int]:
    """A corrected file in which the row is wrong again: its import, its new held row."""
    again = a_file(connection, "compounds", datum)
    layout = Layout(0, "", ("名称", "隔离编号", "处理决定"))
    held.store(connection, again, {0: layout}, [a_row(2, (name, str(before), None))])
    (number,) = kept_ids(connection, again)
    return again, number


def test_a_row_held_again_keeps_its_shape_in_whatever_datum_it_comes_back(
    connection: Connection,
) -> None:
    file = a_file(connection, "compounds", "gcj02")
    held.store(connection, file, {0: LAYOUT}, [a_row(2, shape=SQUARE.wkb)])
    (first,) = kept_ids(connection, file)
    _, second = returned(connection, first, "bd09")
    _, third = returned(connection, second, None)
    true = crs.to_wgs84(shapely.from_wkb([SQUARE.wkb]), "gcj02")[0]
    for number in (first, second, third):
        wkb, datum = held.shapes(connection, [number])[number]
        assert wkb is not None
        assert datum is not None
        shape = crs.to_wgs84(shapely.from_wkb([wkb]), datum)[0]
        assert shapely.hausdorff_distance(shape, true) < 1e-8, datum


def test_escapes_are_not_piled_up_when_a_row_is_held_again(connection: Connection) -> None:
    file = a_file(connection, "compounds")
    held.store(connection, file, {0: LAYOUT}, [a_row(2, ("=1", "甲"))])
    again, _ = returned(connection, kept_ids(connection, file)[0], None, name=escape("=1"))
    (found,) = held.read(connection, again)
    assert found.cells[0] == "=1"


@pytest.mark.parametrize(
    "words", ["=1", "+86", "-", "@a", "\t=1", "\r", "\n=", "'", "''=", "甲", "＝1"]
)
def test_escaping_can_be_undone(words: str) -> None:
    assert escape(words)[0] not in "=+-@＝＋－＠\t\r\n"
    assert unescape(escape(words)) == words


def test_the_summary_counts_what_is_open_and_what_is_settled(connection: Connection) -> None:
    file, later = a_file(connection), a_file(connection)
    rows = [a_row(2), a_row(3, verdict="review"), a_row(4)]
    held.store(connection, file, {0: LAYOUT}, rows)
    held.resolve(connection, kept_ids(connection, file)[:1], later)
    (line,) = held.summary(connection, file)
    assert {name: line[name] for name in ("review", "rejected", "resolved")} == {
        "review": 1,
        "rejected": 1,
        "resolved": 1,
    }
    assert held.summary(connection, later) == []


@pytest.mark.parametrize("number", [0, -1, 10**9, 2**70])
def test_an_import_that_is_not_there_is_refused_by_number(
    connection: Connection, number: int
) -> None:
    with pytest.raises(AtlasError, match=f"there is no import {number}"):
        held.summary(connection, number)


def test_many_rows_are_kept_in_batches(connection: Connection) -> None:
    file = a_file(connection)
    count = held.ROWS_AT_ONCE + 3
    layouts: Mapping[int, Layout] = {0: LAYOUT, 1: Layout(1, "二", ("编号", "名称"))}
    rows = (a_row(n, (json.dumps(n), None), sheet=n % 2) for n in range(count))
    assert held.store(connection, file, layouts, rows) == count
    found = list(held.read(connection, file, limit=None))
    assert [one.number for one in found] == list(range(count))
    assert {one.sheet for one in found[1::2]} == {"二"}
    assert all(len(one.findings) == 1 for one in found)
