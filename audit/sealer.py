"""Seals the audit: every event of a finished transaction, once, without holding up any writer.

A round takes the transactions from where the last seal ended up to ``pg_snapshot_xmin``, before
which all are over. One that is still open is taken by a later round, when it has ended. A seal is
committed to the database first and then added to the file; a round that broke off between the two
is made up for by the next.
"""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, text

from audit import files, keys, seals, store
from audit.holders import handed_to, in_force
from audit.seals import Cover, Leaf, Seal
from audit.settings import AuditSettings
from geo import every
from geo.errors import AtlasError

log = logging.getLogger(__name__)

_OTHERS = text("""
    SELECT system_id, max(xid::text::bigint) + 1 AS end FROM audit.event
    WHERE system_id <> :here GROUP BY 1 ORDER BY 1
""")
_ENDS = text("SELECT max(end_xid::text::bigint) FROM audit.seal WHERE system_id = :system")


class SealError(AtlasError):
    """The seals in the database and in the file do not go on from each other."""


@dataclass(frozen=True)
class Place:
    """Where seals go outside the database, and what they are signed with."""

    file: Path
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The raw public key."""
        return self.key.public_key().public_bytes_raw()


def place(settings: AuditSettings) -> Place:
    """The place the settings name; the key is made on first use. Raises AtlasError."""
    key = keys.private_key(settings.private_key)
    keys.publish(key, settings.public_key)
    return Place(settings.seal_file, key)


def seal(engine: Engine, where: Place) -> list[Seal] | None:
    """Seal what is not sealed yet; the new seals, None while somebody else is sealing.

    Raises SealError where the file and the database do not belong together, or one was cut off.
    """
    with engine.connect() as connection, store.locked(connection, wait=False) as mine:
        if not mine:
            return None
        last = store.last_seal(connection)
        make_up(connection, where)
        return _seal(connection, where, last, last.number if last else 0)


def make_up(connection: Connection, where: Place) -> None:
    """Add to the file what the database has beyond it; the caller holds the lock.

    Raises SealError where that would hide that something was changed.
    """
    in_file = _last_in_file(where.file)
    _go_on_from_each_other(connection, where, store.last_seal(connection), in_file)
    _make_up(connection, where, in_file)


def hand_over(connection: Connection, where: Place, last: Seal | None, note: str) -> Seal:
    """Seal everything, and end with a seal that says the note; the caller holds the lock."""
    make_up(connection, where)
    made = _seal(connection, where, last, last.number if last else 0)
    last = made[-1] if made else last
    (one,) = _seal(connection, where, last, last.number if last else 0, note=note)
    return one


def resume(engine: Engine, where: Place, reason: str) -> list[Seal]:
    """Go on after a restore that lost seals which the file has; the next seal says why.

    Raises SealError where nothing was lost.
    """
    with engine.connect() as connection, store.locked(connection, wait=True):
        last, in_file = store.last_seal(connection), _last_in_file(where.file)
        if in_file is None or in_file.number <= (last.number if last else 0):
            raise SealError(f"{where.file} ends where the database does: nothing was given up")
        if in_force(in_file) != where.public:
            raise SealError(
                f"{where.file} ends with a seal of another key than the one here: put back the key "
                "that was in use last (audit.key)"
            )
        return _seal(connection, where, last, in_file.number, note=reason)


@contextmanager
def sealing(engine: Engine, settings: AuditSettings) -> Iterator[None]:
    """Seal every second, in a thread, while the block lasts; failures are logged."""

    def one_round(_over: threading.Event) -> None:
        seal(engine, place(settings))

    with every.second(one_round, log, "the audit is not being sealed"):
        yield


def _last_in_file(file: Path) -> Seal | None:
    line = files.last(file)
    try:
        return None if line is None else seals.from_line(line)[0]
    except ValueError as error:
        raise SealError(f"the last line of {file} cannot be read ({error})") from None


def _go_on_from_each_other(
    connection: Connection, where: Place, last: Seal | None, in_file: Seal | None
) -> None:
    """Refuse to seal where that would hide that something was changed."""
    if last is not None and in_force(last) != where.public:
        if handed_to(last) is not None and last.key == where.public:
            raise SealError("the key was handed over but is still the old one: atlas audit rotate")
        raise SealError("the last seal was made with another key: all workers must have the same")
    if in_file is None:
        return
    number = last.number if last else 0
    if in_file.number > number:
        raise SealError(
            f"{where.file} has seals up to {in_file.number}, the database up to {number}: after a "
            "restore run atlas audit resume, else see atlas audit verify"
        )
    same = next(store.seals(connection, in_file.number - 1), None)
    if same is None or same.root != in_file.root:
        raise SealError(
            f"seal {in_file.number} in {where.file} is not that of the database: the file belongs "
            "to another database, or one of them was changed (atlas audit verify)"
        )


def _make_up(connection: Connection, where: Place, in_file: Seal | None) -> None:
    """Add to the file what the database has beyond it."""
    beyond = list(store.seals(connection, in_file.number if in_file else 0))
    if beyond:
        log.warning("%s lacked the last %s seals of the database", where.file, len(beyond))
    for one in beyond:
        cover = one.cover
        found = store.leaves(connection, cover.system_id, cover.first_xid, cover.end_xid)
        known = found if seals.root(cover, found) == one.root else None
        files.append(where.file, [seals.to_line(one, known)])


def _seal(
    connection: Connection, where: Place, last: Seal | None, number: int, note: str | None = None
) -> list[Seal]:
    """Seal each range that has events; with a note the first even where it has none."""
    made: list[Seal] = []
    for cover, leaves in _covers(connection, last):
        if not leaves and (note is None or made):
            continue
        number += 1
        before = made[-1] if made else last
        said = replace(
            cover,
            number=number,
            follows=before.number if before else 0,
            previous=before.root if before else seals.FIRST,
            note=None if made else note,
        )
        one = seals.sign(said, leaves, where.key)
        store.add_seal(connection, one)
        connection.execute(text("SET LOCAL synchronous_commit = on"))
        connection.commit()
        files.append(where.file, [seals.to_line(one, leaves)])
        made.append(one)
    return made


def _covers(connection: Connection, last: Seal | None) -> Iterable[tuple[Cover, list[Leaf]]]:
    """What is not sealed yet, range by range; numbers and predecessors are not filled in.

    Transactions are numbered by the cluster. What came from another one, with a restore, has
    ended: it is sealed to its end when this cluster's first seal is made.
    """
    here, xmin, at = store.here_and_now(connection)
    ranges = [(here, xmin)]
    if last is None or last.cover.system_id != here:
        others = connection.execute(_OTHERS, {"here": here}).all()
        ranges = [*((one.system_id, one.end) for one in others), *ranges]
    for system, end in ranges:
        first = connection.scalar(_ENDS, {"system": system}) or 0
        if first < end:
            leaves = store.leaves(connection, system, first, end)
            yield Cover(0, 0, b"", system, first, end, len(leaves), at), leaves
