"""The sanction ladder: how many prohibitions were broken, and since when (T3)."""

import calendar
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from oversight.facts import Violation
from oversight.policy.model import Policy

DAY = timedelta(days=1)
HIGHEST = 4


class Step(NamedTuple):
    """From a day on so many rungs, by these violations.

    ``since`` gives for each rung from 1 the first day of the unbroken stretch at or above it, up
    to the rung reached.
    """

    start: date
    rung: int
    counting: tuple[Violation, ...]
    since: tuple[date, ...]


NOTHING = Step(date.min, 0, (), ())


class Ladder:
    """The rung of every day, as steps; ``expiries`` are the days on which windows run out."""

    def __init__(self, steps: Sequence[Step], expiries: Sequence[date] = ()) -> None:
        """Keep steps in order of time."""
        self.steps = tuple(steps)
        self.starts = [one.start for one in steps]
        self.expiries = tuple(expiries)

    def at(self, day: date) -> Step:
        """The step a day lies on."""
        position = bisect_right(self.starts, day)
        return self.steps[position - 1] if position else NOTHING


class _Counted(NamedTuple):
    """A violation and the days it counts on, ``[start, end)``; None: for good."""

    start: date
    end: date | None
    violation: Violation


type Counts = Callable[[str], str | None]
"""Tells what a type of violation counts as, None where it does not count."""


def climb(
    violations: Iterable[Violation], policy: Policy, counts_as: Counts | None = None
) -> Ladder:
    """The ladder of violations by companies, as the policy counts them.

    A violation counts from the day it is confirmed if it is a prohibition or counts as one (or as
    ``counts_as`` has it), and happened (else was found) within the window; until it is revoked, and
    as ``rectified_counts`` and ``appealed_counts`` have it. Of one incident only the violation
    confirmed first counts.
    """
    counts_as = counts_as or policy.prohibition
    counted = [
        one for one in (_counted(each, policy, counts_as) for each in violations) if one is not None
    ]
    if not counted:
        return Ladder(())
    days = {one.start for one in counted}
    days.update(one.end for one in counted if one.end is not None)
    counted.sort(key=lambda one: (one.violation.confirmed_on, one.violation.id))
    steps: list[Step] = []
    for day in sorted(days):
        counting = _merged([one.violation for one in counted if _holds(one, day)])
        if steps and counting == steps[-1].counting:
            continue
        steps.append(
            step_after(
                day, _rung(counting, policy, counts_as), counting, steps[-1] if steps else NOTHING
            )
        )
    return Ladder(steps, _expiries(counted, policy))


def highest(ladders: Sequence[Ladder]) -> Ladder:
    """The highest of several ladders on every day; what counts is left to each of them."""
    events = sorted(
        (step.start, number, step.rung)
        for number, ladder in enumerate(ladders)
        for step in ladder.steps
    )
    standing = [0] * len(ladders)
    at_rung = [len(ladders)] + [0] * HIGHEST
    steps: list[Step] = []
    for position, (day, number, rung) in enumerate(events):
        at_rung[standing[number]] -= 1
        at_rung[rung] += 1
        standing[number] = rung
        if position + 1 < len(events) and events[position + 1][0] == day:
            continue
        top = max(level for level, many in enumerate(at_rung) if many)
        last = steps[-1] if steps else NOTHING
        if top != last.rung:
            steps.append(step_after(day, top, (), last))
    return Ladder(steps, sorted({day for ladder in ladders for day in ladder.expiries}))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def event_day(violation: Violation) -> date:
    """When a violation is placed: the day it occurred, else the day it was found."""
    return violation.occurred_on or violation.found_on


def _counted(one: Violation, policy: Policy, counts_as: Counts) -> _Counted | None:
    if one.offender_kind != "company" or one.confirmed_on is None:
        return None
    if counts_as(one.type_code) is None:
        return None
    ends = [_window_end(one, policy)]
    if one.revoked_on is not None:
        if policy.asof.revocation == "from_start":
            return None
        ends.append(one.revoked_on)
    if not policy.ladder.rectified_counts:
        ends.append(one.closed_on)
    if not policy.ladder.appealed_counts:
        ends.append(one.appealed_on)
    end = min((day for day in ends if day is not None), default=None)
    if event_day(one) < policy.action.start and policy.ladder.window == "action":
        return None
    return (
        None
        if end is not None and end <= one.confirmed_on
        else _Counted(one.confirmed_on, end, one)
    )


def _window_end(one: Violation, policy: Policy) -> date | None:
    """The first day a rolling window no longer reaches back to the violation."""
    window = policy.ladder.window
    return None if window == "action" else add_months(event_day(one), window) + DAY


def _holds(one: _Counted, day: date) -> bool:
    return one.start <= day and (one.end is None or day < one.end)


def _merged(violations: list[Violation]) -> tuple[Violation, ...]:
    """One violation an incident: the first of them that counts."""
    seen: set[str] = set()
    kept = []
    for one in violations:
        if one.incident is not None:
            if one.incident in seen:
                continue
            seen.add(one.incident)
        kept.append(one)
    return tuple(kept)


def _rung(counting: tuple[Violation, ...], policy: Policy, counts_as: Counts) -> int:
    if policy.ladder.count == "events":
        many = len(counting)
    else:
        many = len({counts_as(one.type_code) for one in counting})
    return max((one.reached for one in policy.ladder.rungs if one.reached <= many), default=0)


def step_after(day: date, rung: int, counting: tuple[Violation, ...], last: Step) -> Step:
    """The step that follows another, keeping since when each rung is held."""
    kept = last.since[:rung]
    return Step(day, rung, counting, kept + (day,) * (rung - len(kept)))


def _expiries(counted: list[_Counted], policy: Policy) -> list[date]:
    if policy.ladder.window == "action":
        return []
    return sorted(
        one.end
        for one in counted
        if one.end is not None and one.end == _window_end(one.violation, policy)
    )
