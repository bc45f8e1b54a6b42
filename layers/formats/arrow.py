"""Rows as Arrow's record batches: what GeoParquet is made of and GDAL takes."""

from collections.abc import Sequence

import pyarrow as pa

from layers.formats.table import Row, Table
from layers.layer import Kind

GEOMETRY = "geometry"

_TYPES: dict[Kind, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def schema(table: Table) -> pa.Schema:
    """The columns, and the geometry as WKB where there is one."""
    fields = [(name, _TYPES[one.kind]) for name, one in table.columns.items()]
    if table.form.geometry:
        fields.append((GEOMETRY, pa.binary()))
    return pa.schema(fields)


def batch(table: Table, rows: Sequence[Row], fields: pa.Schema) -> pa.RecordBatch:
    """Rows with WKB as a batch of the schema."""
    columns = list(zip(*(table.values(row) for row in rows), strict=True))
    if table.form.geometry:
        columns.append(tuple(row[2] for row in rows))
    arrays = [pa.array(one, kind) for one, kind in zip(columns, fields.types, strict=True)]
    return pa.record_batch(arrays, schema=fields)
