"""Every event of a timeline can be told in both languages, whatever its row leaves open."""

from typing import Any

import pytest

from api.told import LINES, NAMES, told
from geo.models import codes

SAID = {
    "contract": {"company": "甲", "kind": "ordinary", "filed": True, "end_reason": "exit"},
    "rating": {"star": 0, "round": "第一轮"},
    "violation": {
        "type": "P1",
        "name": "违",
        "name_en": "B",
        "offender": "resident",
        "company": None,
    },
    "order": {"due_on": "2026-01-02", "type": None, "name": None, "name_en": None},
    "referral": {
        "agency": "甲局",
        "outcome": "no_case",
        "due_on": "2026-01-02",
        "name": "违",
        "name_en": "B",
    },
    "measure": {"measure": "talk", "company": "甲", "authority": "甲局", "document": None},
    "exit_case": {"ground": "third_rung", "company": "甲"},
    "committee": {"body": "pmc", "pilot": True},
    "committee_step": {"of_member": True},
    "inspection": {"reason": "hazard", "agency_kind": "fire", "visit": "special", "findings": 2},
    "hazard": {"name": "患", "name_en": "H", "severity": "serious", "due_on": "2026-01-02"},
    "complaint": {
        "subject": "street",
        "channel": "hotline",
        "upheld": True,
        "name": None,
        "name_en": None,
    },
    "notice": {},
    "plaque": {"star": 3},
    "lead": {
        "reporter": "company",
        "agency": None,
        "outcome": None,
        "name": None,
        "name_en": None,
    },
    "disclosure": {"what": "fees", "disclosed": False},
    "utility": {"supply": "cable_tv", "provider": "甲台", "to_end_user": True},
    "guard_filing": {"guards": 4, "certified": 3, "filed": False},
    "emergency_plan": {"plan": "public_order", "supplies": None},
    "committee_member": {"body": "committee", "position": "vice_chair"},
    "mediation": {
        "party": "owners",
        "counterparty": "utility",
        "dispute": "停车",
        "outcome": None,
    },
    "presence": {"agency": "甲局", "schedule": None},
}
CHANGES = {"rung": (1, 2), "star": (None, 0), "key_target": (False, True), "exit": (True, False)}


@pytest.mark.parametrize(("kind", "event"), LINES)
def test_an_event_has_a_line_in_each_language(kind: str, event: str) -> None:
    if kind == "status":
        before, after = CHANGES[event]
        said = told(kind, event, {"before": before, "after": after, "ground": None})
    else:
        said = told(kind, event, SAID[kind])
    assert said["zh"] != said["en"]
    assert not said["en"][0].islower()
    assert not [word for word in ("None", "{", "_") if word in said["zh"] + said["en"]]


@pytest.mark.parametrize(
    ("kind", "event", "data", "zh", "en"),
    [
        (
            "lead",
            "decided",
            {"reporter": "office", "outcome": "proven", "name": "违", "name_en": "B"},
            "线索核查：查实：违",
            "Lead checked: proven: B",
        ),
        (
            "disclosure",
            "began",
            {"what": "revenue", "disclosed": True},
            "公共收益已公开",
            "Public revenue disclosed",
        ),
        (
            "utility",
            "began",
            {"supply": "water", "provider": "甲", "to_end_user": False},
            "甲供水，未服务到最终用户",
            "甲: water, not to the end user",
        ),
        (
            "guard_filing",
            "began",
            {"guards": 6, "certified": 4, "filed": False},
            "保安服务：保安6人，持证4人，未备案",
            "Guard service: guards 6, certified 4, not filed",
        ),
        (
            "emergency_plan",
            "began",
            {"plan": "extreme_weather", "supplies": False},
            "制定极端天气应急预案，未配应急物资",
            "Emergency plan for extreme weather, without supplies",
        ),
        (
            "committee_member",
            "ended",
            {"body": "committee", "position": "chair"},
            "业主委员会主任离任",
            "Chair leaves the owners' committee",
        ),
        (
            "mediation",
            "closed",
            {"party": "owners", "counterparty": "company", "dispute": "停车", "outcome": "court"},
            "调处结束，转入诉讼：停车",
            "Mediation ended, taken to court: 停车",
        ),
        (
            "presence",
            "began",
            {"agency": "甲局", "schedule": "每周三"},
            "甲局常态化进驻（每周三）",
            "甲局 comes regularly (每周三)",
        ),
    ],
)
def test_what_an_event_s_row_says_stands_in_its_line(
    kind: str, event: str, data: dict[str, Any], zh: str, en: str
) -> None:
    assert told(kind, event, data) == {"zh": zh, "en": en}


def test_every_code_of_a_fact_has_a_word() -> None:
    for name, known in (
        ("what", codes.DISCLOSURE_KINDS),
        ("supply", codes.UTILITY_KINDS),
        ("plan", codes.EMERGENCY_KINDS),
        ("position", codes.MEMBER_POSITIONS),
        ("party", codes.MEDIATION_PARTIES),
        ("reporter", codes.REPORTER_KINDS),
    ):
        assert NAMES[name].keys() == set(known)
    assert NAMES["outcome"].keys() >= {*codes.LEAD_OUTCOMES, *codes.MEDIATION_OUTCOMES}


def test_a_change_of_star_names_both() -> None:
    said = told("status", "star", {"before": None, "after": 0, "ground": None})
    assert said == {
        "zh": "有效星级：未评定变为不达标",
        "en": "Effective star: not rated to substandard",
    }
