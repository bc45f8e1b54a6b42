"""Rows that come back from quarantine: under which number, and what a person decided."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas
from numpy.typing import NDArray

from geo.imports.escapes import unescape
from geo.imports.mapping import Mapping
from geo.imports.table import Chunk

DISCARDED = {"弃用", "discard"}
"""What a person writes as the decision on a held row that is not to become a fact."""


@dataclass(frozen=True)
class GivenBack:
    """Of each row: the number under which it was held before (0 for none), and the decision."""

    held: list[int]
    decisions: list[str | None]

    @property
    def discarded(self) -> list[bool]:
        """Which rows a person gave up."""
        return [decision in DISCARDED for decision in self.decisions]

    def taken(self, keep: NDArray[np.bool_]) -> Self:
        """Those of the rows that are kept."""
        return type(self)(
            [one for one, kept in zip(self.held, keep, strict=True) if kept],
            [one for one, kept in zip(self.decisions, keep, strict=True) if kept],
        )


def given_back(chunk: Chunk, matched: Mapping) -> GivenBack:
    """What rows of a corrected file say of themselves; their cells lose the escape we gave them."""
    count = len(chunk.numbers)
    held: list[int] = [0] * count
    decisions: list[str | None] = [None] * count
    if matched.held:
        held = [_number(cell) for cell in chunk.cells[matched.held]]
        # Blank cells would become NaN in a column that has nothing else.
        chunk.cells = chunk.cells.astype(object).map(unescape, na_action="ignore")
    if matched.decision:
        decisions = [_text(cell) for cell in chunk.cells[matched.decision]]
    return GivenBack(held, decisions)


def _number(cell: Any) -> int:
    """A held row's number as a spreadsheet may give it; 0 where there is none."""
    try:
        return int(float(str(cell)))
    except (ValueError, OverflowError):
        return 0


def _text(cell: Any) -> str | None:
    return None if pandas.isna(cell) else str(cell).strip() or None
