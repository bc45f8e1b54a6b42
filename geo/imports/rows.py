"""Rows of a chunk become typed values, or are held with every reason that speaks against them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

import numpy as np
import pandas
import pandera.pandas as pandera
import pyarrow
from numpy.typing import NDArray

from geo.imports import cells
from geo.imports.problems import Problem, Reason, reasons
from geo.imports.profile import Field, Profile
from geo.imports.table import Chunk

TEXT_LENGTH = 500
"""Characters of a text or reference whose profile sets no other limit."""

reasons(
    required=Reason(
        zh="缺少{title}；这是必填项，请补填",
        en="{title} is missing; it is required, fill it in",
    ),
    one_needed=Reason(
        zh="{fields}都没有填；至少要填一项",
        en="none of {fields_en} is given; fill in at least one",
    ),
    below_minimum=Reason(
        zh="{title}“{value}”小于{limit}；请核对数值",
        en="{title} “{value}” is less than {limit}; check the figure",
    ),
    above_maximum=Reason(
        zh="{title}“{value}”大于{limit}；请核对数值和单位",
        en="{title} “{value}” is more than {limit}; check the figure and its unit",
    ),
    too_long=Reason(
        zh="{title}有{length}个字，最多{limit}个；请缩短",
        en="{title} has {length} characters, more than {limit}; shorten it",
    ),
    wrong_form=Reason(
        zh="{title}“{value}”的格式不对；应如{example}",
        en="{title} “{value}” is not of the right form; it should be like {example}",
    ),
    dates_out_of_order=Reason(
        zh="{title}“{value}”早于{other}“{other_value}”；请核对两个日期",
        en="{title} “{value}” is before {other_en} “{other_value}”; check both dates",
    ),
    counts_out_of_order=Reason(
        zh="{title}“{value}”小于{other}“{other_value}”；请核对两个数",
        en="{title} “{value}” is less than {other_en} “{other_value}”; check both figures",
    ),
)


class Matched(Protocol):
    """What is needed of a mapping: the heading of each field that the file has."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Headings by the name of their field."""


@dataclass(frozen=True)
class Checked:
    """``values`` has a row for every row of the chunk, a column for every field that the file has.

    A blank cell stays blank: only a new fact gets the default, for a row that says nothing must not
    contradict what is recorded. ``problems`` are in the order of rows, and a value with a problem
    need not be there.
    """

    values: pandas.DataFrame
    problems: list[Problem]


def check(chunk: Chunk, mapping: Matched, profile: Profile) -> Checked:
    """Read the cells of a chunk by its profile and check them, each row against all rules."""
    values, unread = _read(chunk, mapping, profile)
    found = list(unread)
    silenced = {(one.row, one.field) for one in unread}
    frame = pandas.DataFrame(values)
    for one in (
        *_against_schema(profile, frame, chunk.rows),
        *_without_any(profile, frame, chunk.rows),
        *_out_of_order(profile, frame, chunk.rows),
    ):
        if (one.row, one.field) not in silenced:
            found.append(one)
            silenced.add((one.row, one.field))
    return Checked(frame, sorted(found, key=lambda one: one.row))


def _read(
    chunk: Chunk, mapping: Matched, profile: Profile
) -> tuple[dict[str, pandas.Series], list[Problem]]:
    values: dict[str, pandas.Series] = {}
    problems: list[Problem] = []
    nothing = pandas.Series([None] * len(chunk.numbers), dtype=object)
    for field in profile.fields:
        heading = mapping.columns.get(field.name)
        if heading is None and not (field.required and field.default is None):
            continue
        column = nothing if heading is None else chunk.cells[heading]
        values[field.name], unread = cells.parse(field, column)
        problems += [
            Problem(int(chunk.rows[one.position]), one.code, field.name, one.value, one.given)
            for one in unread
        ]
    return values, problems


Test = Callable[[pandas.Series], Any]


def _rules(field: Field) -> Iterator[tuple[str, Test]]:
    """The reasons' codes of a field's limits, with the tests that hold of good columns."""
    if field.type in {"integer", "number", "star"}:
        if (least := field.min) is not None:
            yield "below_minimum", lambda column: column >= least
        if (most := field.max) is not None:
            yield "above_maximum", lambda column: column <= most
    if field.pattern is not None:
        whole = re.compile(field.pattern)
        yield "wrong_form", lambda column: _each(column, lambda one: bool(whole.fullmatch(one)))
    if field.type in {"text", "reference"}:
        limit = _length(field)
        yield "too_long", lambda column: _each(column, lambda one: len(one) <= limit)


def _each(column: pandas.Series, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
    return np.fromiter(map(holds, column), bool, len(column))


def _schema(fields: Iterable[Field]) -> pandera.DataFrameSchema:
    return pandera.DataFrameSchema(
        {
            field.name: pandera.Column(
                nullable=not field.required,
                checks=[
                    pandera.Check(_whole_column(test), name=code) for code, test in _rules(field)
                ],
            )
            for field in fields
        }
    )


def _whole_column(test: Test) -> Callable[[pandas.Series], Any]:
    """A test as pandera calls it, with the index that its failures are told by."""
    return lambda column: pandas.Series(np.asarray(test(column), bool), index=column.index)


def _against_schema(
    profile: Profile, frame: pandas.DataFrame, rows: NDArray[np.int64]
) -> list[Problem]:
    fields = [field for field in profile.fields if field.name in frame.columns]
    try:
        _schema(fields).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return [
            _limit_problem(profile.field(str(name)), str(broken), value, int(rows[int(position)]))
            for name, broken, value, position in zip(
                cases["column"], cases["check"], cases["failure_case"], cases["index"], strict=True
            )
        ]
    return []


def _limit_problem(field: Field, broken: str, value: Any, row: int) -> Problem:
    match broken:
        case "not_nullable":
            return Problem(row, "required", field.name)
        case "below_minimum":
            return Problem(row, broken, field.name, _number(value), {"limit": _number(field.min)})
        case "above_maximum":
            return Problem(row, broken, field.name, _number(value), {"limit": _number(field.max)})
        case "too_long":
            given = {"length": len(value), "limit": _length(field)}
            return Problem(row, broken, field.name, f"{value[:80]}…", given)
    example = field.example if field.example is not None else field.pattern
    return Problem(row, broken, field.name, str(value), {"example": str(example)})


def _length(field: Field) -> int:
    return TEXT_LENGTH if field.max_length is None else field.max_length


def _number(value: Any) -> str:
    return f"{float(value):.15g}"


def _without_any(
    profile: Profile, frame: pandas.DataFrame, rows: NDArray[np.int64]
) -> Iterator[Problem]:
    """Rows that give none of a set of fields of which one is needed."""
    for names in profile.needs:
        missing = np.ones(len(rows), bool)
        for name in names:
            if name in frame.columns:
                missing &= frame[name].isna().to_numpy()
        fields = [profile.field(name) for name in names]
        given = {
            "fields": "、".join(field.title for field in fields),
            "fields_en": ", ".join(field.title_en for field in fields),
        }
        for row in rows[missing].tolist():
            yield Problem(row, "one_needed", names[0], None, given)


def _out_of_order(
    profile: Profile, frame: pandas.DataFrame, rows: NDArray[np.int64]
) -> Iterator[Problem]:
    """Rows whose days or counts do not follow each other as the profile says."""
    for names in profile.order:
        known = [name for name in names if name in frame.columns]
        measures = {name: _measure(frame[name], profile.field(name)) for name in known}
        for earlier, later in combinations(known, 2):
            wrong = measures[later] < measures[earlier]  # NaN, for a missing one, is never smaller
            first, then = profile.field(earlier), profile.field(later)
            code = "dates_out_of_order" if then.type == "date" else "counts_out_of_order"
            for position in np.flatnonzero(wrong).tolist():
                other = str(frame[earlier].iloc[position])
                yield Problem(
                    int(rows[position]),
                    code,
                    later,
                    str(frame[later].iloc[position]),
                    {"other": first.title, "other_en": first.title_en, "other_value": other},
                )


def _measure(column: pandas.Series, field: Field) -> NDArray[np.float64]:
    """A column of days or counts as numbers that can be compared; NaN where missing."""
    if field.type == "date":
        days = pyarrow.array(column, pyarrow.date32(), from_pandas=True).cast(pyarrow.int32())
        return np.asarray(days.cast(pyarrow.float64()).to_numpy(zero_copy_only=False), float)
    return column.to_numpy(float, na_value=np.nan)
