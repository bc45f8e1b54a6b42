"""When the next inspection is due, and for which duty (T3–T5, T8, T10, T14)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from oversight.facts import CompoundFacts, Disclosure, Inspection
from oversight.policy.model import InspectionDuty, Policy
from oversight.status import FactRef, Standing

_WHOLE = frozenset({"nine_prohibitions", "key_target", "exit_case", "routine", "random"})
"""Visits that look at the nine prohibitions, whatever brought the inspector."""
_SAFETY = frozenset({"safety_check", "hazard"})


class Waiting(NamedTuple):
    """What is open in the compound and may bring an inspector."""

    hazards: tuple[FactRef, ...]
    orders: tuple[FactRef, ...]
    complaints: tuple[FactRef, ...]
    leads: tuple[FactRef, ...]


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

    def of(self, reasons: frozenset[str]) -> date | None:
        """The newest visit for one of the reasons."""
        return max((on for why, on in self.by_reason.items() if why in reasons), default=None)


def next_visit(
    facts: CompoundFacts, policy: Policy, day: date, standing: Standing, waiting: Waiting
) -> tuple[date | None, str | None]:
    """The day the next inspection is due and its duty; of one day the duty named first.

    A compound never visited is due its interval after the action began, or after it was first
    served or rated. A day that has passed means the visit is overdue.
    """
    visits = Visits(facts.inspections, policy, day)
    begun = _begun(facts, policy, day)
    found: date | None = None
    why: str | None = None
    for duty in policy.inspection.duties:
        on = _due(duty, facts, day, standing, waiting, visits, begun)
        if on is not None and (found is None or on < found):
            found, why = on, duty.code
    return found, why


def _due(
    duty: InspectionDuty,
    facts: CompoundFacts,
    day: date,
    standing: Standing,
    waiting: Waiting,
    visits: Visits,
    begun: date,
) -> date | None:
    on: date | None = None
    match duty.code:
        case "routine":
            on = _recurring(duty, visits.last, begun)
        case "nine_prohibitions":
            on = _recurring(duty, visits.of(_WHOLE), begun)
        case "safety_check":
            on = _recurring(duty, visits.of(_SAFETY), begun)
        case "joint_presence":
            on = _recurring(duty, visits.by_reason.get("joint_presence"), begun)
        case "fee_check":
            last = visits.by_reason.get("fee_check")
            on = _fee_check(duty, facts.disclosures, last, begun, day)
        case "key_target":
            on = _since(duty, standing.key_target_since, visits.satisfying)
        case "exit_case":
            on = _since(duty, standing.exit_since, visits.last)
        case "hazard":
            on = _hazards(duty, facts, waiting, visits)
        case "deadline":
            on = _unseen(duty, waiting.orders, visits.last)
        case "complaint":
            on = _unseen(duty, (*waiting.complaints, *waiting.leads), visits.last)
    return on


def _recurring(duty: InspectionDuty, last: date | None, begun: date) -> date | None:
    if duty.interval_days is None:
        return None
    return (last or begun) + timedelta(days=duty.interval_days)


def _since(duty: InspectionDuty, since: date | None, last: date | None) -> date | None:
    """Soon after it began, and then by the interval."""
    if since is None:
        return None
    first = since + timedelta(days=duty.after_days or 0)
    if last is None or duty.interval_days is None:
        return first
    following = last + timedelta(days=duty.interval_days)
    return max(following, since) if last >= since or duty.after_days is None else first


def _unseen(duty: InspectionDuty, refs: Sequence[FactRef], last: date | None) -> date | None:
    """The earliest that nobody has looked at since its day."""
    days = [one.on for one in refs if last is None or last < one.on]
    return min(days) + timedelta(days=duty.after_days or 0) if days else None


def _hazards(
    duty: InspectionDuty, facts: CompoundFacts, waiting: Waiting, visits: Visits
) -> date | None:
    """A serious hazard is looked at soon after it was found, and again on its deadline."""
    if not waiting.hazards:
        return None
    still = {one.id for one in waiting.hazards}
    last = visits.last
    found: date | None = None
    for one in facts.hazards:
        if one.id not in still or one.severity != "serious":
            continue
        on = one.found_on + timedelta(days=duty.after_days or 0)
        if last is not None and last >= one.found_on:
            on = one.due_on if last < one.due_on else last + timedelta(days=duty.after_days or 0)
        if found is None or on < found:
            found = on
    return found


def _fee_check(
    duty: InspectionDuty,
    disclosures: Sequence[Disclosure],
    last: date | None,
    begun: date,
    day: date,
) -> date | None:
    """Yearly; sooner where fees or public revenue are not disclosed (T8)."""
    found = _recurring(duty, last, begun)
    for one in disclosures:
        missing = one.kind in {"fees", "revenue"} and not one.disclosed
        holds = one.start <= day and (one.end is None or day < one.end)
        if missing and holds and (last is None or last < one.start):
            on = one.start + timedelta(days=duty.after_days or 0)
            found = on if found is None or on < found else found
    return found


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
