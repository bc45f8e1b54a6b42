"""Streams rows into a table by COPY, the fast way in."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

import shapely
from sqlalchemy import Connection

ROWS_AT_ONCE = 5000


def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Copy rows into a table within the connection's transaction; returns how many.

    None becomes NULL; geometry is given as text by :func:`ewkb`. ``table`` and ``columns`` are
    names of the program, never of a user.
    """
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)"
    count = 0
    cursor: Any = connection.connection.cursor()
    with cursor:
        for batch in batched(rows, ROWS_AT_ONCE):
            buffer = io.StringIO()
            csv.writer(buffer).writerows(batch)
            buffer.seek(0)
            cursor.copy_expert(statement, buffer)
            count += len(batch)
    return count


def ewkb(shape: Any) -> str:
    """A geometry as hexadecimal EWKB in EPSG:4326, the form COPY reads."""
    return str(shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True))
