"""Working days as the State Council's notices have them."""

from datetime import date

import pytest

from oversight import workdays


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-04", True),  # a Sunday worked for Spring Festival
        ("2024-02-18", True),
        ("2024-02-12", False),
        ("2025-09-28", True),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-11-24", True),
        ("2026-11-22", False),
    ],
)
def test_days_worked_in_exchange_are_working_days(day: str, worked: bool) -> None:
    assert workdays.is_workday(date.fromisoformat(day)) is worked


def test_the_day_itself_is_not_counted() -> None:
    assert workdays.add(date(2026, 11, 24), 1) == date(2026, 11, 25)
    assert workdays.add(date(2026, 9, 29), 3) == date(2026, 10, 9)
    assert workdays.add(date(2026, 11, 22), 0) == date(2026, 11, 23)


def test_counting_on_and_counting_between_agree() -> None:
    start = date(2026, 1, 20)
    for count in (1, 5, 15, 40):
        assert workdays.between(start, workdays.add(start, count)) == count


def test_a_year_without_its_notice_is_told_apart() -> None:
    assert workdays.planned(2026)
    assert not workdays.planned(2030)
