"""What is missing in a compound, as short codes (T5–T7, T9, T11–T15)."""

from datetime import date
from typing import NamedTuple

from geo.models import codes
from oversight.facts import CompoundFacts
from oversight.rules.self_government import Body
from oversight.status import earliest

type Disclosures = tuple[tuple[str, bool | None], ...]

GAPS: dict[str, tuple[str, str, str]] = {
    "no_company": ("T15", "无物业服务企业", "No property company"),
    "unrated": ("T5", "尚未评定星级", "Not rated yet"),
    "contract_unfiled": ("T7", "物业服务合同未备案", "Service contract not filed"),
    "contract_off_model": ("T7", "未使用规范合同文本", "Contract off the model text"),
    "disclosures_unknown": ("T7", "公开情况未核查", "Disclosures not looked at"),
    "disclosure_contract": ("T7", "服务合同未公开", "Contract not disclosed"),
    "disclosure_content": ("T7", "服务内容未公开", "Content of service not disclosed"),
    "disclosure_telephone": ("T7", "服务电话未公开", "Telephone not disclosed"),
    "disclosure_method": ("T7", "服务方式未公开", "Method of service not disclosed"),
    "disclosure_fees": ("T7", "收费标准未公开", "Fees not disclosed"),
    "disclosure_revenue": ("T7", "公共收益未公开", "Public revenue not disclosed"),
    "emergency_plan_fire": ("T9", "缺少火灾应急预案", "No emergency plan for fire"),
    "emergency_plan_public_order": ("T9", "缺少治安应急预案", "No emergency plan for public order"),
    "emergency_plan_public_health": (
        "T9",
        "缺少公共卫生应急预案",
        "No emergency plan for public health",
    ),
    "emergency_plan_extreme_weather": (
        "T9",
        "缺少极端天气应急预案",
        "No emergency plan for extreme weather",
    ),
    "term_over": ("T11", "业委会任期届满未换届", "Committee past its term"),
    "term_ending": ("T12", "业委会任期即将届满", "Committee's term about to end"),
    "guards_unknown": ("T13", "保安服务情况未登记", "Guard service not recorded"),
    "guards_unfiled": ("T13", "保安服务未备案", "Guard service not filed"),
    "guards_uncertified": ("T13", "保安员未全部持证", "Guards without certificates"),
    **{
        f"utility_{kind}": ("T13", f"{name}未服务到最终用户", f"{english} not to the end user")
        for kind, name, english in (
            ("water", "供水", "Water"),
            ("drainage", "排水", "Drainage"),
            ("power", "供电", "Power"),
            ("gas", "供气", "Gas"),
            ("heat", "供热", "Heat"),
            ("telecom", "通信", "Telecom"),
            ("cable_tv", "有线电视", "Cable TV"),
        )
    },
    "notice_missing": ("T14", "管理责任清单未公示", "Responsibility notice not posted"),
    "plaque_due": ("T6", "星级铭牌待颁发", "Star plaque to be issued"),
    "plaque_withdraw": ("T6", "星级铭牌应收回", "Star plaque to be withdrawn"),
    "community_acting": ("T15", "社区代行业委会职责", "Community acts for the committee"),
}
"""By code: row of the list, Chinese, English."""


class Equipment(NamedTuple):
    """What is missing whatever the compound's standing is, and the plaques that hang."""

    contract: tuple[str, ...]
    plans: tuple[str, ...]
    services: tuple[str, ...]
    notice: bool
    plaques: tuple[int, ...]


def equipment(facts: CompoundFacts, day: date) -> tuple[Equipment, date | None]:
    """What a day finds of contract, plans, guards, utilities, notice and plaques."""
    plans = {one.kind for one in facts.emergency_plans if _holds(one.start, one.end, day)}
    utilities = [
        f"utility_{one.kind}"
        for one in facts.utilities
        if not one.serves_end_user and _holds(one.start, one.end, day)
    ]
    found = Equipment(
        contract=tuple(_contract(facts, day)),
        plans=tuple(
            [f"emergency_plan_{kind}" for kind in codes.EMERGENCY_KINDS if kind not in plans]
        ),
        services=(*_guards(facts, day), *utilities),
        notice=any(
            one.posted_on <= day and (one.removed_on is None or day < one.removed_on)
            for one in facts.notices
        ),
        plaques=tuple(
            [
                one.star
                for one in facts.plaques
                if one.issued_on <= day and (one.withdrawn_on is None or day < one.withdrawn_on)
            ]
        ),
    )
    return found, _until(facts, day)


def gaps(
    company_id: int | None,
    rated_star: int | None,
    effective_star: int | None,
    disclosures: Disclosures,
    body: Body,
    found: Equipment,
) -> tuple[str, ...]:
    """What is missing, as codes of ``GAPS``."""
    missing: list[str] = []
    if company_id is None:
        missing.append("no_company")
    if rated_star is None:
        missing.append("unrated")
    missing += found.contract
    if all(state is None for _, state in disclosures):
        missing.append("disclosures_unknown")
    else:
        missing += [f"disclosure_{kind}" for kind, state in disclosures if state is False]
    missing += found.plans
    if body.term_over:
        missing.append("term_over")
    if body.term_ending:
        missing.append("term_ending")
    missing += found.services
    if not found.notice:
        missing.append("notice_missing")
    missing += _plaques(found.plaques, effective_star)
    if body.kind == "community_acting":
        missing.append("community_acting")
    return tuple(missing)


def _contract(facts: CompoundFacts, day: date) -> list[str]:
    for one in facts.contracts:
        if _holds(one.start, one.end, day):
            found = [] if one.filed else ["contract_unfiled"]
            return [*found, "contract_off_model"] if one.model_text is False else found
    return []


def _guards(facts: CompoundFacts, day: date) -> list[str]:
    for one in facts.guard_filings:
        if _holds(one.start, one.end, day):
            found = [] if one.filed else ["guards_unfiled"]
            return [*found, "guards_uncertified"] if one.certified < one.guards else found
    return ["guards_unknown"]


def _plaques(hanging: tuple[int, ...], star: int | None) -> list[str]:
    """A plaque shows the effective star; one above it is withdrawn (T6)."""
    found = []
    if star is not None and any(one > star for one in hanging):
        found.append("plaque_withdraw")
    if star and star not in hanging:
        found.append("plaque_due")
    return found


def _until(facts: CompoundFacts, day: date) -> date | None:
    ends = [
        one.end
        for group in (facts.guard_filings, facts.emergency_plans, facts.utilities)
        for one in group
        if one.end is not None and one.start <= day < one.end
    ]
    return earliest(*ends) if ends else None


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)
