"""The other half of a compound's status: orders, referrals, safety, owners, visits, gaps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from geo.models.codes import DISCLOSURE_KINDS
from oversight import known
from oversight.facts import CompoundFacts, Disclosure
from oversight.known import Days
from oversight.policy.model import Policy
from oversight.rules.gaps import equipment, gaps
from oversight.rules.lasting import Lasting
from oversight.rules.orders import Open, open_orders, open_referrals, referrals_due
from oversight.rules.safety import open_complaints, open_hazards, open_leads
from oversight.rules.self_government import Body, body, steps_due
from oversight.rules.visits import Duties, Waiting, duties, next_visit, past
from oversight.status import FactRef, Reason, Standing, Upkeep

LISTED = 8
"""At most so many facts stand in one reason."""


class UpkeepCase:
    """A compound's facts asked for many days; each part is worked out when it may have changed."""

    def __init__(self, facts: CompoundFacts, policy: Policy, days: Days) -> None:
        """Say what each part rests on; nothing is worked out yet."""
        self.facts = facts
        self.policy = policy
        self.orders = Lasting(lambda day: _dated(open_orders(facts.orders, day)), days, "orders")
        self.referrals = Lasting(
            lambda day: _dated(open_referrals(facts.referrals, day)), days, "referrals"
        )
        self.unsent = Lasting(
            lambda day: (referrals_due(facts.violations, facts.referrals, policy, day), None),
            days,
            *("violations", "referrals"),
        )
        self.hazards = Lasting(
            lambda day: _dated(open_hazards(facts.hazards, day)), days, "hazards"
        )
        self.reports = Lasting(
            lambda day: (
                (open_complaints(facts.complaints, day), open_leads(facts.leads, day)),
                None,
            ),
            days,
            *("complaints", "leads"),
        )
        self.disclosed = Lasting(
            lambda day: disclosures(facts.disclosures, day), days, "disclosures"
        )
        self.body = Lasting(
            lambda day: _dated(body(facts.committees, facts.committee_steps, policy, day)),
            days,
            *("committees", "committee_steps"),
        )
        self.steps = Lasting(
            lambda day: (steps_due(facts.violations, facts.committee_steps, policy, day), None),
            days,
            *("violations", "committee_steps"),
        )
        self.past = Lasting(
            lambda day: (past(facts, policy, day), None),
            days,
            *("inspections", "contracts", "ratings", "disclosures"),
        )
        self.equipment = Lasting(
            lambda day: equipment(facts, day),
            days,
            *("contracts", "emergency_plans", "guard_filings", "utilities", "notices", "plaques"),
        )
        self.parts: tuple[Lasting[Any], ...] = (
            self.orders,
            self.referrals,
            self.unsent,
            self.hazards,
            self.reports,
            self.disclosed,
            self.body,
            self.steps,
            self.past,
            self.equipment,
        )
        self.start = self.end = date.max
        self.visit_from = self.visit_until = date.max
        self.stood: tuple[Any, ...] = ()
        self.asked: tuple[tuple[Any, ...], Standing | None] = ((), None)
        self.drawn: tuple[Any, ...] = ()
        self.duties: Duties = []
        self.found: Upkeep | None = None


def prepare_upkeep(facts: CompoundFacts, policy: Policy, days: Days | None = None) -> UpkeepCase:
    """A compound's facts, ready to be asked for many days.

    ``days`` are those of the facts (:func:`oversight.known.days`), at least those that come after
    the first day that is asked for.
    """
    return UpkeepCase(facts, policy, known.days(facts) if days is None else days)


def upkeep(case: UpkeepCase, day: date, standing: Standing) -> tuple[Upkeep, date | None]:
    """What holds on a day (T3, T6–T15), and the next day on which it may no longer."""
    if not case.start <= day < case.end:
        case.stood = tuple([part.at(day) for part in case.parts])
        case.start, case.end = day, min([part.end for part in case.parts])
    stale = not case.visit_from <= day < case.visit_until
    if stale or standing is not case.asked[1] or case.stood != case.asked[0]:
        case.asked = case.stood, standing
        case.found, until = _upkeep(case, day, standing)
        case.visit_from, case.visit_until = day, until or date.max
    assert case.found is not None  # noqa: S101 - told to mypy
    end = min(case.end, case.visit_until)
    return case.found, None if end == date.max else end


def _upkeep(case: UpkeepCase, day: date, standing: Standing) -> tuple[Upkeep, date | None]:
    """The upkeep of a day, and when another inspection may be the next."""
    facts, policy = case.facts, case.policy
    orders, referrals, unsent, hazards, reports, disclosed, acting, steps, before, tools = (
        case.stood
    )
    complaints, leads = reports
    drawn = (
        *(standing.key_target_since, standing.exit_since),
        *(hazards.open, orders.open, reports, before),
    )
    if drawn != case.drawn:
        waiting = Waiting(hazards.open, orders.open, complaints, leads)
        case.drawn, case.duties = drawn, duties(facts, policy, standing, waiting, before)
    visit = next_visit(case.duties, day)
    found = Upkeep(
        orders_open=_ids(orders.open),
        orders_overdue=_ids(orders.overdue),
        referrals_due=_ids(unsent),
        referrals_overdue=_ids(referrals.overdue),
        disclosures=disclosed,
        hazards_open=_ids(hazards.open),
        hazards_overdue=_ids(hazards.overdue),
        complaints_open=_ids(complaints),
        self_government=acting.kind,
        term_ends_on=acting.term_ends_on,
        committee_steps_due=steps,
        next_inspection_on=visit.on,
        next_inspection_for=visit.duty,
        gaps=gaps(standing, disclosed, acting, tools),
        reasons=(
            *_open(orders, referrals, unsent, hazards, complaints, leads),
            *_steps(facts, steps),
            _self_government(acting),
            *_visit(policy, visit.on, visit.duty),
        ),
    )
    return found, visit.until


def _dated[P: (Open, Body)](part: P) -> tuple[P, date | None]:
    return part, part.until


def disclosures(
    recorded: Sequence[Disclosure], day: date
) -> tuple[tuple[tuple[str, bool | None], ...], date | None]:
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
    return found, min(ends) if ends else None


def _open(
    orders: Open,
    referrals: Open,
    unsent: tuple[FactRef, ...],
    hazards: Open,
    complaints: tuple[FactRef, ...],
    leads: tuple[FactRef, ...],
) -> list[Reason]:
    listed = (
        ("orders_overdue", "T3", orders.overdue),
        ("orders_open", "T3", () if orders.overdue else orders.open),
        ("referral_due", "T3", unsent),
        ("referrals_overdue", "T13", referrals.overdue),
        ("hazards_overdue", "T10", hazards.overdue),
        ("hazards_open", "T9", () if hazards.overdue else hazards.open),
        ("complaints_open", "T8", complaints),
        ("leads_open", "T13", leads),
    )
    return [Reason(code, row, refs[:LISTED]) for code, row, refs in listed if refs]


def _steps(facts: CompoundFacts, steps: tuple[tuple[str, int], ...]) -> list[Reason]:
    if not steps:
        return []
    proven = {one.id: one.confirmed_on for one in facts.violations}
    return [
        Reason(
            "committee_step_due",
            "T11" if step == "revoked" else "T12",
            tuple(FactRef("violation", number, on) for on in [proven[number]] if on is not None),
            "committee.negative_list",
            step,
        )
        for step, number in steps
    ]


def _self_government(acting: Body) -> Reason:
    row = "T15" if acting.kind == "community_acting" else "T11"
    setting = "selfgov.expired" if acting.term_over else None
    return Reason("self_government", row, acting.facts, setting, acting.kind)


def _visit(policy: Policy, on: date | None, duty: str | None) -> list[Reason]:
    if on is None or duty is None:
        return []
    row = next(one.row for one in policy.inspection.duties if one.code == duty)
    setting = "inspection.satisfied_by" if duty == "key_target" else None
    return [Reason("inspection_due", row, (), setting, duty)]


def _ids(refs: Sequence[FactRef]) -> tuple[int, ...]:
    return tuple([one.id for one in refs])
