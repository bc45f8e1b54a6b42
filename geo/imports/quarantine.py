"""Held rows as a spreadsheet in their file's own layout, to be corrected and imported again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import shapely
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from sqlalchemy import Connection, text

from geo.errors import AtlasError
from geo.imports import held
from geo.imports.held import Kept
from geo.imports.table import Layout
from geo.imports.workbook import (
    ADDED,
    ADDED_FILL,
    DECISION,
    HELD_NUMBER,
    LONGEST,
    REASON_EN,
    REASON_ZH,
    ROW_NUMBER,
    heading_cell,
    set_widths,
    sheet_name,
    text_cell,
    width,
)

WKT = "wkt"

NOTES = {
    HELD_NUMBER: "请勿改动：重新导入时按此编号找回原行和原图形。\n"
    "Leave as it is: on re-import it finds the row and its shape again.",
    ROW_NUMBER: "该行在原文件中的行号。\nThe row's number in the original file.",
    REASON_ZH: "为何没有成为事实，以及怎样改正。",
    REASON_EN: "Why the row did not become a fact, and the way out.",
    DECISION: "对存疑的行填写（可留空）：\n新建 —— 这是一个新小区\n同 <小区编号> —— 就是该小区\n"
    "归 <区划代码或名称> —— 归该区或街道\n弃用 —— 不要这一行\n"
    "For rows in doubt (may stay empty): new, same <code>, place <code>, discard.",
    WKT: "原图形（原文件的坐标）。留空时重新导入用所存的原图形。\n"
    "The shape in the file's own coordinates; where empty, the stored one is used.",
}
SAID_ABOVE = ("以下各列由系统添加", "these columns were added")
_WIDTHS = {HELD_NUMBER: 10.0, ROW_NUMBER: 8.0, REASON_ZH: 48.0, REASON_EN: 48.0, DECISION: 20.0}

LAST_ROW = 1_048_576
ROWS_OF_SHEET = 1_000_000
"""What a sheet is given at most: Excel ends at 1,048,576 rows, titles included."""

FROZEN_ROWS = 6
"""With more rows above them, frozen headings would leave a small screen no room."""

_STORED_LAYOUTS = text("""
    SELECT layouts, ARRAY(
        SELECT DISTINCT sheet FROM imports.held_row
        WHERE import_id = :id AND resolved_at IS NULL) AS holding
    FROM imports.file WHERE id = :id
""")
_HAS_SHAPES = text("""
    SELECT EXISTS (
        SELECT FROM imports.held_row
        WHERE import_id = :id AND sheet = :sheet AND resolved_at IS NULL AND shape IS NOT NULL)
""")


def workbook(connection: Connection, import_id: int, verdict: str | None = None) -> Workbook:
    """The rows of an import that are still held, a sheet for each sheet of the file.

    Above the headings stand the rows that stood there; the cells are in their original order, as
    text, escaped where a program could take them for formulas. To the right: the held row's number,
    its row in the file, the reasons, and a column for the decision. Rows are streamed to a
    temporary file: memory does not grow with them. Raises AtlasError where there is no such import
    or ``verdict`` is neither rejected nor review.
    """
    if verdict not in {None, "rejected", "review"}:
        raise AtlasError(f'the verdict "{verdict}" is neither rejected nor review')
    book = Workbook(write_only=True)
    for layout in _layouts(connection, import_id):
        columns = _columns(layout, _has_shapes(connection, import_id, layout.sheet))
        rows = held.read(connection, import_id, verdict, None, sheet=layout.sheet)
        first = next(rows, None)
        while True:
            sheet = book.create_sheet(sheet_name(layout.sheet, book.sheetnames, "隔离"))
            _head(sheet, layout, columns)
            for one in chain([first] if first else [], islice(rows, ROWS_OF_SHEET - 1)):
                sheet.append([text_cell(sheet, cell) for cell in _cells(one, columns)])
            first = next(rows, None)
            if first is None:
                break
    return book


def save(connection: Connection, import_id: int, path: Path, verdict: str | None = None) -> None:
    """Write :func:`workbook` to a file."""
    workbook(connection, import_id, verdict).save(path)


@dataclass(frozen=True)
class _Columns:
    """Which of a layout's columns are the file's own, and what is put to their right."""

    own: list[int]
    added: list[str]


def _columns(layout: Layout, has_shapes: bool) -> _Columns:
    """What was added when rows were held before is left out; it is added anew."""
    before = bool(held.HELD_HEADINGS & set(layout.headings))
    ours = held.HELD_HEADINGS | set(ADDED) if before else frozenset[str]()
    own = [at for at, heading in enumerate(layout.headings) if heading not in ours]
    has_wkt = WKT in {layout.headings[at].strip().lower() for at in own}
    return _Columns(own, [*ADDED[:-1], *([WKT] if has_shapes and not has_wkt else []), DECISION])


def _layouts(connection: Connection, import_id: int) -> list[Layout]:
    """The sheets of the file that hold rows; one empty sheet where none does."""
    held.kind_of(connection, import_id)
    stored = connection.execute(_STORED_LAYOUTS, {"id": import_id}).one()
    layouts = [
        Layout(
            one["index"],
            one["sheet"],
            tuple(one["headings"]),
            tuple(tuple(row) for row in one.get("preamble", ())),
        )
        for one in stored.layouts or ()
    ]
    holding = [one for one in layouts if one.sheet in stored.holding]
    return holding or layouts[:1] or [Layout(0, "", ())]


def _has_shapes(connection: Connection, import_id: int, sheet: str) -> bool:
    found = connection.execute(_HAS_SHAPES, {"id": import_id, "sheet": sheet})
    return bool(found.scalar_one())


def _head(sheet: Any, layout: Layout, columns: _Columns) -> None:
    """Everything down to the headings, and what is said of whole columns."""
    headings = [layout.headings[at] for at in columns.own]
    below = len(layout.preamble) + 2
    if below <= FROZEN_ROWS:
        sheet.freeze_panes = f"A{below}"
    set_widths(
        sheet,
        [*(width(one) + 4 for one in headings), *(_WIDTHS.get(one, 14) for one in columns.added)],
    )
    decision = get_column_letter(len(headings) + len(columns.added))
    offered = DataValidation("list", formula1='"新建,弃用"', showErrorMessage=False)
    offered.add(f"{decision}{below}:{decision}{LAST_ROW}")
    sheet.data_validations.append(offered)
    for row in _preamble(layout, columns):
        sheet.append([text_cell(sheet, cell) for cell in row])
    sheet.append(
        [heading_cell(sheet, one) for one in headings]
        + [heading_cell(sheet, one, NOTES[one], ADDED_FILL) for one in columns.added]
    )


def _preamble(layout: Layout, columns: _Columns) -> list[list[str]]:
    """The rows above the headings; the last also says where the file's own columns end.

    Without that, a title in the last of them could pass for a merged heading over ours.
    """
    rows = [[row[at] if at < len(row) else "" for at in columns.own] for row in layout.preamble]
    if rows:
        rows[-1] += ["", "", *SAID_ABOVE]
    return rows


def _cells(one: Kept, columns: _Columns) -> Iterator[str | None]:
    for at in columns.own:
        cell = one.cells[at] if at < len(one.cells) else None
        yield None if held.wkt_shape(cell) is not None else cell
    values = {
        HELD_NUMBER: str(one.id),
        ROW_NUMBER: str(one.number),
        REASON_ZH: "；".join(found.reason_zh for found in one.findings),
        REASON_EN: "; ".join(found.reason_en for found in one.findings),
    }
    for heading in columns.added:
        yield _wkt(one.shape) if heading == WKT else values.get(heading)


def _wkt(shape: bytes | None) -> str | None:
    """The shape as text, with every digit it has; None where it is too long for a cell."""
    if shape is None:
        return None
    words: str = shapely.to_wkt(shapely.from_wkb(shape), rounding_precision=-1)
    return words if len(words) < LONGEST else None
