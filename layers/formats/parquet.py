"""GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/): row groups as they come, zstd."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from layers.crs import CRS84
from layers.formats import arrow
from layers.formats.table import Drain, Row, Table

GROUP = 20_000
"""Rows of a row group: enough that columns compress, few enough to keep in memory."""


class Parquet:
    """A file that bears its columns' titles, its reference system and its extent."""

    def __init__(self, table: Table) -> None:
        """Nothing is written yet."""
        self._table = table
        self._schema = _titled(arrow.schema(table), table)
        self._drain = Drain()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._drain, mode="w"), self._schema, compression="zstd"
        )
        self._kept: list[pa.RecordBatch] = []
        self._kept_rows = 0
        self._types: set[str] = set()
        self._box = np.array([np.inf, np.inf, -np.inf, -np.inf])

    def begin(self) -> bytes:
        """The mark of the format."""
        return self._drain.take()

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Row groups, where enough rows came together."""
        self._measure(rows)
        self._kept.append(arrow.batch(self._table, rows, self._schema))
        self._kept_rows += len(rows)
        if self._kept_rows >= GROUP:
            self._write()
        return self._drain.take()

    def end(self) -> bytes:
        """The last row group and the footer."""
        if self._kept:
            self._write()
        if self._table.form.geometry:
            self._writer.add_key_value_metadata({"geo": json.dumps(self._geo())})
        self._writer.close()
        return self._drain.take()

    def _write(self) -> None:
        kept, self._kept, self._kept_rows = self._kept, [], 0
        self._writer.write_table(pa.Table.from_batches(kept), row_group_size=2 * GROUP)

    def _measure(self, rows: Sequence[Row]) -> None:
        if not self._table.form.geometry:
            return
        shapes = shapely.from_wkb([row[2] for row in rows])
        self._types |= {one.geom_type for one in shapes if one is not None}
        low, high = np.split(shapely.bounds(shapes), 2, axis=1)
        self._box[:2] = np.fmin(self._box[:2], np.fmin.reduce(low))
        self._box[2:] = np.fmax(self._box[2:], np.fmax.reduce(high))

    def _geo(self) -> dict[str, Any]:
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(self._types)}
        crs = self._table.form.crs
        if crs is not CRS84:  # which is what is meant where none is named
            column["crs"] = pyproj.CRS.from_epsg(crs.srid).to_json_dict()
        if np.isfinite(self._box).all():
            column["bbox"] = self._box.tolist()
        return {
            "version": "1.1.0",
            "primary_column": arrow.GEOMETRY,
            "columns": {arrow.GEOMETRY: column},
        }


def _titled(fields: pa.Schema, table: Table) -> pa.Schema:
    """The schema with what the columns mean."""
    for place, (name, one) in enumerate(table.columns.items()):
        field = fields.field(name).with_metadata({"title": one.title, "title_en": one.title_en})
        fields = fields.set(place, field)
    return fields
