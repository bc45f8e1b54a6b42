"""What a cell of an office's file is read as, and why some cells are not."""

import math
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.imports.cells import parse
from geo.imports.cells.credit_codes import ALPHABET, check_character
from geo.imports.problems import REASONS
from geo.imports.profile import TYPES
from tests.geo.imports.one_cell import a, given_with, read, why

# numbers


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("1234", None, 1234),
        ("1,234", None, 1234),
        ("１，２３４", None, 1234),
        ("1 234 567.5", None, 1234567.5),
        ("1200户", "户", 1200),
        ("3.5万㎡", "㎡", 35000),
        ("1.2345 万平方米", "㎡", 12345),
        ("12,000 m²", "㎡", 12000),
        ("1.2亿", None, 120_000_000),
        ("1.2元/㎡·月", "元/㎡·月", 1.2),
        ("1.2元/平方米/月", "元/㎡·月", 1.2),
        ("1.2元", "元/㎡·月", 1.2),
        ("¥1.20", "元/㎡·月", 1.2),
        ("85%", "分", 85),
        ("85%", None, 0.85),
        ("-3.5", None, -3.5),
        ("−3.5", None, -3.5),
        (".5", None, 0.5),
        ("1.5e3", None, 1500),
        (12.5, None, 12.5),
        (Decimal("12.5"), None, 12.5),
    ],
)
def test_numbers_are_read_with_their_separators_and_units(cell, unit, value):
    assert read(a("number", unit=unit), cell) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("约1200", "not_a_number"),
        ("1200左右", "not_a_number"),
        ("100-200", "not_a_number"),
        ("1,23,4", "not_a_number"),
        ("12.5.1", "not_a_number"),
        ("一千", "not_a_number"),
        (True, "not_a_number"),
        ("NaN", "number_not_finite"),
        ("-inf", "number_not_finite"),
        (math.inf, "number_not_finite"),
        ("1e999", "number_not_finite"),
        ("9" * 400, "number_not_finite"),
        ("=A1*2", "formula"),
        ("＝SUM(A1:A3)", "formula"),
        ("#DIV/0!", "cell_error"),
    ],
)
def test_what_is_not_one_finite_number_is_not_guessed(cell, reason):
    assert why(a("number"), cell) == reason


def test_another_unit_is_named_with_the_wanted_one():
    field = a("number", unit="元/㎡·月")
    assert why(field, "1.2元/㎡·年") == "wrong_unit"
    assert given_with(field, "1.2元/㎡·年") == {"found": "元/m2·年", "unit": "元/㎡·月"}


def test_integers_may_come_as_whole_floats():
    assert read(a("integer"), 3.0) == 3
    assert read(a("integer"), "3.00") == 3
    assert why(a("integer"), 3.5) == "not_whole"
    assert why(a("integer"), "1" * 17) == "digits_lost"


@pytest.mark.parametrize(
    "cell", [2008, 2008.0, "2008", "2008年", "2008年6月", "2008-06-01", date(2008, 6, 1)]
)
def test_a_year_may_be_given_as_a_date(cell):
    assert read(a("integer", unit="年"), cell) == 2008


@pytest.mark.parametrize(
    "cell", ["—", "-", "/", "无", "N/A", "null", "NULL", "暂无", " ", "\u3000"]
)
@pytest.mark.parametrize(
    "kind", ["integer", "number", "date", "code", "star", "credit_code", "reference", "longitude"]
)
def test_signs_for_nothing_are_blank_in_every_type_but_text(kind, cell):
    assert read(a(kind), cell) is None


@pytest.mark.parametrize(
    "cell", [None, np.nan, pandas.NA, pandas.NaT, Decimal("NaN"), "", "\u200b"]
)
@pytest.mark.parametrize("kind", TYPES)
def test_a_missing_cell_is_blank_in_every_type(kind, cell):
    assert read(a(kind), cell) is None


# words


@pytest.mark.parametrize(
    "cell", ["是", "有", "√", "✓", "Y", "yes", "TRUE", "1", 1, 1.0, True, "已备案"]
)
def test_yes_is_read_in_many_words(cell):
    assert read(a("boolean", codes={"true": ["已备案"], "false": ["未备案"]}), cell) == True  # noqa: E712


@pytest.mark.parametrize(
    "cell", ["否", "无", "没有", "×", "x", "N", "no", "False", 0, 0.0, "未备案"]
)
def test_no_is_read_in_many_words(cell):
    assert read(a("boolean", codes={"true": ["已备案"], "false": ["未备案"]}), cell) == False  # noqa: E712


@pytest.mark.parametrize("cell", ["部分属实", "未知", 2, "是否"])
def test_neither_yes_nor_no_is_not_guessed(cell):
    assert why(a("boolean"), cell) == "not_yes_or_no"


def test_one_and_true_in_one_column_stay_what_they_are():
    cells = pandas.Series([1, True, 1.0, "1"], dtype=object)
    values, unread = parse(a("text"), cells)
    assert values.tolist() == ["1", "true", "1", "1"]
    assert not unread


@pytest.mark.parametrize("cell", ["严重", "serious", "SERIOUS", " 严 重 ", "“严重”"])
def test_a_code_is_given_by_itself_or_by_a_word(cell):
    assert read(a("code"), cell) == "serious"


def test_brackets_of_either_width_are_the_same_word():
    assert read(a("code"), "业主(居民)") == read(a("code"), "业主（居民）") == "general"


def test_a_word_outside_the_list_is_answered_with_the_list():
    assert why(a("code"), "特别严重") == "not_in_list"
    assert given_with(a("code"), "特别严重") == {
        "allowed": "轻微、一般、严重",
        "allowed_en": "minor, general, serious",
    }


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("三星", 3),
        ("3星", 3),
        ("３星级", 3),
        ("三星级", 3),
        ("★★★", 3),
        ("★★★☆☆", 3),
        ("3 stars", 3),
        ("3", 3),
        (3.0, 3),
        ("五星", 5),
        ("两星", 2),
        ("一星级小区", 1),
        ("不达标", 0),
        ("不合格", 0),
        ("0", 0),
        ("未评定", None),
    ],
)
def test_stars_are_read_as_offices_write_them(cell, value):
    assert read(a("star"), cell) == value


@pytest.mark.parametrize(
    "cell", ["六星", "6", "-1", "3.5", "★★★★★★", "★★★☆", "☆☆☆", "三级", "优秀", True]
)
def test_what_is_no_star_is_not_guessed(cell):
    assert why(a("star"), cell) == "not_a_star"


# credit codes


@pytest.mark.parametrize(
    "cell", ["91350100M000100Y43", "91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３",
             "9135 0100 M000 100Y 43"]
)  # fmt: skip
def test_the_standards_own_example_of_a_credit_code_is_accepted(cell):
    assert read(a("credit_code"), cell) == "91350100M000100Y43"


def test_a_letter_that_looks_like_a_figure_is_named():
    assert why(a("credit_code"), "9135O100M000100Y43") == "credit_code_character"
    told = given_with(a("credit_code"), "9135O100M000100Y43")
    assert (told["position"], told["character"]) == (5, "O")
    assert "“0”" in told["hint"]


def test_a_miscopied_credit_code_fails_its_check():
    assert why(a("credit_code"), "91350100M000100Y44") == "credit_code_check"
    assert given_with(a("credit_code"), "91350100M000100Y44") == {"expected": "3"}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("640100200012345", "credit_code_length"),
        ("000000000000000000", "credit_code_character"),
        (9.1350100e17, "digits_lost"),
        ("9.1350100E+17", "digits_lost"),
    ],
)
def test_what_cannot_be_a_credit_code_says_why(cell, reason):
    assert why(a("credit_code"), cell) == reason


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.data())
def test_any_one_wrong_character_is_noticed(body, place, data):
    check = check_character(body)
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != body[place]]))
    assert check_character(body[:place] + other + body[place + 1 :]) != check


# text, references, coordinates


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (" 阳光花园\u3000", "阳光花园"),
        ("阳光\u200b花园\ufeff", "阳光花园"),
        ("阳光花园（二期）", "阳光花园（二期）"),
        ("３号楼Ａ座", "3号楼A座"),
        ("ＹＣ－０００１", "YC-0001"),
        ("a\x00b\x07", "ab"),
        ("一\r\n二", "一\n二"),
        ("=A1+B1", "=A1+B1"),
        ("无", "无"),
        ("/", "/"),
        (1001.0, "1001"),
        (1001, "1001"),
        (1.5, "1.5"),
        ("0042", "0042"),
        (date(2024, 3, 5), "2024-03-05"),
        (datetime(2024, 3, 5), "2024-03-05"),  # noqa: DTZ001
        (Decimal("91350100000100043"), "91350100000100043"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_text_is_kept_as_it_was_meant(cell, value):
    assert read(a("text"), cell) == value


def test_a_clean_column_and_a_mixed_one_give_the_same_texts():
    clean = pandas.Series(["甲", "乙 丙", "丁"], dtype=object)
    mixed = pandas.Series(["甲", "乙 丙", "丁", " 戊"], dtype=object)
    assert parse(a("text"), clean)[0].tolist() == ["甲", "乙 丙", "丁"]
    assert parse(a("text"), mixed)[0].tolist() == ["甲", "乙 丙", "丁", "戊"]


def test_a_number_that_lost_its_digits_is_no_text():
    assert why(a("text"), 6.401040010010123e17) == "digits_lost"
    assert why(a("text"), "6.40104E+11") == "digits_lost"


@pytest.mark.parametrize(
    ("cell", "value"),
    [(640104.0, "640104"), ("阳光  花园\n（二期）", "阳光 花园 （二期）"), ("暂无", None)],
)
def test_references_are_text_on_one_line(cell, value):
    assert read(a("reference"), cell) == value


def test_formulas_are_no_references():
    assert why(a("reference"), "=VLOOKUP(A1,B:C,2,0)") == "formula"


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("longitude", "106.2781", 106.2781),
        ("longitude", "１０６．２７８１", 106.2781),
        ("longitude", "东经106.2781°", 106.2781),
        ("longitude", "106°16′41.16″", 106.2781),
        ("longitude", "106度16分41.16秒", 106.2781),
        ("longitude", "E106°16'41.16\"", 106.2781),
        ("longitude", "106°16'41.16\"E", 106.2781),
        ("latitude", "38°28′23.16″N", 38.4731),
        ("latitude", "南纬38.4731", -38.4731),
        ("longitude", "18599999.5", 18599999.5),
    ],
)
def test_coordinates_may_be_given_in_degrees_minutes_and_seconds(kind, cell, value):
    assert read(a(kind), cell) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        ("longitude", "106.27,38.47", "not_a_coordinate"),
        ("longitude", "38.47N", "not_a_coordinate"),
        ("latitude", "106.27E", "not_a_coordinate"),
        ("longitude", "106°76′", "not_a_coordinate"),
        ("longitude", "E106.27E", "not_a_coordinate"),
        ("latitude", "nan", "number_not_finite"),
        ("latitude", "=A1", "formula"),
    ],
)
def test_what_is_no_coordinate_is_not_guessed(kind, cell, reason):
    assert why(a(kind), cell) == reason


# whole columns


def test_problems_stand_in_the_order_of_rows_with_what_was_written():
    cells = pandas.Series(["六星", "3", "六星", None, "七星"], dtype=object)
    values, unread = parse(a("star"), cells)
    assert [(one.position, one.value) for one in unread] == [(0, "六星"), (2, "六星"), (4, "七星")]
    assert values.tolist() == [pandas.NA, 3, pandas.NA, pandas.NA, pandas.NA]


def test_typed_columns_are_read_as_objects_are():
    assert parse(a("integer"), pandas.Series([1, 2]))[0].tolist() == [1, 2]
    assert parse(a("text"), pandas.Series([1.0, np.nan]))[0].tolist() == ["1", None]
    assert parse(a("boolean"), pandas.Series([True, False]))[0].tolist() == [True, False]
    days = parse(a("date"), pandas.Series(pandas.to_datetime(["2024-03-05", None])))[0]
    assert days.tolist() == [date(2024, 3, 5), None]


def test_a_long_cell_is_shortened_in_its_problem():
    _, unread = parse(a("number"), pandas.Series(["x" * 10_000], dtype=object))
    assert len(unread[0].value) == 200


ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,-/年月日时:T+Ee %°′″'\"东西经ENWS一二三十〇★☆星=#万"),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.decimals(),
    st.binary(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@pytest.mark.parametrize("kind", TYPES)
@settings(deadline=None, max_examples=200)
@given(cells=st.lists(ANYTHING, max_size=6))
def test_any_cell_is_a_value_or_a_problem(kind, cells):
    for unit in (None, "㎡", "年"):
        values, unread = parse(a(kind, unit=unit), pandas.Series(cells, dtype=object))
        assert len(values) == len(cells)
        for one in unread:
            assert pandas.isna(values.iloc[one.position])
            assert one.code in REASONS
            one_given = {"title": "栏", "value": one.value, **one.given}
            REASONS[one.code].zh.format(**one_given)
            REASONS[one.code].en.format(**one_given)
