"""Who speaks for the owners, until when, and what is due against whom (T11, T12, T15)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from oversight.facts import Committee, CommitteeStep, Violation
from oversight.policy.model import Policy
from oversight.rules.ladder import DAY
from oversight.rules.orders import is_revoked
from oversight.status import FactRef, earliest

_AGAINST_MEMBER = ("suspended", "termination_proposed", "announced")
"""暂停履职 → 提请业主大会终止成员资格 → 公告全体业主 (T12)."""
_AGAINST_COMMITTEE = ("revoked", "prosecuted")
"""依法撤销、依法查处 (T11)."""


class Body(NamedTuple):
    """Who acts, the last day of its term, and the next day on which time alone may change it."""

    kind: str
    term_ends_on: date | None
    term_ending: bool
    term_over: bool
    facts: tuple[FactRef, ...]
    until: date | None


_COMMUNITY = Body("community_acting", None, False, False, (), None)


def body(
    committees: Sequence[Committee], steps: Sequence[CommitteeStep], policy: Policy, day: date
) -> Body:
    """Committee in term, else PMC, else committee past its term (flagged), else the community.

    ``selfgov.expired = replace``: a committee past its term is no longer taken to act. A body
    without a term is within it; a committee that was revoked does not act.
    """
    acting = [
        one
        for one in committees
        if one.start <= day and (one.end is None or day < one.end) and not _revoked(one, steps, day)
    ]
    if not acting:
        return _COMMUNITY
    acting.sort(key=_since)
    in_term = {one.kind: one for one in acting if one.term_end is None or day < one.term_end}
    for kind in ("committee", "pmc"):
        if kind in in_term:
            return _within(kind, in_term[kind], acting, policy, day)
    over = _newest(acting, "committee") or _newest(acting, "pmc")
    if over is not None and policy.selfgov.expired == "flag":
        kind = "committee_expired" if over.kind == "committee" else "pmc"
        return _made(kind, over, acting, False, True, None, day)
    community = _newest(acting, "community_acting")
    if community is None:
        ends = earliest(*[one.end for one in acting])
        return _COMMUNITY._replace(term_over=over is not None, until=ends)
    return _made("community_acting", community, acting, False, over is not None, None, day)


def steps_due(
    violations: Sequence[Violation], steps: Sequence[CommitteeStep], policy: Policy, day: date
) -> tuple[tuple[str, int], ...]:
    """The next step against a member or committee for each proven breach of the negative list."""
    due = []
    for one in violations:
        if one.offender_kind not in {"committee", "member"} or one.confirmed_on is None:
            continue
        if one.confirmed_on > day or is_revoked(one, policy, day):
            continue
        if one.type_code not in policy.committee.negative_list:
            continue
        taken = {
            step.kind for step in steps if step.violation_id == one.id and step.taken_on <= day
        }
        following = _following(one, taken)
        if following is not None:
            due.append((following, one.id))
    return tuple(due)


def _following(violation: Violation, taken: set[str]) -> str | None:
    if "reinstated" in taken:
        return None
    if violation.offender_kind == "committee":
        return None if taken.intersection(_AGAINST_COMMITTEE) else "revoked"
    return next((step for step in _AGAINST_MEMBER if step not in taken), None)


def _within(
    kind: str, one: Committee, acting: Sequence[Committee], policy: Policy, day: date
) -> Body:
    if one.term_end is None:
        return _made(kind, one, acting, False, False, None, day)
    warning_on = one.term_end - timedelta(days=policy.selfgov.warning_days)
    ending = day >= warning_on
    turn = one.term_end if ending else warning_on
    return _made(kind, one, acting, ending, False, turn, day)


def _made(
    kind: str,
    one: Committee,
    acting: Sequence[Committee],
    ending: bool,
    over: bool,
    turn: date | None,
    day: date,
) -> Body:
    term_ends_on = None if one.term_end is None else one.term_end - DAY
    facts = (FactRef("committee", one.id, one.start),)
    ends = [each.end for each in acting]
    terms = [each.term_end for each in acting if each.term_end is not None and each.term_end > day]
    return Body(kind, term_ends_on, ending, over, facts, earliest(turn, *ends, *terms))


def _revoked(committee: Committee, steps: Sequence[CommitteeStep], day: date) -> bool:
    return any(
        step.committee_id == committee.id
        and step.member_id is None
        and step.kind == "revoked"
        and step.taken_on <= day
        for step in steps
    )


def _since(one: Committee) -> tuple[date, int]:
    return one.start, one.id


def _newest(acting: Sequence[Committee], kind: str) -> Committee | None:
    return next((one for one in reversed(acting) if one.kind == kind), None)
