"""A city's policy: what the list names, and which reading holds where it is open to two.

The dataclasses mirror the tables of ``data/policy/<city>.toml``, one field a key. What each setting
means stands in ``docs/rules.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class ViolationType:
    """One kind of breach (P1–P9 and the T7, T9, T11, T13 families).

    ``counts_as`` is the prohibition it counts as when a company commits it (T3); ``points`` the
    credit points it costs; ``deadline_days`` the working days an order gives to mend it;
    ``referral`` the kinds of agency it is first referred to, in order (empty: housing itself).
    """

    code: str
    family: str
    row: str
    name: str
    name_en: str
    severity: str
    points: float
    deadline_days: int
    referral: tuple[str, ...] = ()
    counts_as: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """The action the counting starts with; the list does not date it."""

    start: date


@dataclass(frozen=True, slots=True)
class Rung:
    """So many prohibitions broken bring these measures, besides those of the rungs below (T3)."""

    reached: int
    brings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """How prohibitions are counted (T3). ``window`` is ``"action"`` or a number of months."""

    count: Literal["distinct", "events"]
    scope: Literal["mixed", "company_in_compound", "company"]
    rung4_spreads: bool
    window: Literal["action"] | int
    rectified_counts: bool
    appealed_counts: bool
    repeat_order: bool
    on_change: Literal["per_company", "per_compound"]
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Credit:
    """Which breaches by a company cost credit points (T3): prohibitions, or all that have any."""

    counts: Literal["prohibitions", "all"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """How a past day is read."""

    revocation: Literal["from_date", "from_start"]
    basis: Literal["valid", "known"]


@dataclass(frozen=True, slots=True)
class Measures:
    """From when exit, blacklist, restriction and joint punishment bind."""

    binding: Literal["decided", "due"]


@dataclass(frozen=True, slots=True)
class Blacklist:
    """What a restriction stops: new contracts, or renewals too (限制承接)."""

    effect: Literal["new", "all"]


@dataclass(frozen=True, slots=True)
class Exit:
    """Exit procedure (清退; T3, T5)."""

    reach: Literal["compound", "all_served"]
    low_basis: Literal["rated", "effective"]
    skipped: Literal["ignore", "break"]
    same_company: bool
    autoclose: bool


@dataclass(frozen=True, slots=True)
class Stars:
    """Effective star (T5)."""

    reduction: int
    reduction_life: Literal["while_rung", "until_round"]
    unrated: Literal["unknown", "low"]


@dataclass(frozen=True, slots=True)
class KeyTarget:
    """Key target (专项整治重点对象, T5): an effective star of at most ``max_star``."""

    max_star: int
    release: Literal["immediate", "next_round"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry check (T6): grounds that refuse, and grounds that only warn.

    Grounds: ``restricted``, ``exited_here``, ``exit_open``, ``measure_due``.
    """

    rule: Literal["list", "strict"]


@dataclass(frozen=True, slots=True)
class Company:
    """A company's own star over its rated compounds."""

    star: Literal["weighted_mean", "mean", "lowest"]


@dataclass(frozen=True, slots=True)
class SelfGovernment:
    """A committee past its term is flagged, or no longer taken to act (T11, T15)."""

    expired: Literal["flag", "replace"]
    warning_days: int


@dataclass(frozen=True, slots=True)
class Committee:
    """Types of violation on the negative list (负面清单, T12)."""

    negative_list: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectionDuty:
    """A duty that drives inspections: its tier (1 must today, 2 due this week, 3 worthwhile).

    ``interval_days`` is the longest time between two visits it allows, where it recurs;
    ``after_days`` how soon a visit follows the event that causes it, where one does.
    """

    code: str
    row: str
    tier: int
    name: str
    name_en: str
    interval_days: int | None = None
    after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """Who satisfies a key target's interval, the share drawn at random, the duties in order."""

    satisfied_by: Literal["any", "housing", "street"]
    random_share: float
    duties: tuple[InspectionDuty, ...]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days for an answer: complaints; hazards by severity; referrals in working days."""

    complaint_days: int
    hazard_days: Mapping[str, int]
    referral_days: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One body's part in one row of the list, at city or county level (牵头单位, 责任单位)."""

    row: str
    level: str
    role: str
    body: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a city decided; ``version`` is a digest of what the file says, not of its layout.

    ``assessment`` gives the weight of each part of the yearly assessment (年度考核); the weights of
    a subject sum to 1. ``row`` of each setting and its meaning: ``oversight.policy.readings``.
    """

    city: str
    name: str
    name_en: str
    action: Action
    ladder: Ladder
    credit: Credit
    asof: AsOf
    measures: Measures
    blacklist: Blacklist
    exit: Exit
    stars: Stars
    key_target: KeyTarget
    entry: Entry
    company: Company
    selfgov: SelfGovernment
    committee: Committee
    inspection: Inspection
    deadlines: Deadlines
    assessment: Mapping[str, Mapping[str, float]]
    violations: tuple[ViolationType, ...]
    duties: tuple[Duty, ...]
    version: str = ""
    types: Mapping[str, ViolationType] = field(default_factory=dict, compare=False, repr=False)

    def prohibition(self, type_code: str) -> str | None:
        """The prohibition (P1…P9) a breach of this type counts as by a company, or None (T3)."""
        kind = self.types.get(type_code)
        if kind is None:
            return None
        return kind.code if kind.family == "prohibition" else kind.counts_as

    def deducted(self, type_code: str) -> str | None:
        """What a breach of this type costs credit points as, or None where it costs none."""
        if self.credit.counts == "prohibitions":
            return self.prohibition(type_code)
        kind = self.types.get(type_code)
        return kind.code if kind is not None and kind.points else None

    def brings(self, rung: int) -> tuple[str, ...]:
        """The measures a rung brings, with those of the rungs below (除上述监管措施外)."""
        return tuple(
            kind for one in self.ladder.rungs if one.reached <= rung for kind in one.brings
        )
