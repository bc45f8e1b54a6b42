"""What is known of a compound and of a company, as plain dated records.

Days follow the tables: ``start`` is the first day a fact holds, ``end`` the first day it no longer
does (None while it lasts); an event happened on its day. ``recorded_on`` and ``superseded_on`` are
the days (Asia/Shanghai) between which a row was believed; only the reading ``asof.basis = known``
asks for them. Records are named tuples: half a million compounds have millions of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Contract(NamedTuple):
    """A company serves the compound (物业服务合同)."""

    id: int
    company_id: int
    kind: str
    filed: bool
    model_text: bool | None
    end_reason: str | None
    start: date
    end: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Rating(NamedTuple):
    """The compound's result in one published round; ``star`` 0 is substandard (不达标, T5).

    ``round_no`` numbers the city's published rounds by day of publication, from 1.
    """

    id: int
    round_id: int
    round_no: int
    star: int
    company_id: int | None
    cutoff_on: date
    published_on: date
    includes_ladder: bool
    recorded_on: date | None = None
    superseded_on: date | None = None


class Violation(NamedTuple):
    """One breach; it is proven from ``confirmed_on`` until the day before ``revoked_on``."""

    id: int
    compound_id: int
    type_code: str
    offender_kind: str
    company_id: int | None
    committee_id: int | None
    member_id: int | None
    incident: str | None
    severity: str
    occurred_on: date | None
    found_on: date
    confirmed_on: date | None
    appealed_on: date | None
    closed_on: date | None
    revoked_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Extension(NamedTuple):
    """A later deadline granted for an order or a referral."""

    granted_on: date
    due_on: date


class Reopening(NamedTuple):
    """An order or referral taken up again; what had ended it before, and the new deadline."""

    reopened_on: date
    due_on: date | None
    done_on: date | None
    accepted_on: date | None


class Order(NamedTuple):
    """A rectification order (限期整改)."""

    id: int
    violation_id: int | None
    company_id: int | None
    issued_on: date
    due_on: date
    done_on: date | None
    accepted_on: date | None
    withdrawn_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None
    extensions: tuple[Extension, ...] = ()
    reopenings: tuple[Reopening, ...] = ()


class Referral(NamedTuple):
    """A violation passed to an agency (移交); a reopening's ``done_on`` is the earlier answer."""

    id: int
    violation_id: int
    agency_id: int
    agency_kind: str
    sent_on: date
    due_on: date | None
    received_on: date | None
    answered_on: date | None
    outcome: str | None
    withdrawn_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None
    extensions: tuple[Extension, ...] = ()
    reopenings: tuple[Reopening, ...] = ()


class Measure(NamedTuple):
    """A recorded consequence: due → decided → done or withdrawn (监管措施)."""

    id: int
    kind: str
    company_id: int | None
    compound_id: int | None
    due_on: date
    decided_on: date | None
    ends_on: date | None
    done_on: date | None
    withdrawn_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class ExitCase(NamedTuple):
    """A recorded exit procedure (清退) against a company in a compound."""

    id: int
    compound_id: int
    company_id: int
    ground: str
    opened_on: date
    decided_on: date | None
    closed_on: date | None
    withdrawn_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Committee(NamedTuple):
    """A body that speaks for the owners; ``term_end`` is the first day after its term."""

    id: int
    kind: str
    start: date
    end: date | None
    term_start: date | None
    term_end: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class CommitteeStep(NamedTuple):
    """A step against a committee or one of its members (T11, T12)."""

    id: int
    committee_id: int
    member_id: int | None
    violation_id: int | None
    kind: str
    taken_on: date
    recorded_on: date | None = None
    superseded_on: date | None = None


class Disclosure(NamedTuple):
    """Whether one of the six disclosures stands (六个公开, T7)."""

    id: int
    kind: str
    disclosed: bool
    start: date
    end: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Hazard(NamedTuple):
    """A danger with the day by which it must be gone (T9, T10)."""

    id: int
    type_code: str
    severity: str
    found_on: date
    due_on: date
    cleared_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Complaint(NamedTuple):
    """A complaint about the compound (T8, T15)."""

    id: int
    type_code: str | None
    received_on: date
    due_on: date
    closed_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Lead(NamedTuple):
    """An unproven report (线索)."""

    id: int
    type_code: str | None
    reported_on: date
    decided_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Inspection(NamedTuple):
    """A visit that took place; ``agency_kind`` may be ``street``."""

    id: int
    inspected_on: date
    kind: str
    reason: str
    agency_kind: str
    recorded_on: date | None = None
    superseded_on: date | None = None


class Utility(NamedTuple):
    """Who supplies the compound, and whether to the end user (最后一公里, T13)."""

    id: int
    kind: str
    serves_end_user: bool
    start: date
    end: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class GuardFiling(NamedTuple):
    """The guard service as filed with the police (T13)."""

    id: int
    guards: int
    certified: int
    filed: bool
    start: date
    end: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class EmergencyPlan(NamedTuple):
    """An emergency plan and what goes with it (T9)."""

    id: int
    kind: str
    supplies: bool | None
    trained_on: date | None
    drilled_on: date | None
    start: date
    end: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Notice(NamedTuple):
    """A posting of the responsibility notice (T14)."""

    id: int
    posted_on: date
    removed_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Plaque(NamedTuple):
    """A star plaque (铭牌, T6)."""

    id: int
    rating_id: int | None
    star: int
    issued_on: date
    withdrawn_on: date | None
    recorded_on: date | None = None
    superseded_on: date | None = None


class Project(NamedTuple):
    """A compound a company serves, from the company's side: one contract."""

    compound_id: int
    start: date
    end: date | None
    end_reason: str | None
    recorded_on: date | None = None
    superseded_on: date | None = None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class CompanyFacts:
    """What is known of a company over all compounds of its city."""

    id: int
    city_code: str
    violations: tuple[Violation, ...] = ()
    measures: tuple[Measure, ...] = ()
    exit_cases: tuple[ExitCase, ...] = ()
    projects: tuple[Project, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CompoundFacts:
    """What is known of a compound; ``companies`` are those that ever served or offended in it."""

    id: int
    city_code: str
    contracts: tuple[Contract, ...] = ()
    ratings: tuple[Rating, ...] = ()
    violations: tuple[Violation, ...] = ()
    orders: tuple[Order, ...] = ()
    referrals: tuple[Referral, ...] = ()
    measures: tuple[Measure, ...] = ()
    exit_cases: tuple[ExitCase, ...] = ()
    committees: tuple[Committee, ...] = ()
    committee_steps: tuple[CommitteeStep, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    leads: tuple[Lead, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    utilities: tuple[Utility, ...] = ()
    guard_filings: tuple[GuardFiling, ...] = ()
    emergency_plans: tuple[EmergencyPlan, ...] = ()
    notices: tuple[Notice, ...] = ()
    plaques: tuple[Plaque, ...] = ()
    companies: Mapping[int, CompanyFacts] = field(default_factory=dict)
