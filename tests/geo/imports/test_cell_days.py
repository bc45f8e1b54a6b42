"""Days as offices write them, and which are not certain enough."""

import math
from datetime import UTC, date, datetime

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.imports.cells.days import day
from tests.geo.imports.one_cell import a, given_with, read, why


@pytest.mark.parametrize(
    "cell",
    [
        "2024年3月5日",
        "2024 年 3 月 5 日",
        "２０２４年３月５日",
        "2024年03月05号",
        "二〇二四年三月五日",
        "二○二四年三月五日",
        "二零二四年三月五日",
        "2024-03-05",
        "2024-3-5",
        "2024/3/5",
        "2024.3.5",
        "２０２４．３．５",
        "20240305",
        20240305,
        20240305.0,
        "2024-03-05 14:30:00",
        "2024-03-05T14:30:00",
        "2024年3月5日 下午2:30",
        "2024年3月5日（星期二）",
        "2024-03-04T16:30:00Z",
        "5 March 2024",
        "Mar 5, 2024",
        45356,
        45356.604,
        "45356",
        date(2024, 3, 5),
        datetime(2024, 3, 5, 23, 59),  # noqa: DTZ001
        datetime(2024, 3, 4, 16, 30, tzinfo=UTC),
        pandas.Timestamp("2024-03-05"),
        np.datetime64("2024-03-05"),
        "'2024-03-05",
    ],
)
def test_a_day_is_read_in_every_way_of_writing_it(cell):
    assert read(a("date"), cell) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("二〇二三年十二月三十一日", date(2023, 12, 31)),
        ("一九九九年十月二十日", date(1999, 10, 20)),
        ("13/05/2024", date(2024, 5, 13)),
        ("05/13/2024", date(2024, 5, 13)),
        ("05/05/2024", date(2024, 5, 5)),
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (73415, date(2100, 12, 31)),
    ],
)
def test_days_with_one_reading_are_read(cell, value):
    assert read(a("date"), cell) == value


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2024年3月", "incomplete_date"),
        ("2024-03", "incomplete_date"),
        ("202403", "incomplete_date"),
        (202403, "incomplete_date"),
        ("二〇二四年三月", "incomplete_date"),
        ("2024年", "incomplete_date"),
        (2024, "incomplete_date"),
        ("3月5日", "incomplete_date"),
        ("03/05/2024", "ambiguous_date"),
        ("24-3-5", "short_year"),
        ("24年3月5日", "short_year"),
        ("2024-02-30", "no_such_day"),
        ("2024年13月1日", "no_such_day"),
        ("二〇二四年三十月一日", "no_such_day"),
        (60, "no_such_day"),
        ("1024-03-05", "date_out_of_range"),
        (73416, "date_out_of_range"),
        (2_958_465, "date_out_of_range"),
        (date(1024, 3, 5), "date_out_of_range"),
        (0, "not_a_date"),
        (-5, "not_a_date"),
        (2_958_466, "not_a_date"),
        (1709596800000, "not_a_date"),
        (math.inf, "not_a_date"),
        (True, "not_a_date"),
        ("三月初", "not_a_date"),
        ("2024-3/5", "not_a_date"),
        ("=TODAY()", "formula"),
    ],
)
def test_a_day_that_is_not_certain_is_not_guessed(cell, reason):
    assert why(a("date"), cell) == reason


def test_an_ambiguous_day_names_both_readings():
    assert given_with(a("date"), "03/05/2024") == {"one": "2024-03-05", "other": "2024-05-03"}


def test_an_incomplete_day_names_what_it_lacks():
    assert given_with(a("date"), "2024年3月")["missing"] == "日"
    assert given_with(a("date"), "3月5日")["missing_en"] == "year"


@pytest.mark.parametrize("cell", ["至今", "长期", "无固定期限"])
def test_a_last_day_that_is_open_is_blank(cell):
    assert read(a("date"), cell) is None


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_from_every_way_of_writing_it(one):
    figures = "〇一二三四五六七八九"
    year = "".join(figures[int(sign)] for sign in f"{one.year}")
    tens = ["", "十", "二十", "三十"]
    month, in_month = (
        tens[value // 10] + (figures[value % 10] if value % 10 else "")
        for value in (one.month, one.day)
    )
    assert day(one.isoformat()) == one
    assert day(f"{one.year}年{one.month}月{one.day}日") == one
    assert day(f"{one:%Y%m%d}") == one
    assert day(f"{year}年{month}月{in_month}日") == one
    serial = (one - date(1899, 12, 30)).days
    if serial > 60 and not 1900 <= serial <= 2100:
        assert day(serial) == one
