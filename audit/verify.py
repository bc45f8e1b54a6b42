"""Compares the events with the seals in the database and in the file, and names what differs."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from audit import files, seals, store
from audit.findings import Report
from audit.holders import Holders, handed_to, holders
from audit.seals import Leaf, Seal

_SYSTEMS = text("SELECT DISTINCT system_id FROM audit.event")
_SINCE = text("SELECT min(at) FROM audit.event WHERE id = ANY(:ids)")
_PERSONS = text(Path(__file__).with_name("persons_differ.sql").read_text("utf-8"))


@dataclass
class _Sealed:
    """The seals of each place whose signature is good, and the numbers of all that are there.

    ``starts`` are the bytes of ``path`` at which lines begin that have the digests of events.
    """

    path: Path
    table: dict[int, Seal] = field(default_factory=dict)
    file: dict[int, Seal] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    in_table: set[int] = field(default_factory=set)
    in_file: set[int] = field(default_factory=set)

    def leaves(self, number: int) -> dict[int, bytes] | None:
        """The digests of a seal's events, by number; None where the file does not have them."""
        if number not in self.starts:
            return None
        _, leaves = seals.from_line(files.line_at(self.path, self.starts[number]))
        return {leaf.event: leaf.digest for leaf in leaves or ()}


def verify(engine: Engine, file: Path, key: bytes) -> Report:
    """Compare all three, as of one moment; nothing is changed.

    ``key`` is a raw public key that is trusted: the first, or one that was handed over to. Each
    seal is checked with the key that held when it was made.
    """
    report = Report()
    with engine.connect() as reading:
        reading.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as holding, store.locked(holding, wait=True):
            here, _, _ = store.here_and_now(reading)
            end = files.size(file)
        sealed = _Sealed(file)
        held = holders([*store.noted(reading), *_handovers(file, end)], key)
        report.keys_from = held.changed_at
        strange = _read_table(store.seals(reading), held, sealed, report)
        strange += _read_file(end, held, sealed, report)
        report.of_seals("not ours", "signed with another key", strange)
        chain = _chain(sealed, report)
        _compare_places(sealed, chain, report)
        report.seals = len(chain)
        _compare_systems(reading, chain, here, sealed, report)
        for row in reading.execute(_PERSONS):
            report.of_events("changed", f"the personal value of {row.field}", [row.event_id])
    return report


def _handovers(file: Path, end: int) -> Iterable[Seal]:
    """The seals of the file that hand over to another key."""
    for _, line in files.lines(file, end):
        if b'"note":null' not in line:
            with suppress(ValueError):
                seal, _ = seals.from_line(line)
                if handed_to(seal) is not None:
                    yield seal


def _read_table(there: Iterable[Seal], held: Holders, sealed: _Sealed, report: Report) -> list[int]:
    """Check what audit.seal has; the numbers of seals of other keys."""
    strange, forged = [], []
    for seal in there:
        sealed.in_table.add(seal.number)
        if seal.key != held.at(seal.number):
            strange.append(seal.number)
        elif seals.signed_by(seal, seal.key):
            sealed.table[seal.number] = seal
        else:
            forged.append(seal.number)
    report.of_seals("edited", "audit.seal no longer says what was signed", forged)
    return strange


def _read_file(end: int, held: Holders, sealed: _Sealed, report: Report) -> list[int]:
    """Check the file's lines; the numbers of seals of other keys."""
    strange, forged = [], []
    for number, (start, line) in enumerate(files.lines(sealed.path, end), 1):
        try:
            seal, leaves = seals.from_line(line)
        except ValueError:
            report.unreadable(number)
            continue
        sealed.in_file.add(seal.number)
        if seal.key != held.at(seal.number):
            strange.append(seal.number)
            continue
        good = seals.signed_by(seal, seal.key)
        if good:
            sealed.file[seal.number] = seal
        if leaves is not None and good:
            good = seals.root(seal.cover, leaves) == seal.root
            if good:
                sealed.starts[seal.number] = start
        if not good:
            forged.append(seal.number)
    report.of_seals("edited", "the file no longer says what was signed", forged)
    return strange


def _chain(sealed: _Sealed, report: Report) -> list[Seal]:
    """The seals that follow each other up to the last one, the first first."""
    trusted = sealed.table | sealed.file
    chain: list[Seal] = []
    lost: list[int] = []
    number = max(trusted, default=0)
    while number > 0:
        if number in trusted:
            chain.append(trusted[number])
            number = trusted[number].cover.follows
        else:
            lost.append(number)
            number -= 1
    chain.reverse()
    there = sealed.in_table | sealed.in_file
    report.of_seals("missing", "neither in audit.seal nor in the file", set(lost) - there)
    broken = [
        later.number
        for earlier, later in pairwise(chain)
        if later.cover.follows == earlier.number and later.cover.previous != earlier.root
    ]
    report.of_seals("edited", "does not go on from the one before", broken)
    for seal in chain:
        passed = range(seal.cover.follows + 1, seal.number)
        report.of_seals("given up", seal.cover.note or "without a reason", passed)
    return chain


def _compare_places(sealed: _Sealed, chain: Sequence[Seal], report: Report) -> None:
    """Tell which seals of the chain the table or the file lacks, or has otherwise."""
    numbers = {seal.number for seal in chain}
    for there, name in ((sealed.in_table, "audit.seal"), (sealed.in_file, "the file")):
        lacking, end = numbers - there, max(there, default=0)
        tail = {number for number in lacking if number > end}
        report.of_seals("cut off", f"{name} lacks its last", tail)
        report.of_seals("missing", f"{name} lacks", lacking - tail)
    both = sealed.table.keys() & sealed.file.keys()
    two = [number for number in both if sealed.table[number] != sealed.file[number]]
    report.of_seals("edited", "audit.seal and the file have two different ones", two)


def _compare_systems(
    reading: Connection, chain: Sequence[Seal], here: int, sealed: _Sealed, report: Report
) -> None:
    """Compare the events of every cluster that wrote some."""
    covering: defaultdict[int, list[Seal]] = defaultdict(list)
    for seal in chain:
        covering[seal.cover.system_id].append(seal)
    # Until the first seal after a restore, what came with it is not sealed to its end.
    moved = not chain or chain[-1].cover.system_id != here
    unsealed: list[int] = []
    for system in sorted({*reading.scalars(_SYSTEMS), *covering}):
        beyond = _compare_events(reading, system, covering[system], sealed, report)
        if moved or system == here:
            unsealed += beyond
        else:
            report.of_events("inserted", "written in the name of another cluster", beyond)
    report.unsealed = len(unsealed)
    report.unsealed_since = reading.scalar(_SINCE, {"ids": unsealed})


def _compare_events(
    reading: Connection, system: int, covering: Sequence[Seal], sealed: _Sealed, report: Report
) -> list[int]:
    """Compare a cluster's events with its seals; the events that are beyond the last one."""
    ranges = sorted(covering, key=lambda seal: seal.cover.first_xid)
    firsts = [seal.cover.first_xid for seal in ranges]
    end = ranges[-1].cover.end_xid if ranges else 0
    beyond: list[int] = []
    between: list[int] = []
    seen = 0

    def place(found: tuple[int, Leaf]) -> int:
        return bisect_right(firsts, found[0]) - 1 if found[0] < end else len(ranges)

    for index, group in groupby(store.events(reading, system), place):
        if index == len(ranges):
            beyond += [leaf.event for _, leaf in group]
            continue
        inside = [(xid, leaf) for xid, leaf in group]
        for empty in ranges[seen : max(index, 0)]:
            _compare(empty, [], sealed, report)
        seen = max(seen, index + 1)
        stop = ranges[index].cover.end_xid if index >= 0 else 0
        between += [leaf.event for xid, leaf in inside if xid >= stop]
        if index >= 0:
            leaves = [leaf for xid, leaf in inside if xid < stop]
            _compare(ranges[index], leaves, sealed, report)
    for empty in ranges[seen:]:
        _compare(empty, [], sealed, report)
    report.of_events("inserted", "no seal covers their transaction", between)
    return beyond


def _compare(seal: Seal, found: Sequence[Leaf], sealed: _Sealed, report: Report) -> None:
    """Compare the events of a seal's transactions with those it was made over."""
    leaves = sorted(found, key=lambda leaf: leaf.event)
    if seals.root(seal.cover, leaves) == seal.root:
        report.events += len(leaves)
        return
    number = seal.number
    was = sealed.leaves(number)
    if was is None:
        words = f"{len(leaves)} events, not the {seal.cover.events} it was made over"
        report.of_seals("changed", f"{words} (which: the file would tell)", [number])
        return
    now = {leaf.event: leaf.digest for leaf in leaves}
    both = was.keys() & now.keys()
    changed = [event for event in both if was[event] != now[event]]
    report.events += len(both) - len(changed)
    report.of_events("changed", f"in seal {number}", changed, number)
    report.of_events("missing", f"in seal {number}", was.keys() - now.keys(), number)
    report.of_events("inserted", f"in seal {number}", now.keys() - was.keys(), number)
