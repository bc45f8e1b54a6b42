"""What a reader gives: the rows of a file in chunks, each cell as it stands there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas
from numpy.typing import NDArray

ROWS_AT_ONCE = 20_000
"""Rows of a chunk: enough to work on whole columns, few enough to stay small in memory."""

_SHEET_BITS = 32


@dataclass(frozen=True)
class Layout:
    """How one sheet or layer lies in its file, so that its rows can be given back as they came.

    ``index`` counts the sheets from 0; ``sheet`` is its name, empty where there is only one.
    ``preamble`` are the rows above the headings; ``headings`` are unique, and merged cells are
    joined with a slash (``评分/绿化``).
    """

    index: int
    sheet: str
    headings: tuple[str, ...]
    preamble: tuple[tuple[str, ...], ...] = ()


@dataclass
class Chunk:
    """Some rows of one sheet or layer.

    ``numbers`` are the rows' numbers as the file's own program shows them (from 1). ``cells`` has
    a column for every heading of the layout, in order, with a default index 0…n-1, values as read:
    str, int, float, bool, date, datetime or None. ``shapes`` are shapely geometries in the file's
    coordinates (None where a row has none); the whole is None where the format has no geometries.
    ``broken`` says, by position, which geometries could not be read and why; ``closed`` lists the
    positions of polygons with a ring that the reader had to close. ``torn`` are rows with more
    cells than there are headings, with how many: a delimiter too many has moved their cells.
    """

    layout: Layout
    numbers: NDArray[np.int64]
    cells: pandas.DataFrame
    shapes: NDArray[Any] | None = None
    broken: dict[int, str] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    torn: dict[int, int] = field(default_factory=dict)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows' keys within the import: see :func:`row_key`."""
        return row_key(self.layout.index, self.numbers)


@dataclass(frozen=True)
class Source:
    """An opened file. ``chunks`` may be called again and gives the same rows with the same numbers.

    ``crs`` is what the file itself declares (a string pyproj reads), None where it says nothing
    that can be trusted: GeoJSON, KML, CSV and spreadsheets never do. ``total`` is the number of
    rows where it is known before reading.
    """

    format: str
    chunks: Callable[[], Iterator[Chunk]]
    crs: str | None = None
    total: int | None = None


def row_key(sheet: int, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for a sheet's index and a row's number, unique within an import."""
    return (np.int64(sheet) << _SHEET_BITS) | numbers


def sheet_and_number(row: int) -> tuple[int, int]:
    """The sheet's index and the row's number, from the row's key."""
    return row >> _SHEET_BITS, row & ((1 << _SHEET_BITS) - 1)
