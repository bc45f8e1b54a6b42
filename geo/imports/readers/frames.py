"""From Arrow to cells and shapes."""

from typing import Any

import pandas
import pyarrow
from numpy.typing import NDArray

from geo.imports.readers.geometry import from_wkb


def as_cells(batch: pyarrow.RecordBatch) -> pandas.DataFrame:
    """A batch's columns as cells: whole numbers stay whole beside blanks, blanks are None."""
    frame: pandas.DataFrame = batch.to_pandas(integer_object_nulls=True, timestamp_as_object=True)
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind in "fO" and column.hasnans:
            frame[name] = column.astype(object).where(column.notna(), None)
    return frame


def shapes_of(column: Any) -> tuple[NDArray[Any], dict[int, str], list[int]]:
    """Geometries of a column of WKB: see :func:`geo.imports.readers.geometry.from_wkb`."""
    return from_wkb(column.to_numpy(zero_copy_only=False))
