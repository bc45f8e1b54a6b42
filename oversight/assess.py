"""What follows from the facts: on a day, and from the first day on as a history.

No database, no clock, no randomness: the same facts, policy and day give the same answer.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from oversight import known
from oversight.facts import CompanyFacts, CompoundFacts
from oversight.policy.model import Policy
from oversight.rules.company import company_at, prepare_company
from oversight.rules.standing import prepare, standing
from oversight.rules.upkeep import prepare_upkeep, upkeep
from oversight.status import CompanyStatus, Standing, Status, Upkeep, earliest

type At[S] = Callable[[date], tuple[S, date | None]]
"""Tells what holds on a day, and the next day on which time alone may change it."""


class Span[S](NamedTuple):
    """What holds from a day until the day before ``end``; open-ended where ``end`` is None.

    ``holds_until`` is the next day on which what is known today changes the answer.
    """

    start: date
    end: date | None
    status: S
    holds_until: date | None


def assess(facts: CompoundFacts, policy: Policy, as_of: date) -> Status:
    """What follows for a compound on a day, from what is dated no later (T3–T15).

    ``holds_until`` is the first day on which time alone changes the answer: deadlines, terms,
    contracts and windows that run out. An end that is already entered counts as planned.
    """
    return _on_day(_compound_at(_as_of(facts, policy, as_of), policy), as_of)


def assess_company(facts: CompanyFacts, policy: Policy, as_of: date) -> CompanyStatus:
    """What follows for a company on a day, over all compounds of its city (T3, T6)."""
    return _on_day(_company_at(_as_of(facts, policy, as_of), policy), as_of)


def history(
    facts: CompoundFacts, policy: Policy, today: date, since: date | None = None
) -> tuple[Span[Status], ...]:
    """What held from the first fact on, as spans that follow each other; the last is open-ended.

    With ``since`` only from that day on.

    The status of a past day is what :func:`assess` says of it, but for the company's part, which
    has a history of its own, and ``holds_until``.
    """
    by_entry = policy.asof.basis == "known"
    days = known.days(facts, after=since, entered=by_entry)
    return _history(
        facts,
        days,
        policy,
        today,
        since,
        lambda day: _alone(
            _compound_at(_known(facts, policy, day), policy, None if by_entry else days)
        ),
    )


def company_history(
    facts: CompanyFacts, policy: Policy, today: date, since: date | None = None
) -> tuple[Span[CompanyStatus], ...]:
    """As :func:`history`, for a company."""
    by_entry = policy.asof.basis == "known"
    return _history(
        facts,
        known.days(facts, after=since, entered=by_entry),
        policy,
        today,
        since,
        lambda day: _company_at(_known(facts, policy, day), policy),
    )


def _as_of[Facts: (CompoundFacts, CompanyFacts)](facts: Facts, policy: Policy, day: date) -> Facts:
    return known.until(
        _known(facts, policy, day),
        day,
        revoked_from_start=policy.asof.revocation == "from_start",
    )


def _known[Facts: (CompoundFacts, CompanyFacts)](facts: Facts, policy: Policy, day: date) -> Facts:
    return known.known(facts, day) if policy.asof.basis == "known" else facts


def _compound_at(
    facts: CompoundFacts, policy: Policy, days: known.Days | None = None
) -> At[Status]:
    case, second_case = prepare(facts, policy), prepare_upkeep(facts, policy, days)
    last: tuple[Standing | None, Upkeep | None, Status | None] = None, None, None

    def at(day: date) -> tuple[Status, date | None]:
        nonlocal last
        first, first_until = standing(case, day)
        second, second_until = upkeep(second_case, day, first)
        if last[2] is None or first is not last[0] or second is not last[1]:
            last = first, second, _status(facts.id, first, second)
        assert last[2] is not None  # noqa: S101 - told to mypy
        return last[2], earliest(first_until, second_until)

    return at


def _alone(at: At[Status]) -> At[Status]:
    """What follows for the compound without its company's part."""

    def alone(day: date) -> tuple[Status, date | None]:
        found, ahead = at(day)
        return (found if found.company is None else found._replace(company=None)), ahead

    return alone


def _company_at(facts: CompanyFacts, policy: Policy) -> At[CompanyStatus]:
    case = prepare_company(facts, policy)
    last: tuple[CompanyStatus | None, CompanyStatus | None] = None, None

    def at(day: date) -> tuple[CompanyStatus, date | None]:
        nonlocal last
        found = company_at(case, day)
        if found is not last[0]:
            last = found, found._replace(holds_until=None)
        assert last[1] is not None  # noqa: S101 - told to mypy
        return last[1], found.holds_until

    return at


def _on_day[S: (Status, CompanyStatus)](at: At[S], day: date) -> S:
    """The answer of a day with the first day on which time alone changes it."""
    found, ahead = at(day)
    while ahead is not None:
        later, following = at(ahead)
        if later != found:
            break
        ahead = following
    return found._replace(holds_until=ahead)


def _history[S: (Status, CompanyStatus)](
    facts: CompoundFacts | CompanyFacts,
    days: known.Days,
    policy: Policy,
    today: date,
    since: date | None,
    known_on: Callable[[date], At[S]],
) -> tuple[Span[S], ...]:
    """Walk from day to day on which anything may change, and keep those on which it does."""
    by_entry = policy.asof.basis == "known"
    events = sorted(set().union(*days.values()))
    day: date | None = since or min(known.first_day(facts) or today, today)
    assert day is not None  # noqa: S101 - told to mypy
    at = known_on(day)
    changes: list[tuple[date, Any]] = []
    while day is not None:
        if by_entry:
            at = known_on(day)
        found, ahead = at(day)
        if not changes or (found is not changes[-1][1] and found != changes[-1][1]):
            changes.append((day, found))
            if day > today:
                break
        position = bisect_right(events, day)
        day = earliest(ahead, events[position] if position < len(events) else None)
    return tuple(_spans(changes, today))


def _spans[S](changes: list[tuple[date, S]], today: date) -> list[Span[S]]:
    spans = []
    for number, (start, status) in enumerate(changes):
        following = changes[number + 1][0] if number + 1 < len(changes) else None
        if start > today:
            break
        end = following if following is not None and following <= today else None
        spans.append(Span(start, end, status, following))
    return spans


def _status(compound_id: int, first: Standing, second: Upkeep) -> Status:
    # In the order of the fields: by name it would take a tenth of the walk.
    return Status(
        compound_id,
        first.company_id,
        first.rung,
        first.rung_since,
        first.counting,
        first.rated_star,
        first.effective_star,
        first.key_target,
        first.exit_case,
        first.exit_ground,
        first.exit_since,
        first.exit_decided,
        first.measures,
        first.credit_points,
        second.orders_open,
        second.orders_overdue,
        second.referrals_due,
        second.referrals_overdue,
        second.disclosures,
        second.hazards_open,
        second.hazards_overdue,
        second.complaints_open,
        second.self_government,
        second.term_ends_on,
        second.committee_steps_due,
        second.next_inspection_on,
        second.next_inspection_for,
        second.gaps,
        first.reasons + second.reasons,
        first.company,
    )
