"""Tiles as pictures, for programs that draw neither vector tiles nor features."""

from layers.pictures.picture import EMPTY, Canvas, Row, TooManyError, drawn
from layers.pictures.rows import DEEPEST, MOST, rows

__all__ = ["DEEPEST", "EMPTY", "MOST", "Canvas", "Row", "TooManyError", "drawn", "rows"]
