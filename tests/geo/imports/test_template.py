"""Templates: what a person is given to fill in, and the worked row that is not a fact."""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas
import pytest
import shapely

from geo.errors import AtlasError
from geo.imports import cells, mapping, profile, rows, template
from geo.imports.readers import open_source
from geo.imports.table import Chunk, Layout
from geo.imports.workbook import as_text
from tests.command import atlas

KINDS = profile.kinds()
LANGUAGES = ("zh", "en")


@dataclass
class Matched:
    columns: dict[str, str]


def saved(kind: str, language: str = "zh") -> openpyxl.Workbook:
    """The template as a program reads it again from the file."""
    buffer = io.BytesIO()
    template.workbook(profile.load(kind), language).save(buffer)
    return openpyxl.load_workbook(buffer)


def chunk_of(kind: str, *filled: dict[str, object], language: str = "zh") -> tuple[Chunk, Matched]:
    """The template's worked row, and further rows like it but for some fields."""
    fields = profile.load(kind).fields
    sheet = saved(kind, language).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    worked = [cell.value for cell in sheet[2]]
    names = [one.name for one in fields]
    lines = [worked]
    lines += [[new.get(name, worked[at]) for at, name in enumerate(names)] for new in filled]
    chunk = Chunk(
        Layout(0, sheet.title, tuple(headings)),
        np.arange(2, 2 + len(lines)),
        pandas.DataFrame(lines, columns=headings, dtype=object),
    )
    return chunk, Matched(dict(zip(names, headings, strict=True)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_heading_and_required_ones_a_star(kind: str, language: str) -> None:
    sheet = saved(kind, language).worksheets[0]
    for one, cell in zip(profile.load(kind).fields, sheet[1], strict=True):
        title = one.title if language == "zh" else one.title_en
        assert cell.value.startswith(title)
        assert cell.value.endswith("*") == one.required
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_worked_row_passes_the_checks_of_its_kind(kind: str, language: str) -> None:
    chunk, matched = chunk_of(kind, language=language)
    checked = rows.check(chunk, matched, profile.load(kind))
    assert [(one.field, one.code, one.value) for one in checked.problems] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_worked_row_is_known_again(kind: str, language: str) -> None:
    chunk, matched = chunk_of(kind, language=language)
    assert template.are_examples(profile.load(kind), chunk, matched).tolist() == [True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_worked_row_written_over_is_a_row_like_any_other(kind: str) -> None:
    first = profile.load(kind).fields[0].name
    chunk, matched = chunk_of(kind, {first: "640104999"})
    assert template.are_examples(profile.load(kind), chunk, matched).tolist() == [True, False]


def test_the_worked_row_is_known_when_columns_were_removed_and_saved_as_csv() -> None:
    kind = profile.load("contracts")
    chunk = Chunk(
        Layout(0, "", ("物业公司", "小区", "合同开始日期", "合同类型")),
        np.array([2, 3]),
        pandas.DataFrame(
            [
                ["银川示例物业服务有限公司", "示例花园", "2024/3/1", "前期物业"],
                ["银川示例物业服务有限公司", "示例花园", "2024/3/1", "普通"],
            ],
            columns=["物业公司", "小区", "合同开始日期", "合同类型"],
        ),
    )
    matched = Matched(
        {
            "company": "物业公司",
            "compound": "小区",
            "valid_from": "合同开始日期",
            "kind": "合同类型",
        }
    )
    assert template.are_examples(kind, chunk, matched).tolist() == [False, True]


def test_an_unreadable_cell_is_not_taken_for_a_blank_of_the_worked_row() -> None:
    chunk, matched = chunk_of("violations", {"closed_on": "四月"}, {"revoked_on": "四月"})
    found = template.are_examples(profile.load("violations"), chunk, matched)
    assert found.tolist() == [True, False, False]


def test_a_real_street_that_the_worked_row_names_is_not_passed_over_when_it_has_an_outline() -> (
    None
):
    kind = profile.load("streets")
    worked = {one.name: one.example for one in kind.fields}
    chunk = Chunk(
        Layout(0, "streets", ("code", "name")),
        np.array([1]),
        pandas.DataFrame([[worked["code"], worked["name"]]], columns=["code", "name"]),
        np.array([shapely.box(106.2, 38.4, 106.3, 38.5)], dtype=object),
    )
    matched = Matched({"code": "code", "name": "name"})
    assert template.are_examples(kind, chunk, matched).tolist() == [False]


def test_a_real_agency_that_the_worked_row_names_is_not_passed_over_without_its_telephone() -> None:
    kind = profile.load("agencies")
    worked = {one.name: one.example for one in kind.fields}
    chunk = Chunk(
        Layout(0, "", ("name", "kind")),
        np.array([2]),
        pandas.DataFrame([[worked["name"], worked["kind"]]], columns=["name", "kind"]),
    )
    matched = Matched({"name": "name", "kind": "kind"})
    assert template.are_examples(kind, chunk, matched).tolist() == [False]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_choice_a_list_offers_is_read_as_what_it_stands_for(kind: str, language: str) -> None:
    sheet = saved(kind, language).worksheets[0]
    lists = {
        str(one.sqref).split(":")[0].rstrip("0123456789"): one.formula1.strip('"').split(",")
        for one in sheet.data_validations.dataValidation
        if one.type == "list"
    }
    offered = {}
    for number, one in enumerate(profile.load(kind).fields, start=1):
        if one.type not in {"code", "boolean", "star"}:
            continue
        choices = lists[openpyxl.utils.get_column_letter(number)]
        values, unread = cells.parse(one, pandas.Series(choices, dtype=object))
        assert not unread
        offered[one.name] = values.tolist()
        every = {"boolean": {True, False}, "star": set(range(6)), "code": set(one.codes)}[one.type]
        assert set(values.tolist()) == every
    assert len(lists) == len(offered)


def test_days_are_days_and_numbers_of_offices_are_text() -> None:
    sheet = saved("contracts").worksheets[0]
    columns = {cell.value.rstrip("*"): cell.column_letter for cell in sheet[1]}
    worked = {name: sheet[f"{letter}2"] for name, letter in columns.items()}
    assert worked["合同开始日期"].value.date() == date(2024, 3, 1)
    assert sheet.column_dimensions[columns["合同开始日期"]].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions[columns["项目经理电话"]].number_format == "@"
    checks = {str(one.sqref).split("2:")[0]: one for one in sheet.data_validations.dataValidation}
    assert checks[columns["合同开始日期"]].type == "date"
    assert checks[columns["物业费标准（元/㎡·月）"]].type == "decimal"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_notes_explain_every_field_and_are_not_taken_for_data(kind: str, language: str) -> None:
    known = profile.load(kind)
    sheet = saved(kind, language).worksheets[1]
    lines = [tuple("" if cell is None else as_text(cell) for cell in row) for row in sheet.values]
    explained = {line[2]: line for line in lines[1 : 1 + len(known.fields)]}
    for one in known.fields:
        line = explained[one.name]
        assert {one.title, one.title_en} == set(line[:2])
        assert set(filter(None, line[9].split("、"))) == set(one.headings)
        assert all(word in line[5] for words in one.codes.values() for word in words)
    assert template.is_notes(Layout(1, sheet.title, lines[0]))
    assert template.is_notes(Layout(1, sheet.title, lines[2], (lines[0], lines[1])))
    assert any("gcj02" in line[0] for line in lines) == (known.geometry is not None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_import_knows_every_heading_of_a_template(
    kind: str, language: str, tmp_path: Path
) -> None:
    known = profile.load(kind)
    path = tmp_path / "filled.xlsx"
    template.workbook(known, language).save(path)
    with open_source(path, profile=known) as source:
        data, notes = source.chunks()
        matched = mapping.match(data.layout, known)
    assert matched.columns == {one.name: template.heading(one, language) for one in known.fields}
    assert template.are_examples(known, data, matched).tolist() == [True]
    assert template.is_notes(notes.layout)


def test_a_sheet_of_data_is_not_taken_for_notes() -> None:
    assert not template.is_notes(Layout(0, "说明", ("小区编号", "小区名称", "地址")))


def test_another_language_is_refused_with_the_choice() -> None:
    with pytest.raises(AtlasError, match='"fr": choose zh or en'):
        template.workbook(profile.load("companies"), "fr")


def test_the_command_writes_a_template_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "小区.xlsx"
    done = atlas("template", "小区", "-o", str(path))
    assert done.returncode == 0, done.stderr
    assert "小区名称" in done.stdout
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert "小区名称*" in [cell.value for cell in sheet[1]]
    again = atlas("template", "小区", "-o", str(path), "--lang", "en")
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_a_kind_that_is_not_there_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = atlas("template", "dogs", "-o", str(tmp_path / "dogs.xlsx"))
    assert done.returncode == 1
    assert 'there is no kind "dogs"' in done.stderr
    assert "compounds" in done.stderr
