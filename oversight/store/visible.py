"""Of the facts that reasons rest on, those that whoever asks may see.

What follows is worked out over all facts; that there are others is told as a number, not which.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, text

from oversight.status import CompanyStatus, Reason, Status
from oversight.store.refresh import Changes

TABLES = {
    "violation": "oversight.violation",
    "order": "oversight.rectification_order",
    "rating": "oversight.rating",
    "referral": "oversight.referral",
    "measure": "oversight.measure",
    "exit_case": "oversight.exit_case",
    "hazard": "oversight.hazard",
    "complaint": "oversight.complaint",
    "lead": "oversight.lead",
    "committee": "registry.committee",
}
"""By kind of fact the table whose row policies say who sees it; a compound everybody sees."""

type Ref = tuple[str, int]
"""A fact: its kind and number."""


def rests_on(*statuses: Status | CompanyStatus | None) -> set[Ref]:
    """The facts that statuses name, in their reasons and as what counts."""
    found: set[Ref] = set()
    for status in statuses:
        if status is not None:
            found.update(named(status.reasons))
            found.update(("violation", number) for number in status.counting)
    return found


def named(reasons: Iterable[Reason]) -> set[Ref]:
    """The facts that reasons name, but for what everybody sees."""
    return {(fact.kind, fact.id) for why in reasons for fact in why.facts if fact.kind in TABLES}


def query(refs: Iterable[Ref]) -> tuple[str, dict[str, Any]]:
    """A query of the kinds and numbers that are there for whoever asks it, and its values."""
    values: dict[str, list[int]] = {}
    for kind, number in sorted(refs):
        values.setdefault(kind, []).append(number)
    parts = [
        f"SELECT '{kind}' AS kind, id FROM {TABLES[kind]} WHERE id = ANY(CAST(:{kind} AS bigint[]))"  # noqa: S608
        for kind in values
    ]
    return "\nUNION ALL\n".join(parts), dict(values)


def hidden(connection: Connection, refs: Collection[Ref]) -> frozenset[Ref]:
    """Those of the facts that whoever the connection is of may not see."""
    if not refs:
        return frozenset()
    sql, values = query(refs)
    seen = {(row.kind, row.id) for row in connection.execute(text(sql), values)}
    return frozenset(set(refs) - seen)


def seen(connection: Connection, changes: Changes) -> tuple[Changes, frozenset[Ref]]:
    """The changes of compounds and companies one may see, and the facts behind them one may not."""
    compounds = _open(connection, "compound", changes)
    companies = _open(connection, "company", changes)
    kept = Changes(
        [one for one in changes.compounds if one[0] in compounds],
        [one for one in changes.companies if one[0] in companies],
    )
    refs = rests_on(
        *(one for change in kept.compounds for one in change[1:]),
        *(one for change in kept.companies for one in change[1:]),
    )
    return kept, hidden(connection, refs)


_OPEN = {
    "compound": text(
        "SELECT compound_id FROM oversight.status"
        " WHERE compound_id = ANY(:ids) AND upper_inf(valid)"
    ),
    "company": text(
        "SELECT company_id FROM oversight.company_status"
        " WHERE company_id = ANY(:ids) AND upper_inf(valid)"
    ),
}


def _open(connection: Connection, kind: str, changes: Changes) -> set[int]:
    ids = [one[0] for one in (changes.compounds if kind == "compound" else changes.companies)]
    return set(connection.scalars(_OPEN[kind], {"ids": ids})) if ids else set()
