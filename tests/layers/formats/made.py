"""Tables and rows made by hand, for what no database of ours would hold at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely

from layers.formats import FORMATS
from layers.formats.table import Row, Table
from layers.items import Form
from layers.layer import Layer, Property

LAYER = Layer(
    id="places",
    title="地点",
    title_en="Places",
    description="试验用",
    description_en="For tests",
    features="",
    drawn="",
    properties={
        "name": Property("string", "名称", "Name"),
        "note": Property("string", "说明", "Note"),
        "level": Property("integer", "层次", "Level"),
        "depth": Property("number", "深度", "Depth"),
        "open": Property("boolean", "开放", "Open"),
        "seen_on": Property("date", "所见之日", "Seen on"),
    },
    filters={},
    drawn_attributes=(),
    table="nowhere",
    attribution="",
)
SQUARE = shapely.MultiPolygon([shapely.box(106, 38, 106.001, 38.001)])


def table(name: str, encoding: str = "utf-8", **form: Any) -> Table:
    """A table that is written in a format."""
    return Table(LAYER, Form(written=FORMATS[name].written, **form), encoding)


def row(
    number: int,
    name: str | None = None,
    note: str | None = None,
    level: int | None = None,
    depth: float | None = None,
    opened: bool | None = None,
    seen_on: date | None = None,
    *,
    geometry: Any = None,
) -> Row:
    """A row as the database answers it; the square is its geometry unless another is given."""
    shape = SQUARE.wkb if geometry is None else geometry
    return (number, "[]", shape, name, note, level, depth, opened, seen_on)


def text(name: str, rows: Sequence[Row], encoding: str = "utf-8", **form: Any) -> bytes:
    """A file of a format that is sent as it comes, in two pieces."""
    make = FORMATS[name].encoder
    assert make is not None
    encoder = make(table(name, encoding, **form))
    half = len(rows) // 2
    pieces = [encoder.rows(part) for part in (rows[:half], rows[half:]) if part]
    return b"".join((encoder.begin(), *pieces, encoder.end()))
