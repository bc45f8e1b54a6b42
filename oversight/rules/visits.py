"""When the next inspection is due, and for which duty (T3–T5, T8, T10, T14)."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache, partial
from itertools import accumulate
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from oversight.facts import CompoundFacts, Inspection
from oversight.policy.model import InspectionDuty, Policy
from oversight.status import FactRef

_WHOLE = frozenset({"nine_prohibitions", "key_target", "exit_case", "routine", "random"})
"""Visits that look at the nine prohibitions, whatever brought the inspector."""
_SAFETY = frozenset({"safety_check", "hazard"})
_FEES = frozenset({"fees", "revenue"})


type Due = tuple[date, FactRef | None]
"""When a duty is due, and the fact from which that is reckoned; none: the day the action began."""


class Begun(NamedTuple):
    """From when intervals run where nobody came yet, and the fact that began there."""

    on: date
    fact: FactRef | None


class Newest(NamedTuple):
    """The newest visits made by a day: of all, and of those that count for some duties."""

    last: FactRef | None = None
    satisfying: FactRef | None = None
    whole: FactRef | None = None
    safety: FactRef | None = None
    fees: FactRef | None = None
    presence: FactRef | None = None


class Seen(NamedTuple):
    """What a day looks back on, and from when intervals run where nobody came yet.

    ``undisclosed`` are the findings that fees or public revenue are not disclosed.
    """

    newest: Newest
    begun: Begun
    undisclosed: tuple[FactRef, ...]


class Past(NamedTuple):
    """What a day's duties look back on: visits, and when each duty that they alone set is due."""

    last: FactRef | None
    satisfying: FactRef | None
    recurring: dict[str, Due | None]


class Visited:
    """A compound's visits in their order, asked what many days look back on."""

    def __init__(self, facts: CompoundFacts, policy: Policy) -> None:
        """Go through the visits once; of one day the one with the larger number is newer."""
        self._facts, self._policy = facts, policy
        visits = sorted(facts.inspections, key=_visited_when)
        fitting = policy.inspection.satisfied_by
        bodies: set[str] = {"housing", "street"} if fitting == "any" else {fitting}
        self._days = [one.inspected_on for one in visits]
        self._newest = list(accumulate(visits, partial(_newer, bodies), initial=Newest()))
        self._first = _first(facts)

    def past(self, day: date) -> Past:
        """What a day's duties look back on.

        A compound never visited is due its interval after the action began, or after it was first
        served or rated.
        """
        newest = self._newest[bisect_right(self._days, day)]
        begun = _begun(self._first, self._policy.action.start, day)
        seen = Seen(newest, begun, _undisclosed(self._facts, day))
        recurring = {
            duty.code: _RECURRING[duty.code](duty, seen)
            for duty in self._policy.inspection.duties
            if duty.code in _RECURRING
        }
        return Past(newest.last, newest.satisfying, recurring)


_visited_when = attrgetter("inspected_on", "id")


def _newer(bodies: set[str], before: Newest, one: Inspection) -> Newest:
    """The newest visits after one more."""
    visit = FactRef("inspection", one.id, one.inspected_on)
    return Newest(
        last=visit,
        satisfying=visit if one.agency_kind in bodies else before.satisfying,
        whole=visit if one.reason in _WHOLE else before.whole,
        safety=visit if one.reason in _SAFETY else before.safety,
        fees=visit if one.reason == "fee_check" else before.fees,
        presence=visit if one.reason == "joint_presence" else before.presence,
    )


def _undisclosed(facts: CompoundFacts, day: date) -> tuple[FactRef, ...]:
    return tuple(
        [
            FactRef("disclosure", one.id, one.start)
            for one in facts.disclosures
            if not one.disclosed
            and one.kind in _FEES
            and one.start <= day
            and (one.end is None or day < one.end)
        ]
    )


class Look(NamedTuple):
    """What a duty looks at on a day; of what waits, what is open."""

    facts: CompoundFacts
    key_target_since: date | None
    exit_since: date | None
    hazards: tuple[FactRef, ...]
    orders: tuple[FactRef, ...]
    complaints: tuple[FactRef, ...]
    leads: tuple[FactRef, ...]
    past: Past


type Duties = list[tuple[int, date, str, FactRef | None]]
"""Tier, day and code of duties, and the fact from which the day is reckoned."""


class Next(NamedTuple):
    """The next inspection, its duty and the fact that sets it.

    ``until`` is the day on which another duty may become due.
    """

    on: date | None
    duty: str | None
    until: date | None
    fact: FactRef | None = None


NOWHEN = Next(None, None, None)


def duties(facts: CompoundFacts, policy: Policy, *looked_at: Any) -> Duties:
    """When each duty that applies is due, in the policy's order.

    ``looked_at`` is what comes after the facts in :class:`Look`.
    """
    look = Look(facts, *looked_at)
    return [
        (duty.tier, due[0], duty.code, due[1])
        for duty in policy.inspection.duties
        if (due := _due(duty, look)) is not None
    ]


def _due(duty: InspectionDuty, look: Look) -> Due | None:
    if duty.code in look.past.recurring:
        return look.past.recurring[duty.code]
    return _DUE[duty.code](duty, look)


def next_visit(found: Duties, day: date) -> Next:
    """When the next inspection is due, and for which duty.

    Duties that are due by the day merge into one visit, of the strongest tier and the earliest
    date, which may have passed; of one tier the duty that is due longest gives the reason, of one
    day the one the policy names first. While none is due, the earliest to come.
    """
    due = [one for one in found if one[1] <= day]
    if not due:
        first = min(found, key=_when, default=None)
        return NOWHEN if first is None else Next(first[1], first[2], first[1], first[3])
    strongest = min(due, key=_rank)
    # A weaker duty that becomes due later changes neither the reason nor the date.
    stronger = [on for tier, on, _, _ in found if on > day and tier < strongest[0]]
    soonest = min(due, key=_when)[1]
    return Next(soonest, strongest[2], min(stronger, default=None), strongest[3])


_when = itemgetter(1)
_rank = itemgetter(0, 1)


def _recurring(duty: InspectionDuty, last: FactRef | None, begun: Begun) -> Due | None:
    if duty.interval_days is None:
        return None
    if last is None:
        return begun.on + _days(duty.interval_days), begun.fact
    return last.on + _days(duty.interval_days), last


def _since(duty: InspectionDuty, since: date | None, last: FactRef | None) -> Due | None:
    """Soon after it began, and then by the interval."""
    if since is None:
        return None
    first = since + _days(duty.after_days or 0), None
    if last is None or duty.interval_days is None:
        return first
    if last.on < since and duty.after_days is not None:
        return first
    return max(last.on + _days(duty.interval_days), since), last


def _unseen(duty: InspectionDuty, refs: Sequence[FactRef], last: FactRef | None) -> Due | None:
    """The earliest that nobody has looked at since its day."""
    unseen = [one for one in refs if last is None or last.on < one.on]
    if not unseen:
        return None
    first = min(unseen, key=_day_of)
    return first.on + _days(duty.after_days or 0), first


_day_of = itemgetter(2)


@cache
def _days(many: int) -> timedelta:
    return timedelta(many)


def _hazards(
    duty: InspectionDuty,
    facts: CompoundFacts,
    open_hazards: tuple[FactRef, ...],
    last: FactRef | None,
) -> Due | None:
    """A serious hazard is looked at soon after it was found, and again on its deadline."""
    if not open_hazards:
        return None
    still = {one.id: one for one in open_hazards}
    found: Due | None = None
    for one in facts.hazards:
        if one.id not in still or one.severity != "serious":
            continue
        on = one.found_on + _days(duty.after_days or 0)
        if last is not None and last.on >= one.found_on:
            on = one.due_on if last.on < one.due_on else last.on + _days(duty.after_days or 0)
        if found is None or on < found[0]:
            found = on, still[one.id]
    return found


def _fee_check(duty: InspectionDuty, seen: Seen, last: FactRef | None) -> Due | None:
    """Yearly; sooner where fees or public revenue are not disclosed (T8)."""
    yearly = _recurring(duty, last, seen.begun)
    soon = _unseen(duty, seen.undisclosed, last)
    if yearly is None or (soon is not None and soon[0] < yearly[0]):
        return soon
    return yearly


def _first(facts: CompoundFacts) -> FactRef | None:
    """The contract or rating with which the compound was first served or rated."""
    contracts = [FactRef("contract", one.id, one.start) for one in facts.contracts]
    ratings = [FactRef("rating", one.id, one.published_on) for one in facts.ratings]
    return min([*contracts, *ratings], key=_day_of, default=None)


def _begun(first: FactRef | None, action: date, day: date) -> Begun:
    """From when intervals run where nobody came yet."""
    if first is None or first.on > day or first.on <= action:
        return Begun(action, None)
    return Begun(first.on, first)


_DUE: dict[str, Callable[[InspectionDuty, Look], Due | None]] = {
    "hazard": lambda duty, look: _hazards(duty, look.facts, look.hazards, look.past.last),
    "exit_case": lambda duty, look: _since(duty, look.exit_since, look.past.last),
    "deadline": lambda duty, look: _unseen(duty, look.orders, look.past.last),
    "key_target": lambda duty, look: _since(duty, look.key_target_since, look.past.satisfying),
    "complaint": lambda duty, look: _unseen(duty, look.complaints + look.leads, look.past.last),
}
"""When each duty is due that what waits or the compound's standing sets."""

_RECURRING: dict[str, Callable[[InspectionDuty, Seen], Due | None]] = {
    "nine_prohibitions": lambda duty, seen: _recurring(duty, seen.newest.whole, seen.begun),
    "fee_check": lambda duty, seen: _fee_check(duty, seen, seen.newest.fees),
    "safety_check": lambda duty, seen: _recurring(duty, seen.newest.safety, seen.begun),
    "joint_presence": lambda duty, seen: _recurring(duty, seen.newest.presence, seen.begun),
    "routine": lambda duty, seen: _recurring(duty, seen.newest.last, seen.begun),
    "random": lambda duty, seen: None,
}
"""When each is due by earlier visits; drawn ones (random) come from the draw, not from here."""
