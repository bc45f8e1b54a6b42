"""Finds the headings of a sheet: below title rows, over one row or two, and makes them unique."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo.imports.mapping import likeness
from geo.imports.profile import Profile

LOOKED_AT = 30
"""Rows from the top in which the headings must be."""


@dataclass(frozen=True)
class Headings:
    """The headings, how many rows lie above them, and the number of the first row of data (0-…)."""

    names: tuple[str, ...]
    preamble: tuple[tuple[str, ...], ...]
    first: int


def find(rows: Sequence[Sequence[Any]], profile: Profile | None) -> Headings | None:
    """The headings among a sheet's first rows; None where there is nothing but blanks.

    With a profile the row that has the most of its headings; else, and where none has any, the
    first row of different texts that is as wide as the rows below.
    """
    texts = [[shown(cell) for cell in row] for row in rows[:LOOKED_AT]]
    if not any(any(row) for row in texts):
        return None
    at = _most_like(texts, profile) if profile else None
    if at is None:
        at = _first_wide(texts)
    names, used = _joined(texts, rows, at, profile)
    width = max(len(names), *map(len, texts))
    padded = names + [""] * (width - len(names))
    return Headings(tuple(_unique(padded)), tuple(tuple(row) for row in texts[:at]), at + used)


def shown(cell: Any) -> str:
    """A heading's cell as text on one line."""
    return " ".join(str(cell).split()) if cell is not None else ""


def _most_like(texts: list[list[str]], profile: Profile) -> int | None:
    likenesses = [likeness(row, profile) for row in texts]
    best = max(likenesses)
    # Two headings may share a row with their neighbour above or below; a single one may be a title.
    return likenesses.index(best) if best >= 2 or (best == 1 and _narrow(texts)) else None


def _narrow(texts: list[list[str]]) -> bool:
    return max(sum(map(bool, row)) for row in texts) == 1


def _first_wide(texts: list[list[str]]) -> int:
    widths = [sum(map(bool, row)) for row in texts]
    common = max(set(widths[1:] or widths), key=(widths[1:] or widths).count)
    for at, row in enumerate(texts):
        filled = [cell for cell in row if cell]
        if filled and len(filled) >= max(1, common // 2) and len(set(filled)) == len(filled):
            return at
    return next(at for at, row in enumerate(texts) if any(row))


def _joined(
    texts: list[list[str]], rows: Sequence[Sequence[Any]], at: int, profile: Profile | None
) -> tuple[list[str], int]:
    """The row found, with the one above or below it where merged cells say so."""
    if at + 1 < len(texts) and _is_second(texts[at], texts[at + 1], rows[at + 1]):
        return _together(texts[at], texts[at + 1]), 2
    if profile and at > 0 and _is_second(texts[at - 1], texts[at], rows[at]):
        return _together(texts[at - 1], texts[at]), 1
    return list(texts[at]), 1


def _is_second(above: list[str], below: list[str], cells: Sequence[Any]) -> bool:
    """Whether a row names the columns under merged cells of the one above.

    It does where it has texts only, under blanks or at a blank's left neighbour, and at least one
    under a blank; a row of data has something under a heading of its own.
    """
    width = max(len(above), len(below))
    top = above + [""] * (width - len(above))
    low = below + [""] * (width - len(below))
    if sum(map(bool, top)) < 2 or not all(isinstance(cell, str) for cell in cells if cell):
        return False
    under_blank = [i for i in range(1, width) if low[i] and not top[i]]
    if not under_blank or (low[0] and not top[0]):
        return False
    grouped = set(under_blank) | {
        i for i in range(width - 1) if top[i] and not top[i + 1] and low[i + 1]
    }
    return all(not low[i] or i in grouped for i in range(width))


def _together(above: list[str], below: list[str]) -> list[str]:
    width = max(len(above), len(below))
    top = above + [""] * (width - len(above))
    low = below + [""] * (width - len(below))
    names, group = [], ""
    for upper, lower in zip(top, low, strict=True):
        group = upper or (group if lower else "")
        names.append(f"{group}/{lower}" if lower and group else lower or upper)
    return names


def _unique(names: list[str]) -> list[str]:
    """Blank headings get the number of their column, repeated ones are numbered."""
    seen: dict[str, int] = {}
    made = []
    for at, name in enumerate(names, 1):
        wanted = name or f"列{at}"
        seen[wanted] = seen.get(wanted, 0) + 1
        made.append(wanted if seen[wanted] == 1 else f"{wanted} ({seen[wanted]})")
    return made
