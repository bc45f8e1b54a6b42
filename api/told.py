"""What happened, in one line of Chinese and one of English, for each event of a timeline."""

from collections.abc import Callable, Mapping
from typing import Any

from oversight import words
from oversight.bodies import BODIES

LINES: dict[tuple[str, str], tuple[str, str]] = {
    ("contract", "began"): ("{company}开始服务", "{company} begins to serve"),
    ("contract", "filed"): ("{company}的物业服务合同备案", "Contract of {company} filed"),
    ("contract", "ended"): ("{company}合同结束{end}", "Contract of {company} ends{end}"),
    ("rating", "published"): ("{round}：{star}", "{round}: {star}"),
    ("violation", "occurred"): ("违规发生：{name}{offender}", "Breach occurs: {name}{offender}"),
    ("violation", "found"): ("发现违规：{name}{offender}", "Breach found: {name}{offender}"),
    ("violation", "confirmed"): ("违规查实：{name}{offender}", "Breach proven: {name}{offender}"),
    ("violation", "appealed"): ("对违规提出申诉：{name}", "Breach appealed: {name}"),
    ("violation", "closed"): ("违规办结：{name}", "Breach closed: {name}"),
    ("violation", "revoked"): ("违规认定撤销：{name}", "Finding of a breach revoked: {name}"),
    ("order", "issued"): (
        "限期整改（{due_on}前）：{name}",
        "Rectification ordered by {due_on}: {name}",
    ),
    ("order", "extended"): (
        "限期整改延至{due_on}：{name}",
        "Rectification extended to {due_on}: {name}",
    ),
    ("order", "reopened"): ("重新责令整改：{name}", "Rectification reopened: {name}"),
    ("order", "reported_done"): ("报告整改完成：{name}", "Rectification reported done: {name}"),
    ("order", "accepted"): ("整改验收通过：{name}", "Rectification accepted: {name}"),
    ("order", "withdrawn"): ("限期整改撤回：{name}", "Rectification order withdrawn: {name}"),
    ("referral", "sent"): ("移交{agency}：{name}", "Referred to {agency}: {name}"),
    ("referral", "received"): (
        "{agency}收到移交：{name}",
        "{agency} receives the referral: {name}",
    ),
    ("referral", "answered"): (
        "{agency}答复：{outcome}（{name}）",
        "{agency} answers: {outcome} ({name})",
    ),
    ("referral", "extended"): (
        "移交答复期限延至{due_on}：{name}",
        "Answer to a referral extended to {due_on}: {name}",
    ),
    ("referral", "reopened"): ("移交重新办理：{name}", "Referral reopened: {name}"),
    ("referral", "withdrawn"): ("移交撤回：{name}", "Referral withdrawn: {name}"),
    ("measure", "due"): ("应采取：{measure}{by}", "Due: {measure}{by}"),
    ("measure", "decided"): ("决定：{measure}{by}", "Decided: {measure}{by}"),
    ("measure", "done"): ("已执行：{measure}{by}", "Done: {measure}{by}"),
    ("measure", "withdrawn"): ("撤回：{measure}{by}", "Withdrawn: {measure}{by}"),
    ("measure", "ended"): ("到期：{measure}{by}", "Ends: {measure}{by}"),
    ("exit_case", "opened"): (
        "启动清退{company}：{ground}",
        "Exit of {company} opened: {ground}",
    ),
    ("exit_case", "decided"): ("决定清退{company}", "Exit of {company} decided"),
    ("exit_case", "closed"): ("清退{company}办结", "Exit of {company} closed"),
    ("exit_case", "withdrawn"): ("撤回清退{company}", "Exit of {company} withdrawn"),
    ("committee", "began"): ("{body}成立", "{body} set up"),
    ("committee", "filed"): ("{body}备案", "{body} filed"),
    ("committee", "funds_published"): ("{body}公布经费", "{body} publishes its funds"),
    ("committee", "term_over"): ("{body}任期届满", "Term of the {body} is over"),
    ("committee", "ended"): ("{body}结束", "{body} ends"),
    ("committee_step", "suspended"): ("{whose}暂停履职", "{whose} suspended"),
    ("committee_step", "termination_proposed"): (
        "提请业主大会终止{whose}职务",
        "Assembly asked to end the duties of the {whose}",
    ),
    ("committee_step", "announced"): (
        "向全体业主公告对{whose}的处理",
        "Steps against the {whose} announced to all owners",
    ),
    ("committee_step", "revoked"): (
        "依法撤销{whose}的决定",
        "Decision of the {whose} revoked by law",
    ),
    ("committee_step", "prosecuted"): ("依法查处{whose}", "{whose} dealt with by law"),
    ("committee_step", "reinstated"): ("{whose}恢复履职", "{whose} reinstated"),
    ("inspection", "made"): (
        "{agency_kind}检查（{reason}），发现问题{findings}处",
        "Inspected by {agency_kind} ({reason}), findings: {findings}",
    ),
    ("hazard", "found"): (
        "发现隐患（{severity}，{due_on}前消除）：{name}",
        "Hazard found ({severity}, to be gone by {due_on}): {name}",
    ),
    ("hazard", "cleared"): ("隐患消除：{name}", "Hazard gone: {name}"),
    ("complaint", "received"): ("收到投诉（{subject}）{about}", "Complaint ({subject}){about}"),
    ("complaint", "closed"): (
        "投诉办结（{upheld}）{about}",
        "Complaint closed ({upheld}){about}",
    ),
    ("notice", "posted"): ("管理责任清单上墙", "Responsibility notice posted"),
    ("notice", "removed"): ("管理责任清单撤下", "Responsibility notice removed"),
    ("plaque", "issued"): ("颁发{star}铭牌", "Plaque issued: {star}"),
    ("plaque", "withdrawn"): ("收回{star}铭牌", "Plaque withdrawn: {star}"),
    ("lead", "reported"): ("收到线索（{reporter}）{about}", "Lead from {reporter}{about}"),
    ("lead", "decided"): ("线索核查：{outcome}{about}", "Lead checked: {outcome}{about}"),
    ("disclosure", "began"): ("{what}{state}", "{what} {state}"),
    ("disclosure", "ended"): ("{what}{state}，至此日止", "{what} {state} up to this day"),
    ("utility", "began"): ("{provider}{supply}{reach}", "{provider}: {supply}{reach}"),
    ("utility", "ended"): ("{provider}{supply}，至此日止", "{provider}: {supply} up to this day"),
    ("guard_filing", "began"): (
        "保安服务：保安{guards}人，持证{certified}人{unfiled}",
        "Guard service: guards {guards}, certified {certified}{unfiled}",
    ),
    ("guard_filing", "filed"): ("保安服务备案", "Guard service filed"),
    ("guard_filing", "ended"): ("保安服务至此日止", "Guard service up to this day"),
    ("emergency_plan", "began"): (
        "制定{plan}应急预案{supplies}",
        "Emergency plan for {plan}{supplies}",
    ),
    ("emergency_plan", "trained"): ("{plan}应急培训", "Emergency training for {plan}"),
    ("emergency_plan", "drilled"): ("{plan}应急演练", "Emergency drill for {plan}"),
    ("emergency_plan", "ended"): (
        "{plan}应急预案至此日止",
        "Emergency plan for {plan} up to this day",
    ),
    ("committee_member", "began"): ("{body}{position}就任", "{position} joins the {body}"),
    ("committee_member", "ended"): ("{body}{position}离任", "{position} leaves the {body}"),
    ("mediation", "opened"): (
        "调处（{party}与{counterparty}）：{dispute}",
        "Mediation between {party} and {counterparty}: {dispute}",
    ),
    ("mediation", "closed"): (
        "调处结束，{outcome}：{dispute}",
        "Mediation ended, {outcome}: {dispute}",
    ),
    ("presence", "began"): ("{agency}常态化进驻{schedule}", "{agency} comes regularly{schedule}"),
    ("presence", "ended"): ("{agency}进驻至此日止", "{agency} comes up to this day"),
    ("status", "rung"): ("监管措施由第{before}档到第{after}档", "Ladder: rung {before} to {after}"),
    ("status", "star"): ("有效星级：{before}变为{after}", "Effective star: {before} to {after}"),
    ("status", "key_target"): ("{change}重点整治对象", "{change} key target"),
    ("status", "exit"): ("{change}清退程序", "{change} exit procedure"),
}
"""By kind and event: Chinese, English."""

_PARTIES: dict[str, tuple[str, str]] = {
    "owners": ("业主", "owners"),
    "committee": ("业委会", "owners' committee"),
    "company": ("物业服务企业", "company"),
    "resident": ("住户", "resident"),
    "utility": ("专营单位", "utility"),
}

NAMES: dict[str, Mapping[str, tuple[str, str]]] = {
    "star": {
        "0": ("不达标", "substandard"),
        **{
            str(star): (f"{word}星", f"{star} stars" if star > 1 else "1 star")
            for star, word in enumerate("一二三四五", 1)
        },
    },
    "end_reason": {
        "expired": ("（到期）", " (term over)"),
        "resigned": ("（企业退出）", " (company resigned)"),
        "dismissed": ("（被解聘）", " (dismissed)"),
        "exit": ("（清退）", " (exit)"),
        "replaced": ("（更换）", " (replaced)"),
    },
    "offender": {
        "company": ("物业服务企业", "company"),
        "committee": ("业委会", "owners' committee"),
        "member": ("业委会成员", "committee member"),
        "resident": ("业主、住户", "resident"),
        "utility": ("专营单位", "utility"),
        "unknown": ("责任人待查", "offender not known yet"),
        "street": ("街道", "street office"),
        "community": ("社区", "community"),
    },
    "outcome": {
        "penalised": ("处罚", "penalised"),
        "warned": ("警告", "warned"),
        "no_case": ("不予立案", "no case"),
        "returned": ("退回", "returned"),
        "passed_on": ("转交", "passed on"),
        "proven": ("查实", "proven"),
        "unproven": ("未查实", "not proven"),
        "agreed": ("达成一致", "agreed"),
        "failed": ("未达成一致", "failed"),
        "court": ("转入诉讼", "taken to court"),
        "None": ("未注明结果", "no outcome stated"),
    },
    "reporter": {
        "company": ("企业", "a company"),
        "resident": ("居民", "a resident"),
        "office": ("部门", "an office"),
    },
    "what": {
        "contract": ("服务合同", "contract"),
        "content": ("服务内容", "content of service"),
        "telephone": ("服务电话", "telephone"),
        "method": ("服务方式", "method of service"),
        "fees": ("收费标准", "fees"),
        "revenue": ("公共收益", "public revenue"),
    },
    "supply": {
        "water": ("供水", "water"),
        "drainage": ("排水", "drainage"),
        "power": ("供电", "power"),
        "gas": ("供气", "gas"),
        "heat": ("供热", "heat"),
        "telecom": ("通信", "telecom"),
        "cable_tv": ("有线电视", "cable TV"),
    },
    "plan": {
        "fire": ("火灾", "fire"),
        "public_order": ("治安", "public order"),
        "public_health": ("公共卫生", "public health"),
        "extreme_weather": ("极端天气", "extreme weather"),
    },
    "position": {
        "chair": ("主任", "chair"),
        "vice_chair": ("副主任", "vice chair"),
        "member": ("委员", "member"),
    },
    "party": _PARTIES,
    "counterparty": _PARTIES,
    "agency_kind": BODIES,
    "severity": {
        "minor": ("轻微", "minor"),
        "general": ("一般", "general"),
        "serious": ("严重", "serious"),
    },
}
"""Words for coded values: Chinese, English."""


_RULES = {"measure", "ground", "body", "reason"}
"""Values that :mod:`oversight.words` has the words for."""


def told(kind: str, event: str, data: Mapping[str, Any]) -> dict[str, str]:
    """What happened, as ``{"zh": …, "en": …}``; ``data`` is what the event's row says."""
    zh, en = LINES[kind, event]
    english = en.format_map(_values(kind, event, data, 1))
    return {
        "zh": zh.format_map(_values(kind, event, data, 0)),
        "en": english[0].upper() + english[1:],
    }


def _values(kind: str, event: str, data: Mapping[str, Any], language: int) -> dict[str, Any]:
    values = {name: _word(name, value, language) for name, value in data.items()}
    en = language == 1
    if "name" in data:
        values["name"] = (en and data.get("name_en")) or data["name"] or _pick(_NO_TYPE, language)
    if kind == "contract":
        values["end"] = NAMES["end_reason"].get(data["end_reason"] or "", ("", ""))[language]
    elif kind == "violation":
        whose = data["company"] or _word("offender", data["offender"], language)
        values["offender"] = f" ({whose})" if en else f"（{whose}）"
    elif kind == "measure":
        by = [data["authority"], data["document"]] if event == "decided" else []
        said = (", " if en else "，").join(one for one in by if one)
        values["by"] = (f" ({said})" if en else f"（{said}）") if said else ""
    elif kind == "committee_step":
        values["whose"] = _pick(_MEMBER if data["of_member"] else _COMMITTEE, language)
    elif kind == "complaint":
        values["subject"] = _word("offender", data["subject"], language)
        values["upheld"] = _pick(_UPHELD if data["upheld"] else _NOT_UPHELD, language)
        values["about"] = _about(values, data, language)
    elif kind == "lead":
        values["about"] = _about(values, data, language)
    elif kind in _SAID_OF:
        values |= _SAID_OF[kind](data, language)
    elif kind == "status":
        values |= _change(event, data, language)
    return values


def _about(values: Mapping[str, Any], data: Mapping[str, Any], language: int) -> str:
    """The type of breach after a colon, where one is named."""
    return f"{'：' if language == 0 else ': '}{values['name']}" if data["name"] else ""


def _disclosed(data: Mapping[str, Any], language: int) -> dict[str, str]:
    return {"state": _pick(_DISCLOSED if data["disclosed"] else _UNDISCLOSED, language)}


def _supplied(data: Mapping[str, Any], language: int) -> dict[str, str]:
    return {"reach": _pick(_TO_END_USER if data["to_end_user"] else _NOT_TO_END_USER, language)}


def _guarded(data: Mapping[str, Any], language: int) -> dict[str, str]:
    return {"unfiled": "" if data["filed"] else _pick(_UNFILED, language)}


def _planned(data: Mapping[str, Any], language: int) -> dict[str, str]:
    said = {True: _SUPPLIES, False: _NO_SUPPLIES}.get(data["supplies"])
    return {"supplies": "" if said is None else _pick(said, language)}


def _present(data: Mapping[str, Any], language: int) -> dict[str, str]:
    when = data["schedule"]
    return {"schedule": "" if not when else f" ({when})" if language else f"（{when}）"}


_SAID_OF: Mapping[str, Callable[[Mapping[str, Any], int], dict[str, str]]] = {
    "disclosure": _disclosed,
    "utility": _supplied,
    "guard_filing": _guarded,
    "emergency_plan": _planned,
    "presence": _present,
}
"""By kind of event what its line says that no code of its own names."""


def _change(event: str, data: Mapping[str, Any], language: int) -> dict[str, Any]:
    before, after = data["before"], data["after"]
    if event == "rung":
        return {"before": before, "after": after}
    if event == "star":
        unrated = _pick(_UNRATED, language)
        stars = NAMES["star"]
        return {
            "before": unrated if before is None else stars[str(before)][language],
            "after": unrated if after is None else stars[str(after)][language],
        }
    return {"change": _pick(_CHANGES[event][bool(after)], language)}


def _word(name: str, value: Any, language: int) -> Any:
    if name in _RULES:
        return words.name(value, "en" if language else "zh")
    known = NAMES.get(name, {}).get(str(value))
    return value if known is None else known[language]


def _pick(pair: tuple[str, str], language: int) -> str:
    return pair[language]


_NO_TYPE = ("未分类", "not classified")
_COMMITTEE = ("业主委员会", "owners' committee")
_MEMBER = ("业委会成员", "committee member")
_UPHELD = ("属实", "upheld")
_NOT_UPHELD = ("不属实", "not upheld")
_UNRATED = ("未评定", "not rated")
_DISCLOSED = ("已公开", "disclosed")
_UNDISCLOSED = ("未公开", "not disclosed")
_TO_END_USER = ("，服务到最终用户", ", to the end user")
_NOT_TO_END_USER = ("，未服务到最终用户", ", not to the end user")
_UNFILED = ("，未备案", ", not filed")
_SUPPLIES = ("，配有应急物资", ", with supplies")
_NO_SUPPLIES = ("，未配应急物资", ", without supplies")
_CHANGES = {
    "key_target": {True: ("列为", "Becomes a"), False: ("不再是", "No longer a")},
    "exit": {True: ("进入", "Enters the"), False: ("结束", "Leaves the")},
}
