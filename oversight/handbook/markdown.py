"""Markdown that the pages of the handbook are made of."""

from collections.abc import Iterable, Sequence


def section(title: str, body: str) -> str:
    """A part of the page under its heading."""
    return f"## {title}\n\n{body}\n"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)
