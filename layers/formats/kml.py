"""KML 2.2 (OGC 07-147r2): placemarks with typed data; coordinates in WGS 84, longitude first."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from geo.imports.escapes import clean
from layers.formats.table import Row, Table
from layers.layer import Kind

_TYPES: dict[Kind, str] = {
    "string": "string",
    "integer": "int",
    "number": "double",
    "boolean": "bool",
    "date": "string",  # KML has no type for days in extended data
}


class Kml:
    """One document with a schema of the properties; what has no value is left out.

    The id of a placemark is the layer's, a point and the number: ``compounds.17``.
    """

    def __init__(self, table: Table) -> None:
        """The name of a feature is its property ``name`` where it has one."""
        self._table = table
        names = list(table.properties)
        self._name = names.index("name") if "name" in names else None

    def begin(self) -> bytes:
        """The document's name and the schema."""
        layer = self._table.layer
        fields = "".join(
            f'<SimpleField type="{_TYPES[one.kind]}" name={quoteattr(name)}>'
            f"<displayName>{escape(one.title)}</displayName></SimpleField>\n"
            for name, one in self._table.properties.items()
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<kml xmlns="http://www.opengis.net/kml/2.2">\n'
            f"<Document><name>{escape(layer.title)}</name>\n"
            f'<Schema name="{layer.id}" id="schema">\n{fields}</Schema>\n'
        ).encode()

    def rows(self, rows: Sequence[Row]) -> bytes:
        """A placemark each."""
        return "".join(map(self._placemark, rows)).encode()

    def end(self) -> bytes:
        """The end of the document."""
        return b"</Document>\n</kml>\n"

    def _placemark(self, row: Row) -> str:
        values = row[3:]
        name = None if self._name is None else values[self._name]
        data = "".join(
            f'<SimpleData name="{column}">{_text(value)}</SimpleData>'
            for column, value in zip(self._table.properties, values, strict=True)
            if value is not None
        )
        head = f"<name>{_text(name)}</name>" if name is not None else ""
        return (
            f'<Placemark id="{self._table.layer.id}.{row[0]}">{head}<ExtendedData>'
            f'<SchemaData schemaUrl="#schema">{data}</SchemaData></ExtendedData>'
            f"{row[2] or ''}</Placemark>\n"
        )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return escape(clean(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
