"""Held rows: kept as they stood in their file, with reasons in words, until they are settled."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geo import crs
from geo.errors import AtlasError
from geo.imports import coordinates
from geo.imports.escapes import clean, unescape
from geo.imports.problems import Problem, Verdict
from geo.imports.profile import Profile
from geo.imports.sentences import sentences
from geo.imports.table import Layout, sheet_and_number
from geo.imports.workbook import HELD_NUMBER, LONGEST, as_text

ROWS_AT_ONCE = 5000
HELD_HEADINGS = frozenset({HELD_NUMBER, "held_row"})
"""Headings under which a row that comes back names the held row it was."""

_BIGGEST = 2**63
_WGS84 = 4326

_STATEMENTS = {
    name: text(Path(__file__).with_name(f"held_{name}.sql").read_text("utf-8"))
    for name in ("read", "resolve", "shapes", "summary")
}
_NUMBERS = text(
    "SELECT nextval(pg_get_serial_sequence('imports.held_row', 'id'))"
    " FROM generate_series(1, :count)"
)


@dataclass(frozen=True)
class Found:
    """One reason why a row is held, in words. ``evidence`` are the figures behind them."""

    field: str | None
    value: str | None
    code: str
    reason_zh: str
    reason_en: str
    evidence: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class HeldRow:
    """A row that did not become a fact.

    ``row`` is its key; ``cells`` its cells as text, in the order of the layout's headings;
    ``shape`` its geometry in the file's own coordinates (WKB).
    """

    row: int
    verdict: Verdict
    cells: list[str | None]
    shape: bytes | None
    findings: list[Found]


@dataclass(frozen=True)
class Kept:
    """A held row as the database has it.

    ``cells`` are in the order of the sheet's headings, ``shape`` is in the datum of its file (WKB;
    EPSG:4326 where the file had no coordinates).
    """

    id: int
    verdict: str
    sheet: str
    number: int
    cells: list[str | None]
    shape: bytes | None
    resolved_by: int | None
    findings: list[Found] = field(default_factory=list)


def held_row(
    row: int,
    verdict: Verdict,
    cells: Sequence[Any],
    shape: bytes | None,
    problems: Iterable[Problem],
    profile: Profile,
) -> HeldRow:
    """A row as it is kept: cells as read become text, problems become sentences."""
    findings = []
    for problem in problems:
        zh, en = sentences(problem, profile)
        given = dict(problem.given) or None
        findings.append(Found(problem.field, problem.value, problem.code, zh, en, given))
    return HeldRow(row, verdict, [as_text(cell) for cell in cells], shape, findings)


def store(
    connection: Connection,
    import_id: int,
    layouts: Mapping[int, Layout],
    rows: Iterable[HeldRow],
    *,
    kind: str | None = None,
    city: str | None = None,
) -> int:
    """Keep held rows with their findings, in the connection's transaction; returns how many.

    ``layouts`` are those of the file by the sheet's index. A row that came back from quarantine
    and is held again keeps the shape that :func:`shapes` finds where its file brings none.
    """
    count = 0
    for batch in batched(rows, ROWS_AT_ONCE):
        numbers = connection.execute(_NUMBERS, {"count": len(batch)}).scalars().all()
        earlier = _earlier_shapes(connection, batch, layouts, kind, city)
        held, findings = _Copied(), _Copied()
        for number, one, shape in zip(numbers, batch, earlier, strict=True):
            sheet, at = sheet_and_number(one.row)
            cells = _storable(one.cells, layouts[sheet])
            held.add(number, import_id, one.verdict, layouts[sheet].sheet, at, cells, _bytea(shape))
            for found in one.findings:
                findings.add(number, *_finding(found))
        held.into(
            connection,
            "imports.held_row",
            "id, import_id, verdict, sheet, number, cells, shape",
        )
        findings.into(
            connection,
            "imports.finding",
            "row_id, field, value, code, reason_zh, reason_en, evidence",
        )
        count += len(batch)
    return count


def read(
    connection: Connection,
    import_id: int,
    verdict: str | None = None,
    limit: int | None = 100,
    after: int = 0,
    *,
    sheet: str | None = None,
    resolved: bool = False,
) -> Iterator[Kept]:
    """Held rows of an import in the order of the file, those numbered above ``after``.

    Rows that were settled by a later import are left out unless ``resolved``. Without a limit the
    rows are streamed.
    """
    found = connection.execute(
        _STATEMENTS["read"],
        {
            "import_id": import_id,
            "verdict": verdict,
            "sheet": sheet,
            "after": after,
            "limit": limit,
            "resolved": resolved,
        },
        execution_options={"yield_per": 1000} if limit is None else {},
    )
    for row in found:
        values = row._asdict()
        stored, datum = values.pop("shape"), values.pop("datum")
        shape, _ = _in_datum(bytes(stored) if stored else None, datum)
        findings = [Found(**one) for one in values.pop("findings")]
        yield Kept(**values, shape=shape, findings=findings)


def shapes(
    connection: Connection, ids: Iterable[int], *, kind: str | None = None, city: str | None = None
) -> dict[int, tuple[bytes | None, str | None]]:
    """For held rows by number: the geometry they came with (WKB) and the datum it is in.

    Only of files of this kind and city, where given: a file for one city is told nothing of
    another's, whatever numbers it names. The geometry is None where the row had none beside its
    cells, the datum where the row's file had no coordinates. Numbers of no held row are left out.
    """
    asked = {"ids": _possible(ids), "kind": kind, "city": city}
    found = connection.execute(_STATEMENTS["shapes"], asked)
    return {
        row.id: _in_datum(bytes(row.shape) if row.shape else _from_cells(row.long_cells), row.datum)
        for row in found
    }


def resolve(
    connection: Connection, ids: Iterable[int], by_import: int, *, city: str | None = None
) -> int:
    """Mark held rows as settled by a later import; returns how many were still open.

    Settled is what became a fact, what a person discarded, and what is held again, under a new
    number. Only rows of files of the same kind are marked, and of the city where one is given: a
    number in a file proves nothing.
    """
    parameters = {"ids": _possible(ids), "by_import": by_import, "city": city}
    return connection.execute(_STATEMENTS["resolve"], parameters).rowcount


def summary(connection: Connection, import_id: int | None = None) -> list[dict[str, Any]]:
    """Imports that held rows, newest first: file, kind, state, open and resolved rows.

    Raises AtlasError where there is no such import.
    """
    if import_id is not None:
        kind_of(connection, import_id)
    found = connection.execute(_STATEMENTS["summary"], {"import_id": import_id})
    return [dict(row) for row in found.mappings()]


def kind_of(connection: Connection, import_id: int) -> str:
    """The kind of an import's file; AtlasError where there is no such import."""
    statement = text("SELECT kind FROM imports.file WHERE id = :id")
    possible = 0 < import_id < _BIGGEST
    kind = connection.execute(statement, {"id": import_id}).scalar() if possible else None
    if kind is None:
        raise AtlasError(f"there is no import {import_id}: atlas held list shows those there are")
    return str(kind)


class _Copied:
    """Rows on their way into a table by COPY. None is NULL, and an empty text an empty text.

    They go through a temporary table: into one with row security only superusers copy.
    """

    def __init__(self) -> None:
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, quoting=csv.QUOTE_NOTNULL)

    def add(self, *values: Any) -> None:
        self._writer.writerow(values)

    def into(self, connection: Connection, table: str, columns: str) -> None:
        self._buffer.seek(0)
        cursor: Any = connection.connection.cursor()
        with cursor:
            like = f"SELECT {columns} FROM {table} LIMIT 0"  # noqa: S608 - our own constants
            cursor.execute(f"CREATE TEMPORARY TABLE copied AS {like}")
            cursor.copy_expert("COPY copied FROM STDIN WITH (FORMAT csv)", self._buffer)
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT * FROM copied")  # noqa: S608
            cursor.execute("DROP TABLE copied")


def _finding(found: Found) -> tuple[str | None, ...]:
    said = (found.field, found.value, found.code, found.reason_zh, found.reason_en)
    evidence = json.dumps(_json(found.evidence), ensure_ascii=False) if found.evidence else None
    return (*(None if one is None else clean(one) for one in said), evidence)


def _json(value: Any) -> Any:
    """Evidence as JSON that PostgreSQL takes: no NUL, no half characters, no NaN."""
    if isinstance(value, Mapping):
        return {clean(str(name)): _json(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(one) for one in value]
    finite = isinstance(value, float) and math.isfinite(value)
    return value if value is None or isinstance(value, int) or finite else clean(str(value))


def _storable(cells: Sequence[str | None], layout: Layout) -> str:
    """Cells as JSON that PostgreSQL takes (no NUL, no half characters), free of our escapes."""
    ours = _held_column(layout) is not None
    plain = (unescape(cell) for cell in cells) if ours else cells
    return json.dumps([None if cell is None else clean(cell) for cell in plain], ensure_ascii=False)


def _bytea(shape: bytes | None) -> str | None:
    return None if shape is None else f"\\x{shape.hex()}"


def _held_column(layout: Layout) -> int | None:
    """Where the rows of a corrected file name the held rows they were."""
    return next((at for at, name in enumerate(layout.headings) if name in HELD_HEADINGS), None)


def _earlier_shapes(
    connection: Connection,
    rows: Sequence[HeldRow],
    layouts: Mapping[int, Layout],
    kind: str | None,
    city: str | None,
) -> list[bytes | None]:
    """The rows' own shapes; where there is none, the one kept when the row was held before."""
    numbers = []
    for one in rows:
        at = _held_column(layouts[sheet_and_number(one.row)[0]])
        cell = None if at is None or one.shape else one.cells[at]
        numbers.append(int(cell) if cell and cell.isascii() and cell.isdigit() else 0)
    known = shapes(connection, set(numbers), kind=kind, city=city) if any(numbers) else {}
    return [
        one.shape or _as_wgs84(*known.get(number, (None, None)))
        for one, number in zip(rows, numbers, strict=True)
    ]


def _as_wgs84(wkb: bytes | None, datum: str | None) -> bytes | None:
    if wkb is None:
        return None
    shape = shapely.from_wkb([wkb])
    moved = crs.to_wgs84(shape, datum) if datum else shape
    made: bytes = shapely.to_wkb(shapely.set_srid(moved, _WGS84), include_srid=True)[0]
    return made


def _in_datum(wkb: bytes | None, datum: str | None) -> tuple[bytes | None, str | None]:
    """The geometry in its file's datum: one kept from before was kept in EPSG:4326."""
    if wkb is None:
        return None, datum
    shape = shapely.from_wkb([wkb])
    if shapely.get_srid(shape[0]) != _WGS84:
        return wkb, datum
    if datum is None:
        return wkb, "wgs84"
    moved: bytes = shapely.to_wkb(crs.from_wgs84(shape, datum))[0]
    return moved, datum


def _from_cells(cells: Iterable[str] | None) -> bytes | None:
    """A geometry whose WKT stood in a cell too long for a spreadsheet's."""
    for cell in cells or ():
        shape = wkt_shape(cell)
        if shape is not None:
            made: bytes = shapely.to_wkb(shape)
            return made
    return None


def wkt_shape(cell: str | None) -> Any:
    """The geometry of a cell that no spreadsheet can hold, where it is WKT; else None."""
    if cell is None or len(cell) < LONGEST:
        return None
    return coordinates.from_wkt(cell)


def _possible(ids: Iterable[int]) -> list[int]:
    return sorted({number for number in ids if 0 < number < _BIGGEST})
