"""Writes the rows of a sample city: reserves their numbers, then streams each table by COPY."""

from io import StringIO
from typing import Any

import numpy as np
import pandas
import shapely
from sqlalchemy import BigInteger, Connection, Table, text

from geo.errors import AtlasError
from geo.models import Base
from geo.sample.setting import Frames

_NUMBERS = text("""
    SELECT min(number), max(number)
    FROM (
        SELECT nextval(pg_get_serial_sequence(:name, 'id')) AS number
        FROM generate_series(1, :count)
    ) AS taken
""")
_TRIES = 5


def write(connection: Connection, facts: Frames, city_code: str) -> None:
    """Write all rows within the connection's transaction, parents before children.

    Every row of a table that can say so is marked synthetic. Other writers are not held up.
    """
    tables = [table for table in Base.metadata.sorted_tables if table.fullname in facts]
    first = {
        table.fullname: _reserve(connection, table, len(facts[table.fullname]))
        for table in tables
        if "id" in table.columns
    }
    for table in tables:
        frame = numbered(facts[table.fullname], table, first)
        if "city_code" in table.columns:
            frame["city_code"] = city_code
        if "synthetic" in table.columns and "synthetic" not in frame:
            frame["synthetic"] = True
        _copy(connection, table, frame)


def numbered(frame: pandas.DataFrame, table: Table, first: dict[str, int]) -> pandas.DataFrame:
    """The rows with the reserved numbers: own ones, and those of the rows they refer to."""
    frame = frame.copy(deep=False)
    for column in table.columns:
        target = _target(table, column.name)
        if column.name not in frame or target not in first:
            continue
        local = frame[column.name].astype("Int64")
        frame[column.name] = (local + first[target]).where(local >= 0)
    return frame


def _target(table: Table, name: str) -> str | None:
    """The table whose numbers a column holds; None for codes and plain values."""
    column = table.columns[name]
    if name == "id":
        return table.fullname
    if not isinstance(column.type, BigInteger):
        return None
    return next((key.column.table.fullname for key in column.foreign_keys), None)


def _reserve(connection: Connection, table: Table, count: int) -> int:
    """Take a run of ``count`` numbers off the table's sequence; the first of them.

    Another writer may take a number in between; then the run is given up and a new one taken.
    """
    if count == 0:
        return 0
    for _ in range(_TRIES):
        low, high = connection.execute(_NUMBERS, {"name": table.fullname, "count": count}).one()
        if high - low + 1 == count:
            return int(low)
    raise AtlasError(f"{table.fullname} is being written by others; repeat the command later")


def _copy(connection: Connection, table: Table, frame: pandas.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    rows = StringIO()
    frame.apply(_as_text).to_csv(rows, header=False, index=False)
    rows.seek(0)
    cursor: Any = connection.connection.cursor()
    with cursor:
        cursor.copy_expert(f"COPY {table.fullname} ({columns}) FROM STDIN (FORMAT csv)", rows)


def _as_text(column: pandas.Series) -> pandas.Series:
    """Geometry as hexadecimal EWKB of EPSG:4326, days as ISO 8601; the rest as it stands."""
    if column.name == "geom":
        shapes = shapely.set_srid(column.to_numpy(), 4326)
        return pandas.Series(shapely.to_wkb(shapes, hex=True, include_srid=True))
    if column.dtype.kind == "M":
        days = np.datetime_as_string(column.to_numpy(), unit="D")
        return pandas.Series(np.where(days == "NaT", "", days))
    return column.reset_index(drop=True)
