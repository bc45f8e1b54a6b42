"""Writes the histories of statuses: only from the first day on which they differ from before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg2.extras import execute_values
from sqlalchemy import Connection, text

from oversight.assess import Span
from oversight.store import rows
from oversight.store.rows import Row


@dataclass(frozen=True)
class Kept:
    """A table of statuses: whose they are, its columns, and what else a rebuild tells of a row.

    ``placed`` is the column of the area, which a trigger looks up where rows come one by one.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    placed: tuple[str, ...] = ()

    @property
    def copied(self) -> tuple[str, ...]:
        """The columns that a rebuild fills."""
        return self.columns + self.placed


COMPOUNDS = Kept("oversight.status", "compound_id", rows.STATUS_COLUMNS, ("area_code",))
COMPANIES = Kept("oversight.company_status", "company_id", rows.COMPANY_COLUMNS)

type Stored = dict[int, list[Mapping[str, Any]]]
"""By compound or company its rows in order of time, with ``start`` and ``ends``."""


def stored(connection: Connection, kept: Kept, ids: Collection[int]) -> Stored:
    """What is written of compounds or companies."""
    sql = text(
        f"SELECT *, lower(valid) AS start, upper(valid) AS ends FROM {kept.table}"  # noqa: S608 - names of our own
        f" WHERE {kept.key} = ANY(:ids) ORDER BY {kept.key}, valid"
    )
    found: Stored = {}
    for row in connection.execute(sql, {"ids": list(ids)}).mappings():
        found.setdefault(row[kept.key], []).append(dict(row))
    return found


def spans_of(kept: Kept, written: Iterable[Mapping[str, Any]]) -> list[tuple[Span[Any], str]]:
    """Rows as spans, each with the version of the policy that made it."""
    read = rows.status_of if kept is COMPOUNDS else rows.company_of
    return [
        (
            Span(
                row["start"],
                row["ends"],
                read(row)._replace(holds_until=None),
                row["holds_until"],
            ),
            row["policy_version"],
        )
        for row in written
    ]


def rewrite(
    connection: Connection,
    kept: Kept,
    fresh: Mapping[int, Sequence[Span[Any]]],
    before: Stored,
    city_code: str,
    version: str,
) -> set[int]:
    """Bring the rows of compounds or companies to what follows now; returns whose rows changed."""
    changed: dict[int, date] = {}
    coming: list[Row] = []
    make = rows.status_row if kept is COMPOUNDS else rows.company_row
    for number, spans in fresh.items():
        old = spans_of(kept, before.get(number, ()))
        same = 0
        while same < len(spans) and same < len(old) and old[same] == (spans[same], version):
            same += 1
        if same == len(spans) == len(old):
            continue
        changed[number] = spans[same].start if same < len(spans) else date.max
        if same < len(old):
            changed[number] = min(changed[number], old[same][0].start)
        coming.extend(make(span, city_code, version) for span in spans[same:])
    _delete_from(connection, kept, changed)
    insert(connection, kept, coming)
    return set(changed)


def insert(connection: Connection, kept: Kept, coming: Sequence[Row]) -> None:
    """Add rows."""
    if not coming:
        return
    casts = {"valid": "::daterange", "detail": "::jsonb", "reasons": "::jsonb"}
    casts |= {"measures_due": "::text[]", "gaps": "::text[]"}
    template = f"({', '.join('%s' + casts.get(name, '') for name in kept.columns)})"
    statement = f"INSERT INTO {kept.table} ({', '.join(kept.columns)}) VALUES %s"  # noqa: S608 - names of our own
    cursor = connection.connection.cursor()
    try:
        execute_values(cursor, statement, coming, template)
    finally:
        cursor.close()


def copy_text(coming: Iterable[Row], kept: Kept) -> bytes:
    """Rows of the copied columns as :func:`copy_into` reads them.

    Values are numbers, days, codes and JSON, in which only the backslash means something to COPY.
    """
    line = "\t".join(["%s"] * len(kept.copied)) + "\n"
    return "".join([line % row for row in coming]).replace("\\", r"\\").encode()


def copy_into(table: str, kept: Kept, *, made_here: bool) -> str:
    """The statement that reads what :func:`copy_text` wrote; ``table`` is a name of the program.

    Rows of a table made in the same transaction are frozen as they come: nobody else sees it yet,
    and nothing has to go through them once more to mark them as seen by all.
    """
    freeze = ", FREEZE" if made_here else ""
    return f"COPY {table} ({', '.join(kept.copied)}) FROM STDIN WITH (NULL 'None'{freeze})"


def _delete_from(connection: Connection, kept: Kept, changed: Mapping[int, date]) -> None:
    if changed:
        connection.execute(
            text(
                f"DELETE FROM {kept.table} AS s"  # noqa: S608 - names of our own
                " USING unnest(CAST(:ids AS bigint[]), CAST(:days AS date[])) AS c(id, day)"
                f" WHERE s.{kept.key} = c.id AND lower(s.valid) >= c.day"
            ),
            {"ids": list(changed), "days": list(changed.values())},
        )
