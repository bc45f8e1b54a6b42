"""Rows are typed and checked against their profile, each with every reason that holds it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.imports import profile
from geo.imports.problems import REASONS
from geo.imports.rows import Checked, check
from geo.imports.staged import ARROW_TYPES, COLUMN_TYPES
from geo.imports.table import Chunk, Layout, row_key


@dataclass
class Mapped:
    """Which heading feeds which field."""

    columns: dict[str, str] = field(default_factory=dict)


def checked(kind: str, *rows: dict[str, Any], sheet: int = 0) -> Checked:
    """The rows of a file of the kind, whose headings are the fields' Chinese titles."""
    known = profile.load(kind)
    names = list(dict.fromkeys(name for row in rows for name in row))
    titles = {name: known.field(name).title for name in names}
    cells = pandas.DataFrame(
        {titles[name]: [row.get(name) for row in rows] for name in names}, dtype=object
    )
    chunk = Chunk(Layout(sheet, "", tuple(titles.values())), np.arange(2, len(rows) + 2), cells)
    return check(chunk, Mapped(titles), known)


def told(result: Checked) -> list[tuple[int, str, str | None, str | None]]:
    """Row, code, field and value of every problem."""
    return [(one.row, one.code, one.field, one.value) for one in result.problems]


def sentence(kind: str, one: Any, language: str) -> str:
    """What a person reads of a problem."""
    about = profile.load(kind).field(one.field)
    title = about.title if language == "zh" else about.title_en
    return getattr(REASONS[one.code], language).format(title=title, value=one.value, **one.given)


RATING = {"round": "2024-1", "cutoff_on": "2024年6月30日", "compound": "示例花园"}
ORDER = {"compound": "示例花园", "issued_on": "2024-03-12", "due_on": "2024-04-11"}
VIOLATION = {"compound": "示例花园", "type": "P3", "found_on": "2024-03-05"}


@pytest.mark.parametrize("kind", profile.kinds())
def test_the_examples_of_a_kind_make_a_good_row(kind):
    known = profile.load(kind)
    example = {one.name: one.example for one in known.fields if one.example is not None}
    if known.geometry and "wkt" in {one.name for one in known.fields}:
        example["wkt"] = "POINT(106.27 38.47)"
    result = checked(kind, example)
    assert told(result) == []
    assert set(example) <= set(result.values.columns)


def test_values_are_what_postgresql_will_take():
    for kind in profile.kinds():
        known = profile.load(kind)
        example = {one.name: one.example for one in known.fields if one.example is not None}
        values = checked(kind, example, {}).values
        for one in known.fields:
            if one.type in COLUMN_TYPES and one.name in values.columns:
                arrow = pyarrow.Array.from_pandas(
                    values[one.name], type=ARROW_TYPES[COLUMN_TYPES[one.type]]
                )
                assert arrow.null_count == 1, one.name


def test_a_star_that_is_none_is_told_with_the_way_out():
    result = checked("rating_rounds", RATING | {"star": "六星"})
    assert told(result) == [(2, "not_a_star", "star", "六星")]
    problem = result.problems[0]
    assert sentence("rating_rounds", problem, "en") == (
        "Star “六星” is not one of 1–5 or 不达标; give one of them, such as 3"
    )
    assert sentence("rating_rounds", problem, "zh").startswith("星级“六星”不是一星至五星")


def test_rows_bear_the_key_of_their_sheet():
    result = checked("rating_rounds", RATING, RATING | {"star": "六星"}, sheet=3)
    assert [one.row for one in result.problems] == [int(row_key(3, np.int64(3)))]


def test_a_missing_required_value_is_told_once():
    result = checked("violations", VIOLATION, VIOLATION | {"found_on": "—"})
    assert told(result) == [(3, "required", "found_on", None)]


def test_a_required_column_that_is_not_there_is_missing_in_every_row():
    result = checked("violations", {"compound": "示例花园", "type": "P3"})
    assert told(result) == [(2, "required", "found_on", None)]


def test_a_value_that_cannot_be_read_is_not_called_missing_as_well():
    result = checked("violations", VIOLATION | {"found_on": "2024年3月"})
    assert told(result) == [(2, "incomplete_date", "found_on", "2024年3月")]


def test_a_row_is_told_all_its_reasons():
    result = checked(
        "violations", VIOLATION | {"type": None, "severity": "很重", "found_on": "昨天"}
    )
    assert {(code, name) for _, code, name, _ in told(result)} == {
        ("required", "type"),
        ("not_in_list", "severity"),
        ("not_a_date", "found_on"),
    }


def test_problems_come_in_the_order_of_rows():
    rows = [VIOLATION | {"found_on": when} for when in ("x", "2024-01-01", "y", "z")]
    assert [one.row for one in checked("violations", *rows).problems] == [2, 4, 5]


@pytest.mark.parametrize(
    ("kind", "row", "code", "value", "limit"),
    [
        ("compounds", {"name": "甲", "households": -1}, "below_minimum", "-1", "0"),
        ("compounds", {"name": "甲", "year_built": 1800}, "below_minimum", "1800", "1900"),
        (
            "compounds",
            {"name": "甲", "households": "1000万户"},
            "above_maximum",
            "10000000",
            "100000",
        ),
        ("rating_rounds", RATING | {"star": 3, "greening": 100.5}, "above_maximum", "100.5", "100"),
        ("committees", {"members_count": 0}, "below_minimum", "0", "1"),
    ],
)
def test_a_figure_beyond_its_limits_is_told_with_the_limit(kind, row, code, value, limit):
    found = [one for one in checked(kind, row).problems if one.code == code]
    assert [(one.value, one.given["limit"]) for one in found] == [(value, limit)]


def test_a_code_of_the_wrong_form_is_told_with_an_example():
    result = checked(
        "streets", {"code": "64010400", "name": "街道"}, {"code": 640104001.0, "name": "街"}
    )
    assert told(result) == [(2, "wrong_form", "code", "64010400")]
    assert result.problems[0].given == {"example": "640104001"}
    assert result.values["code"].tolist() == ["64010400", "640104001"]


def test_a_code_followed_by_a_line_break_is_the_code():
    result = checked("streets", {"code": "640104001\n", "name": "街道"})
    assert result.problems == []
    assert result.values["code"].tolist() == ["640104001"]


def test_a_text_longer_than_its_field_is_not_cut():
    result = checked("compounds", {"name": "长" * 201}, {"name": "长" * 200})
    assert [(one.row, one.code, one.given) for one in result.problems] == [
        (2, "too_long", {"length": 201, "limit": 200})
    ]


def test_a_blank_cell_stays_blank_where_new_facts_have_a_default():
    values = checked("violations", VIOLATION | {"offender_kind": None}).values
    assert values["offender_kind"].isna().tolist() == [True]


def test_fields_that_the_file_has_not_are_left_out():
    assert not {"severity", "offender_kind"} & set(checked("violations", VIOLATION).values.columns)


def test_days_must_follow_each_other():
    result = checked("orders", ORDER | {"due_on": "2024-03-11"}, ORDER | {"done_on": "2024-03-12"})
    assert told(result) == [(2, "dates_out_of_order", "due_on", "2024-03-11")]
    assert result.problems[0].given == {
        "other": "下达日期",
        "other_en": "Issued on",
        "other_value": "2024-03-12",
    }


def test_a_missing_day_does_not_hide_the_order_of_those_around_it():
    result = checked("orders", ORDER | {"done_on": None, "accepted_on": "2024-03-01"})
    assert told(result) == [(2, "dates_out_of_order", "accepted_on", "2024-03-01")]


def test_a_day_out_of_order_with_several_is_told_once():
    found = {"occurred_on": "2024-03-05", "found_on": "2024-03-06", "confirmed_on": "2024-03-01"}
    assert told(checked("violations", VIOLATION | found)) == [
        (2, "dates_out_of_order", "confirmed_on", "2024-03-01")
    ]


def test_there_are_no_more_party_members_than_members():
    row = {
        "compound": "甲",
        "kind": "业委会",
        "valid_from": "2023-05-10",
        "members_count": 5,
    }
    result = checked(
        "committees", row | {"party_members_count": 6}, row | {"party_members_count": 5}
    )
    assert [(one.row, one.code, one.value) for one in result.problems] == [
        (2, "counts_out_of_order", "5")
    ]
    assert "委员人数“5”小于党员人数“6”" in sentence("committees", result.problems[0], "zh")


def test_an_order_names_a_compound_or_a_violation():
    dates = {"issued_on": "2024-03-12", "due_on": "2024-04-11"}
    rows = [dates | {"compound": "甲"}, dates | {"violation": "WG-1"}, dates | {"compound": "无"}]
    result = checked("orders", *rows)
    assert told(result) == [(4, "one_needed", "compound", None)]
    assert sentence("orders", result.problems[0], "zh") == "小区、违规编号都没有填；至少要填一项"
    assert told(checked("orders", dates)) == [(2, "one_needed", "compound", None)]


def test_days_given_as_excel_serials_are_days():
    values = checked("orders", ORDER | {"issued_on": 45363, "due_on": "45393"}).values
    assert values["issued_on"].tolist() == [date(2024, 3, 12)]
    assert values["due_on"].tolist() == [date(2024, 4, 11)]


def test_a_chunk_without_rows_is_checked():
    known = profile.load("violations")
    cells = pandas.DataFrame({"小区": [], "违规类型": [], "发现日期": []}, dtype=object)
    chunk = Chunk(Layout(0, "", tuple(cells.columns)), np.array([], np.int64), cells)
    mapped = Mapped({"compound": "小区", "type": "违规类型", "found_on": "发现日期"})
    assert check(chunk, mapped, known).problems == []


CELLS = st.one_of(st.text(), st.none(), st.integers(), st.floats(), st.booleans(), st.dates())


@pytest.mark.parametrize("kind", profile.kinds())
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_any_cells_give_values_or_reasons(kind, data):
    known = profile.load(kind)
    names = [one.name for one in known.fields]
    row = st.fixed_dictionaries(dict.fromkeys(names, CELLS))
    rows = data.draw(st.lists(row, min_size=1, max_size=3))
    result = checked(kind, *rows)
    assert len(result.values) == len(rows)
    held = {one.row for one in result.problems}
    for one in result.problems:
        sentence(kind, one, "zh")
        sentence(kind, one, "en")
    for position in range(len(rows)):
        if position + 2 in held:
            continue
        for one in known.fields:
            value = result.values[one.name].iloc[position]
            assert not (one.required and pandas.isna(value))
            if one.codes and one.type == "code" and not pandas.isna(value):
                assert value in one.codes
