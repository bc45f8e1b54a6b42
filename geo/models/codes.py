"""Code lists: the only values a coded column may hold.

The words are those of the task list (rows T1…T15); a code is an English noun, its Chinese name
belongs to the screens.
"""

STREET_KINDS = ("subdistrict", "town", "township", "other")  # 街道, 镇, 乡, 农场等
COMMUNITY_KINDS = ("community", "village")  # 社区, 村

CONTRACT_KINDS = ("early", "ordinary")  # 前期, 普通
CONTRACT_ENDS = ("expired", "resigned", "dismissed", "exit", "replaced")

SELF_GOVERNMENT_KINDS = ("committee", "pmc", "community_acting")  # 业委会, 物管会, 社区代行
MEMBER_POSITIONS = ("chair", "vice_chair", "member")
COMMITTEE_STEPS = (  # T12: 暂停履职 → 提请业主大会终止 → 公告全体业主; T11: 依法撤销, 依法查处
    "suspended",
    "termination_proposed",
    "announced",
    "revoked",
    "prosecuted",
    "reinstated",
)

DISCLOSURE_KINDS = ("contract", "content", "telephone", "method", "fees", "revenue")  # T7
UTILITY_KINDS = ("water", "drainage", "power", "gas", "heat", "telecom", "cable_tv")  # T13
EMERGENCY_KINDS = ("fire", "public_order", "public_health", "extreme_weather")  # T9
WORK_KINDS = ("confined_space", "at_height")  # T9
FIRE_FEATURE_KINDS = ("fire_lane", "ladder_ground", "exit")  # T9, T10

RATING_DIMENSIONS = (  # T5, in the order the list names them
    "sanitation",
    "waste_sorting",
    "greening",
    "order",
    "facilities",
    "disclosure",
    "governance",
)

VIOLATION_FAMILIES = ("prohibition", "conduct", "safety", "committee", "public_management")
ROWS = tuple(f"T{number}" for number in range(1, 16))
PROHIBITIONS = tuple(f"P{number}" for number in range(1, 10))
SEVERITIES = ("minor", "general", "serious")
OFFENDER_KINDS = ("company", "committee", "member", "resident", "utility", "unknown")
REPORTER_KINDS = ("company", "resident", "office")
LEAD_OUTCOMES = ("proven", "unproven", "passed_on")

MEASURE_KINDS = (  # T3, in the order of the ladder
    "credit",
    "talk",
    "order",
    "manager_advice",
    "star_down",
    "substandard",
    "exit",
    "blacklist",
    "restriction",
    "joint_punishment",
)
EXIT_GROUNDS = ("substandard", "two_low_rounds", "third_rung")  # T3, T5
REFERRAL_OUTCOMES = ("penalised", "warned", "no_case", "returned", "passed_on")

AGENCY_KINDS = (
    "housing",
    "urban_enforcement",
    "police",
    "market",
    "development",
    "fire",
    "emergency",
    "civil_affairs",
    "natural_resources",
    "parks",
    "municipal_works",
    "network_information",
)
INSPECTING_BODIES = (*AGENCY_KINDS, "street")
JURISDICTION_ROLES = ("accept", "enforce", "lead", "support")  # 受理, 执法, 牵头, 配合
LEVELS = ("city", "county")
DUTY_BODIES = (*AGENCY_KINDS, "leading_group", "government", "street")
DUTY_ROLES = ("lead", "responsible")  # 牵头单位, 责任单位

COMPLAINT_SUBJECTS = ("company", "committee", "resident", "utility", "street", "community")
COMPLAINT_CHANNELS = ("hotline", "visit", "letter", "online", "office")
MEDIATION_PARTIES = ("owners", "committee", "company", "resident", "utility")
MEDIATION_OUTCOMES = ("agreed", "failed", "court")
SELF_GOVERNMENT_STATUSES = (*SELF_GOVERNMENT_KINDS, "committee_expired", "none")

IMPORT_STATES = ("queued", "running", "done", "refused", "failed")
HELD_VERDICTS = ("rejected", "review")

VISIT_KINDS = ("routine", "special", "case")  # 日常, 专项, 个案
INSPECTION_REASONS = (
    "hazard",
    "exit_case",
    "deadline",
    "key_target",
    "nine_prohibitions",
    "complaint",
    "fee_check",
    "safety_check",
    "joint_presence",
    "routine",
    "random",
)
PLAN_STATES = ("draft", "published", "withdrawn")
VISIT_STATES = ("planned", "done", "skipped")
CAMPAIGN_KINDS = ("fee_disclosure", "safety", "guards", "committee", "other")
TARGET_METRICS = (
    "compounds_rated",
    "key_targets_inspected",
    "orders_kept",
    "pmc_established",
    "committees_established",
    "disclosures_complete",
    "exits_completed",
)
ASSESSED_KINDS = ("district", "street", "community", "company", "committee")
TRAINING_AUDIENCES = ("committee", "company", "guards", "officers", "residents")

OFFICE_ROLES = (  # names and scopes in access.roles
    "administrator",
    "city_officer",
    "district_officer",
    "street_officer",
    "agency_officer",
    "inspector",
    "company_user",
    "auditor",
)
SESSION_KINDS = ("browser", "token")
ATTEMPT_KINDS = ("pair", "address", "login", "state")
