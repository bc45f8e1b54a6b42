"""When the next inspection is due, and for which duty (T3–T5, T8, T10, T14)."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from oversight.facts import CompoundFacts, Inspection
from oversight.policy.model import InspectionDuty, Policy
from oversight.status import FactRef, earliest

_WHOLE = frozenset({"nine_prohibitions", "key_target", "exit_case", "routine", "random"})
"""Visits that look at the nine prohibitions, whatever brought the inspector."""
_SAFETY = frozenset({"safety_check", "hazard"})
_FEES = frozenset({"fees", "revenue"})


class Visits:
    """The visits made by a day: the newest of all, of a reason, and of housing or street."""

    def __init__(self, inspections: Sequence[Inspection], policy: Policy, day: date) -> None:
        """Look at each visit once."""
        satisfying = policy.inspection.satisfied_by
        self.last: date | None = None
        self.satisfying: date | None = None
        self.by_reason: dict[str, date] = {}
        for one in inspections:
            on = one.inspected_on
            if on > day:
                continue
            if self.last is None or on > self.last:
                self.last = on
            if on > self.by_reason.get(one.reason, date.min):
                self.by_reason[one.reason] = on
            body = one.agency_kind
            fits = body in {"housing", "street"} if satisfying == "any" else body == satisfying
            if fits and (self.satisfying is None or on > self.satisfying):
                self.satisfying = on

        self.whole = self._of(_WHOLE)
        self.safety = self._of(_SAFETY)

    def _of(self, reasons: frozenset[str]) -> date | None:
        return max((on for why, on in self.by_reason.items() if why in reasons), default=None)


class Past(NamedTuple):
    """The visits made by a day, and from when intervals run where nobody came yet.

    ``undisclosed`` holds since when fees and public revenue are not disclosed, where they are not.
    """

    visits: Visits
    begun: date
    undisclosed: tuple[date, ...]


def past(facts: CompoundFacts, policy: Policy, day: date) -> Past:
    """What a day's duties look back on.

    A compound never visited is due its interval after the action began, or after it was first
    served or rated.
    """
    undisclosed = [
        one.start
        for one in facts.disclosures
        if not one.disclosed
        and one.kind in _FEES
        and one.start <= day
        and (one.end is None or day < one.end)
    ]
    visits = Visits(facts.inspections, policy, day)
    return Past(visits, _begun(facts, policy, day), tuple(undisclosed))


class _Look(NamedTuple):
    """What a duty looks at on a day."""

    facts: CompoundFacts
    key_target_since: date | None
    exit_since: date | None
    hazards: tuple[FactRef, ...]
    orders: tuple[FactRef, ...]
    reports: tuple[FactRef, ...]
    visits: Visits
    begun: date
    undisclosed: tuple[date, ...]


type Duties = list[tuple[int, date, str]]
"""Tier, day and code of duties."""


class Next(NamedTuple):
    """The next inspection, its duty, and the day on which another duty may become due."""

    on: date | None
    duty: str | None
    until: date | None


NOWHEN = Next(None, None, None)


def duties(
    facts: CompoundFacts,
    policy: Policy,
    key_target_since: date | None,
    exit_since: date | None,
    hazards: tuple[FactRef, ...],
    orders: tuple[FactRef, ...],
    complaints: tuple[FactRef, ...],
    leads: tuple[FactRef, ...],
    before: Past,
) -> Duties:
    """When each duty that applies is due, in the policy's order; what waits is what is open."""
    reports = complaints + leads
    look = _Look(facts, key_target_since, exit_since, hazards, orders, reports, *before)
    return [
        (duty.tier, on, duty.code)
        for duty in policy.inspection.duties
        if (on := _DUE[duty.code](duty, look)) is not None
    ]


def next_visit(found: Duties, day: date) -> Next:
    """When the next inspection is due, and for which duty.

    Duties that are due by the day merge into one visit, of the strongest tier and the earliest
    date, which may have passed; of one tier the duty that is due longest gives the reason, of one
    day the one the policy names first. While none is due, the earliest to come.
    """
    due = [one for one in found if one[1] <= day]
    if not due:
        first = min(found, key=_when, default=None)
        return NOWHEN if first is None else Next(first[1], first[2], first[1])
    strongest = min(due, key=_rank)
    # A weaker duty that becomes due later changes neither the reason nor the date.
    stronger = [on for tier, on, _ in found if on > day and tier < strongest[0]]
    return Next(min(due, key=_when)[1], strongest[2], min(stronger, default=None))


_when = itemgetter(1)
_rank = itemgetter(0, 1)


def _recurring(duty: InspectionDuty, last: date | None, begun: date) -> date | None:
    if duty.interval_days is None:
        return None
    return (last or begun) + _days(duty.interval_days)


def _since(duty: InspectionDuty, since: date | None, last: date | None) -> date | None:
    """Soon after it began, and then by the interval."""
    if since is None:
        return None
    first = since + _days(duty.after_days or 0)
    if last is None or duty.interval_days is None:
        return first
    following = last + _days(duty.interval_days)
    return max(following, since) if last >= since or duty.after_days is None else first


def _unseen(duty: InspectionDuty, refs: Sequence[FactRef], last: date | None) -> date | None:
    """The earliest that nobody has looked at since its day."""
    days = [one.on for one in refs if last is None or last < one.on]
    return min(days) + _days(duty.after_days or 0) if days else None


@cache
def _days(many: int) -> timedelta:
    return timedelta(many)


def _hazards(
    duty: InspectionDuty, facts: CompoundFacts, open_hazards: tuple[FactRef, ...], last: date | None
) -> date | None:
    """A serious hazard is looked at soon after it was found, and again on its deadline."""
    if not open_hazards:
        return None
    still = {one.id for one in open_hazards}
    found: date | None = None
    for one in facts.hazards:
        if one.id not in still or one.severity != "serious":
            continue
        on = one.found_on + _days(duty.after_days or 0)
        if last is not None and last >= one.found_on:
            on = one.due_on if last < one.due_on else last + _days(duty.after_days or 0)
        if found is None or on < found:
            found = on
    return found


def _fee_check(
    duty: InspectionDuty, undisclosed: tuple[date, ...], last: date | None, begun: date
) -> date | None:
    """Yearly; sooner where fees or public revenue are not disclosed (T8)."""
    unseen = [start for start in undisclosed if last is None or last < start]
    soon = min(unseen) + _days(duty.after_days or 0) if unseen else None
    return earliest(_recurring(duty, last, begun), soon)


def _begun(facts: CompoundFacts, policy: Policy, day: date) -> date:
    """From when intervals run where nobody came yet."""
    first = min(
        (
            *(one.start for one in facts.contracts if one.start <= day),
            *(one.published_on for one in facts.ratings if one.published_on <= day),
        ),
        default=policy.action.start,
    )
    return max(first, policy.action.start)


_DUE: dict[str, Callable[[InspectionDuty, _Look], date | None]] = {
    "hazard": lambda duty, look: _hazards(duty, look.facts, look.hazards, look.visits.last),
    "exit_case": lambda duty, look: _since(duty, look.exit_since, look.visits.last),
    "deadline": lambda duty, look: _unseen(duty, look.orders, look.visits.last),
    "key_target": lambda duty, look: _since(duty, look.key_target_since, look.visits.satisfying),
    "nine_prohibitions": lambda duty, look: _recurring(duty, look.visits.whole, look.begun),
    "complaint": lambda duty, look: _unseen(duty, look.reports, look.visits.last),
    "fee_check": lambda duty, look: _fee_check(
        duty,
        look.undisclosed,
        look.visits.by_reason.get("fee_check"),
        look.begun,
    ),
    "safety_check": lambda duty, look: _recurring(duty, look.visits.safety, look.begun),
    "joint_presence": lambda duty, look: _recurring(
        duty, look.visits.by_reason.get("joint_presence"), look.begun
    ),
    "routine": lambda duty, look: _recurring(duty, look.visits.last, look.begun),
    "random": lambda duty, look: None,
}
"""When each duty is due; drawn visits (random) come from the draw, not from the compound."""
