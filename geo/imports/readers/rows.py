"""From rows of cells to chunks: what spreadsheets and delimited text have in common."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas

from geo.errors import AtlasError
from geo.imports.problems import Problem, Reason, reasons
from geo.imports.profile import Profile
from geo.imports.readers import headings
from geo.imports.readers.merged import Filler, Merged
from geo.imports.table import ROWS_AT_ONCE, Chunk, Layout

MOST_COLUMNS = 2000

reasons(
    torn_row=Reason(
        zh="这一行有 {cells} 格，表头只有 {headings} 格，各格可能已错位；请给含分隔符的内容加引号",
        en="the row has {cells} cells and there are {headings} headings, so its cells may stand in "
        "the wrong columns; put quotes about what contains the delimiter",
    ),
)


def chunks(
    index: int,
    sheet: str,
    rows: Iterable[Sequence[Any]],
    profile: Profile | None,
    *,
    delimited: bool = False,
    merged: Merged | None = None,
) -> Iterator[Chunk]:
    """The chunks of one sheet; ``rows`` are all its rows from the first, blank ones too.

    In ``delimited`` text a row longer than its headings is torn; a spreadsheet may have notes
    beside the table. ``merged`` are the areas of merged cells, if there are any.

    Rows are numbered from 1 as the file's program shows them; those with nothing in them are left
    out. Nothing comes of a sheet without headings.
    """
    numbered = enumerate(rows, 1)
    top = list(islice(numbered, headings.LOOKED_AT))
    found = headings.find([row for _, row in top], profile)
    if found is None:
        return
    if len(found.names) > MOST_COLUMNS:
        raise AtlasError(
            f"the sheet {sheet!r} has {len(found.names):,} columns, more than {MOST_COLUMNS:,}; "
            "delete those that are empty"
        )
    layout = Layout(index, sheet, _with_content(found, top), found.preamble)
    width = len(layout.headings)
    headed = max(len(row) for _, row in top[len(found.preamble) : found.first])
    torn: dict[int, int] = {}
    filler = Filler(merged or {})
    numbers: list[int] = []
    cells: list[list[Any]] = []
    sent = False
    for number, row in chain(top[found.first :], numbered):
        if not any(_filled(cell) for cell in row[:width]):
            continue
        if delimited and any(_filled(cell) for cell in row[headed:]):
            torn[len(numbers)] = len(row)
        numbers.append(number)
        cells.append(filler.fill(number, [*row[:width], *[None] * (width - len(row))]))
        if len(cells) == ROWS_AT_ONCE:
            yield _chunk(layout, numbers, cells, torn)
            numbers, cells, torn, sent = [], [], {}, True
    if cells or not sent:
        yield _chunk(layout, numbers, cells, torn)


def torn_rows(chunk: Chunk) -> list[Problem]:
    """The problems of rows that have more cells than there are headings."""
    named = [name for at, name in enumerate(chunk.layout.headings, 1) if name != f"列{at}"]
    return [
        Problem(int(chunk.rows[at]), "torn_row", given={"cells": count, "headings": len(named)})
        for at, count in chunk.torn.items()
    ]


def _with_content(
    found: headings.Headings, top: list[tuple[int, Sequence[Any]]]
) -> tuple[str, ...]:
    """The headings without unnamed columns at the right in which nothing stands."""
    names = list(found.names)
    below = [row for _, row in top[found.first :]]
    while len(names) > 1 and names[-1] == f"列{len(names)}":
        if any(len(row) >= len(names) and _filled(row[len(names) - 1]) for row in below):
            break
        names.pop()
    return tuple(names)


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _chunk(
    layout: Layout, numbers: list[int], cells: list[list[Any]], torn: dict[int, int]
) -> Chunk:
    frame = pandas.DataFrame(cells, columns=list(layout.headings), dtype=object)
    return Chunk(layout, np.array(numbers, np.int64), frame, torn=torn)
