"""Who reads and who writes which table: the one place from which PostgreSQL's row policies come.

A kind of scope (:mod:`access.roles`) reads the rows that a condition leaves it, one condition a
table and kind, never an OR of two: only so are the indexes of what else is asked still used. What
everybody may know stands in tables of its own, whose rows no condition hides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

AREA = "area_code = ANY((SELECT access.codes())::text[])"
CITY = "city_code = ANY((SELECT access.cities())::text[])"
WHOLE_CITY = "city_code = ANY((SELECT access.codes())::text[])"
"""Only a city officer's codes hold that of the city."""
COMPOUND = "compound_id = ANY((SELECT access.compounds())::bigint[])"
COMPANY = "company_id = (SELECT access.company_id())"
COMPANIES = "company_id = ANY((SELECT access.companies())::bigint[])"
AGENCY = "agency_id = (SELECT access.agency_id())"
INSPECTOR = "inspector_id = (SELECT access.inspector_id())"
OWN_INSPECTOR = "id = (SELECT access.inspector_id())"
REFERRED = "id = ANY((SELECT access.violations())::bigint[])"
REPORTED = f"{COMPOUND} AND reporter_kind = 'company'"
ACTOR = "actor = (SELECT access.actor())"
EVERYTHING = "true"
AUDITED = "(SELECT access.role()) IN ('auditor', 'administrator')"

KINDS = ("public", "area", "company", "agency", "inspector", "all")

OFFICERS = frozenset({"administrator", "city_officer", "district_officer", "street_officer"})
SENIOR = OFFICERS - {"street_officer"}
VISITING = OFFICERS | {"inspector"}
WRITING = VISITING | {"company_user", "agency_officer"}
IMPORTING = frozenset({"administrator", "city_officer"})
"""Who brings files of a whole city; a city officer of one city those of that city."""
WITHDRAWING = frozenset({"administrator", "city_officer"})
"""Who takes a fact back, which so counts nowhere any more; others correct it or revoke it."""
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """All that a kind of scope may do to a table: these steps, which change these columns.

    ``enters`` tells whether it adds facts of its own; else it adds only the versions that are set
    aside before a change.
    """

    steps: frozenset[str] = NOBODY
    columns: tuple[str, ...] = ()
    enters: bool = False


@dataclass(frozen=True)
class Rule:
    """A table with a filter on its rows: by kind of scope what it reads, and the roles that write.

    Each kind that reads at all has its condition; ``all`` reads everything unless it is named.
    ``writes`` are roles; they write what they read, but for a kind that has a ``part`` in it only.
    ``personal`` tables hold personal data and are kept from the assessment; so are the columns
    ``hidden``. Columns ``told`` hold facts of everywhere: only ``all`` reads them, others through
    :mod:`access.told`.
    """

    area: str | None = AREA
    company: str | None = None
    agency: str | None = None
    inspector: str | None = None
    all: str = EVERYTHING
    writes: frozenset[str] = NOBODY
    personal: bool = False
    hidden: frozenset[str] = field(default_factory=frozenset)
    told: frozenset[str] = field(default_factory=frozenset)
    part: Mapping[str, Part] = field(default_factory=dict)

    def condition(self, kind: str) -> str | None:
        """The rows a kind of scope reads; None where it reads none."""
        found: str | None = getattr(self, kind, None)
        return found


def _of(parent: str, column: str) -> str:
    """What belongs to a row the same person sees."""
    table = parent.partition(".")[2]
    return f"EXISTS (SELECT FROM {parent} WHERE {table}.id = {column})"


_ORDER = _of("oversight.rectification_order", "order_id")
_REFERRAL = _of("oversight.referral", "referral_id")
_INSPECTION = _of("planning.inspection", "inspection_id")
_COMMITTEE = _of("registry.committee", "committee_id")

PUBLIC: tuple[str, ...] = (
    "oversight.agency",
    "oversight.compound_jurisdiction",
    "oversight.duty",
    "oversight.jurisdiction",
    "oversight.policy",
    "oversight.published_case",
    "oversight.rating_round",
    "oversight.status_public",
    "oversight.violation_type",
    "public.alembic_version",
    "public.geography_columns",
    "public.geometry_columns",
    "public.spatial_ref_sys",
    "registry.city",
    "registry.community",
    "registry.community_boundary",
    "registry.company",
    "registry.compound",
    "registry.compound_band",
    "registry.compound_cell",
    "registry.compound_feature",
    "registry.compound_geojson",
    "registry.compound_mark",
    "registry.compound_outdated",
    "registry.compound_outline",
    "registry.compound_place",
    "registry.compound_star",
    "registry.district",
    "registry.district_boundary",
    "registry.district_generalised",
    "registry.grid_cell",
    "registry.placed",
    "registry.street",
    "registry.street_boundary",
    "registry.street_generalised",
)
"""Tables and views that everybody reads whole: they have no filter on rows."""

PUBLIC_WRITES: Mapping[str, frozenset[str]] = {"oversight.published_case": SENIOR}
"""Who writes a table that everybody reads."""

ENGINE_ADDS = ("oversight.policy",)
"""What everybody reads and the assessment adds to: a policy as it was when it made a status."""

_TOLD = frozenset({"detail", "reasons"})
_SERVICES = Rule(company=COMPOUND, inspector=COMPOUND, writes=OFFICERS)

RULES: Mapping[str, Rule] = {
    "audit.event": Rule(area=None, all=AUDITED),
    "audit.reading": Rule(area=None, all=AUDITED),
    "audit.seal": Rule(area=None, all=AUDITED),
    "imports.file": Rule(area=WHOLE_CITY),
    "imports.finding": Rule(area=_of("imports.held_row", "row_id")),
    "imports.held_row": Rule(area=_of("imports.file", "import_id")),
    "imports.repair": Rule(area=_of("imports.file", "import_id")),
    "oversight.answered": Rule(
        area=ACTOR, company=ACTOR, agency=ACTOR, inspector=ACTOR, all=ACTOR, writes=WRITING
    ),
    "oversight.company_status": Rule(area=CITY, company=COMPANY, told=_TOLD),
    "oversight.complaint": Rule(company=COMPOUND, inspector=COMPOUND, writes=OFFICERS),
    "oversight.complaint_person": Rule(writes=OFFICERS, personal=True),
    "oversight.exit_case": Rule(company=COMPANY, inspector=COMPOUND, writes=SENIOR),
    "oversight.hazard": Rule(company=COMPOUND, inspector=COMPOUND, writes=VISITING),
    "oversight.lead": Rule(
        company=REPORTED,
        agency=AGENCY,
        inspector=COMPOUND,
        writes=VISITING | {"company_user"},
        hidden=frozenset({"statement"}),
        part={"company": Part(enters=True)},
    ),
    "oversight.measure": Rule(company=COMPANY, inspector=COMPOUND, writes=OFFICERS),
    "oversight.mediation": Rule(writes=OFFICERS),
    "oversight.order_extension": Rule(company=_ORDER, inspector=_ORDER, writes=OFFICERS),
    "oversight.order_reopening": Rule(company=_ORDER, inspector=_ORDER, writes=OFFICERS),
    "oversight.rating": Rule(company=COMPOUND, inspector=COMPOUND),
    "oversight.rectification_order": Rule(
        company=COMPANY,
        inspector=COMPOUND,
        writes=OFFICERS | {"company_user"},
        part={"company": Part(frozenset({"report_done"}), ("done_on",))},
    ),
    "oversight.referral": Rule(
        agency=AGENCY,
        inspector=COMPOUND,
        writes=OFFICERS | {"agency_officer"},
        part={
            "agency": Part(
                frozenset({"receive", "answer", "return"}),
                ("received_on", "answered_on", "outcome", "answer", "reason"),
            )
        },
    ),
    "oversight.referral_extension": Rule(agency=_REFERRAL, inspector=_REFERRAL, writes=OFFICERS),
    "oversight.referral_reopening": Rule(agency=_REFERRAL, inspector=_REFERRAL, writes=OFFICERS),
    "oversight.status": Rule(company=COMPOUND, inspector=COMPOUND, told=_TOLD),
    "oversight.violation": Rule(
        company=COMPANY, agency=REFERRED, inspector=COMPOUND, writes=VISITING
    ),
    "planning.action": Rule(),
    "planning.assessment": Rule(),
    "planning.campaign": Rule(),
    "planning.campaign_problem": Rule(),
    "planning.draw": Rule(area=CITY),
    "planning.draw_pick": Rule(),
    "planning.inspection": Rule(company=COMPOUND, inspector=COMPOUND, writes=VISITING),
    "planning.inspection_inspector": Rule(inspector=_INSPECTION, writes=VISITING),
    "planning.inspection_photo": Rule(inspector=_INSPECTION, writes=VISITING),
    "planning.inspector": Rule(inspector=OWN_INSPECTOR),
    "planning.inspector_person": Rule(inspector=INSPECTOR, personal=True),
    "planning.plan": Rule(),
    "planning.target": Rule(),
    "planning.training": Rule(),
    "planning.visit": Rule(inspector=INSPECTOR),
    "registry.assembly_vote": Rule(company=COMPOUND),
    "registry.committee": _SERVICES,
    "registry.committee_step": Rule(inspector=_COMMITTEE, writes=OFFICERS),
    "registry.company_contact": Rule(area=COMPANIES, company=COMPANY, personal=True),
    "registry.contract": Rule(company=COMPANY, inspector=COMPOUND, writes=OFFICERS),
    "registry.contract_manager": Rule(
        company=_of("registry.contract", "contract_id"), writes=OFFICERS, personal=True
    ),
    "registry.disclosure": _SERVICES,
    "registry.emergency_plan": _SERVICES,
    "registry.fire_feature": _SERVICES,
    "registry.guard_filing": _SERVICES,
    "registry.member": Rule(inspector=_COMMITTEE, writes=OFFICERS),
    "registry.member_person": Rule(writes=OFFICERS, personal=True),
    "registry.notice": _SERVICES,
    "registry.plaque": Rule(company=COMPOUND, inspector=COMPOUND, writes=SENIOR),
    "registry.presence": Rule(company=COMPOUND, agency=AGENCY, inspector=COMPOUND, writes=OFFICERS),
    "registry.utility": _SERVICES,
    "registry.work_filing": Rule(company=COMPANY, inspector=COMPOUND),
}
"""Every table with a filter on its rows."""

DERIVED = ("oversight.status", "oversight.status_public", "oversight.company_status")
"""What the assessment writes, and nobody else."""


def may(role: str, kind: str, table: str, action: str) -> bool:
    """Whether a role may do something to a table.

    That is ``enter``, ``correct``, ``withdraw``, or a step by its name.
    """
    rule = RULES[table]
    if role not in rule.writes or (action == "withdraw" and role not in WITHDRAWING):
        return False
    part = rule.part.get(kind)
    return part is None or action in part.steps or (action == "enter" and part.enters)
