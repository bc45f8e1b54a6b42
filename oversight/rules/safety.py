"""Hazards, complaints and leads that wait (T8, T9, T10, T15)."""

from collections.abc import Sequence
from datetime import date

from oversight.facts import Complaint, Hazard, Lead
from oversight.rules.ladder import DAY
from oversight.rules.orders import Open
from oversight.status import FactRef, earliest


def open_hazards(hazards: Sequence[Hazard], day: date) -> Open:
    """Hazards found and not cleared by a day; ``on`` is the day by which they must be gone."""
    found = [
        one
        for one in hazards
        if one.found_on <= day and (one.cleared_on is None or one.cleared_on > day)
    ]
    if not found:
        return _NOTHING
    refs = tuple(FactRef("hazard", one.id, one.due_on) for one in found)
    overdue = tuple(one for one in refs if one.on < day)
    return Open(refs, overdue, earliest(*[one.on + DAY for one in refs if one.on >= day]))


def open_complaints(complaints: Sequence[Complaint], day: date) -> tuple[FactRef, ...]:
    """Complaints received and not closed by a day."""
    return tuple(
        FactRef("complaint", one.id, one.received_on)
        for one in complaints
        if one.received_on <= day and (one.closed_on is None or one.closed_on > day)
    )


def open_leads(leads: Sequence[Lead], day: date) -> tuple[FactRef, ...]:
    """Leads reported and not decided by a day."""
    return tuple(
        FactRef("lead", one.id, one.reported_on)
        for one in leads
        if one.reported_on <= day and (one.decided_on is None or one.decided_on > day)
    )


_NOTHING = Open((), (), None)
