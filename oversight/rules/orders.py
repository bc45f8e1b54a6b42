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
        if not _by(_ended(one.reopenings, one.done_on, day), day):
            due_on = _deadline(one.due_on, one.reopenings, one.extensions, day)
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
        if _by(_ended(one.reopenings, one.answered_on, day), day):
            continue
        due_on = _deadline(one.due_on, one.reopenings, one.extensions, day)
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


def _ended(reopenings: Sequence[Reopening], ended: date | None, day: date) -> date | None:
    """When the matter ended as a day saw it: what a later reopening undid had ended it by then."""
    later = [one for one in reopenings if one.reopened_on > day]
    return min(later, key=_reopened_on).done_on if later else ended


def _deadline(
    first: date | None,
    reopenings: Sequence[Reopening],
    extensions: Sequence[Extension],
    day: date,
) -> date | None:
    """The deadline of a day: the newest one set, or a later one granted since."""
    due_on, since = first, date.min
    for again in sorted(reopenings, key=_reopened_on):
        if again.reopened_on <= day and again.due_on is not None:
            due_on, since = again.due_on, again.reopened_on
    for one in extensions:
        if since <= one.granted_on <= day and (due_on is None or due_on < one.due_on):
            due_on = one.due_on
    return due_on


def _reopened_on(one: Reopening) -> date:
    return one.reopened_on


def _sorted_out(found: list[FactRef], day: date) -> Open:
    overdue = tuple(one for one in found if one.on < day)
    ahead = earliest(*[one.on + DAY for one in found if one.on >= day])
    return Open(tuple(found), overdue, ahead)


def _by(on: date | None, day: date) -> bool:
    return on is not None and on <= day
