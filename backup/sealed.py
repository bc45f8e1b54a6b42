"""Whether the record in a restored database is the one that was sealed, as ``atlas audit verify``.

The file of seals lies outside the database. What it has beyond the backup's time is cut off in the
database, and legitimately so; everything else that does not fit is a fault.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine

from audit import store
from audit.findings import Finding, Report, spans
from audit.keys import public_key
from audit.record import record
from audit.settings import AuditSettings
from audit.verify import verify
from backup import folders
from backup.manifest import Manifest
from backup.take import SEALS
from geo.noted import whoever

_ONE_SIDED = frozenset({"changed", "missing", "inserted", "cut off"})
"""What is found where the database ends before the file does."""


@dataclass
class Proof:
    """What is wrong with the record, a sentence each, and what is worth telling of it."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prove(target: Engine, folder: Path, manifest: Manifest, seals: AuditSettings) -> Proof:
    """Verify a restored database, and where it is whole enter in its audit that it was restored.

    With the seals of ``seals``, which may be younger than the backup; where there are none with
    those in the backup. Raises AtlasError where a key cannot be read.
    """
    with _kept(folder, seals) as (kept, whence):
        proof = Proof() if kept is None else _compared(target, kept)
        if kept is None:
            with target.connect() as connection:
                proof.notes.append(_without_key(connection, seals))
        elif whence:
            proof.notes.append(whence)
    if not proof.faults:
        with target.begin() as connection:
            _enter(connection, manifest, proof.notes)
    return proof


@contextmanager
def _kept(folder: Path, seals: AuditSettings) -> Iterator[tuple[AuditSettings | None, str]]:
    """Where seals and key are, and a word where that is the backup itself."""
    if seals.public_key.exists():
        yield seals, ""
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive, here = folder / f"{SEALS}.tar", Path(scratch) / SEALS
        if archive.exists():
            folders.extract(archive, here)
        found = AuditSettings(seals=here)
        if found.public_key.exists():
            yield found, f"seals: checked with those of the backup, {seals.folder} has none"
        else:
            yield None, ""


def _without_key(connection: Connection, seals: AuditSettings) -> str:
    if store.last_seal(connection) is None:
        return "seals: there are none"
    return (
        f"seals: NOT VERIFIED, neither {seals.folder} nor the backup has audit.pub: put it there "
        "and run atlas audit verify"
    )


def _compared(target: Engine, seals: AuditSettings) -> Proof:
    report = verify(target, seals.seal_file, public_key(seals.public_key))
    with target.connect() as connection:
        last = store.last_seal(connection)
    end = last.number if last else 0
    proof = Proof()
    younger: set[int] = set()
    for one in report.findings:
        if one.kind in _ONE_SIDED and one.seals and min(one.seals) > end:
            younger.update(one.seals)
        elif _only_in_database(one):
            proof.notes.append(f"seals: {one.words}, which the sealer adds again")
        elif one.kind == "given up":
            proof.notes.append(f"seals: {one.kind}: {one.words}")
        else:
            proof.faults.append(f"seals: {one.kind}: {one.words}")
    proof.notes.append(_told(report, end))
    if younger:
        proof.notes.append(
            f"seals: {spans(sorted(younger))} of the file are younger than the backup: what they "
            'cover is lost; `atlas audit resume "REASON"` gives them up for good'
        )
    return proof


def _only_in_database(one: Finding) -> bool:
    """A file that ends before the database does: seals are copied before its snapshot is taken."""
    return one.kind == "cut off" and one.words.startswith("the file")


def _told(report: Report, end: int) -> str:
    return f"seals: the database ends with seal {end}; {report.events:,} events agree with seals"


def _enter(connection: Connection, manifest: Manifest, notes: list[str]) -> None:
    said = {
        "taken_at": manifest.taken_at.isoformat(),
        "program": manifest.program,
        "revision": manifest.revision,
        "seals": notes,
    }
    record(connection, "restore", after=said, reason="restored from a backup", actor=whoever())
