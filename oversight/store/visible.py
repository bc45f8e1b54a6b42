"""Of the facts that reasons rest on, those that whoever asks may see.

What follows is worked out over all facts; that there are others is told as a number, not which. Of
stored statuses ``access.told`` sees to that, of those that a write changes this module.
"""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Connection, text

from access.told import FACTS, LISTS
from oversight.status import CompanyStatus, MeasureState, Reason, Status
from oversight.store.refresh import Changes

type Ref = tuple[str, int]
"""A fact: its kind and number."""

UNSEEN: frozenset[Ref] = frozenset((kind, 0) for kind in FACTS)
"""What stands for facts that the reader of a stored status may not see (``access.told``)."""

_SEEN = text("SELECT kind, number FROM access.seen(:kinds, :numbers)")


def rests_on(*statuses: Status | CompanyStatus | None) -> set[Ref]:
    """The facts that statuses name, in their reasons and their lists."""
    found: set[Ref] = set()
    for status in statuses:
        if status is not None:
            found.update(named(status.reasons))
            for field, kind in LISTS.items():
                found.update((kind, number) for number in getattr(status, field, ()))
            found.update(_measured(status.measures))
            steps = getattr(status, "committee_steps_due", ())
            found.update(("violation", number) for _, number in steps)
    return found


def _measured(measures: Iterable[MeasureState]) -> Iterator[Ref]:
    """The facts that measures name; an exit's number is that of a fact of the compound itself."""
    for one in measures:
        if one.measure_id is not None and one.kind != "exit":
            yield "measure", one.measure_id
        if one.violation_id is not None:
            yield "violation", one.violation_id


def named(reasons: Iterable[Reason]) -> set[Ref]:
    """The facts that reasons name."""
    return {(fact.kind, fact.id) for why in reasons for fact in why.facts if fact.kind in FACTS}


def hidden(connection: Connection, refs: Collection[Ref]) -> frozenset[Ref]:
    """Those of the facts that whoever the connection is of may not see."""
    if not refs:
        return frozenset()
    kinds, numbers = zip(*refs, strict=True)
    seen = connection.execute(_SEEN, {"kinds": list(kinds), "numbers": list(numbers)})
    return frozenset(refs) - {(row.kind, row.number) for row in seen}


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
