"""A whole column at once: each different cell is read once, and the result spread."""

import functools
import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas
from numpy.typing import NDArray

from geo.imports.cells import credit_codes, days, numbers, text, words
from geo.imports.cells.errors import CellError
from geo.imports.profile import Field

Reader = Callable[[Any], Any]

_ONE_TYPE = {"string", "empty", "integer", "floating", "date", "datetime64", "datetime"}
_SHOWN = 200


class Unread(NamedTuple):
    """A cell that could not be read: its position, the reason's code, what stood there."""

    position: int
    code: str
    value: str
    given: dict[str, Any]


def parse(field: Field, series: pandas.Series) -> tuple[pandas.Series, list[Unread]]:
    """The values of a column, and its cells that could not be read (their value is missing).

    The index is that of ``series``. Types: ``Int64`` for integers and stars, ``float64`` for
    numbers and coordinates, ``boolean``, and ``object`` for the rest (str, date; None if missing).
    """
    codes, different = _different(series)
    values, unread = _read_all(field, different)
    spread = _spread(field.type, values, codes)
    problems = [
        Unread(position, unread[code].code, _shown(different[code]), unread[code].given)
        for position in _among(codes, unread, len(different))
        for code in (int(codes[position]),)
    ]
    # Said outright, or pandas turns objects that happen to be texts into a type of its own.
    kind = object if isinstance(spread, np.ndarray) and spread.dtype == object else None
    return pandas.Series(spread, index=series.index, name=field.name, dtype=kind), problems


def reader(field: Field) -> Reader:
    """The function that reads one cell of the field: a value, None for blank, or CellError."""
    match field.type:
        case "integer":
            return numbers.integer(field.unit)
        case "number":
            return numbers.number(field.unit)
        case "longitude" | "latitude":
            return numbers.degrees(field.type)
        case "boolean":
            return words.boolean(field.codes)
        case "code":
            return words.code(field.codes)
    return _READERS[field.type]


def _wkt(value: Any) -> str | None:
    found = text.plain(value)
    return None if found is None or text.is_blank(found) else found


_READERS: dict[str, Reader] = {
    "text": text.text,
    "reference": text.reference,
    "date": days.day,
    "star": words.star,
    "credit_code": credit_codes.credit_code,
    "wkt": _wkt,
}


def _different(series: pandas.Series) -> tuple[NDArray[np.intp], list[Any]]:
    """For every cell the place of its value among the different ones (-1 if missing), and those."""
    if series.dtype != object or pandas.api.types.infer_dtype(series, skipna=True) in _ONE_TYPE:
        codes, different = pandas.factorize(series)
        return codes, [_native(one) for one in different]
    # 1, 1.0 and True are equal to a hash table, and are not the same cell.
    places: dict[Any, int] = {}
    found: list[Any] = []
    codes = np.full(len(series), -1, np.intp)
    for position, cell in enumerate(series):
        value = _native(cell)
        if value is None:
            continue
        place = places.setdefault(_key(value), len(found))
        if place == len(found):
            found.append(value)
        codes[position] = place
    return codes, found


def _key(value: Any) -> Any:
    return (type(value), value if value.__hash__ is not None else repr(value))


def _native(value: Any) -> Any:
    """The cell as a plain Python value; None for every kind of missing."""
    if isinstance(value, str):
        return value
    if isinstance(value, np.generic):
        value = pandas.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, Decimal):
        value = _plain_number(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def _plain_number(value: Decimal) -> int | float:
    """A database's decimal as an int where it is a whole number of bearable length."""
    if value.is_finite() and value.adjusted() < 40 and value == value.to_integral_value():
        return int(value)
    return math.nan if value.is_nan() else float(value)


def _read_all(field: Field, different: list[Any]) -> tuple[list[Any], dict[int, CellError]]:
    if (
        field.type == "text"
        and all(isinstance(one, str) for one in different)
        and text.all_clean(different)
    ):
        return different, {}
    read = reader(field)
    values: list[Any] = [None] * len(different)
    unread: dict[int, CellError] = {}
    for place, one in enumerate(different):
        if one is None:
            continue
        try:
            values[place] = read(one)
        except CellError as why:
            unread[place] = why
    return values, unread


def _among(codes: NDArray[np.intp], wanted: Iterable[int], count: int) -> list[int]:
    """The positions of the cells whose value is one of the wanted."""
    marked = np.zeros(count + 1, bool)
    marked[list(wanted)] = True
    return [int(position) for position in np.flatnonzero(marked[codes])]


def _spread(kind: str, values: list[Any], codes: NDArray[np.intp]) -> Any:
    """The values of the different cells, given back to every cell, in the column's type."""
    missing = np.array([*(value is None for value in values), True])[codes]
    cast: Callable[..., Any] = _CASTS.get(kind, _objects)
    return cast(values, codes, missing)


def _objects(values: list[Any], codes: NDArray[np.intp], _missing: NDArray[np.bool_]) -> Any:
    different = np.empty(len(values) + 1, object)
    different[:-1] = values
    return different[codes]


def _floats(values: list[Any], codes: NDArray[np.intp], _missing: NDArray[np.bool_]) -> Any:
    return np.array([*(np.nan if one is None else one for one in values), np.nan])[codes]


def _masked(
    made: Callable[..., Any], kind: type, values: list[Any], codes: Any, missing: Any
) -> Any:
    return made(np.array([*(one or 0 for one in values), 0], kind)[codes], missing)


_integers = functools.partial(_masked, pandas.arrays.IntegerArray, np.int64)
_booleans = functools.partial(_masked, pandas.arrays.BooleanArray, np.bool_)
_CASTS: dict[str, Callable[..., Any]] = {
    "integer": _integers,
    "star": _integers,
    "boolean": _booleans,
    "number": _floats,
    "longitude": _floats,
    "latitude": _floats,
}


def _shown(value: Any) -> str:
    try:
        words = text.written(value)
    except CellError:
        words = str(value)
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
