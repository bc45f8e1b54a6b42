"""From Arrow to cells and shapes."""

from typing import Any

import pandas
import pyarrow
from numpy.typing import NDArray

from geo.imports.readers.geometry import from_wkb


def as_cells(batch: pyarrow.RecordBatch) -> pandas.DataFrame:
    """A batch's columns as cells: whole numbers stay whole beside blanks, blanks are None."""
    columns = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pyarrow.types.is_integer(column.type) and not column.null_count:
            columns[name] = pandas.Series(column.to_numpy(zero_copy_only=False))
        else:
            # Said outright, or pandas makes text a type of its own, which is slow to go through.
            columns[name] = pandas.Series(column.to_pylist(), dtype=object)
    return pandas.DataFrame(columns, index=pandas.RangeIndex(len(batch)))


def shapes_of(column: Any) -> tuple[NDArray[Any], dict[int, str], list[int]]:
    """Geometries of a column of WKB: see :func:`geo.imports.readers.geometry.from_wkb`."""
    return from_wkb(column.to_numpy(zero_copy_only=False))
