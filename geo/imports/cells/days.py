"""Days as people write them: 2024年3月5日, 2024-3-5, 二〇二四年三月五日, serials of Excel."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from geo.dates import ZONE
from geo.imports.cells.errors import CellError
from geo.imports.cells.text import is_blank, plain

FIRST_YEAR, LAST_YEAR = 1900, 2100
LAST_SERIAL = 2_958_465
"""31 December 9999 in the 1900 system."""

OPEN = frozenset({"至今", "长期", "长期有效", "无固定期限", "无限期", "未定", "待定", "now"})
"""What is written for a last day that is not known."""

_FALSE_LEAP_DAY = 60  # Excel takes 1900 for a leap year: its 60 is 29 February 1900
_FIGURES = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}
_FIGURES |= {"零": "0", "○": "0", "◯": "0", "Ｏ": "0"}
_SIGNS = "〇零○◯一二三四五六七八九"
_CHINESE = re.compile(
    f"(?P<y>[{_SIGNS}]{{4}})年(?:(?P<m>[{_SIGNS}十]{{1,3}})月(?:(?P<d>[{_SIGNS}十]{{1,3}})[日号]?)?)?"
)
_TIME = r"(?P<time>[T\s]*(?:[上下]午)?\s*\d{1,2}[:时点].*|T\d{4,6}.*)?"
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_CALENDAR = re.compile(
    r"(?P<y>\d{4})\s*(?:年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?"
    r"|(?P<sep>[-/.])\s*(?P<m2>\d{1,2})\s*(?P=sep)\s*(?P<d2>\d{1,2}))" + _WEEKDAY + _TIME
)
_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\d{6})?(?:\.0)?")
_MONTHS = (*("jan", "feb", "mar", "apr", "may", "jun"), *("jul", "aug", "sep", "oct", "nov", "dec"))
_ENGLISH = re.compile(
    r"(?:(?P<d>\d{1,2})[\s-]+(?P<m>[a-z]{3,9})\.?[\s,-]+|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2}),?\s+)"
    r"(?P<y>\d{4})",
    re.I,
)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME)
_SHORT_YEAR = re.compile(r"\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号]?)")
_NO_DAY = re.compile(r"\d{4}\s*(?:年\s*\d{1,2}\s*月?|[-/.]\s*\d{1,2}|(?:0[1-9]|1[0-2]))")
_NO_MONTH = re.compile(r"\d{4}\s*年?")
_NO_YEAR = re.compile(r"\d{1,2}月\d{1,2}[日号]?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


def day(value: Any) -> date | None:
    """The day a cell names, in Shanghai where it has a time zone; None where it names none.

    Raises CellError where it is no date, lacks a part, can be read in two ways, is not in the
    calendar or lies outside 1900–2100.
    """
    if isinstance(value, datetime):
        return _plausible(_in_shanghai(value).date() if value.tzinfo else value.date())
    if isinstance(value, date):
        return _plausible(value)
    if isinstance(value, bool):
        raise CellError("not_a_date")
    if isinstance(value, int | float):
        return _from_number(float(value))
    words = plain(value)
    if words is None or is_blank(words) or words.lower() in OPEN:
        return None
    return _from_words(_with_digits(words))


def _in_shanghai(moment: datetime) -> datetime:
    """The moment there, but for the first and last days there are, which are not plausible."""
    try:
        return moment.astimezone(ZONE)
    except OverflowError:
        return moment


def _from_number(number: float) -> date:
    """A serial of Excel's 1900 system, or the digits of a date such as 20240305."""
    whole = int(number) if abs(number) < 1e15 else 0  # NaN and infinity compare as not smaller
    if _DIGITS.fullmatch(str(whole)):
        return _from_words(str(whole))
    if FIRST_YEAR <= number <= LAST_YEAR and whole == number:
        raise CellError("incomplete_date", missing="月和日", missing_en="month and day")
    if _NO_DAY.fullmatch(str(whole)) and FIRST_YEAR <= whole // 100 <= LAST_YEAR:
        raise CellError("incomplete_date", missing="日", missing_en="day")
    if not 1 <= whole <= LAST_SERIAL:
        raise CellError("not_a_date")
    if whole == _FALSE_LEAP_DAY:
        raise CellError("no_such_day")
    before = date(1899, 12, 31) if whole < _FALSE_LEAP_DAY else date(1899, 12, 30)
    return _plausible(before + timedelta(days=whole))


def _from_words(words: str) -> date:
    if found := _CALENDAR.fullmatch(words):
        made = _made(found["y"], found["m"] or found["m2"], found["d"] or found["d2"])
        return _in_zone(made, found["time"])
    if found := _DIGITS.fullmatch(words):
        return _made(found["y"], found["m"], found["d"])
    if _SERIAL.fullmatch(words):
        return _from_number(float(words))
    if found := _YEAR_LAST.fullmatch(words):
        return _year_last(*found.group(1, 2, 3))
    if found := _ENGLISH.fullmatch(words):
        month = (found["m"] or found["m2"])[:3].lower()
        if month in _MONTHS:
            return _made(found["y"], str(_MONTHS.index(month) + 1), found["d"] or found["d2"])
    raise _why_not(words)


def _why_not(words: str) -> CellError:
    if _NO_DAY.fullmatch(words):
        return CellError("incomplete_date", missing="日", missing_en="day")
    if _NO_MONTH.fullmatch(words):
        return CellError("incomplete_date", missing="月和日", missing_en="month and day")
    if _NO_YEAR.fullmatch(words):
        return CellError("incomplete_date", missing="年份", missing_en="year")
    return CellError("short_year" if _SHORT_YEAR.fullmatch(words) else "not_a_date")


def _year_last(first: str, second: str, year: str) -> date:
    """03/05/2024: in one country 3 May, in another 5 March."""
    one, other = int(first), int(second)
    if one != other and one <= 12 and other <= 12:
        readings = sorted((_made(year, first, second), _made(year, second, first)))
        raise CellError("ambiguous_date", one=str(readings[0]), other=str(readings[1]))
    return _made(year, second, first) if one > 12 else _made(year, first, second)


def _made(year: str, month: str, day_of_month: str) -> date:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise CellError("date_out_of_range")
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        raise CellError("no_such_day") from None


def _plausible(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellError("date_out_of_range")
    return found


def _in_zone(made: date, time: str | None) -> date:
    """The day in Shanghai, where the time of day names its zone."""
    found = re.search(r"(Z|[+-]\d{2}:?\d{2})$", time.strip()) if time else None
    if time is None or found is None:
        return made
    try:
        moment = datetime.fromisoformat(f"{made}T{time.strip().removeprefix('T').strip()}")
    except ValueError:
        raise CellError("not_a_date") from None
    return _plausible(moment.astimezone(ZONE).date())


def _with_digits(words: str) -> str:
    """Chinese numerals of a date as digits; other texts as they are."""
    found = _CHINESE.fullmatch(words)
    if found is None:
        return words
    year = "".join(_FIGURES[sign] for sign in found["y"])
    month = _below_hundred(found["m"]) if found["m"] else ""
    if not found["d"]:
        return f"{year}年{month}月" if month else f"{year}年"
    return f"{year}年{month}月{_below_hundred(found['d'])}日"


def _below_hundred(words: str) -> str:
    """十二 is 12, 三十 is 30, 〇五 is 05."""
    tens, ten, ones = words.rpartition("十")
    units = "".join(_FIGURES.get(sign, "x") for sign in ones) or ("0" if ten else "")
    if not ten:
        return units
    return "".join(_FIGURES.get(sign, "x") for sign in tens or "一") + units
