"""Working days in China: weekends and public holidays off, days worked in exchange (调休) on.

The calendar is the ``holidays`` library's, from the State Council's yearly notices. A year whose
notice is not in the library yet has its statutory holidays and plain weekends (:func:`planned`).
"""

from datetime import date, timedelta
from functools import cache

import holidays

_DAY = timedelta(days=1)


def is_workday(day: date) -> bool:
    """Whether offices work on a day."""
    return _calendar().is_working_day(day)


def add(day: date, count: int) -> date:
    """The working day so many after a day, which itself is not counted (民法典 第二百零一条).

    With a count of 0 the day itself, or the next on which offices work.
    """
    while count > 0 or not is_workday(day):
        day += _DAY
        count -= is_workday(day)
    return day


def between(start: date, end: date) -> int:
    """How many working days there are after ``start`` up to and with ``end``; 0 where none are."""
    return sum(is_workday(start + _DAY * number) for number in range(1, (end - start).days + 1))


@cache
def planned(year: int) -> bool:
    """Whether the year's notice on days worked in exchange is in the calendar."""
    worked = holidays.country_holidays("CN", years=year).weekend_workdays
    return any(day.year == year for day in worked)


@cache
def _calendar() -> holidays.HolidayBase:
    # Other years are added by the library when they are first asked for.
    return holidays.country_holidays("CN", years=range(2020, 2028))
