"""Removes a person's values, while facts, events and seals stay what they were.

An event holds only the salted hash of a personal value; with value and salt gone, nothing leads
back. What was erased is entered, without any value, in a register outside the database, and done
again after a restore from a time before it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, select, text, update

from audit import files
from audit.record import record
from geo.errors import AtlasError
from geo.models import Base
from geo.models.audit import PersonalField


@dataclass(frozen=True)
class Kind:
    """Where the values are: in a row that is all about a person, or in columns of one that stays.

    ``leaves`` is what such a row has in these columns afterwards. ``copied`` facts have versions
    that were set aside. Rows of the table ``takes`` whose column names the number go along.
    """

    name: str
    key: str
    leaves: Mapping[str, Any] | None = None
    copied: bool = False
    takes: tuple[str, str] | None = None

    @property
    def table(self) -> Table:
        """The table."""
        return Base.metadata.tables[self.name]


KINDS: Mapping[str, Kind] = {
    "company": Kind("registry.company_contact", "company_id"),
    "contract": Kind("registry.contract_manager", "contract_id"),
    "member": Kind("registry.member_person", "member_id"),
    "inspector": Kind("planning.inspector_person", "inspector_id"),
    "complaint": Kind("oversight.complaint_person", "complaint_id"),
    "lead": Kind("oversight.lead", "id", {"statement": None}, copied=True),
    "violation": Kind("oversight.violation", "id", {"evidence": None}, copied=True),
    "account": Kind(
        "access.account",
        "id",
        {
            "name": "",
            "issuer": None,
            "subject": None,
            "password_hash": None,
            "disabled_at": text("COALESCE(disabled_at, now())"),
        },
        takes=("access.session", "account_id"),
    ),
}
"""By the kind of fact, or account, whose number is given."""

_SHARED = {"name", "head_name", "party_member", "community_post", "delegate"}
"""Fields in which two people may say the same: no row is known by them."""

_KEPT = text("""
    DELETE FROM audit.person_value USING audit.event
    WHERE event.id = person_value.event_id AND event.table_name = :table AND event.row_key = :key
    RETURNING person_value.field, person_value.value
""")
_COPIES, _ANSWERED, _HELD = (
    text(Path(__file__).with_name(f"erase_{name}.sql").read_text("utf-8"))
    for name in ("copies", "answered", "held")
)


def erase(connection: Connection, kind: str, number: int, reason: str, register: Path) -> int:
    """Erase what is kept of the person behind a fact; how many values and rows that were.

    The register has its line before the caller commits: an erasure is rather done twice than
    forgotten. ``reason`` must hold no personal value: it stays. Raises AtlasError where the kind is
    not known, or nothing is kept.
    """
    found = _erase(connection, kind, number)
    if not found:
        raise AtlasError(f"nothing personal is kept of {kind} {number}")
    record(connection, "erase", KINDS[kind].name, number, reason=reason)
    line = {"kind": kind, "id": number, "at": datetime.now(UTC).isoformat(), "reason": reason}
    files.append(register, [json.dumps(line, ensure_ascii=False)])
    return found


def replay(connection: Connection, register: Path) -> int:
    """Erase again, after a restore, what the register names; how many of its lines had to be.

    Before anything new is entered: a restored database gives out numbers again that it gave before.
    Done twice, it changes nothing the second time. Raises AtlasError where a line cannot be read.
    """
    again = 0
    for place, (_, line) in enumerate(files.lines(register, files.size(register)), 1):
        try:
            said = json.loads(line)
            kind, number, reason = said["kind"], int(said["id"]), said["reason"]
        except (ValueError, KeyError, TypeError):
            raise AtlasError(f"{register}: line {place} is not that of an erasure") from None
        if _erase(connection, kind, number):
            words = f"{reason} (again after a restore)"
            record(connection, "erase", KINDS[kind].name, number, reason=words)
            again += 1
    return again


def _erase(connection: Connection, name: str, number: int) -> int:
    if name not in KINDS:
        raise AtlasError(f"{name!r} is not one of {', '.join(KINDS)}")
    kind = KINDS[name]
    found = _current(connection, kind, number)
    done = len(found)
    for row in connection.execute(_KEPT, {"table": kind.name, "key": str(number)}):
        found.append((row.field, row.value))
        done += 1
    values = sorted({value for field, value in found if field not in _SHARED})
    if kind.copied:
        done += _erase_copies(connection, kind, number, values)
    if values:
        held = {"values": sorted({value for _, value in found}), "telling": values}
        done += connection.execute(_HELD, held).scalar_one()
        connection.execute(_ANSWERED, {"values": values})
    return done


def _current(connection: Connection, kind: Kind, number: int) -> list[tuple[str, str]]:
    """Take away what stands now; the fields and values that did."""
    table = kind.table
    personal = connection.scalars(
        select(PersonalField.field).where(PersonalField.table_name == kind.name)
    ).all()
    columns = [table.c[field] for field in personal]
    here = table.c[kind.key] == number
    row = connection.execute(select(*columns).where(here)).mappings().first()
    if row is None:
        return []
    if kind.leaves is None:
        connection.execute(delete(table).where(here))
    else:
        connection.execute(update(table).where(here).values(kind.leaves))
    if kind.takes is not None:
        taken = Base.metadata.tables[kind.takes[0]]
        connection.execute(delete(taken).where(taken.c[kind.takes[1]] == number))
    return [(field, str(value)) for field, value in row.items() if value not in (None, "")]


def _erase_copies(connection: Connection, kind: Kind, number: int, values: list[str]) -> int:
    """The same words in versions set aside, and in what a lead became; how many rows."""
    table = kind.table
    compound = connection.scalar(select(table.c.compound_id).where(table.c.id == number))
    if compound is None or not values:
        return 0
    given = {
        "compound": compound,
        "values": values,
        "id": number,
        "lead": kind.name == "oversight.lead",
        "violation": kind.name == "oversight.violation",
    }
    return int(connection.execute(_COPIES, given).scalar_one())
