"""What follows from the facts on a day: plain values with their reasons."""

from datetime import date
from typing import NamedTuple


class FactRef(NamedTuple):
    """A fact a reason rests on: its kind (``violation``, ``rating``, …), number and day."""

    kind: str
    id: int
    on: date


class Reason(NamedTuple):
    """Why something is so: a code, whose sentence is in :mod:`oversight.words`, and the facts.

    ``row`` is the row of the list (T1…T15); ``setting`` the key of the policy that chose between
    two readings, where one did; ``detail`` what the sentence names besides the facts.
    """

    code: str
    row: str
    facts: tuple[FactRef, ...] = ()
    setting: str | None = None
    detail: str | None = None


class MeasureState(NamedTuple):
    """One consequence (监管措施) and how far it has come.

    ``kind`` is one of ``codes.MEASURE_KINDS``; ``state`` due, decided, done or withdrawn;
    ``measure_id`` the recorded measure or exit case, if there is one; ``binds`` whether it has
    effect already (setting ``measures.binding``); ``violation_id`` for an order due.
    """

    kind: str
    state: str
    since: date
    binds: bool
    measure_id: int | None = None
    violation_id: int | None = None


class CompanyStatus(NamedTuple):
    """What follows for a company, over all its compounds (T3, T6)."""

    company_id: int
    rung: int
    rung_since: date | None
    counting: tuple[int, ...]
    credit_points: float
    measures: tuple[MeasureState, ...]
    restricted: bool
    blacklisted: bool
    joint_punishment: bool
    exits_open: tuple[int, ...]
    reasons: tuple[Reason, ...]
    holds_until: date | None = None


class Status(NamedTuple):
    """What follows for a compound on a day.

    ``rung`` is the compound's own (:mod:`oversight.rules.ladder`); ``company`` what follows for the
    company that serves it that day. Stars are 0 (不达标) to 5, None without a rating.
    ``disclosures`` names the six kinds with True, False or None (nobody looked).
    ``credit_points`` are the points deducted here. ``holds_until`` is the first day on which time
    alone changes the answer.
    """

    compound_id: int
    company_id: int | None
    rung: int
    rung_since: date | None
    counting: tuple[int, ...]
    rated_star: int | None
    effective_star: int | None
    key_target: bool
    exit_case: bool
    exit_ground: str | None
    exit_since: date | None
    exit_decided: bool
    measures: tuple[MeasureState, ...]
    credit_points: float
    orders_open: tuple[int, ...]
    orders_overdue: tuple[int, ...]
    referrals_due: tuple[int, ...]
    referrals_overdue: tuple[int, ...]
    disclosures: tuple[tuple[str, bool | None], ...]
    hazards_open: tuple[int, ...]
    hazards_overdue: tuple[int, ...]
    complaints_open: tuple[int, ...]
    self_government: str
    term_ends_on: date | None
    committee_steps_due: tuple[tuple[str, int], ...]
    next_inspection_on: date | None
    next_inspection_for: str | None
    gaps: tuple[str, ...]
    reasons: tuple[Reason, ...]
    company: CompanyStatus | None = None
    holds_until: date | None = None


class Standing(NamedTuple):
    """The first half of a status: ladder, stars, key target, exit and measures (T3, T5)."""

    company_id: int | None
    rung: int
    rung_since: date | None
    counting: tuple[int, ...]
    rating_id: int | None
    rated_star: int | None
    effective_star: int | None
    key_target: bool
    key_target_since: date | None
    exit_case: bool
    exit_ground: str | None
    exit_since: date | None
    exit_decided: bool
    measures: tuple[MeasureState, ...]
    credit_points: float
    reasons: tuple[Reason, ...]
    company: CompanyStatus | None


class Upkeep(NamedTuple):
    """The other half: orders, referrals, disclosures, safety, self-government, visits, gaps."""

    orders_open: tuple[int, ...]
    orders_overdue: tuple[int, ...]
    referrals_due: tuple[int, ...]
    referrals_overdue: tuple[int, ...]
    disclosures: tuple[tuple[str, bool | None], ...]
    hazards_open: tuple[int, ...]
    hazards_overdue: tuple[int, ...]
    complaints_open: tuple[int, ...]
    self_government: str
    term_ends_on: date | None
    committee_steps_due: tuple[tuple[str, int], ...]
    next_inspection_on: date | None
    next_inspection_for: str | None
    gaps: tuple[str, ...]
    reasons: tuple[Reason, ...]


def earliest(*days: date | None) -> date | None:
    """The first of the days that are there."""
    known = [day for day in days if day is not None]
    return min(known) if known else None
