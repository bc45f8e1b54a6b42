"""When the next inspection is due, and for which duty (T3–T5, T8, T10, T14)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from oversight.facts import CompoundFacts
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


class Visits(NamedTuple):
    """The newest visits made by a day, and from when intervals run where nobody came yet.

    ``undisclosed`` are the findings that fees or public revenue are not disclosed.
    """

    last: FactRef | None
    satisfying: FactRef | None
    whole: FactRef | None
    safety: FactRef | None
    fees: FactRef | None
    presence: FactRef | None
    begun: Begun
    undisclosed: tuple[FactRef, ...]


class Past(NamedTuple):
    """What a day's duties look back on: visits, and when each duty that they alone set is due."""

    last: FactRef | None
    satisfying: FactRef | None
    recurring: dict[str, Due | None]


def past(facts: CompoundFacts, policy: Policy, day: date) -> Past:
    """What a day's duties look back on.

    A compound never visited is due its interval after the action began, or after it was first
    served or rated.
    """
    seen = _visits(facts, policy, day)
    recurring = {
        duty.code: _RECURRING[duty.code](duty, seen)
        for duty in policy.inspection.duties
        if duty.code in _RECURRING
    }
    return Past(seen.last, seen.satisfying, recurring)


def _visits(facts: CompoundFacts, policy: Policy, day: date) -> Visits:
    """Look at each visit once."""
    fitting = policy.inspection.satisfied_by
    bodies = {"housing", "street"} if fitting == "any" else {fitting}
    satisfying: FactRef | None = None
    by_reason: dict[str, FactRef] = {}
    for one in facts.inspections:
        on = one.inspected_on
        if on > day:
            continue
        visit = FactRef("inspection", one.id, on)
        known = by_reason.get(one.reason)
        if known is None or on > known.on:
            by_reason[one.reason] = visit
        if one.agency_kind in bodies and (satisfying is None or on > satisfying.on):
            satisfying = visit
    return Visits(
        last=_newest(by_reason.values()),
        satisfying=satisfying,
        whole=_newest([by_reason[why] for why in _WHOLE & by_reason.keys()]),
        safety=_newest([by_reason[why] for why in _SAFETY & by_reason.keys()]),
        fees=by_reason.get("fee_check"),
        presence=by_reason.get("joint_presence"),
        begun=_begun(facts, policy, day),
        undisclosed=_undisclosed(facts, day),
    )


def _newest(visits: Iterable[FactRef]) -> FactRef | None:
    return max(visits, key=_newness, default=None)


_newness = itemgetter(2, 1)


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


def _fee_check(
    duty: InspectionDuty, undisclosed: tuple[FactRef, ...], last: FactRef | None, begun: Begun
) -> Due | None:
    """Yearly; sooner where fees or public revenue are not disclosed (T8)."""
    yearly = _recurring(duty, last, begun)
    soon = _unseen(duty, undisclosed, last)
    if yearly is None or (soon is not None and soon[0] < yearly[0]):
        return soon
    return yearly


def _begun(facts: CompoundFacts, policy: Policy, day: date) -> Begun:
    """From when intervals run where nobody came yet."""
    first = min(
        [
            *[FactRef("contract", one.id, one.start) for one in facts.contracts],
            *[FactRef("rating", one.id, one.published_on) for one in facts.ratings],
        ],
        key=_day_of,
        default=None,
    )
    if first is None or first.on > day or first.on <= policy.action.start:
        return Begun(policy.action.start, None)
    return Begun(first.on, first)


_DUE: dict[str, Callable[[InspectionDuty, Look], Due | None]] = {
    "hazard": lambda duty, look: _hazards(duty, look.facts, look.hazards, look.past.last),
    "exit_case": lambda duty, look: _since(duty, look.exit_since, look.past.last),
    "deadline": lambda duty, look: _unseen(duty, look.orders, look.past.last),
    "key_target": lambda duty, look: _since(duty, look.key_target_since, look.past.satisfying),
    "complaint": lambda duty, look: _unseen(duty, look.complaints + look.leads, look.past.last),
}
"""When each duty is due that what waits or the compound's standing sets."""

_RECURRING: dict[str, Callable[[InspectionDuty, Visits], Due | None]] = {
    "nine_prohibitions": lambda duty, seen: _recurring(duty, seen.whole, seen.begun),
    "fee_check": lambda duty, seen: _fee_check(duty, seen.undisclosed, seen.fees, seen.begun),
    "safety_check": lambda duty, seen: _recurring(duty, seen.safety, seen.begun),
    "joint_presence": lambda duty, seen: _recurring(duty, seen.presence, seen.begun),
    "routine": lambda duty, seen: _recurring(duty, seen.last, seen.begun),
    "random": lambda duty, seen: None,
}
"""When each is due by earlier visits; drawn ones (random) come from the draw, not from here."""
