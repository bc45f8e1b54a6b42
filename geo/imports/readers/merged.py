"""Cells merged over several rows of data: what stands in the first holds for all of them.

Only texts and days are carried down. A number over several rows may as well be their sum.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import range_boundaries

Merged = Mapping[int, Sequence[tuple[int, int]]]
"""By the number of the row where an area begins: its column (from 0) and its last row."""

_AREA = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_BLOCK = 1 << 20
_OVERLAP = 128


def in_xlsx(path: Path, member: str) -> Merged:
    """The merged areas of a sheet. They stand behind its cells, so the file is read for them."""
    found: dict[int, list[tuple[int, int]]] = {}
    with zipfile.ZipFile(path) as archive, archive.open(member.removeprefix("/")) as file:
        rest = b""
        while block := file.read(_BLOCK):
            text = rest + block
            end = 0
            for area in _AREA.finditer(text):
                end = area.end()
                column, first, _, last = range_boundaries(area[1].decode())
                _note(found, int(first or 0), int(column or 0) - 1, int(last or 0))
            rest = text[max(end, len(text) - _OVERLAP) :]
    return found


def in_xls(areas: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None) -> Merged:
    """The merged areas as calamine gives them: corners as row and column, from 0."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (first, column), (last, _) in areas or ():
        _note(found, first + 1, column, last + 1)
    return found


def _note(found: dict[int, list[tuple[int, int]]], first: int, column: int, last: int) -> None:
    if last > first:
        found.setdefault(first, []).append((column, last))


@dataclass
class Filler:
    """Goes down a sheet's data and fills in what merged cells above say."""

    merged: Merged
    open: dict[int, tuple[int, Any]] = field(default_factory=dict)

    def fill(self, number: int, row: list[Any]) -> list[Any]:
        """The row of that number, filled; rows come in order, blank ones need not."""
        for column, last in self.merged.get(number, ()):
            if column < len(row) and isinstance(row[column], str | date):
                self.open[column] = (last, row[column])
        for column, (last, value) in list(self.open.items()):
            if number > last:
                del self.open[column]
            elif row[column] in (None, ""):
                row[column] = value
        return row
