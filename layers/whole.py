"""Writes the whole features that pages hand over as they are, after what they tell has changed.

Triggers note whose feature is no longer true (migration 0032); until it is written anew, pages
compose it. First the notes are taken away and then, by a later snapshot, the features are read: a
change that this one does not see has left a note that stays.
"""

import logging
import threading
from collections.abc import Iterator
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
    """Write some features anew; returns how many were noted."""
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
    return len(numbers)
