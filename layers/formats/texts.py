"""Formats that are text: GeoJSON, its sequences, and CSV."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from geo.imports.escapes import escape
from layers.formats.table import Row, Table


class GeoJson:
    """One FeatureCollection (RFC 7946), which tells at its end how many there were."""

    def __init__(self, _table: Table) -> None:
        """PostGIS has made the features."""
        self._written = 0

    def begin(self) -> bytes:
        """Up to the first feature."""
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f'{{"type": "FeatureCollection", "timeStamp": "{moment}", "features": [\n'.encode()

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Features, a line each."""
        head = b",\n" if self._written and rows else b""
        self._written += len(rows)
        return head + b",\n".join(row[2] for row in rows)

    def end(self) -> bytes:
        """The number of features."""
        return f'\n], "numberReturned": {json.dumps(self._written)}}}\n'.encode()


class Sequences:
    """GeoJSON text sequences (RFC 8142): a record separator before each feature."""

    separator = b"\x1e"

    def __init__(self, _table: Table) -> None:
        """PostGIS has made the features."""

    def begin(self) -> bytes:
        """Nothing."""
        return b""

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Features, a line each."""
        return b"".join(part for row in rows for part in (self.separator, row[2], b"\n"))

    def end(self) -> bytes:
        """Nothing."""
        return b""


class Lines(Sequences):
    """The same without separators: newline-delimited JSON."""

    separator = b""


class Csv:
    """Comma-separated values (RFC 4180): names, then a line each; the geometry last, as WKT.

    Texts stand in quotes, numbers do not, nothing at all is no value; so an empty text is not the
    same as none. A text that a program might take for a formula is escaped
    (:func:`geo.imports.escapes.escape`); a number never is.
    """

    def __init__(self, table: Table) -> None:
        """``utf-8-bom`` begins with a byte order mark, by which Excel knows UTF-8."""
        self._table = table
        self._text = StringIO()
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_STRINGS)

    def begin(self) -> bytes:
        """The names."""
        mark = "\ufeff" if self._table.encoding == "utf-8-bom" else ""
        names = [*self._table.columns, *(["geometry"] if self._table.form.geometry else [])]
        csv.writer(self._text).writerow(names)
        return mark.encode() + self._take()

    def rows(self, rows: Sequence[Row]) -> bytes:
        """A line each."""
        shapes = self._table.form.geometry
        self._writer.writerows(
            [
                *(_cell(value) for value in self._table.values(row)),
                *([row[2]] if shapes else []),
            ]
            for row in rows
        )
        return self._take()

    def end(self) -> bytes:
        """Nothing."""
        return b""

    def _take(self) -> bytes:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return text.encode()


class _Bare(int):
    """A truth value as a word without quotes; the writer of CSV quotes every text."""

    def __str__(self) -> str:
        return "true" if self else "false"


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value)
    return _Bare(value) if isinstance(value, bool) else value
