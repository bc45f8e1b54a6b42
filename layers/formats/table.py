"""What is written to a file: a layer's chosen properties as columns, beside number and geometry."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from layers import items
from layers.items import Form
from layers.layer import Layer, Property

Row = Sequence[Any]
"""Number, keys of the order, then the feature as GeoJSON in UTF-8, or geometry and properties."""

NUMBER = Property("integer", "编号", "Number")


@dataclass(frozen=True)
class Table:
    """Whose features are written, and how.

    ``encoding`` is what a format makes of texts where it has a choice (see the format); ``rows``
    how many there are, where that was counted beforehand.
    """

    layer: Layer
    form: Form
    encoding: str = "utf-8"
    rows: int | None = None

    @cached_property
    def properties(self) -> dict[str, Property]:
        """The properties, in the order of the values of a row."""
        return {name: self.layer.properties[name] for name in items.columns(self.layer, self.form)}

    @cached_property
    def columns(self) -> dict[str, Property]:
        """The number of the feature, and the properties."""
        return {"id": NUMBER, **self.properties}

    def values(self, row: Row) -> tuple[Any, ...]:
        """What stands in the columns for a row that is not a GeoJSON feature."""
        return (row[0], *row[3:])


class Encoder(Protocol):
    """Turns rows into the bytes of one file, piece by piece; each call may take its time."""

    def begin(self) -> bytes:
        """What comes before the first row."""
        ...

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Some rows; a format may keep them back for a later piece."""
        ...

    def end(self) -> bytes:
        """What comes after the last row."""
        ...


class Drain:
    """A file that is written by one and taken away piece by piece by another."""

    closed = False

    def __init__(self) -> None:
        """Nothing is in it."""
        self._pieces: list[bytes] = []
        self._written = 0

    def write(self, piece: Any) -> int:
        """Add a piece."""
        self._pieces.append(bytes(piece))
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Bytes written so far, taken or not."""
        return self._written

    def flush(self) -> None:
        """All is as good as written."""

    def close(self) -> None:
        """What is in it can still be taken."""

    def take(self) -> bytes:
        """What was written since it was last asked."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def encoded(encoder: Encoder, batches: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """The pieces of a file whose rows are at hand."""
    yield encoder.begin()
    for rows in batches:
        yield encoder.rows(rows)
    yield encoder.end()
