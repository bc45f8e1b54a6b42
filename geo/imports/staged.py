"""The temporary tables of an import: rows that may become facts, and problems of rows.

``staged`` has ``row`` (the row's key), ``decision`` and a column for every field of the profile
that is staged; kinds with a geometry also ``geom`` (EPSG:4326) and ``approximate``. Set-based steps
add columns of their own. ``problem`` has ``row, code, field, value, given``; a step that finds rows
wanting inserts there and calls :func:`drop_held`.
"""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas
import pyarrow
import pyarrow.csv
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo.imports.options import COMPLAINT_DAYS
from geo.imports.problems import Problem
from geo.imports.profile import Field, Profile

COLUMN_TYPES = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "date": "date",
    "boolean": "boolean",
    "code": "text",
    "star": "bigint",
    "credit_code": "text",
    "reference": "text",
}
"""PostgreSQL's type of a staged field; fields of other types become the geometry."""

ARROW_TYPES = {
    "text": pyarrow.string(),
    "bigint": pyarrow.int64(),
    "double precision": pyarrow.float64(),
    "date": pyarrow.date32(),
    "boolean": pyarrow.bool_(),
}


@dataclass(frozen=True)
class Writing:
    """What the writers of facts need to know of the import.

    ``present`` are the fields the file has; a field that is not there leaves what is recorded.
    ``complaint_days`` after it came in, a complaint whose office names no day is due. ``made_up``:
    the database is a demonstration.
    """

    import_id: int
    city: str
    on: date
    present: frozenset[str]
    correct: bool = False
    outside: str = "review"
    source: str = "office"
    actor: str = "atlas"
    complaint_days: int = COMPLAINT_DAYS
    made_up: bool = False


@dataclass
class Written:
    """What became of the staged rows; ``ids`` are the numbers of the facts that are new or changed.

    ``noted`` counts what the writer mended or ended by itself, by code (``ended``, ``capped``).
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    noted: dict[str, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)


def staged_fields(profile: Profile) -> list[Field]:
    """The fields that have a column in ``staged``."""
    return [one for one in profile.fields if one.type in COLUMN_TYPES]


def create(connection: Connection, profile: Profile) -> None:
    """Make both tables, empty; they go with the transaction."""
    columns = ['"row" bigint NOT NULL', "decision text"]
    columns += [f'"{one.name}" {COLUMN_TYPES[one.type]}' for one in staged_fields(profile)]
    if profile.geometry:
        columns += ["geom geometry", "approximate boolean"]
    connection.execute(text("DROP TABLE IF EXISTS staged, problem"))
    connection.execute(text(f"CREATE TEMPORARY TABLE staged ({', '.join(columns)}) ON COMMIT DROP"))
    connection.execute(
        text(
            'CREATE TEMPORARY TABLE problem ("row" bigint NOT NULL, code text NOT NULL, field text,'
            " value text, given jsonb NOT NULL DEFAULT '{}') ON COMMIT DROP"
        )
    )


def add_rows(
    connection: Connection,
    profile: Profile,
    rows: NDArray[np.int64],
    values: pandas.DataFrame,
    shapes: NDArray[Any] | None = None,
    approximate: NDArray[np.bool_] | None = None,
    decisions: Iterable[str | None] | None = None,
) -> None:
    """Copy checked rows into ``staged``. ``values`` has columns named as fields; others are NULL.

    ``shapes`` are shapely geometries in EPSG:4326, one a row.
    """
    columns: dict[str, Any] = {"row": pyarrow.array(rows)}
    if decisions is not None:
        columns["decision"] = pyarrow.array(list(decisions), pyarrow.string())
    for one in staged_fields(profile):
        if one.name in values.columns:
            kind = ARROW_TYPES[COLUMN_TYPES[one.type]]
            columns[one.name] = pyarrow.Array.from_pandas(values[one.name], type=kind)
    if shapes is not None:
        wkb = shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
        columns["geom"] = pyarrow.array(wkb, pyarrow.large_string())
        marked = np.zeros(len(rows), bool) if approximate is None else approximate
        columns["approximate"] = pyarrow.array(marked)
    _copy(connection, "staged", pyarrow.table(columns))


def add_problems(connection: Connection, problems: Iterable[Problem]) -> None:
    """Copy problems found before the database had a say."""
    listed = list(problems)
    if listed:
        _copy(
            connection,
            "problem",
            pyarrow.table(
                {
                    "row": pyarrow.array([p.row for p in listed], pyarrow.int64()),
                    "code": pyarrow.array([p.code for p in listed], pyarrow.string()),
                    "field": pyarrow.array([p.field for p in listed], pyarrow.string()),
                    "value": pyarrow.array([_storable(p.value) for p in listed], pyarrow.string()),
                    "given": pyarrow.array([_json(p.given) for p in listed], pyarrow.string()),
                }
            ),
        )


def _json(given: Mapping[str, Any]) -> str:
    plain = json.dumps(dict(given), default=str, ensure_ascii=False)
    return _storable(plain.replace("\\u0000", "")) or "{}"


def _storable(words: str | None) -> str | None:
    """Text that PostgreSQL takes: no NUL, no halves of a character."""
    if words is None:
        return None
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def drop_held(connection: Connection) -> int:
    """Take the rows that have a problem out of ``staged``; returns how many."""
    return connection.execute(
        text('DELETE FROM staged USING problem WHERE problem."row" = staged."row"')
    ).rowcount


def _copy(connection: Connection, table: str, rows: pyarrow.Table) -> None:
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(
        rows, buffer, pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    )
    buffer.seek(0)
    names = ", ".join(f'"{name}"' for name in rows.column_names)
    cursor: Any = connection.connection.cursor()
    with cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv)", buffer)
