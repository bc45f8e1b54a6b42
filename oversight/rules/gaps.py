"""What is missing in a compound, as short codes (T5–T7, T9, T11–T15)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from geo.models import codes
from oversight.facts import CompoundFacts, EmergencyPlan
from oversight.rules.self_government import Body
from oversight.status import FactRef, Reason, earliest

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
    "plan_without_supplies": ("T9", "未配备应急物资", "Emergency plan without supplies"),
    "plan_without_drill": (
        "T9",
        "未开展应急培训和演练",
        "Emergency plan without training or drill",
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

GAP = "gap"
"""The code of a reason that tells of something missing; its detail is the code in ``GAPS``."""


class Gap(NamedTuple):
    """What is missing, as a code of ``GAPS``, and the facts that show it.

    Where nothing was recorded there is none.
    """

    code: str
    facts: tuple[FactRef, ...] = ()


class Equipment(NamedTuple):
    """What is missing whatever the compound's standing is, and the plaques that hang, by star."""

    contract: tuple[Gap, ...]
    plans: tuple[Gap, ...]
    services: tuple[Gap, ...]
    notice: bool
    plaques: tuple[tuple[int, FactRef], ...]


def equipment(facts: CompoundFacts, day: date) -> tuple[Equipment, date | None]:
    """What a day finds of contract, plans, guards, utilities, notice and plaques."""
    utilities = [
        Gap(f"utility_{one.kind}", (FactRef("utility", one.id, one.start),))
        for one in facts.utilities
        if not one.serves_end_user and _holds(one.start, one.end, day)
    ]
    found = Equipment(
        contract=tuple(_contract(facts, day)),
        plans=tuple(_plans(facts, day)),
        services=(*_guards(facts, day), *utilities),
        notice=any(
            one.posted_on <= day and (one.removed_on is None or day < one.removed_on)
            for one in facts.notices
        ),
        plaques=tuple(
            [
                (one.star, FactRef("plaque", one.id, one.issued_on))
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
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """What is missing, as codes of ``GAPS``, and of those that facts show, which.

    What the disclosures and the owners' body show is told with these.
    """
    missing: list[Gap] = []
    if company_id is None:
        missing.append(Gap("no_company"))
    if rated_star is None:
        missing.append(Gap("unrated"))
    missing += found.contract
    if all(state is None for _, state in disclosures):
        missing.append(Gap("disclosures_unknown"))
    else:
        missing += [Gap(f"disclosure_{kind}") for kind, state in disclosures if state is False]
    missing += found.plans
    if body.term_over:
        missing.append(Gap("term_over"))
    if body.term_ending:
        missing.append(Gap("term_ending"))
    missing += found.services
    if not found.notice:
        missing.append(Gap("notice_missing"))
    missing += _plaques(found.plaques, effective_star)
    if body.kind == "community_acting":
        missing.append(Gap("community_acting"))
    shown = tuple([_shown(one) for one in missing if one.facts])
    return tuple([one.code for one in missing]), shown


def reasons_of(codes_missing: Iterable[str], told: Iterable[Reason]) -> tuple[Reason, ...]:
    """Of what is missing the reasons that are not told, since no fact shows it."""
    shown = {one.detail for one in told if one.code == GAP}
    return tuple([_shown(Gap(code)) for code in codes_missing if code not in shown])


def _shown(gap: Gap) -> Reason:
    return Reason(GAP, GAPS[gap.code][0], gap.facts, None, gap.code)


def _contract(facts: CompoundFacts, day: date) -> list[Gap]:
    for one in facts.contracts:
        if _holds(one.start, one.end, day):
            shown = (FactRef("contract", one.id, one.start),)
            found = [] if one.filed else [Gap("contract_unfiled", shown)]
            off_model = one.model_text is False
            return [*found, Gap("contract_off_model", shown)] if off_model else found
    return []


def _plans(facts: CompoundFacts, day: date) -> list[Gap]:
    """The plans that are missing, and what the others lack (应急物资、培训和演练, T9)."""
    held = [one for one in facts.emergency_plans if _holds(one.start, one.end, day)]
    kinds = {one.kind for one in held}
    found = [Gap(f"emergency_plan_{kind}") for kind in codes.EMERGENCY_KINDS if kind not in kinds]
    for code, lacks in _LACKING:
        shown = tuple(
            [FactRef("emergency_plan", one.id, one.start) for one in held if lacks(one, day)]
        )
        if shown:
            found.append(Gap(code, shown))
    return found


_LACKING: tuple[tuple[str, Callable[[EmergencyPlan, date], bool]], ...] = (
    ("plan_without_supplies", lambda plan, _: plan.supplies is False),
    (
        "plan_without_drill",
        lambda plan, day: not (_happened(plan.trained_on, day) and _happened(plan.drilled_on, day)),
    ),
)


def _happened(on: date | None, day: date) -> bool:
    return on is not None and on <= day


def _guards(facts: CompoundFacts, day: date) -> list[Gap]:
    for one in facts.guard_filings:
        if _holds(one.start, one.end, day):
            shown = (FactRef("guard_filing", one.id, one.start),)
            found = [] if one.filed else [Gap("guards_unfiled", shown)]
            uncertified = one.certified < one.guards
            return [*found, Gap("guards_uncertified", shown)] if uncertified else found
    return [Gap("guards_unknown")]


def _plaques(hanging: tuple[tuple[int, FactRef], ...], star: int | None) -> list[Gap]:
    """A plaque shows the effective star; one above it is withdrawn (T6)."""
    found = []
    above = tuple([ref for shows, ref in hanging if star is not None and shows > star])
    if above:
        found.append(Gap("plaque_withdraw", above))
    if star and star not in [shows for shows, _ in hanging]:
        found.append(Gap("plaque_due"))
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
