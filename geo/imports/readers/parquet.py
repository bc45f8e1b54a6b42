"""GeoParquet 1.x, and Parquet without shapes.

A value that many rows share is in the file once, so a small file may stand for more than memory
holds. Values of any length are therefore read as they lie there, and written out row by row only
once it is known how much they come to.
"""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet

from geo.errors import AtlasError
from geo.imports.readers import archive
from geo.imports.readers.frames import as_cells, shapes_of
from geo.imports.table import Chunk, Layout, Source

ROWS_AT_ONCE = 5_000

MOST_BYTES = 256 << 20
"""Of so many rows, written out: 50 KB for each. An outline of a thousand corners has 16 KB."""

_ELEMENT = 32
"""Bytes that Python takes for an element of a list in a cell, besides its value."""


def source(path: Path) -> Source:
    """Open a Parquet file; its CRS is what the ``geo`` metadata says (OGC:CRS84 where unsaid)."""
    try:
        file = _opened(path)
        geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"null"))
        column = geo["primary_column"] if geo else None
        about = geo["columns"][column] if geo else {}
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, error) from None
    crs = _crs(about) if geo else None
    total = file.metadata.num_rows

    def chunks() -> Iterator[Chunk]:
        others = [
            name for name in file.schema_arrow.names if name not in (geo or {}).get("columns", {})
        ]
        layout = Layout(0, "", tuple(others))
        first = 1
        try:
            for packed in file.iter_batches(ROWS_AT_ONCE):
                _refuse_large(path, packed, first, others)
                batch = _written_out(packed)
                numbers = np.arange(first, first + len(batch), dtype=np.int64)
                first += len(batch)
                cells = as_cells(batch.select(others))
                if column is None:
                    yield Chunk(layout, numbers, cells)
                else:
                    yield Chunk(layout, numbers, cells, *_shapes(batch, column, about))
        except (pyarrow.ArrowException, OSError) as error:
            raise _damaged(path, error) from None

    return Source("GeoParquet" if geo else "Parquet", chunks, crs, total)


def _opened(path: Path) -> pyarrow.parquet.ParquetFile:
    about = pyarrow.parquet.read_metadata(path)
    columns = [about.schema.column(at) for at in range(about.num_columns)]
    _refuse_swollen(path, about, columns)
    return pyarrow.parquet.ParquetFile(
        path,
        metadata=about,
        read_dictionary=[one.path for one in columns if one.physical_type == "BYTE_ARRAY"],
        # Arrow's type for JSON is written out at once, whatever is said above.
        arrow_extensions_enabled=all(one.logical_type.type != "JSON" for one in columns),
    )


def _refuse_swollen(
    path: Path, about: pyarrow.parquet.FileMetaData, columns: list[pyarrow.parquet.ColumnSchema]
) -> None:
    """By what the file says of itself: what is unpacked or written out before it can be counted.

    Those are pages, the elements of lists and, of any ``ROWS_AT_ONCE``, values of a fixed length.
    """
    rows = min(about.num_rows, ROWS_AT_ONCE)
    fixed = sum(max(one.length, 0) * rows for one in columns)
    if fixed > MOST_BYTES:
        raise _too_large(path, 1, rows, fixed)
    size = 0
    for group in map(about.row_group, range(about.num_row_groups)):
        for at, column in enumerate(columns):
            chunk = group.column(at)
            size += chunk.total_uncompressed_size
            if column.max_repetition_level:
                size += chunk.num_values * max(column.length, 8)
    if size > archive.FREE_BYTES and size > archive.MOST_RATIO * path.stat().st_size:
        raise AtlasError(
            f"{path.name} comes to {size >> 20:,} MiB, over {archive.MOST_RATIO} times its size; "
            "check it, and export it without compression"
        )


def _refuse_large(
    path: Path, batch: pyarrow.RecordBatch, first: int, cells: Collection[str]
) -> None:
    size = sum(
        _size(column, _ELEMENT if name in cells else 0)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    )
    if size > MOST_BYTES:
        raise _too_large(path, first, first + len(batch) - 1, size)


def _size(array: Any, element: int) -> int:
    """Bytes of an array written out; ``element`` is added for each element of a list."""
    kind = array.type
    if isinstance(array, pyarrow.ExtensionArray):
        return _size(array.storage, element)
    if pyarrow.types.is_dictionary(kind):
        lengths = pyarrow.compute.binary_length(array.dictionary)
        return pyarrow.compute.sum(lengths.take(array.indices)).as_py() or 0
    if pyarrow.types.is_struct(kind):
        return sum(_size(part, element) for part in array.flatten())
    if pyarrow.types.is_map(kind):
        return len(array.keys) * element + sum(
            _size(one, element) for one in (array.keys, array.items)
        )
    if pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind):
        inside = array.flatten()
        return len(inside) * element + _size(inside, element)
    return int(array.nbytes)


def _written_out(batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
    """The batch with plain columns: to go through a dictionary is ten times as slow."""
    columns = [
        column.dictionary_decode() if pyarrow.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    fields = [
        field.with_type(column.type) for field, column in zip(batch.schema, columns, strict=True)
    ]
    return pyarrow.RecordBatch.from_arrays(
        columns, schema=pyarrow.schema(fields, batch.schema.metadata)
    )


def _shapes(batch: pyarrow.RecordBatch, column: str, about: dict[str, Any]) -> Any:
    if about.get("encoding", "WKB") == "WKB":
        return shapes_of(batch.column(column))
    # The encodings of GeoArrow: GeoPandas knows them.
    frame = geopandas.GeoDataFrame.from_arrow(pyarrow.Table.from_batches([batch]), geometry=column)
    return np.asarray(frame.geometry.array, dtype=object), {}, []


def _crs(about: dict[str, Any]) -> str | None:
    if "crs" not in about:
        return "OGC:CRS84"
    given = about["crs"]
    if given is None:
        return None
    number = given.get("id", {}) if isinstance(given, dict) else {}
    if number.get("authority") and number.get("code"):
        return f"{number['authority']}:{number['code']}"
    return json.dumps(given) if isinstance(given, dict) else str(given)


def _too_large(path: Path, first: int, last: int, size: int) -> AtlasError:
    return AtlasError(
        f"{path.name}: rows {first:,} to {last:,} come to {size >> 20:,} MiB, more than "
        f"{MOST_BYTES >> 20} MiB; leave out the column of very long values and export it again"
    )


def _damaged(path: Path, why: object) -> AtlasError:
    return AtlasError(f"{path.name} is damaged or cut short ({why}); export it again")
