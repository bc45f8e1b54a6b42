"""Small facts and policies for tests of the rules; what is not said is plain."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from oversight import facts as records
from oversight.assess import assess
from oversight.facts import CompanyFacts, CompoundFacts
from oversight.policy import load
from oversight.policy.model import Policy
from oversight.status import Status

HERE, ELSEWHERE = 1, 2
"""Compounds."""
OURS, OTHERS = 7, 8
"""Companies."""

_PLAIN: dict[str, dict[str, Any]] = {
    "contract": {"company_id": OURS, "kind": "ordinary", "filed": True, "model_text": True},
    "rating": {"round_id": 1, "round_no": 1, "star": 3, "includes_ladder": False},
    "violation": {
        "compound_id": HERE,
        "type_code": "P1",
        "offender_kind": "company",
        "company_id": OURS,
        "severity": "general",
    },
    "order": {"extensions": (), "reopenings": ()},
    "referral": {
        "violation_id": 1,
        "agency_id": 1,
        "agency_kind": "urban_enforcement",
        "extensions": (),
        "reopenings": (),
    },
    "measure": {"kind": "talk"},
    "exit_case": {"compound_id": HERE, "company_id": OURS, "ground": "third_rung"},
    "committee": {"kind": "committee"},
    "committee_step": {"committee_id": 1, "kind": "suspended"},
    "disclosure": {"kind": "fees", "disclosed": True},
    "hazard": {"type_code": "T9.fire_lane_obstructed", "severity": "serious"},
    "inspection": {"kind": "routine", "reason": "routine", "agency_kind": "housing"},
    "utility": {"kind": "water", "serves_end_user": True},
    "guard_filing": {"guards": 4, "certified": 4, "filed": True},
    "emergency_plan": {"kind": "fire", "supplies": True},
    "plaque": {"star": 3},
    "project": {"compound_id": HERE},
}


def day(text: str) -> date:
    """2024-03-01 as a date."""
    return date.fromisoformat(text)


def fact(name: str, /, **given: Any) -> Any:
    """A record of a name (``violation``, ``exit_case``, …); days may be given as text."""
    record = getattr(records, name.title().replace("_", ""))
    values = dict.fromkeys(record._fields) | {"id": 1} | _PLAIN.get(name, {}) | given
    if "id" not in record._fields:
        values.pop("id")
    dated = {
        field: day(value)
        for field, value in values.items()
        if isinstance(value, str) and (field.endswith("_on") or field in _RANGE)
    }
    return record(**(values | dated))


_RANGE = {"start", "end", "term_start", "term_end"}


def violation(number: int, type_code: str, confirmed_on: str, **given: Any) -> records.Violation:
    """A breach by our company here, found on the day it was confirmed."""
    plain = {"id": number, "type_code": type_code, "confirmed_on": confirmed_on}
    made: records.Violation = fact("violation", **({"found_on": confirmed_on} | plain | given))
    return made


def contract(start: str, end: str | None = None, **given: Any) -> records.Contract:
    """Our company serves here."""
    made: records.Contract = fact("contract", start=start, end=end, **given)
    return made


def rating(number: int, star: int, published_on: str, **given: Any) -> records.Rating:
    """The result of the round of that number, cut off on the day it was published."""
    plain = {"id": number, "round_id": number, "round_no": number, "star": star}
    dated = {"published_on": published_on, "cutoff_on": published_on}
    made: records.Rating = fact("rating", **(plain | dated | given))
    return made


def compound_facts(*groups: Iterable[Any] | tuple[Any, ...], **given: Any) -> CompoundFacts:
    """What is known of the compound: records of any kind, in any order.

    Companies are made of the breaches and contracts that name them, unless given.
    """
    sorted_in: dict[str, list[Any]] = {}
    for one in (record for group in groups for record in _flat(group)):
        sorted_in.setdefault(_group_of(type(one)), []).append(one)
    made = {name: tuple(found) for name, found in sorted_in.items()}
    return CompoundFacts(id=HERE, city_code="640100", **(made | given))


def company_facts(company_id: int = OURS, **given: Any) -> CompanyFacts:
    """What is known of a company over all its compounds."""
    return CompanyFacts(id=company_id, city_code="640100", **given)


def policy(**settings: Any) -> Policy:
    """Yinchuan's policy, some settings another way: ``policy(**{"ladder.count": "events"})``."""
    made = load()
    for key, value in settings.items():
        made = _with(made, key.split("."), value)
    return made


TODAY = day("2024-12-31")


def status(*facts: Any, on: str = "2024-12-31", **settings: Any) -> Status:
    """What follows under some settings."""
    return assess(compound_facts(contract("2020-01-01"), *facts), policy(**settings), day(on))


def broken(many: int, start: int = 1) -> list[Any]:
    """So many different prohibitions, one a month."""
    return [
        violation(number, f"P{number}", f"2024-0{number}-01")
        for number in range(start, start + many)
    ]


def elsewhere(many: int) -> dict[int, Any]:
    """Our company with so many different prohibitions broken, each in another compound."""
    found = [
        violation(100 + number, f"P{number}", f"2024-0{number}-01", compound_id=ELSEWHERE + number)
        for number in range(1, many + 1)
    ]
    return {OURS: company_facts(violations=tuple(found))}


def _with(table: Any, path: list[str], value: Any) -> Any:
    if len(path) == 1:
        assert path[0] in {one.name for one in fields(table)}, f"there is no setting {path[0]}"
        return replace(table, **{path[0]: value})
    inner = getattr(table, path[0])
    assert is_dataclass(inner)
    return replace(table, **{path[0]: _with(inner, path[1:], value)})


def _flat(group: Any) -> Iterable[Any]:
    return [group] if hasattr(group, "_fields") else group


def _group_of(record: type) -> str:
    name = "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in record.__name__
    )
    plural = name.lstrip("_")
    return {"utility": "utilities"}.get(plural, f"{plural}s")
