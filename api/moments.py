"""Moments and days as parameters say them (OGC API Features, 7.15.4; RFC 3339)."""

import re
from datetime import UTC, date, datetime, time, timedelta

from geo.dates import ZONE, today

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LASTING = re.compile(r"P(\d{1,5})D", re.ASCII)
_OPEN = {"", ".."}


def interval(said: str) -> tuple[date, date]:
    """The first and the last day of a moment or of an interval, in China.

    One without an end ends today, or where it begins if that is later; one may also end a number
    of days after it begins (``2026-05-01/P2D``), as the executable test suite asks.
    Raises ValueError saying what is wrong.
    """
    begin, slash, end = said.partition("/")
    if "/" in end or {begin, end} <= _OPEN:
        raise ValueError("must be a moment, a day, or two of them with a slash between")
    first = None if begin in _OPEN else _day(begin)
    if not slash:
        last = first
    elif first is not None and (lasting := _LASTING.fullmatch(end)):
        last = _later(first, int(lasting[1]))
    else:
        last = None if end in _OPEN else _day(end)
    if first is not None and last is not None and first > last:
        raise ValueError("ends before it begins")
    begun = date.min if first is None else first
    return begun, max(today(), begun) if last is None else last


def record_time(said: str) -> datetime:
    """A moment with its zone, or the last one of a day in China.

    Raises ValueError saying what is wrong.
    """
    try:
        if _DAY.fullmatch(said):
            following = date.fromisoformat(said) + timedelta(days=1)
            return datetime.combine(following, time(), ZONE) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(said.upper())
        if "T" in said.upper() and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        "must be a day as 2026-05-01 (its end in Asia/Shanghai) or a moment with its zone as "
        "2026-05-01T08:00:00+08:00, of which + is written %2B in an address"
    )


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise ValueError("ends after the last day there is") from None


def _day(said: str) -> date:
    try:
        if _DAY.fullmatch(said):
            return date.fromisoformat(said)
        if "T" not in said.upper():
            raise ValueError(said)
        moment = datetime.fromisoformat(said.upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZONE).date()
    except (ValueError, OverflowError):
        raise ValueError("must be as 2026-05-01 or 2026-05-01T08:00:00Z") from None
