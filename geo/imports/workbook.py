"""Spreadsheets for people: safe cells, valid sheet names, and one look for all that we write."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import pandas
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from geo.imports.escapes import clean, escape

HELD_NUMBER = "隔离编号"
ROW_NUMBER = "原行号"
REASON_ZH = "隔离原因"
REASON_EN = "Why held"
DECISION = "处理决定"
ADDED = (HELD_NUMBER, ROW_NUMBER, REASON_ZH, REASON_EN, DECISION)
"""Headings of the columns that a held row gets beside its own. No profile has such a field."""

LONGEST = 32_767
"""Characters that fit into a cell, by Excel's specifications and limits."""

HEADING_FONT = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="DDE7EE")
ADDED_FILL = PatternFill("solid", fgColor="F6E7C1")
EXAMPLE_FONT = Font(italic=True, color="808080")
WRAPPED = Alignment(vertical="top", wrap_text=True)
LINE_BELOW = Border(bottom=Side(style="thin", color="8A9AA6"))

# What a spreadsheet would read as the character with that number (ECMA-376-1, 22.9.2.19).
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SHEET_NAME_LENGTH = 31


def as_text(cell: Any) -> str | None:
    """A cell as a reader gives it (str, number, bool, date, None) as a person would write it.

    Whole numbers have no decimals, days no time; what is missing or not a number is None.
    """
    if isinstance(cell, str):
        return cell
    if hasattr(cell, "item"):  # NumPy's scalars
        cell = cell.item()
    # NaN is the only value that differs from itself.
    if cell is None or cell is pandas.NaT or cell is pandas.NA or cell != cell:  # noqa: PLR0124
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return _day(cell) if isinstance(cell, date) else str(cell)


def _day(cell: date) -> str:
    if not isinstance(cell, datetime):
        return cell.isoformat()
    moment = cell.replace(tzinfo=None)
    midnight = moment.time() == time()
    return moment.date().isoformat() if midnight else moment.isoformat(" ", "seconds")


def shown(text: str | None) -> str | None:
    """A text as it goes into a cell: cleaned, escaped, and cut where it is longer than fits.

    What looks like the code of a character is written so that it stays what it is.
    """
    if text is None:
        return None
    safe = escape(clean(text))
    fitted = safe if len(safe) <= LONGEST else f"{safe[: LONGEST - 1]}…"
    return _CODED.sub("_x005F_", fitted)


def sheet_name(wanted: str, taken: Iterable[str], otherwise: str) -> str:
    """A name Excel accepts: at most 31 characters, none of ``[]:*?/\\``, used once.

    ``otherwise`` is taken where nothing of the wanted name is left.
    """
    base = _NOT_IN_SHEET_NAME.sub("_", clean(wanted)).strip().strip("'") or otherwise
    if base.casefold() == "history":  # Excel keeps this name for itself
        base = f"{base}_"
    used = {name.casefold() for name in taken}
    name, count = base[:_SHEET_NAME_LENGTH], 1
    while name.casefold() in used:
        count += 1
        ending = f" ({count})"
        name = base[: _SHEET_NAME_LENGTH - len(ending)] + ending
    return name


def text_cell(sheet: Any, text: str | None) -> Any:
    """A cell for a write-only sheet that holds text and is never taken for anything else."""
    safe = shown(text)
    if safe is None or not safe.startswith("#"):
        return safe
    cell = WriteOnlyCell(sheet, safe)  # "#N/A" would become an error value
    cell.data_type = "s"
    return cell


def heading_cell(sheet: Any, text: str, note: str | None = None, fill: Any = HEADING_FILL) -> Any:
    """The cell of a heading, with a note that shows when the pointer rests on it."""
    cell = WriteOnlyCell(sheet, shown(text))
    cell.data_type = "s"
    cell.font, cell.fill, cell.border, cell.alignment = HEADING_FONT, fill, LINE_BELOW, WRAPPED
    if note:
        cell.comment = Comment(note, "小区图", width=320, height=60 + 18 * (len(note) // 20))
    return cell


def width(*texts: str | None) -> float:
    """A column's width in characters for these texts, from 8 to 48; Chinese ones count twice."""
    longest = max((sum(1 + (ord(sign) > 0x2E7F) for sign in one or "") for one in texts), default=0)
    return float(min(max(longest + 3, 8), 48))


def set_widths(sheet: Any, widths: Iterable[float]) -> None:
    """Give the columns of a sheet their widths, from the first on."""
    for number, one in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = one
