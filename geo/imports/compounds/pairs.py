"""Which outlines may have to do with each other: pairs whose boxes meet, by shapely's tree.

The boxes of a whole file fit into memory where its outlines would not, and a tree over them is made
and asked in less time than PostgreSQL needs to join a table with itself through an index.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow
import pyarrow.csv
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo.imports.compounds import names
from geo.imports.profile import Matching
from geo.imports.staged import Writing

METRES_PER_DEGREE = 111_195.0
"""On a sphere of 6,371 km."""

_STAGED = """
    SELECT staged."row" AS key, ST_XMin(geom) AS west, ST_YMin(geom) AS south,
        ST_XMax(geom) AS east, ST_YMax(geom) AS north,
        compared."row" IS NULL OR compared.redrawn AS moving,
        compared."row" IS NULL AND NOT coalesce(decided.made_new, FALSE) AS open,
        code IS NOT NULL AS numbered, source_ref IS NOT NULL AS referred
    FROM staged
    LEFT JOIN compared ON compared."row" = staged."row"
    LEFT JOIN decided ON decided."row" = staged."row"
    WHERE geom IS NOT NULL
"""
_RECORDED = """
    SELECT held.id AS key, ST_XMin(geom) AS west, ST_YMin(geom) AS south, ST_XMax(geom) AS east,
        ST_YMax(geom) AS north, FALSE AS moving, FALSE AS open,
        held.source = %(source)s AND held.code NOT LIKE '______-' || held.id
            AND held.code IS DISTINCT FROM held.source_ref AS numbered,
        held.source = %(source)s AND held.source_ref IS NOT NULL AS referred
    FROM registry.compound AS held
    WHERE held.superseded_at IS NULL
      AND held.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
      AND NOT EXISTS (SELECT FROM known WHERE known.id = held.id)
"""
_STAGED_NAMES = """
    SELECT "row" AS key, CASE WHEN name_generated THEN '' ELSE name END AS name FROM staged
"""
_RECORDED_NAMES = """
    SELECT id AS key, CASE WHEN name_generated THEN '' ELSE name END AS name
    FROM registry.compound
    WHERE superseded_at IS NULL
      AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
"""
_CREATE = text("""
    DROP TABLE IF EXISTS pair, pair_in_file;
    CREATE TEMPORARY TABLE pair (
        "row" bigint, id bigint, candidate boolean, numbered boolean, free boolean, similarity real
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE pair_in_file (
        "row" bigint, other bigint, candidate boolean, free boolean, similarity real
    ) ON COMMIT DROP;
""")


@dataclass(frozen=True)
class Boxes:
    """Bounding boxes (n × 4: west, south, east, north, in degrees) with their keys.

    ``moving`` outlines are new or drawn anew; ``open`` ones are of rows not known to be a recorded
    compound; ``numbered`` and ``referred`` ones have a number of the file's office, or a reference
    in the file's source.
    """

    keys: NDArray[np.int64]
    corners: NDArray[np.float64]
    moving: NDArray[np.bool_]
    open: NDArray[np.bool_]
    numbered: NDArray[np.bool_]
    referred: NDArray[np.bool_]

    def taken(self, wanted: NDArray[np.bool_]) -> "Boxes":
        """Those that are wanted."""
        return Boxes(*(column[wanted] for column in vars(self).values()))


def find(connection: Connection, writing: Writing, matching: Matching) -> None:
    """Make the temporary tables ``pair`` and ``pair_in_file``.

    ``pair`` (row, id) holds rows beside recorded compounds that no row of the file is known to be,
    ``pair_in_file`` (row, other) two rows. ``candidate`` pairs may be one compound; ``numbered``
    says that the same office numbers both, ``free`` that both are areas of one public map, which
    may lie on each other. ``similarity`` of names is 0–1.
    """
    connection.execute(_CREATE)
    staged = _boxes(connection, _STAGED, {})
    moving = staged.taken(staged.moving)
    if len(moving.keys):
        _pair_in_file(connection, writing, moving, staged)
        _pair_with_recorded(connection, writing, matching, moving)
    connection.execute(text("ANALYZE pair, pair_in_file"))


def _pair_in_file(connection: Connection, writing: Writing, moving: Boxes, staged: Boxes) -> None:
    first, second = _meeting(moving.corners, staged.corners)
    twice = staged.moving[second] & (moving.keys[first] >= staged.keys[second])
    first, second = first[~twice], second[~twice]
    referred = moving.referred[first] & staged.referred[second]
    told_apart = referred | (moving.numbered[first] & staged.numbered[second])
    pairs: dict[str, NDArray[Any]] = {
        "row": moving.keys[first],
        "other": staged.keys[second],
        "candidate": moving.open[first] & staged.open[second] & ~told_apart,
        "free": referred & (writing.source != "office"),
    }
    if len(first):
        called = _names(connection, _STAGED_NAMES)
        pairs["similarity"] = _similarity(
            pairs["candidate"], called, pairs["row"], called, pairs["other"]
        )
        _copy(connection, "pair_in_file", pairs)


def _pair_with_recorded(
    connection: Connection, writing: Writing, matching: Matching, moving: Boxes
) -> None:
    reach = _widened(moving.corners, np.ones(len(moving.keys), bool), matching.near_m)
    west, south = reach[:, :2].min(axis=0).tolist()
    east, north = reach[:, 2:].max(axis=0).tolist()
    extent = {"west": west, "south": south, "east": east, "north": north}
    recorded = _boxes(connection, _RECORDED, extent | {"source": writing.source})
    if len(recorded.keys) == 0:
        return
    wide = _widened(moving.corners, moving.open, matching.near_m)
    first, second = _meeting(wide, recorded.corners)
    mine, theirs = moving.corners[first], recorded.corners[second]
    meeting = ((mine[:, :2] <= theirs[:, 2:]) & (mine[:, 2:] >= theirs[:, :2])).all(axis=1)
    referred = moving.referred[first] & recorded.referred[second]
    numbered = moving.numbered[first] & recorded.numbered[second]
    candidate = moving.open[first] & ~referred & (meeting | ~numbered)
    pairs: dict[str, NDArray[Any]] = {
        "row": moving.keys[first],
        "id": recorded.keys[second],
        "candidate": candidate,
        "numbered": numbered,
        "free": referred & (writing.source != "office"),
    }
    if len(first):
        pairs["similarity"] = _similarity(
            candidate,
            _names(connection, _STAGED_NAMES),
            pairs["row"],
            _names(connection, _RECORDED_NAMES, extent),
            pairs["id"],
        )
        wanted = meeting | (candidate & (pairs["similarity"] >= matching.doubt_name))
        _copy(connection, "pair", {name: column[wanted] for name, column in pairs.items()})


def _similarity(
    wanted: NDArray[np.bool_],
    first: tuple[NDArray[np.int64], NDArray[Any]],
    first_keys: NDArray[np.int64],
    second: tuple[NDArray[np.int64], NDArray[Any]],
    second_keys: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Of the names of wanted pairs, 0 for the others; a name that was made up is like no other."""
    alike = np.zeros(len(wanted), np.float32)
    called = (
        _looked_up(*first, first_keys[wanted]),
        _looked_up(*second, second_keys[wanted]),
    )
    real = np.array([bool(a and b) for a, b in zip(*called, strict=True)], bool)
    alike[wanted] = np.where(real, names.similarity(*called), 0)
    return alike


def _looked_up(
    keys: NDArray[np.int64], values: NDArray[Any], wanted: NDArray[np.int64]
) -> list[str]:
    """The values of the wanted keys; ``keys`` ascend."""
    found: list[str] = values[np.searchsorted(keys, wanted)].tolist()
    return found


def _names(
    connection: Connection, query: str, given: dict[str, Any] | None = None
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    rows = _fetched(connection, f"{query} ORDER BY 1", given or {}, {"name": pyarrow.string()})
    named = rows["name"].to_numpy(zero_copy_only=False)
    return rows["key"].to_numpy(), named


def _boxes(connection: Connection, query: str, given: dict[str, Any]) -> Boxes:
    rows = _fetched(connection, query, given, {})
    corners = [rows[side].to_numpy() for side in ("west", "south", "east", "north")]
    marks = ("moving", "open", "numbered", "referred")
    return Boxes(
        rows["key"].to_numpy(),
        np.column_stack(corners),
        *(rows[mark].to_numpy(zero_copy_only=False) for mark in marks),
    )


_TYPES = (
    {"key": pyarrow.int64()}
    | dict.fromkeys(("west", "south", "east", "north"), pyarrow.float64())
    | dict.fromkeys(("moving", "open", "numbered", "referred"), pyarrow.bool_())
)


def _fetched(
    connection: Connection, query: str, given: dict[str, Any], types: dict[str, pyarrow.DataType]
) -> pyarrow.Table:
    """The rows of a query, by COPY; numbers keep every bit."""
    buffer = io.BytesIO()
    cursor: Any = connection.connection.cursor()
    with cursor:
        bound = cursor.mogrify(query, given or None).decode()
        cursor.copy_expert(f"COPY ({bound}) TO STDOUT WITH (FORMAT csv, HEADER)", buffer)
    buffer.seek(0)
    kinds = _TYPES | types
    return pyarrow.csv.read_csv(
        buffer,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=kinds, true_values=["t"], false_values=["f"], strings_can_be_null=False
        ),
    )


def _copy(connection: Connection, table: str, columns: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    plain = pyarrow.table(columns)
    pyarrow.csv.write_csv(plain, buffer, pyarrow.csv.WriteOptions(include_header=False))
    buffer.seek(0)
    listed = ", ".join(f'"{name}"' for name in columns)
    cursor: Any = connection.connection.cursor()
    with cursor:
        cursor.copy_expert(f"COPY {table} ({listed}) FROM STDIN WITH (FORMAT csv)", buffer)


def _meeting(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of boxes that meet, pair by pair."""
    tree = shapely.STRtree(shapely.box(*second.T))
    same = first is second or np.array_equal(first, second)
    one, other = tree.query(tree.geometries if same else shapely.box(*first.T))
    return one, other


def _widened(
    corners: NDArray[np.float64], wanted: NDArray[np.bool_], metres: float
) -> NDArray[np.float64]:
    """The wanted boxes with so much more ground on every side."""
    up = np.where(wanted, metres / METRES_PER_DEGREE, 0)
    flattest = np.cos(np.radians(np.minimum(np.abs(corners[:, [1, 3]]).max(axis=1), 89)))
    out = up / flattest
    return np.asarray(corners + np.column_stack([-out, -up, out, up]))
