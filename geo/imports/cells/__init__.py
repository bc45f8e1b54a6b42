"""Cells as an office wrote them become values of their field's type, or the reason why not."""

from geo.imports.cells.column import Unread, parse

__all__ = ["Unread", "parse"]
