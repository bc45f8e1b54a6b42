"""The other half of a compound's status: orders, referrals, safety, owners, visits, gaps."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from geo.models.codes import DISCLOSURE_KINDS
from oversight import known
from oversight.facts import CompoundFacts, Disclosure
from oversight.known import Days
from oversight.policy.model import Policy
from oversight.rules.gaps import Disclosures, equipment, gaps
from oversight.rules.lasting import Drawn, Lasting
from oversight.rules.orders import open_orders, open_referrals, referrals_due
from oversight.rules.safety import open_complaints, open_hazards, open_leads
from oversight.rules.self_government import Body, body, steps_due
from oversight.rules.visits import NOWHEN, Duties, Next, Visited, duties, next_visit
from oversight.status import FactRef, Reason, Standing, Upkeep

LISTED = 8
"""At most so many facts stand in one reason."""

type Reasons = tuple[Reason, ...]
type Steps = tuple[tuple[str, int], ...]
"""The next step against whom, with the number of the violation."""


class Matters(NamedTuple):
    """What waits of one kind, the numbers of it and of what is overdue, and why it is told."""

    open: tuple[FactRef, ...]
    ids: tuple[int, ...] = ()
    overdue: tuple[int, ...] = ()
    reasons: Reasons = ()


class UpkeepCase:
    """A compound's facts asked for many days; each part is worked out when it may have changed."""

    def __init__(self, facts: CompoundFacts, policy: Policy, days: Days) -> None:
        """Say what each part rests on; nothing is worked out yet."""
        self.policy = policy
        self.parts: tuple[Lasting[Any], ...] = tuple(
            [Lasting(telling(facts, policy), days, *kinds) for telling, kinds in _PARTS]
        )
        self.start = self.end = date.max
        self.duties = Drawn(partial(duties, facts, policy))
        self.due: Duties = []
        self.visit: tuple[Next, Reasons] = NOWHEN, ()
        self.visit_from = self.visit_until = date.max
        self.gaps = Drawn(gaps)
        self.asked: Standing | None = None
        self.found: Upkeep | None = None

    def renew(self, day: date) -> bool:
        """Work out the parts that may differ on a day; tells whether one does."""
        back, changed = day < self.start, False
        for part in self.parts:
            if back or part.end <= day:
                changed = part.renew(day) or changed
        self.start, self.end = day, min([part.end for part in self.parts])
        return changed

    def next_visit(self, due: Duties, day: date) -> tuple[Next, Reasons]:
        """The next inspection with its reason, from the duties of a day."""
        if due is not self.due or not self.visit_from <= day < self.visit_until:
            found = next_visit(due, day)
            self.due, self.visit = due, (found, _visit(self.policy, found))
            self.visit_from, self.visit_until = day, found.until or date.max
        return self.visit


def prepare_upkeep(facts: CompoundFacts, policy: Policy, days: Days | None = None) -> UpkeepCase:
    """A compound's facts, ready to be asked for many days.

    ``days`` are those of the facts (:func:`oversight.known.days`), at least those that come after
    the first day that is asked for.
    """
    return UpkeepCase(facts, policy, known.days(facts) if days is None else days)


def upkeep(case: UpkeepCase, day: date, standing: Standing) -> tuple[Upkeep, date | None]:
    """What holds on a day (T3, T6–T15), and the next day on which it may no longer."""
    changed = not case.start <= day < case.end and case.renew(day)
    if (
        changed
        or standing is not case.asked
        or case.found is None
        or not case.visit_from <= day < case.visit_until
    ):
        case.asked, case.found = standing, _upkeep(case, day, standing)
    end = min(case.end, case.visit_until)
    return case.found, None if end == date.max else end


def _upkeep(case: UpkeepCase, day: date, standing: Standing) -> Upkeep:
    """The upkeep of a day, put together from its parts."""
    orders, referrals, unsent, hazards, complaints, leads, *others = [
        part.found for part in case.parts
    ]
    (disclosed, disclosed_said), (acting, acting_said), (steps, steps_said), before, tools = others
    due = case.duties.of(
        *(standing.key_target_since, standing.exit_since),
        *(hazards.open, orders.open, complaints.open, leads.open, before),
    )
    visit, visit_said = case.next_visit(due, day)
    missing, missing_said = case.gaps.of(
        *(standing.company_id, standing.rated_star, standing.effective_star),
        *(disclosed, acting, tools),
    )
    # In the order of the fields, which takes half the time that their names would.
    return Upkeep(
        orders.ids,
        orders.overdue,
        unsent.ids,
        referrals.overdue,
        disclosed,
        hazards.ids,
        hazards.overdue,
        complaints.ids,
        acting.kind,
        acting.term_ends_on,
        steps,
        visit.on,
        visit.duty,
        missing,
        (
            *(*orders.reasons, *unsent.reasons, *referrals.reasons, *hazards.reasons),
            *(*complaints.reasons, *leads.reasons, *steps_said, *acting_said),
            *(*disclosed_said, *missing_said, *visit_said),
        ),
    )


def disclosures(
    recorded: Sequence[Disclosure], day: date
) -> tuple[tuple[Disclosures, Reasons], date | None]:
    """The six disclosures (六个公开, T7) in the order of the list: yes, no, or nobody looked."""
    newest: dict[str, Disclosure] = {}
    ends = []
    for one in recorded:
        if one.start <= day and (one.end is None or day < one.end):
            last = newest.get(one.kind)
            if last is None or (last.start, last.id) < (one.start, one.id):
                newest[one.kind] = one
            if one.end is not None:
                ends.append(one.end)
    found = tuple(
        (kind, newest[kind].disclosed if kind in newest else None) for kind in DISCLOSURE_KINDS
    )
    shown = tuple(
        [
            FactRef("disclosure", newest[kind].id, newest[kind].start)
            for kind in DISCLOSURE_KINDS
            if kind in newest
        ]
    )
    said = _because("disclosures", "T7", shown)
    return (found, said), min(ends) if ends else None


def _orders(facts: CompoundFacts, policy: Policy, day: date) -> tuple[Matters, date | None]:
    opened, overdue, until = open_orders(facts.orders, day)
    said = _because("orders_overdue", "T3", overdue) or _because("orders_open", "T3", opened)
    return Matters(opened, _ids(opened), _ids(overdue), said), until


def _referrals(facts: CompoundFacts, policy: Policy, day: date) -> tuple[Matters, date | None]:
    opened, overdue, until = open_referrals(facts.referrals, day)
    said = _because("referrals_overdue", "T13", overdue)
    return Matters(opened, _ids(opened), _ids(overdue), said), until


def _unsent(facts: CompoundFacts, policy: Policy, day: date) -> tuple[Matters, None]:
    found = referrals_due(facts.violations, facts.referrals, policy, day)
    return Matters(found, _ids(found), (), _because("referral_due", "T3", found)), None


def _hazards(facts: CompoundFacts, policy: Policy, day: date) -> tuple[Matters, date | None]:
    opened, overdue, until = open_hazards(facts.hazards, day)
    said = _because("hazards_overdue", "T10", overdue) or _because("hazards_open", "T9", opened)
    return Matters(opened, _ids(opened), _ids(overdue), said), until


def _complaints(facts: CompoundFacts, policy: Policy, day: date) -> tuple[Matters, None]:
    found = open_complaints(facts.complaints, day)
    return Matters(found, _ids(found), (), _because("complaints_open", "T8", found)), None


def _leads(facts: CompoundFacts, policy: Policy, day: date) -> tuple[Matters, None]:
    found = open_leads(facts.leads, day)
    return Matters(found, _ids(found), (), _because("leads_open", "T13", found)), None


def _because(code: str, row: str, refs: tuple[FactRef, ...]) -> Reasons:
    return (Reason(code, row, refs[:LISTED]),) if refs else ()


def _body(
    facts: CompoundFacts, policy: Policy, day: date
) -> tuple[tuple[Body, Reasons], date | None]:
    found = body(facts.committees, facts.committee_steps, policy, day)
    row = "T15" if found.kind == "community_acting" else "T11"
    setting = "selfgov.expired" if found.term_over else None
    said = Reason("self_government", row, found.facts, setting, found.kind)
    return (found, (said,)), found.until


def _steps(facts: CompoundFacts, policy: Policy, day: date) -> tuple[tuple[Steps, Reasons], None]:
    found = steps_due(facts.violations, facts.committee_steps, policy, day)
    if not found:
        return ((), ()), None
    proven = {one.id: one.confirmed_on for one in facts.violations}
    said = [
        Reason(
            "committee_step_due",
            "T11" if step == "revoked" else "T12",
            tuple(FactRef("violation", number, on) for on in [proven[number]] if on is not None),
            "committee.negative_list",
            step,
        )
        for step, number in found
    ]
    return (found, tuple(said)), None


def _visit(policy: Policy, visit: Next) -> Reasons:
    if visit.duty is None:
        return ()
    row = next(one.row for one in policy.inspection.duties if one.code == visit.duty)
    setting = "inspection.satisfied_by" if visit.duty == "key_target" else None
    shown = () if visit.fact is None else (visit.fact,)
    return (Reason("inspection_due", row, shown, setting, visit.duty),)


def _ids(refs: Sequence[FactRef]) -> tuple[int, ...]:
    return tuple([one.id for one in refs])


def _past(facts: CompoundFacts, policy: Policy) -> "Told":
    visited = Visited(facts, policy)
    return lambda day: (visited.past(day), None)


type Told = Callable[[date], tuple[Any, date | None]]
"""Tells what holds on a day, and until when if time alone may change it."""
type Telling = Callable[[CompoundFacts, Policy], Told]


def _of(tell: Callable[[CompoundFacts, Policy, date], tuple[Any, date | None]]) -> Telling:
    return partial(partial, tell)


_PARTS: tuple[tuple[Telling, tuple[str, ...]], ...] = (
    (_of(_orders), ("orders",)),
    (_of(_referrals), ("referrals",)),
    (_of(_unsent), ("violations", "referrals")),
    (_of(_hazards), ("hazards",)),
    (_of(_complaints), ("complaints",)),
    (_of(_leads), ("leads",)),
    (_of(lambda facts, _, day: disclosures(facts.disclosures, day)), ("disclosures",)),
    (_of(_body), ("committees", "committee_steps")),
    (_of(_steps), ("violations", "committee_steps")),
    (_past, ("inspections", "contracts", "ratings", "disclosures")),
    (
        _of(lambda facts, _, day: equipment(facts, day)),
        ("contracts", "emergency_plans", "guard_filings", "utilities", "notices", "plaques"),
    ),
)
"""What tells each part of a day, of the facts of a compound, and the kinds it rests on."""
