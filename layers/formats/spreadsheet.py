"""XLSX: openpyxl makes the workbook, its rows are put in while it is sent.

openpyxl itself would keep the rows in a temporary file of its own, and write it once more.
"""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter

from geo.imports.workbook import HEADING_FILL, HEADING_FONT, sheet_name, shown
from layers.formats.table import Drain, Row, Table

_SHEET = "xl/worksheets/sheet1.xml"
_END = b"</sheetData>"
_EXACT = 10**15
"""A spreadsheet keeps fifteen digits; a larger whole number is written as a text."""
_LARGE = 2_000_000
"""Cells from which on a sheet may come to the 2 GiB that a plain zip holds, at 1 kB for each."""
_EPOCH = date(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)
"""Before it spreadsheets count a day that there never was."""


class Spreadsheet:
    """One sheet with Chinese headings that stay in view; numbers, days and truth values are such.

    Texts are never formulas: their cells are of the type text, and escaped as in CSV
    (:func:`geo.imports.workbook.shown`). A spreadsheet has no geometry. The zip of a large sheet is
    of the kind that holds more than 2 GiB (Zip64), which makes Excel offer to repair it: so that of
    others is not.
    """

    def __init__(self, table: Table) -> None:
        """Make the workbook without rows."""
        self._table = table
        self._drain = Drain()
        self._zip = ZipFile(self._drain, "w", ZIP_DEFLATED)
        self._day, empty = _workbook(table)
        self._others = ZipFile(BytesIO(empty))
        head, self._tail = _without_extent(self._others.read(_SHEET)).split(_END)
        large = (table.rows or 0) * len(table.columns) > _LARGE
        self._sheet: IO[bytes] = self._zip.open(_SHEET, "w", force_zip64=large)
        self._sheet.write(head)
        self._row = 1
        self._letters = [get_column_letter(one + 1) for one in range(len(table.columns))]

    def begin(self) -> bytes:
        """The headings."""
        return self._drain.take()

    def rows(self, rows: Sequence[Row]) -> bytes:
        """A row each."""
        self._sheet.write("".join(map(self._one, rows)).encode())
        return self._drain.take()

    def end(self) -> bytes:
        """The rest of the workbook."""
        self._sheet.write(_END + self._tail)
        self._sheet.close()
        for name in self._others.namelist():
            if name != _SHEET:
                self._zip.writestr(name, self._others.read(name))
        self._zip.close()
        return self._drain.take()

    def _one(self, row: Row) -> str:
        self._row += 1
        number = self._row
        cells = "".join(
            _cell(f"{letter}{number}", value, self._day)
            for letter, value in zip(self._letters, self._table.values(row), strict=True)
            if value is not None
        )
        return f'<row r="{number}">{cells}</row>'


def _workbook(table: Table) -> tuple[int, bytes]:
    """A workbook with headings only, and the number of the style of its days."""
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(table.layer.title, (), table.layer.id)
    sheet.freeze_panes = "A2"
    for place, one in enumerate(table.columns.values(), start=1):
        heading = sheet.cell(1, place, one.title)
        heading.font, heading.fill = HEADING_FONT, HEADING_FILL
        width = 12 if one.kind != "string" else 24
        sheet.column_dimensions[get_column_letter(place)].width = max(width, 2 * len(one.title) + 2)
    day = Cell(sheet)
    day.number_format = "yyyy-mm-dd"
    file = BytesIO()
    style = day.style_id
    book.save(file)
    return style, file.getvalue()


def _without_extent(sheet: bytes) -> bytes:
    """The sheet without the range of its cells, which readers believe."""
    return re.sub(rb"<dimension [^>]*/>", b"", sheet)


def _cell(place: str, value: Any, day: int) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < _EXACT):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, date) and value >= _FIRST_DAY:
        return f'<c r="{place}" s="{day}"><v>{(value - _EPOCH).days}</v></c>'
    text = escape(shown(str(value)) or "").replace("\r", "&#13;")
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
