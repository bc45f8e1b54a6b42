"""Reasons and codes in words, Chinese and English."""

from typing import Literal

from oversight.rules.gaps import GAPS
from oversight.status import FactRef, Reason

type Lang = Literal["zh", "en"]

SENTENCES: dict[str, tuple[str, str]] = {
    "rung_reached": (
        "累计违反“九不准”达到第{detail}档：{facts}",
        "The prohibitions broken reach rung {detail}: {facts}",
    ),
    "rung_spread": (
        "企业累计违反“九不准”达到第{detail}档，及于其服务的各小区：{facts}",
        "The company reaches rung {detail} over its compounds, and with it each it serves: {facts}",
    ),
    "credit_deducted": (
        "扣除信用分值{detail}分：{facts}",
        "Credit points deducted, {detail}: {facts}",
    ),
    "measure_recorded": ("监管措施：{named}（{facts}）", "Measure: {named} ({facts})"),
    "star_rated": ("最近一次评定结果为{star}：{facts}", "Newest rating: {star} ({facts})"),
    "star_reduced": (
        "因累计违规降星，有效星级为{star}：{facts}",
        "Reduced for the prohibitions broken; the effective star is {star}: {facts}",
    ),
    "star_substandard": (
        "因累计违规，物业服务质量不达标：{facts}",
        "Substandard for the prohibitions broken: {facts}",
    ),
    "key_target": (
        "有效星级二星及以下，自{detail}起列为专项整治重点对象：{facts}",
        "Low-star, and so a key target since {detail}: {facts}",
    ),
    "exit_third_rung": (
        "累计违反三条及以上，自{detail}起应依法清退：{facts}",
        "Three or more prohibitions broken; exit procedure due since {detail}: {facts}",
    ),
    "exit_company_rung": (
        "企业累计达到清退档次，及于其服务的各小区，自{detail}起应依法清退：{facts}",
        "The company reaches the rung of exit over its compounds; exit procedure due in each it"
        " serves since {detail}: {facts}",
    ),
    "exit_two_low_rounds": (
        "连续两次评定为二星级及以下，自{detail}起应依法清退：{facts}",
        "Low-star in two consecutive rounds; exit procedure due since {detail}: {facts}",
    ),
    "exit_substandard": (
        "评定不达标，自{detail}起应依法清退：{facts}",
        "Rated substandard; exit procedure due since {detail}: {facts}",
    ),
    "company_rung": (
        "企业在各小区累计达到第{detail}档：{facts}",
        "The company reaches rung {detail} over its compounds: {facts}",
    ),
    "company_measure_binds": (
        "对企业{named}，已生效：{facts}",
        "{named} binds the company: {facts}",
    ),
    "company_measure_due": (
        "对企业应{named}，待决定：{facts}",
        "{named} against the company is due, not decided yet: {facts}",
    ),
    "entry_restricted": (
        "企业被限制承接物业服务项目：{facts}",
        "The company is restricted from taking projects: {facts}",
    ),
    "entry_exited": ("企业曾从本小区清退：{facts}", "The company was exited from here: {facts}"),
    "entry_exit_open": (
        "企业有正在进行的清退案件：{facts}",
        "An exit case against the company is open: {facts}",
    ),
    "entry_measure_due": (
        "对企业应采取{named}，尚未决定：{facts}",
        "Due against the company and not decided yet: {named} ({facts})",
    ),
    "orders_overdue": ("限期整改逾期未完成：{facts}", "Rectification orders overdue: {facts}"),
    "orders_open": ("限期整改进行中：{facts}", "Rectification orders open: {facts}"),
    "referral_due": (
        "违法违规行为应移交执法部门，尚未移交：{facts}",
        "Breaches to be passed to the agencies that answer for them: {facts}",
    ),
    "referrals_overdue": ("移交逾期未答复：{facts}", "Referrals not answered in time: {facts}"),
    "hazards_overdue": ("安全隐患逾期未消除：{facts}", "Safety hazards overdue: {facts}"),
    "hazards_open": ("安全隐患待消除：{facts}", "Safety hazards open: {facts}"),
    "complaints_open": ("投诉待办结：{facts}", "Complaints open: {facts}"),
    "leads_open": ("线索待查实：{facts}", "Leads to be checked: {facts}"),
    "committee_step_due": (
        "业委会履职负面清单情形，应{named}：{facts}",
        "On the committee's negative list; due: {named} ({facts})",
    ),
    "self_government": ("业主自治：{named}（{facts}）", "Self-government: {named} ({facts})"),
    "disclosures": ("六个公开核查情况：{facts}", "The six disclosures as they were found: {facts}"),
    "gap": ("{named}：{facts}", "{named}: {facts}"),
    "inspection_due": (
        "下次检查事由：{named}（{facts}）",
        "Next inspection for: {named} ({facts})",
    ),
}
"""By code of a reason its sentence, Chinese and English."""

NAMES: dict[str, tuple[str, str]] = {
    "credit": ("扣除信用分值", "credit points deducted"),
    "talk": ("约谈企业负责人", "talk with the company's head"),
    "order": ("责令限期整改", "rectification order"),
    "manager_advice": ("建议更换项目经理人", "advice to replace the manager"),
    "star_down": ("降星", "one star less"),
    "substandard": ("不达标", "substandard"),
    "exit": ("清退", "exit"),
    "blacklist": ("纳入物业行业黑名单", "blacklist"),
    "restriction": ("限制承接物业服务项目", "restriction from taking projects"),
    "joint_punishment": ("联合惩戒", "joint punishment"),
    "suspended": ("暂停该成员履行职责", "suspend the member"),
    "termination_proposed": ("提请业主大会终止成员资格", "propose the end of membership"),
    "announced": ("公告全体业主", "announce it to all owners"),
    "revoked": ("依法撤销、依法查处", "revoke or prosecute"),
    "committee": ("业主委员会", "owners' committee"),
    "committee_expired": ("业主委员会（任期已满）", "owners' committee past its term"),
    "pmc": ("物业管理委员会", "property management committee"),
    "community_acting": ("社区居（村）民委员会代行", "the community acts"),
    "none": ("无", "none"),
    "hazard": ("重大安全隐患未消除", "serious hazard open"),
    "exit_case": ("清退程序进行中", "exit procedure open"),
    "deadline": ("整改期限到期复查", "rectification deadline"),
    "key_target": ("专项整治重点对象", "key target"),
    "nine_prohibitions": ("“九不准”检查", "nine-prohibitions check"),
    "complaint": ("投诉或线索待核查", "complaint or lead to be checked"),
    "fee_check": ("收费信息公示专项检查", "fee disclosure check"),
    "safety_check": ("安全生产日常检查", "safety check"),
    "joint_presence": ("常态化进驻综合治理", "joint presence"),
    "routine": ("日常巡查", "routine round"),
    "random": ("随机督查", "random supervision"),
    "third_rung": ("累计违反三条", "third rung"),
    "two_low_rounds": ("连续两次二星及以下", "two low rounds"),
    "due": ("应采取", "due"),
    "decided": ("已决定", "decided"),
    "done": ("已执行", "done"),
    "withdrawn": ("已撤销", "withdrawn"),
    "yes": ("可以承接", "yes"),
    "caution": ("可以承接，须审慎", "caution"),
    "no": ("不得承接", "no"),
}
"""Names of measures, steps, bodies, duties, grounds and states."""

FACTS: dict[str, tuple[str, str]] = {
    "violation": ("违规", "violation"),
    "rating": ("评定结果", "rating"),
    "order": ("整改通知", "order"),
    "referral": ("移交", "referral"),
    "measure": ("监管措施", "measure"),
    "exit_case": ("清退案件", "exit case"),
    "hazard": ("隐患", "hazard"),
    "complaint": ("投诉", "complaint"),
    "lead": ("线索", "lead"),
    "committee": ("自治组织", "body"),
    "compound": ("小区", "compound"),
    "contract": ("物业服务合同", "contract"),
    "inspection": ("检查", "inspection"),
    "disclosure": ("公开核查", "disclosure"),
    "utility": ("专业运营服务", "utility"),
    "guard_filing": ("保安备案", "guard filing"),
    "emergency_plan": ("应急预案", "emergency plan"),
    "plaque": ("铭牌", "plaque"),
}


def sentence(reason: Reason, lang: Lang = "zh") -> str:
    """What a reason says, with the facts it rests on."""
    template = SENTENCES[reason.code][_index(lang)]
    facts = ("、" if lang == "zh" else ", ").join(_fact(one, lang) for one in reason.facts)
    detail = reason.detail or ""
    said = template.format(
        detail=detail,
        facts=facts,
        star=_star(detail, lang),
        named=("、" if lang == "zh" else ", ").join(
            name(one, lang) for one in detail.split(",") if one
        ),
    )
    return said if facts else said.replace("()", "").replace("（）", "").rstrip(" :：")


def name(code: str, lang: Lang = "zh") -> str:
    """The name of a measure, step, body, duty, ground, state or gap; the code where it has none."""
    if code in NAMES:
        return NAMES[code][_index(lang)]
    return GAPS[code][1 + _index(lang)] if code in GAPS else code


def _star(detail: str, lang: Lang) -> str:
    if lang == "zh":
        return {"0": "不达标"}.get(detail, f"{detail}星")
    return {"0": "substandard", "1": "1 star"}.get(detail, f"{detail} stars")


def _fact(one: FactRef, lang: Lang) -> str:
    kind = FACTS.get(one.kind, (one.kind, one.kind))[_index(lang)]
    return f"{kind}{one.id}（{one.on}）" if lang == "zh" else f"{kind} {one.id} ({one.on})"


def _index(lang: Lang) -> int:
    return 0 if lang == "zh" else 1
