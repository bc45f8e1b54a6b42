"""Seals and events as the database has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, text

from audit.seals import Cover, Leaf, Seal, leaf

LOCK = 640104
"""Held by who seals, or looks at what is sealed; divisible by four, unlike locks of compounds."""

END = 2**63 - 1
"""After every transaction."""

_AT_ONCE = 5000

_EVENTS = text(Path(__file__).with_name("events.sql").read_text("utf-8"))
_SEALS = """
    SELECT number, follows, previous, system_id, first_xid::text::bigint AS first_xid,
        end_xid::text::bigint AS end_xid, events,
        (extract(epoch FROM at) * 1000000)::bigint AS at, note, root, key, signature
    FROM audit.seal
"""
_AFTER = text(f"{_SEALS} WHERE number > :number ORDER BY number")
_NOTED = text(f"{_SEALS} WHERE note IS NOT NULL ORDER BY number")
_LAST = text(f"{_SEALS} ORDER BY number DESC LIMIT 1")
_ADD = text("""
    INSERT INTO audit.seal (number, follows, previous, system_id, first_xid, end_xid, events, at,
        note, root, key, signature)
    VALUES (:number, :follows, :previous, :system_id, CAST(CAST(:first_xid AS text) AS xid8),
        CAST(CAST(:end_xid AS text) AS xid8), :events,
        timestamptz 'epoch' + :at * interval '1 microsecond', :note, :root, :key, :signature)
""")


def seals(connection: Connection, after: int = 0) -> Iterator[Seal]:
    """The seals with greater numbers, in order."""
    return (_seal(row) for row in connection.execute(_AFTER, {"number": after}))


def noted(connection: Connection) -> list[Seal]:
    """The seals that say something: why some were given up, or which key follows."""
    return [_seal(row) for row in connection.execute(_NOTED)]


def last_seal(connection: Connection) -> Seal | None:
    """The seal with the greatest number."""
    row = connection.execute(_LAST).first()
    return None if row is None else _seal(row)


def add_seal(connection: Connection, seal: Seal) -> None:
    """Write a seal."""
    values = {**vars(seal.cover), "root": seal.root, "key": seal.key, "signature": seal.signature}
    connection.execute(_ADD, values)


def events(
    connection: Connection, system: int, first: int = 0, end: int = END
) -> Iterator[tuple[int, Leaf]]:
    """Events of a cluster with their transactions, in order of these, then of their numbers.

    They are read piece by piece, however many there are.
    """
    given = {"system": system, "first": first, "end": end}
    options = {"stream_results": True, "yield_per": _AT_ONCE}
    for row in connection.execute(_EVENTS, given, execution_options=options):
        yield row.xid, leaf(row.id, row.columns)


def leaves(connection: Connection, system: int, first: int, end: int) -> list[Leaf]:
    """The events a seal over these transactions covers, in order of their numbers."""
    found = (one for _, one in events(connection, system, first, end))
    return sorted(found, key=lambda one: one.event)


def here_and_now(connection: Connection) -> tuple[int, int, int]:
    """The cluster, the first transaction that may not be over yet, and the time in µs."""
    row: Any = connection.execute(
        text(
            "SELECT (pg_control_system()).system_identifier,"
            " pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        )
    ).one()
    return row[0], row[1], row[2]


@contextmanager
def locked(connection: Connection, *, wait: bool) -> Iterator[bool]:
    """Keep others from sealing within the block; tells whether this has the lock.

    The lock outlasts transactions, so the block may commit several.
    """
    function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    got = connection.scalar(text(f"SELECT {function}(:lock)"), {"lock": LOCK}) is not False
    connection.commit()
    try:
        yield got
    finally:
        if got:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()


def _seal(row: Row[Any]) -> Seal:
    said = dict(row._mapping)
    signed = {name: bytes(said.pop(name)) for name in ("root", "key", "signature")}
    return Seal(Cover(**{**said, "previous": bytes(said["previous"])}), **signed)
