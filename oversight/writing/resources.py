"""The facts that can be written one at a time, row by row of the list."""

from geo.models import breaches, companies, concerns, planning, self_government, services
from oversight.writing import defaults
from oversight.writing.bodies import breaches as breach
from oversight.writing.bodies import concerns as concern
from oversight.writing.bodies import self_government as selfgov
from oversight.writing.bodies import services as service
from oversight.writing.bodies.common import Ended
from oversight.writing.resource import Resource

LEADS = Resource(
    "leads",
    "lead",
    "T3",
    "线索 · leads",
    breaches.Lead,
    breach.Lead,
    steps=(breach.LeadDecided,),
    machine="lead",
    complete=(defaults.known_type,),
)
VIOLATIONS = Resource(
    "violations",
    "violation",
    "T3",
    "违规 · violations",
    breaches.Violation,
    breach.Violation,
    steps=(
        breach.ViolationConfirmed,
        breach.ViolationAppealed,
        breach.ViolationClosed,
        breach.ViolationRevoked,
    ),
    machine="violation",
    companies=True,
    complete=(defaults.severity, defaults.offender),
    fixed=frozenset({"confirmed_on"}),
)
ORDERS = Resource(
    "orders",
    "order",
    "T3",
    "限期整改 · rectification orders",
    breaches.RectificationOrder,
    breach.Order,
    steps=(
        breach.OrderExtended,
        breach.OrderDone,
        breach.OrderAccepted,
        breach.OrderReopened,
        breach.OrderWithdrawn,
    ),
    machine="order",
    children={
        "extensions": (breaches.OrderExtension, "order_id"),
        "reopenings": (breaches.OrderReopening, "order_id"),
    },
    complete=(defaults.ordered,),
)
REFERRALS = Resource(
    "referrals",
    "referral",
    "T3",
    "移交 · referrals",
    breaches.Referral,
    breach.Referral,
    steps=(
        breach.ReferralReceived,
        breach.ReferralAnswered,
        breach.ReferralReturned,
        breach.ReferralExtended,
        breach.ReferralReopened,
        breach.ReferralWithdrawn,
    ),
    machine="referral",
    needs=("violation_id",),
    children={
        "extensions": (breaches.ReferralExtension, "referral_id"),
        "reopenings": (breaches.ReferralReopening, "referral_id"),
    },
    complete=(defaults.referred,),
    fixed=frozenset({"violation_id"}),
)
MEASURES = Resource(
    "measures",
    "measure",
    "T3",
    "监管措施 · measures",
    breaches.Measure,
    breach.Measure,
    steps=(breach.MeasureDecided, breach.MeasureDone, breach.Withdrawn),
    machine="measure",
    needs=("compound_id", "company_id"),
    companies=True,
)
EXIT_CASES = Resource(
    "exit-cases",
    "exit case",
    "T5",
    "清退 · exit cases",
    breaches.ExitCase,
    breach.ExitCase,
    steps=(breach.ExitDecided, breach.ExitClosed, breach.Withdrawn),
    machine="exit_case",
    companies=True,
    complete=(defaults.serving,),
)
COMPLAINTS = Resource(
    "complaints",
    "complaint",
    "T8",
    "投诉 · complaints",
    concerns.Complaint,
    concern.Complaint,
    steps=(concern.ComplaintClosed,),
    machine="complaint",
    needs=("compound_id", "street_code", "community_code"),
    person=(concerns.ComplaintPerson, "complaint_id"),
    complete=(defaults.known_type, defaults.complained),
)
HAZARDS = Resource(
    "hazards",
    "hazard",
    "T9",
    "隐患 · hazards",
    concerns.Hazard,
    concern.Hazard,
    steps=(concern.HazardCleared,),
    machine="hazard",
    complete=(defaults.severity, defaults.endangered),
)
INSPECTIONS = Resource(
    "inspections",
    "inspection",
    "T4",
    "检查 · inspections",
    planning.Inspection,
    concern.Inspection,
)
DISCLOSURES = Resource(
    "disclosures",
    "disclosure",
    "T7",
    "六个公开 · disclosures",
    services.Disclosure,
    service.Disclosure,
    steps=(Ended,),
    follows=("compound_id", "kind"),
    fixed=frozenset({"kind"}),
)
COMMITTEES = Resource(
    "committees",
    "committee",
    "T11",
    "业委会等 · committees",
    self_government.Committee,
    selfgov.Committee,
    steps=(Ended,),
    follows=("compound_id", "kind"),
    fixed=frozenset({"kind"}),
)
COMMITTEE_MEMBERS = Resource(
    "committee-members",
    "committee member",
    "T12",
    "业委会成员 · committee members",
    self_government.Member,
    selfgov.CommitteeMember,
    steps=(Ended,),
    needs=("committee_id",),
    person=(self_government.MemberPerson, "member_id"),
    fixed=frozenset({"committee_id"}),
)
COMMITTEE_STEPS = Resource(
    "committee-steps",
    "committee step",
    "T12",
    "对业委会的措施 · steps against committees",
    self_government.CommitteeStep,
    selfgov.CommitteeStep,
    needs=("committee_id",),
    fixed=frozenset({"committee_id"}),
)
GUARD_FILINGS = Resource(
    "guard-filings",
    "guard filing",
    "T13",
    "保安服务备案 · guard filings",
    services.GuardFiling,
    service.GuardFiling,
    steps=(Ended,),
    follows=("compound_id",),
)
UTILITIES = Resource(
    "utilities",
    "utility",
    "T13",
    "专业经营单位 · utilities",
    services.Utility,
    service.Utility,
    steps=(Ended,),
    follows=("compound_id", "kind"),
    fixed=frozenset({"kind"}),
)
EMERGENCY_PLANS = Resource(
    "emergency-plans",
    "emergency plan",
    "T9",
    "应急预案 · emergency plans",
    services.EmergencyPlan,
    service.EmergencyPlan,
    steps=(Ended,),
    follows=("compound_id", "kind"),
    fixed=frozenset({"kind"}),
)
NOTICES = Resource(
    "notices",
    "notice",
    "T14",
    "管理责任清单公示 · postings of the responsibility notice",
    services.Notice,
    service.Notice,
    steps=(service.NoticeRemoved,),
    machine="notice",
)
PRESENCES = Resource(
    "presences",
    "presence",
    "T14",
    "常态化进驻 · agencies present in a compound",
    services.Presence,
    service.Presence,
    steps=(Ended,),
    follows=("compound_id", "agency_id"),
    fixed=frozenset({"agency_id"}),
)
PLAQUES = Resource(
    "plaques",
    "plaque",
    "T6",
    "星级铭牌 · star plaques",
    services.Plaque,
    service.Plaque,
    steps=(service.PlaqueWithdrawn,),
    machine="plaque",
)
MEDIATIONS = Resource(
    "mediations",
    "mediation",
    "T15",
    "调处 · mediations",
    concerns.Mediation,
    concern.Mediation,
)
CONTRACTS = Resource(
    "contracts",
    "contract",
    "T7",
    "物业服务合同 · service contracts",
    companies.Contract,
    service.Contract,
    steps=(service.ContractEnded,),
    follows=("compound_id",),
    replaces=False,
    companies=True,
    fixed=frozenset({"company_id", "company_code"}),
)

RESOURCES = (
    LEADS,
    VIOLATIONS,
    ORDERS,
    REFERRALS,
    MEASURES,
    EXIT_CASES,
    COMPLAINTS,
    HAZARDS,
    INSPECTIONS,
    DISCLOSURES,
    COMMITTEES,
    COMMITTEE_MEMBERS,
    COMMITTEE_STEPS,
    GUARD_FILINGS,
    UTILITIES,
    EMERGENCY_PLANS,
    NOTICES,
    PRESENCES,
    PLAQUES,
    MEDIATIONS,
    CONTRACTS,
)

BY_NAME = {resource.name: resource for resource in RESOURCES}
