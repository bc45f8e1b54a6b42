"""Rectification orders (限期整改) and referrals (移交): open, overdue, or not yet made (T3)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from oversight.facts import Extension, Order, Referral, Reopening, Violation
from oversight.policy.model import Policy
from oversight.rules.ladder import DAY
from oversight.status import FactRef, earliest


class Open(NamedTuple):
    """What is open with its deadline, what of it is overdue, and when the next becomes so."""

    open: tuple[FactRef, ...]
    overdue: tuple[FactRef, ...]
    until: date | None


def open_orders(orders: Sequence[Order], day: date) -> Open:
    """Orders that were issued and neither done nor withdrawn by a day; ``on`` is the deadline.

    A deadline is extended from the day that was granted; an order taken up again is open with its
    new deadline, whatever had ended it before.
    """
    found = []
    for one in orders:
        if one.issued_on > day or _by(one.withdrawn_on, day):
            continue
        again, ended = _taken_up_again(one.reopenings, one.done_on, day)
        if not _by(ended, day):
            due_on = _deadline(one.due_on, again, one.extensions, day)
            found.append(FactRef("order", one.id, due_on or one.due_on))
    return _sorted_out(found, day)


def open_referrals(referrals: Sequence[Referral], day: date) -> Open:
    """Referrals that were sent and neither answered nor withdrawn by a day.

    One without a deadline is never overdue; its day is the day it was sent.
    """
    found, undated = [], []
    for one in referrals:
        if one.sent_on > day or _by(one.withdrawn_on, day):
            continue
        again, ended = _taken_up_again(one.reopenings, one.answered_on, day)
        if _by(ended, day):
            continue
        due_on = _deadline(one.due_on, again, one.extensions, day)
        if due_on is None:
            undated.append(FactRef("referral", one.id, one.sent_on))
        else:
            found.append(FactRef("referral", one.id, due_on))
    dated = _sorted_out(found, day)
    return dated._replace(open=(*dated.open, *undated))


def referrals_due(
    violations: Sequence[Violation], referrals: Sequence[Referral], policy: Policy, day: date
) -> tuple[FactRef, ...]:
    """Proven breaches that another agency answers for and that were not passed on (T3).

    Only those found since the action began; a breach the policy names no agency for stays with
    housing.
    """
    sent = {
        one.violation_id
        for one in referrals
        if one.sent_on <= day and not _by(one.withdrawn_on, day)
    }
    return tuple(
        FactRef("violation", one.id, one.confirmed_on)
        for one in violations
        if one.confirmed_on is not None
        and one.confirmed_on <= day
        and one.id not in sent
        and one.found_on >= policy.action.start
        and not is_revoked(one, policy, day)
        and not _by(one.closed_on, day)
        and one.type_code in policy.types
        and policy.types[one.type_code].referral
    )


def is_revoked(violation: Violation, policy: Policy, day: date) -> bool:
    """Whether a breach is revoked on a day (``asof.revocation``)."""
    revoked_on = violation.revoked_on
    if revoked_on is None:
        return False
    return policy.asof.revocation == "from_start" or revoked_on <= day


def _taken_up_again(
    reopenings: Sequence[Reopening], ended: date | None, day: date
) -> tuple[Reopening | None, date | None]:
    """The newest reopening by a day, and what ended the matter after it or, before any, first."""
    last, following = None, None
    for one in reopenings:
        if one.reopened_on <= day:
            if last is None or one.reopened_on >= last.reopened_on:
                last = one
        elif following is None or one.reopened_on < following.reopened_on:
            following = one
    return last, ended if following is None else following.done_on


def _deadline(
    first: date | None, again: Reopening | None, extensions: Sequence[Extension], day: date
) -> date | None:
    due_on = first
    since = date.min
    if again is not None:
        due_on, since = again.due_on or first, again.reopened_on
    granted = [one.due_on for one in extensions if since <= one.granted_on <= day]
    return max([due_on, *granted]) if granted and due_on is not None else due_on


def _sorted_out(found: list[FactRef], day: date) -> Open:
    overdue = tuple(one for one in found if one.on < day)
    ahead = earliest(*[one.on + DAY for one in found if one.on >= day])
    return Open(tuple(found), overdue, ahead)


def _by(on: date | None, day: date) -> bool:
    return on is not None and on <= day
