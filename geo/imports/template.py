"""Empty spreadsheets to fill in: headings, a worked row, lists to choose from, and notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import pandas
from numpy.typing import NDArray
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from geo.errors import AtlasError
from geo.imports import cells
from geo.imports.profile import Field, Profile
from geo.imports.table import Chunk, Layout
from geo.imports.template_words import DATUMS, WORDS, Words
from geo.imports.workbook import (
    EXAMPLE_FONT,
    HEADING_FILL,
    HEADING_FONT,
    LINE_BELOW,
    WRAPPED,
    set_widths,
    width,
)

Language = Literal["zh", "en"]

MADE_UP = ("示例", "0000000")
"""What a worked row says that no real row does: invented names and telephone numbers."""

LAST_ROW = 1_048_576
_LIST_LENGTH = 255  # characters of a list within a validation, by Excel
_TEXT_CELL = 255  # longer ones show as #### in cells formatted as text

_WITHOUT_COLUMN_FORMAT = "General"
_FORMATS = {"date": "yyyy-mm-dd", "integer": "0", "longitude": "0.0000000", "latitude": "0.0000000"}
_AS_TEXT = {"text", "code", "credit_code", "reference", "star", "boolean"}


class Matched(Protocol):
    """What is needed of a mapping: the heading of each field that the file has."""

    @property
    def columns(self) -> Mapping[str, str]: ...  # noqa: D102


def workbook(profile: Profile, language: Language = "zh") -> Workbook:
    """A spreadsheet for a kind of file: a sheet to fill in and a sheet of notes.

    Headings of required fields end with ``*``. The second row is a worked example in grey, which
    the import passes over (:func:`are_examples`). Coded columns, yes and no, and stars have lists
    to choose from; days, figures and lengths are checked while typing, with a warning only, for the
    import reads more than Excel does. Raises AtlasError for another language.
    """
    words = WORDS.get(language)
    if words is None:
        raise AtlasError(f'there are no templates in "{language}": choose zh or en')
    book = Workbook()
    _data_sheet(book.active, profile, words)
    _notes_sheet(book.create_sheet(words.notes), profile, words)
    return book


def heading(field: Field, language: Language = "zh") -> str:
    """The heading of a field in a template, as ``建筑面积（㎡）`` or ``小区名称*``."""
    title = field.title if language == "zh" else field.title_en
    unit = f"（{field.unit}）" if field.unit and field.type == "number" and language == "zh" else ""
    return f"{title}{unit}{'*' if field.required else ''}"


def example(field: Field, language: Language = "zh") -> Any:
    """The worked row's cell: str, int, float, date or None; coded ones as the list has them."""
    if field.example is None:
        return None
    if field.type in {"code", "boolean", "star"}:
        value = _parsed(field, field.example)
        return _choices(field, WORDS[language])[value]
    return field.example


def are_examples(profile: Profile, chunk: Chunk, matched: Matched) -> NDArray[np.bool_]:
    """Which rows are the worked row of a template that somebody left in.

    Such a row says in every column just what the template says there, and cannot be a fact: it
    bears an invented name or number, or lacks the outline its kind must have. A worked row that was
    written over is a row like any other; columns may be missing or moved.
    """
    count = len(chunk.numbers)
    fields = [one for one in profile.fields if one.name in matched.columns]
    if chunk.shapes is not None or not _impossible(profile, fields):
        return np.zeros(count, bool)
    alike = np.ones(count, bool)
    for one in sorted(fields, key=lambda field: field.example is None):
        left = np.flatnonzero(alike)
        if not len(left):
            break
        column = chunk.cells[matched.columns[one.name]].iloc[left].reset_index(drop=True)
        alike[left] = _equals(one, column)
    return alike


def is_notes(layout: Layout) -> bool:
    """Whether a sheet is the notes of a template, which name every field and hold no row."""
    top = layout.preamble[0] if layout.preamble else layout.headings
    return any(top[:3] == words.columns[:3] for words in WORDS.values())


def _impossible(profile: Profile, fields: list[Field]) -> bool:
    if any(sign in str(one.example) for one in fields for sign in MADE_UP):
        return True
    return profile.geometry is not None and profile.geometry.required


def _equals(field: Field, column: pandas.Series) -> NDArray[np.bool_]:
    """Where the cells mean what the worked row says."""
    values, unread = cells.parse(field, column)
    expected = _parsed(field, field.example)
    same = values.isna() if expected is None else (values == expected).fillna(False)
    found = same.to_numpy(bool, copy=True)
    found[[one.position for one in unread]] = False
    return found


def _parsed(field: Field, cell: Any) -> Any:
    values, unread = cells.parse(field, pandas.Series([cell], dtype=object))
    assert not unread, f"the example of {field.name} cannot be read: {cell}"  # noqa: S101 - a fault of the program
    value = values.iloc[0]
    return None if pandas.isna(value) else value


def _data_sheet(sheet: Any, profile: Profile, words: Words) -> None:
    sheet.title = profile.name if words.language == "zh" else profile.name_en
    sheet.freeze_panes = "A2"
    for number, one in enumerate(profile.fields, start=1):
        letter = get_column_letter(number)
        top = sheet.cell(1, number, heading(one, words.language))
        top.font, top.fill = HEADING_FONT, HEADING_FILL
        top.border, top.alignment = LINE_BELOW, WRAPPED
        if note := _note(one, words):
            top.comment = Comment(note, "小区图", width=300, height=110)
        worked = sheet.cell(2, number, example(one, words.language))
        worked.font = EXAMPLE_FONT
        worked.number_format = sheet.column_dimensions[letter].number_format = _format(one)
        if check := _validation(one, words):
            check.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.add_data_validation(check)
    set_widths(
        sheet,
        (
            max(width(heading(one, words.language), str(one.example or "")), 12)
            for one in profile.fields
        ),
    )


def _format(field: Field) -> str:
    if field.type in _AS_TEXT and (field.max_length or 0) <= _TEXT_CELL:
        return "@"
    return _FORMATS.get(field.type, _WITHOUT_COLUMN_FORMAT)


@dataclass(frozen=True)
class _Rule:
    """A check while typing; ``said`` tells what is expected."""

    type: str
    operator: str | None
    first: str
    second: str | None
    said: str


def _validation(field: Field, words: Words) -> DataValidation | None:
    choices = list(_choices(field, words).values())
    if choices:
        listed = ",".join(choices)
        assert len(listed) <= _LIST_LENGTH, f"the list of {field.name} is too long"  # noqa: S101 - a fault of the program
        rule = _Rule("list", None, f'"{listed}"', None, f"{words.one_of}{listed}")
    elif (found := _rule(field, words)) is not None:
        rule = found
    else:
        return None
    return DataValidation(
        type=rule.type,
        operator=rule.operator,
        formula1=rule.first,
        formula2=rule.second,
        allow_blank=True,
        errorStyle="warning",
        errorTitle=words.check,
        error=rule.said[:_LIST_LENGTH],
        showErrorMessage=True,
    )


def _rule(field: Field, words: Words) -> _Rule | None:
    low = -1e15 if field.min is None else field.min
    high = 1e15 if field.max is None else field.max
    rules = {
        "date": _Rule("date", "between", "DATE(1900,1,1)", "DATE(2100,12,31)", words.a_day),
        "integer": _between("whole", low, high, words),
        "number": _between("decimal", low, high, words),
        "credit_code": _Rule("textLength", "equal", "18", None, words.eighteen),
    }
    if field.type == "text" and field.max_length:
        longest, said = str(field.max_length), words.at_most.format(field.max_length)
        return _Rule("textLength", "lessThanOrEqual", longest, None, said)
    return rules.get(field.type)


def _between(kind: str, low: float, high: float, words: Words) -> _Rule:
    first, last = f"{low:.15g}", f"{high:.15g}"
    return _Rule(kind, "between", first, last, words.between.format(first, last))


def _choices(field: Field, words: Words) -> dict[Any, str]:
    """What a list offers, by the value it means."""
    if field.type == "boolean":
        return {True: words.yes, False: words.no}
    if field.type == "star":
        return dict(enumerate(words.stars))
    if field.type != "code":
        return {}
    if words.language == "en":
        return {code: code for code in field.codes}
    return {code: meant[0] if meant else code for code, meant in field.codes.items()}


def _note(field: Field, words: Words) -> str | None:
    return field.note if words.language == "zh" else field.note_en or field.note


def _notes_sheet(sheet: Any, profile: Profile, words: Words) -> None:
    sheet.freeze_panes = "A2"
    sheet.append(list(words.columns))
    for one in profile.fields:
        worked = example(one, words.language)
        sheet.append(
            [
                _title(one, words),
                one.title_en if words.language == "zh" else one.title,
                one.name,
                words.yes if one.required else "",
                words.types[one.type],
                _allowed(one, words),
                one.unit or "",
                _note(one, words) or "",
                worked if worked is None else str(worked),
                "、".join(one.headings),
            ]
        )
    sheet.append([])
    for line in _general(profile, words):
        sheet.append([line])
        at = sheet.max_row
        sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=len(words.columns))
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = WRAPPED
    for cell in sheet[1]:
        cell.font, cell.fill, cell.border = Font(bold=True), HEADING_FILL, LINE_BELOW
    set_widths(sheet, (20, 22, 18, 8, 14, 36, 10, 44, 22, 60))


def _general(profile: Profile, words: Words) -> list[str]:
    """What is to be said of the whole sheet."""
    needs = [
        words.needs.format(" / ".join(_title(profile.field(name), words) for name in one))
        for one in profile.needs
    ]
    return [*words.general, *needs, *(DATUMS[words.language] if profile.geometry else ())]


def _title(field: Field, words: Words) -> str:
    return field.title if words.language == "zh" else field.title_en


def _allowed(field: Field, words: Words) -> str:
    """The values a field may have, as a person would list them."""
    if field.codes:
        return "\n".join(" / ".join([code, *meant]) for code, meant in field.codes.items())
    if choices := _choices(field, words):
        return " / ".join(choices.values())
    if field.pattern:
        return words.pattern.format(field.pattern)
    if field.min is not None or field.max is not None:
        low = "" if field.min is None else f"{field.min:.15g}"
        high = "" if field.max is None else f"{field.max:.15g}"
        return f"{low} – {high}"
    return words.at_most.format(field.max_length) if field.max_length else ""
