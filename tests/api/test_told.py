"""Every event of a timeline can be told in both languages, whatever its row leaves open."""

import pytest

from api.told import LINES, told

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


def test_a_change_of_star_names_both() -> None:
    said = told("status", "star", {"before": None, "after": 0, "ground": None})
    assert said == {
        "zh": "有效星级：未评定变为不达标",
        "en": "Effective star: not rated to substandard",
    }
