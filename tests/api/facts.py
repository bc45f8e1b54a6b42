"""One fact of each kind as an office sends it, a correction of it, and what it rests on."""

from typing import Any

from tests.api.register import Office

SENT: dict[str, dict[str, Any]] = {
    "leads": {
        "compound_code": "C1",
        "reporter_kind": "resident",
        "reported_on": "2026-03-01",
        "type_code": "P3",
    },
    "violations": {
        "compound_id": 1,
        "type_code": "P2",
        "offender_kind": "company",
        "found_on": "2026-03-02",
        "confirmed_on": "2026-03-05",
    },
    "orders": {"compound_id": 1, "issued_on": "2026-03-06", "due_on": "2026-04-06"},
    "referrals": {"violation_id": 1, "agency_id": 3, "sent_on": "2026-03-06"},
    "measures": {"company_code": "91640100A", "kind": "talk", "due_on": "2026-03-05"},
    "exit-cases": {"compound_id": 1, "ground": "third_rung", "opened_on": "2026-03-07"},
    "complaints": {
        "street_code": "649904001",
        "subject": "street",
        "channel": "hotline",
        "received_on": "2026-03-08",
        "point": [106.011, 38.401],
        "person": {"name": "张三", "phone": "13900000000", "statement": "无人管"},
    },
    "hazards": {"compound_id": 2, "type_code": "T9.no_drill", "found_on": "2026-03-09"},
    "inspections": {
        "compound_id": 2,
        "inspected_on": "2026-03-10",
        "kind": "routine",
        "reason": "routine",
        "agency_kind": "housing",
        "findings_count": 1,
        "checklist": {"门岗": True},
    },
    "disclosures": {"compound_id": 2, "kind": "fees", "disclosed": False, "from": "2026-03-11"},
    "committees": {
        "compound_id": 2,
        "kind": "committee",
        "from": "2026-03-12",
        "term_from": "2026-03-12",
        "term_until": "2029-03-12",
        "members_count": 5,
    },
    "committee-members": {
        "committee_id": 1,
        "position": "member",
        "from": "2026-03-12",
        "person": {"name": "李四", "phone": "13911111111"},
    },
    "committee-steps": {"committee_id": 1, "kind": "revoked", "taken_on": "2026-05-01"},
    "guard-filings": {
        "compound_id": 2,
        "guards": 6,
        "certified": 4,
        "filed": True,
        "from": "2026-03-13",
    },
    "utilities": {
        "compound_id": 2,
        "kind": "water",
        "provider": "自来水公司",
        "serves_end_user": False,
        "from": "2026-03-14",
    },
    "emergency-plans": {
        "compound_id": 2,
        "kind": "fire",
        "supplies": True,
        "trained_on": "2026-03-14",
        "from": "2026-03-14",
    },
    "notices": {"compound_id": 2, "posted_on": "2026-03-15"},
    "presences": {
        "compound_id": 2,
        "agency_id": 3,
        "schedule": "每周三上午",
        "from": "2026-03-15",
    },
    "plaques": {"compound_id": 2, "star": 3, "issued_on": "2026-03-16"},
    "mediations": {
        "compound_id": 2,
        "party": "owners",
        "counterparty": "company",
        "subject": "停车",
        "opened_on": "2026-03-17",
    },
    "contracts": {"compound_id": 3, "company_id": 2, "from": "2026-03-18"},
}

CORRECTED: dict[str, dict[str, Any]] = {
    "leads": {"statement": "电梯间堆物"},
    "violations": {"evidence": "照片三张"},
    "orders": {"requirement": "清运垃圾"},
    "referrals": {"due_on": "2026-04-30"},
    "measures": {"due_on": "2026-03-04"},
    "exit-cases": {"ground": "substandard"},
    "complaints": {"channel": "visit"},
    "hazards": {"severity": "serious"},
    "inspections": {"findings": "门岗无人"},
    "disclosures": {"evidence": "公示栏空白"},
    "committees": {"party_members_count": 3},
    "committee-members": {"position": "chair"},
    "committee-steps": {"document": "银民决1号"},
    "guard-filings": {"certified": 5},
    "utilities": {"hotline": "0951-0000000"},
    "emergency-plans": {"drilled_on": "2026-03-20"},
    "notices": {"photo": "n1.jpg"},
    "presences": {"schedule": "每周四下午"},
    "plaques": {"star": 2},
    "mediations": {"closed_on": "2026-03-20", "outcome": "agreed"},
    "contracts": {"filed": True, "filed_on": "2026-03-19"},
}

_RESTS_ON: dict[str, tuple[str, str, dict[str, Any]]] = {
    "referrals": ("violation_id", "violations", SENT["violations"]),
    "committee-members": (
        "committee_id",
        "committees",
        {"compound_id": 1, "kind": "pmc", "from": "2026-02-01"},
    ),
    "committee-steps": (
        "committee_id",
        "committees",
        {"compound_id": 3, "kind": "pmc", "from": "2026-02-01"},
    ),
}
"""By resource the field that names what its fact rests on, and that as it is sent."""


def sendable(office: Office, resource: str, **changed: Any) -> dict[str, Any]:
    """A fact as it is sent; what it rests on is entered, once in a city."""
    made = {**SENT[resource], **changed}
    if resource in _RESTS_ON:
        field, other, stated = _RESTS_ON[resource]
        made[field] = office.enter(other, **stated)["id"]
    return made
