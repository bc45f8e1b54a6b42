"""The other half of a compound's status: orders, referrals, safety, owners, visits, gaps."""

from collections.abc import Sequence
from datetime import date

from geo.models.codes import DISCLOSURE_KINDS
from oversight.facts import CompoundFacts, Disclosure
from oversight.policy.model import Policy
from oversight.rules.gaps import gaps
from oversight.rules.orders import Open, open_orders, open_referrals, referrals_due
from oversight.rules.safety import open_complaints, open_hazards, open_leads
from oversight.rules.self_government import Body, body, steps_due
from oversight.rules.visits import Waiting, next_visit
from oversight.status import FactRef, Reason, Standing, Upkeep, earliest

LISTED = 8
"""At most so many facts stand in one reason."""


def upkeep(facts: CompoundFacts, policy: Policy, day: date, standing: Standing) -> Upkeep:
    """What holds on a day (T3, T6–T15), with the next day on which time alone may change it."""
    orders = open_orders(facts.orders, day) if facts.orders else _NOTHING
    referrals = open_referrals(facts.referrals, day) if facts.referrals else _NOTHING
    unsent = referrals_due(facts.violations, facts.referrals, policy, day)
    hazards = open_hazards(facts.hazards, day)
    complaints = open_complaints(facts.complaints, day)
    leads = open_leads(facts.leads, day)
    disclosed, disclosures_end = disclosures(facts.disclosures, day)
    acting = body(facts.committees, facts.committee_steps, policy, day)
    steps = steps_due(facts.violations, facts.committee_steps, policy, day)
    waiting = Waiting(hazards.open, orders.open, complaints, leads)
    visit_on, visit_for = next_visit(facts, policy, day, standing, waiting)
    missing, ends = gaps(facts, day, standing, disclosed, acting)
    return Upkeep(
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
        next_inspection_on=visit_on,
        next_inspection_for=visit_for,
        gaps=missing,
        reasons=(
            *_open(orders, referrals, unsent, hazards, complaints, leads),
            *_steps(facts, steps),
            _self_government(acting),
            *_visit(policy, visit_on, visit_for),
        ),
        until=earliest(
            orders.until, referrals.until, hazards.until, disclosures_end, acting.until, ends
        ),
    )


def disclosures(
    recorded: Sequence[Disclosure], day: date
) -> tuple[tuple[tuple[str, bool | None], ...], date | None]:
    """The six disclosures (六个公开, T7) in the order of the list: yes, no, or nobody looked."""
    states: dict[str, bool] = {}
    ends = []
    for one in recorded:
        if one.start <= day and (one.end is None or day < one.end):
            states[one.kind] = one.disclosed
            if one.end is not None:
                ends.append(one.end)
    found = tuple((kind, states.get(kind)) for kind in DISCLOSURE_KINDS)
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


_NOTHING = Open((), (), None)
