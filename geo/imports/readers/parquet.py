"""GeoParquet 1.x, and Parquet without shapes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow
import pyarrow.parquet

from geo.errors import AtlasError
from geo.imports.readers.frames import as_cells, shapes_of
from geo.imports.table import ROWS_AT_ONCE, Chunk, Layout, Source


def source(path: Path) -> Source:
    """Open a Parquet file; its CRS is what the ``geo`` metadata says (OGC:CRS84 where unsaid)."""
    try:
        file = pyarrow.parquet.ParquetFile(path)
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
            for batch in file.iter_batches(ROWS_AT_ONCE):
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


def _damaged(path: Path, why: object) -> AtlasError:
    return AtlasError(f"{path.name} is damaged or cut short ({why}); export it again")
