"""Writes what pages and tiles hand over as it is kept, after what it tells has changed.

That is whole features, and what of marks and outlines changes from day to day. Triggers note what
is no longer true (migration 0032); until it is written anew, it is composed. First the notes are
taken away and then, by a later snapshot, the facts are read: a change that this one does not see
has left a note that stays.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from geo import every
from geo.dates import today
from layers import items
from layers.drawing import Drawing
from layers.layer import Layer
from layers.registry import LAYERS

log = logging.getLogger(__name__)

AT_ONCE = 1000
"""Features of a transaction."""


def write(engine: Engine, should_end: threading.Event | None = None) -> int:
    """Write every feature that is no longer true; returns how many were looked at.

    Nothing where somebody else is at it. What is broken off between two transactions is still to do
    the next time.
    """
    written = 0
    for layer, drawing in _kept():
        while should_end is None or not should_end.is_set():
            with engine.begin() as connection:
                many = _written(connection, layer, drawing) if _mine(connection) else 0
            written += many
            if not many:
                break
    return written


def outdate_other_forms(engine: Engine) -> None:
    """Note the features that were composed in another way, by another version of the program."""
    for layer, kept in _kept():
        statement = text(f"""
            INSERT INTO {kept.outdated} ({kept.key})
            SELECT {kept.key} FROM {kept.whole} WHERE form <> :form
        """)  # noqa: S608 - names of the program
        with engine.begin() as connection:
            connection.execute(statement, {"form": items.form_number(layer)})


@contextmanager
def writing(engine: Engine) -> Iterator[None]:
    """Write what has changed every second, in a thread, while the block lasts."""
    begun = False

    def one_round(over: threading.Event) -> None:
        nonlocal begun
        if not begun:
            outdate_other_forms(engine)
            begun = True
        write(engine, over)

    with every.second(one_round, log, "features are not being kept"):
        yield


def _kept() -> Iterator[tuple[Layer, Drawing]]:
    """The layers whose features are kept, as everybody reads them today."""
    for layer in LAYERS.values():
        if layer.drawing is not None and layer.drawing.whole:
            yield layer.seen_by("public").on(today()), layer.drawing


def _mine(connection: Connection) -> bool:
    """Whether nobody else writes features until this transaction ends."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended('atlas.features', 0))")
    return bool(connection.scalar(lock))


def _written(connection: Connection, layer: Layer, kept: Drawing) -> int:
    """Write anew what is kept of some; returns of how many all is."""
    taken = text(f"""
        DELETE FROM {kept.outdated} WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM {kept.outdated} LIMIT {AT_ONCE}))
        RETURNING {kept.key}
    """)  # noqa: S608 - names of the program
    numbers = sorted(set(connection.scalars(taken)))
    if not numbers:
        return 0
    known = {"ids": numbers, "form": items.form_number(layer)}
    connection.execute(
        text(f"DELETE FROM {kept.whole} WHERE {kept.key} = ANY(CAST(:ids AS bigint[]))"),  # noqa: S608
        known,
    )
    connection.execute(
        text(f"""
            INSERT INTO {kept.whole} ({kept.key}, form, feature)
            SELECT c.id, :form, c.feature FROM ({items.composed(layer)}) AS c ORDER BY c.id
        """),  # noqa: S608 - names of the program
        known,
    )
    _copy(connection, kept, numbers)
    return len(numbers) - _noted_again(connection, kept, numbers)


def _copy(connection: Connection, kept: Drawing, numbers: Sequence[int]) -> None:
    """What is drawn of today, from where it stands to the rows that are drawn from.

    For a row that somebody else is changing nobody waits: an import that draws may itself have to
    wait for what is held here.
    """
    named = ", ".join(f"{name} = t.{name}" for name in kept.changing)
    for table in (kept.marks, kept.outlines):
        connection.execute(
            text(f"""
                WITH held AS (
                    SELECT m.{kept.key} AS id FROM {table} AS m {_differing(kept, "m")}
                    FOR NO KEY UPDATE OF m SKIP LOCKED
                )
                UPDATE {table} AS m SET {named}
                FROM held JOIN {kept.today} AS t ON t.{kept.key} = held.id
                WHERE m.{kept.key} = held.id
            """),  # noqa: S608 - names of the program
            {"ids": numbers},
        )


def _noted_again(connection: Connection, kept: Drawing, numbers: Sequence[int]) -> int:
    """Note those of which a row was somebody else's; returns how many."""
    return connection.execute(
        text(f"""
            INSERT INTO {kept.outdated} ({kept.key})
            SELECT m.{kept.key} FROM {kept.marks} AS m {_differing(kept, "m")}
            UNION
            SELECT o.{kept.key} FROM {kept.outlines} AS o {_differing(kept, "o")}
        """),  # noqa: S608
        {"ids": numbers},
    ).rowcount


def _differing(kept: Drawing, row: str) -> str:
    ours, theirs = (", ".join(f"{table}.{name}" for name in kept.changing) for table in (row, "t"))
    return f"""
        JOIN {kept.today} AS t ON t.{kept.key} = {row}.{kept.key}
        WHERE ({ours}) IS DISTINCT FROM ({theirs})
          AND {row}.{kept.key} = ANY(CAST(:ids AS bigint[]))"""
