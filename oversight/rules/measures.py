"""Which consequences are due, decided, done or withdrawn (监管措施, T3)."""

from collections.abc import Iterable, Sequence
from datetime import date

from oversight.facts import Measure, Order, Violation
from oversight.policy.model import Policy
from oversight.rules.exits import Exit
from oversight.rules.ladder import Step
from oversight.status import MeasureState

COMPANY_KINDS = ("blacklist", "restriction", "joint_punishment")
"""Measures against the company as such; the others concern it in one compound."""

_AT_ONCE = ("star_down", "substandard")
_EACH_BREACH = ("credit", "talk", "manager_advice")


def of_compound(
    day: date,
    step: Step,
    rung: int,
    since: date | None,
    exit_case: Exit | None,
    recorded: Sequence[Measure],
    orders: Sequence[Order],
    company_id: int | None,
    policy: Policy,
) -> tuple[MeasureState, ...]:
    """The measures a compound's rung brings, as far as each has come by a day.

    Credit points, talk and advice follow each violation that begins to count; the others the rung.
    An order is due for each violation that has none (``ladder.repeat_order``).
    """
    found: list[MeasureState] = []
    latest = max((one.confirmed_on or since or day for one in step.counting), default=since)
    for brought in policy.ladder.rungs:
        if brought.reached > rung:
            break
        reached = step.since[brought.reached - 1] if len(step.since) >= brought.reached else since
        for kind in brought.brings:
            if kind in COMPANY_KINDS or kind == "exit":
                continue
            if kind == "order":
                found.extend(_orders_due(day, step, orders, policy))
                continue
            begins = latest if kind in _EACH_BREACH else reached
            found.append(
                state(kind, begins or day, day, _matching(recorded, kind, company_id), policy)
            )
    if exit_case is not None:
        found.append(_exit(day, exit_case, recorded, company_id, policy))
    return tuple(found)


def state(
    kind: str, since: date, day: date, recorded: Iterable[Measure], policy: Policy
) -> MeasureState:
    """How far a measure has come that is due since a day.

    Of what is recorded the newest counts that is of this time or later.
    """
    own: Measure | None = None
    for one in recorded:
        decided_on = one.decided_on if one.decided_on and one.decided_on <= day else one.due_on
        if (
            one.due_on <= day
            and decided_on >= since
            and (own is None or (one.due_on, one.id) > (own.due_on, own.id))
        ):
            own = one
    if own is None:
        return MeasureState(
            kind, "due", since, kind in _AT_ONCE or policy.measures.binding == "due"
        )
    reached = _reached(own, day)
    binds = kind in _AT_ONCE or in_force(own, day, policy)
    return MeasureState(kind, reached, since, binds and reached != "withdrawn", own.id)


def in_force(measure: Measure, day: date, policy: Policy) -> bool:
    """Whether a recorded measure has effect on a day (``measures.binding``)."""
    begins = measure.due_on if policy.measures.binding == "due" else measure.decided_on
    if begins is None or day < begins:
        return False
    if measure.withdrawn_on is not None and measure.withdrawn_on <= day:
        return False
    return measure.ends_on is None or day <= measure.ends_on


def _reached(measure: Measure, day: date) -> str:
    for name, on in (
        ("withdrawn", measure.withdrawn_on),
        ("done", measure.done_on),
        ("decided", measure.decided_on),
    ):
        if on is not None and on <= day:
            return name
    return "due"


def _matching(recorded: Sequence[Measure], kind: str, company_id: int | None) -> list[Measure]:
    return [one for one in recorded if one.kind == kind and one.company_id in {None, company_id}]


def _exit(
    day: date,
    case: Exit,
    recorded: Sequence[Measure],
    company_id: int | None,
    policy: Policy,
) -> MeasureState:
    if case.case_id is None:
        return state("exit", case.since, day, _matching(recorded, "exit", company_id), policy)
    binds = case.decided or policy.measures.binding == "due"
    return MeasureState(
        "exit", "decided" if case.decided else "due", case.since, binds, case.case_id
    )


def _orders_due(
    day: date, step: Step, orders: Sequence[Order], policy: Policy
) -> Iterable[MeasureState]:
    ordered = {one.violation_id for one in orders if one.issued_on <= day}
    seen: set[str | None] = set()
    for one in step.counting:
        prohibition = policy.prohibition(one.type_code)
        repeated = prohibition in seen
        seen.add(prohibition)
        if one.id in ordered or (repeated and not policy.ladder.repeat_order):
            continue
        yield MeasureState("order", "due", _begins(one, day), False, None, one.id)


def _begins(violation: Violation, day: date) -> date:
    return violation.confirmed_on or day
