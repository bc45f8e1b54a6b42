"""Numbers as people write them: with separators, units and 万; degrees with minutes and seconds."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from geo.imports.cells.errors import CellError
from geo.imports.cells.text import WHOLE_BELOW, is_blank, plain

UNITS: dict[str, tuple[str, ...]] = {
    "户": ("户", "套", "家"),
    "㎡": ("m2", "平", "sqm"),
    "元/㎡·月": ("元", "元m2", "元m2月", "元月m2", "元每m2每月", "元每月每m2", "元月"),
    "年": ("年",),
    "分": ("分", "%"),
    "个": ("个", "项", "条", "处", "件"),
    "人": ("人", "名", "位"),
}
"""By unit of a field: how it is written, square metres as m2 and without signs between."""

TIMES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:[, ]\d{3})+|\d+|(?=\.\d))(?P<rest>\.\d*)?"
    r"(?P<power>[eE][+-]?\d{1,3})?\s*(?P<times>[百千万亿]?)(?P<unit>\D.*)?"
)
_SIMPLE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞|1\.#\w+)", re.I)
_YEAR = re.compile(r"(\d{4})(?:年|[-/.年]\s*\d{1,2}.*)?")
_BETWEEN = re.compile(r"[\s·・.*×/()\[\]-]")
_DEGREES = re.compile(
    r"(?P<before>东经|西经|北纬|南纬|[EWNS])?[:\s]*"
    r"(?P<sign>[+-]?)(?P<degrees>\d{1,3}(?:\.\d+)?)\s*(?:°|度|o)?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*(?:'|′|’|分)\s*"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|′′|''|’’|秒)?)?)?\s*(?P<after>[EWNS])?",
    re.I,
)
_SIGNS = {
    "longitude": {"东经": 1, "e": 1, "西经": -1, "w": -1},
    "latitude": {"北纬": 1, "n": 1, "南纬": -1, "s": -1},
}
_EXAMPLES = {"longitude": "106.2781", "latitude": "38.4731"}


def number(unit: str | None) -> Callable[[Any], float | None]:
    """The reader of numbers that may bear the unit; the value is in that unit.

    Raises CellError where a cell is no number, is not finite or has another unit.
    """

    def read(value: Any) -> float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _finite(float(value))
        if isinstance(value, str) and _SIMPLE.fullmatch(value):
            return _finite(float(value))
        words = plain(value)
        if words is None or is_blank(words):
            return None
        return _finite(_written_number(words.replace("−", "-"), unit))

    return read


def integer(unit: str | None) -> Callable[[Any], int | None]:
    """The reader of whole numbers; years may be given as whole dates. Raises as :func:`number`."""
    read_number = number(unit)

    def read(value: Any) -> int | None:
        if unit == "年":
            value = _year(value)
        found = read_number(value) if value is not None else None
        if found is None:
            return None
        if abs(found) >= WHOLE_BELOW:
            raise CellError("digits_lost")
        if found != int(found):
            raise CellError("not_whole")
        return int(found)

    return read


def degrees(kind: str) -> Callable[[Any], float | None]:
    """The reader of ``longitude`` or ``latitude``: decimal degrees, or degrees with minutes.

    Values beyond 180 pass: in a projected datum the columns hold metres.
    """
    wrong = CellError("not_a_coordinate", example=_EXAMPLES[kind], title_lower=kind)

    def read(value: Any) -> float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _finite(float(value))
        words = plain(value)
        if words is None or is_blank(words):
            return None
        if _SIMPLE.fullmatch(words):
            return _finite(float(words))
        if _NOT_FINITE.fullmatch(words):
            raise CellError("number_not_finite")
        found = _DEGREES.fullmatch(words.replace("−", "-"))
        if found is None:
            raise wrong
        return _angle(found, kind, wrong)

    return read


def _angle(found: re.Match[str], kind: str, wrong: CellError) -> float:
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    sides = [side.lower() for side in (found["before"], found["after"]) if side]
    known = _SIGNS[kind]
    if minutes >= 60 or seconds >= 60 or len(sides) > 1 or any(s not in known for s in sides):
        raise wrong
    if sides and found["sign"]:
        raise wrong
    sign = known[sides[0]] if sides else (-1 if found["sign"] == "-" else 1)
    return sign * (float(found["degrees"]) + minutes / 60 + seconds / 3600)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise CellError("number_not_finite")
    return value


def _year(value: Any) -> Any:
    """The year of a date; other values as they are."""
    if hasattr(value, "year"):
        return value.year
    if isinstance(value, str):
        words = plain(value)
        found = _YEAR.fullmatch(words) if words else None
        return found[1] if found else words
    return value


def _written_number(words: str, unit: str | None) -> float:
    if _NOT_FINITE.fullmatch(words):
        raise CellError("number_not_finite")
    found = _NUMBER.fullmatch(words.removeprefix("¥").removeprefix("¥").strip())
    if found is None:
        raise CellError("not_a_number")
    digits = found["sign"] + re.sub("[, ]", "", found["digits"]) + (found["rest"] or "")
    factor = _of_unit(found["unit"], unit)
    if found["times"]:
        if found["power"]:
            raise CellError("not_a_number")
        return float(Decimal(digits) * TIMES[found["times"]]) * factor
    return float(digits + (found["power"] or "")) * factor


def _of_unit(given: str | None, unit: str | None) -> float:
    """What a number with this unit is multiplied by."""
    found = (given or "").strip()
    if not found:
        return 1
    if found == "%" and unit is None:
        return 0.01
    if not re.match(r"[^\W\d]|%|/", found):
        raise CellError("not_a_number")
    plain_unit = _BETWEEN.sub("", re.sub("平方米|平米|平方", "m2", found.lower()))
    if plain_unit in UNITS.get(unit or "", (unit,)):
        return 1
    raise CellError("wrong_unit" if unit else "not_a_number", found=found, unit=unit)
