"""Statuses as they are answered: reasons in words, each with the reading of the list behind it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from access.told import LISTS
from oversight import words
from oversight.policy import readings
from oversight.policy.model import Policy
from oversight.policy.readings import READINGS, SETTLED_BY
from oversight.rules.gaps import GAP, GAPS, reasons_of
from oversight.status import CompanyStatus, FactRef, MeasureState, Reason, Status

type Hidden = Collection[tuple[str, int]]
"""Facts, by kind and number, that the reader may not see."""

_APART = {"compound_id", "company_id", "company", "reasons", "gaps", "holds_until"}


def status_part(
    status: Status, policy: Mapping[str, Any], hidden: Hidden = frozenset()
) -> dict[str, Any]:
    """What follows for a compound, without its company's part.

    ``policy`` is the content of the version that made it; of ``hidden`` facts, which the reader may
    not see, only their number is told.
    """
    part = _fields(status, hidden)
    part["disclosures"] = dict(status.disclosures)
    part["next_inspection"] = _inspection(status, policy)
    del part["next_inspection_on"], part["next_inspection_for"]
    reasons = explained(every_reason(status), policy, hidden)
    shown = {one["detail"]: one["facts"] for one in reasons if one["code"] == GAP}
    part["gaps"] = [
        {"code": code, "row": row, "zh": zh, "en": en, "facts": shown.get(code, [])}
        for code, (row, zh, en) in ((code, GAPS[code]) for code in status.gaps)
    ]
    return {**part, "reasons": reasons}


def every_reason(status: Status | CompanyStatus) -> tuple[Reason, ...]:
    """The reasons of a status, also for what is missing without a fact that shows it."""
    if isinstance(status, CompanyStatus):
        return status.reasons
    return (*status.reasons, *reasons_of(status.gaps, status.reasons))


def company_part(
    status: CompanyStatus, policy: Mapping[str, Any], hidden: Hidden = frozenset()
) -> dict[str, Any]:
    """What follows for a company."""
    return {
        **_fields(status, hidden),
        "reasons": explained(status.reasons, policy, hidden),
    }


def explained(
    reasons: Iterable[Reason], policy: Mapping[str, Any], hidden: Hidden = frozenset()
) -> list[dict[str, Any]]:
    """Reasons in both languages, each with the setting that chose between two readings.

    ``outside`` is how many facts of a reason are ``hidden`` from the reader.
    """
    return [_explained(reason, policy, hidden) for reason in reasons]


def _explained(reason: Reason, policy: Mapping[str, Any], hidden: Hidden) -> dict[str, Any]:
    shown = reason._replace(
        facts=tuple(fact for fact in reason.facts if (fact.kind, fact.id) not in hidden)
    )
    outside = len(reason.facts) - len(shown.facts)
    zh, en = words.sentence(shown, "zh"), words.sentence(shown, "en")
    if outside:
        zh, en = f"{zh}（另有{outside}项在您的管辖范围之外）", f"{en} ({_beyond(outside)})"
    return {
        "code": reason.code,
        "row": reason.row,
        "zh": zh,
        "en": en,
        "brief": _brief(reason),
        "facts": [_fact(fact) for fact in shown.facts],
        "outside": outside,
        "setting": reason.setting,
        "settings": settings_behind(reason),
        "reading": None if reason.setting is None else reading(reason.setting, policy),
        "detail": reason.detail,
    }


def settings_behind(reason: Reason) -> list[str]:
    """The settings a reason rests on; first the one that chose here."""
    chose = [] if reason.setting is None else [reason.setting]
    return list(dict.fromkeys([*chose, *SETTLED_BY.get(reason.code, ())]))


def readings_of(
    reasons: Iterable[Mapping[str, Any]], policy: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """How the city reads each setting that reasons, as :func:`explained` gives them, rest on."""
    named = sorted({setting for reason in reasons for setting in reason["settings"]})
    found = ((setting, reading(setting, policy)) for setting in named)
    return {setting: told for setting, told in found if told is not None}


def _beyond(many: int) -> str:
    return f"{many} {'fact' if many == 1 else 'facts'} outside your area"


def _fact(fact: FactRef) -> dict[str, Any]:
    zh, en = words.FACTS.get(fact.kind, (fact.kind, fact.kind))
    return {"kind": fact.kind, "id": fact.id, "on": fact.on.isoformat(), "zh": zh, "en": en}


def plain(value: Any) -> Any:
    """Measures, tuples and days as JSON has them."""
    if isinstance(value, MeasureState):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _fields(status: Status | CompanyStatus, hidden: Hidden) -> dict[str, Any]:
    shown = {name: plain(value) for name, value in status._asdict().items() if name not in _APART}
    for name, kind in LISTS.items():
        if name in shown:
            shown[name] = [one for one in shown[name] if (kind, one) not in hidden]
    for one in shown["measures"]:
        if one["kind"] != "exit" and ("measure", one["measure_id"]) in hidden:
            one["measure_id"] = None
        if ("violation", one["violation_id"]) in hidden:
            one["violation_id"] = None
    for step in shown.get("committee_steps_due", ()):
        if ("violation", step[1]) in hidden:
            step[1] = None
    shown["counting_outside"] = len(status.counting) - len(shown["counting"])
    return shown


def _inspection(status: Status, policy: Mapping[str, Any]) -> dict[str, Any] | None:
    """The next visit, with its duty as the policy names it."""
    if status.next_inspection_on is None:
        return None
    duties = policy.get("inspection", {}).get("duties", ())
    duty: dict[str, Any] = next(
        (one for one in duties if one["code"] == status.next_inspection_for), {}
    )
    return {
        "on": plain(status.next_inspection_on),
        "duty": status.next_inspection_for,
        "row": duty.get("row"),
        "zh": duty.get("name"),
        "en": duty.get("name_en"),
        "tier": duty.get("tier"),
    }


def _brief(reason: Reason) -> dict[str, str]:
    """The sentence without the facts, for where these stand beside it."""
    alone = reason._replace(facts=())
    return {"zh": words.sentence(alone, "zh"), "en": words.sentence(alone, "en")}


def settings_of(policy: Policy) -> dict[str, Any]:
    """What a policy says, as :func:`reading` looks it up."""
    return {**asdict(policy), "counts_as": readings.value(policy, "counts_as")}


def reading(setting: str, policy: Mapping[str, Any]) -> dict[str, Any] | None:
    """How the city reads the list where it is open: the question, its answer, in both languages."""
    known = READINGS.get(setting)
    value: Any = policy
    for key in setting.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if known is None or value is None:
        return None
    meaning = known.values.get(str(value).lower() if isinstance(value, bool) else str(value))
    return {
        "value": value,
        "row": known.row,
        "question": {"zh": known.question, "en": known.question_en},
        "meaning": None if meaning is None else {"zh": meaning[0], "en": meaning[1]},
    }
