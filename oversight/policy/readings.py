"""The questions the list leaves open, and what each answer means (rows T3, T5, T6, T11, T12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from oversight.policy.model import Policy


@dataclass(frozen=True)
class Reading:
    """One question: the row it is about, and what each value of its setting means, 中 and English.

    A setting that is a number or a list has no fixed values.
    """

    row: str
    question: str
    question_en: str
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _yes_no(yes: tuple[str, str], no: tuple[str, str]) -> dict[str, tuple[str, str]]:
    return {"true": yes, "false": no}


_COUNTED = (
    "ladder.count",
    "ladder.scope",
    "counts_as",
    "ladder.window",
    "action.start",
    "ladder.rectified_counts",
    "ladder.appealed_counts",
    "ladder.on_change",
    "asof.revocation",
    "asof.basis",
)
"""What is settled before a rung is."""

SETTLED_BY: dict[str, tuple[str, ...]] = {
    "rung_reached": _COUNTED,
    "rung_spread": ("ladder.rung4_spreads", *_COUNTED),
    "credit_deducted": ("credit.counts", *_COUNTED),
    "star_reduced": ("stars.reduction_life", "stars.reduction", *_COUNTED),
    "star_substandard": ("stars.unrated", "ladder.rung4_spreads", *_COUNTED),
    "key_target": ("key_target.max_star", "stars.unrated", "key_target.release"),
    "exit_third_rung": ("exit.reach", "exit.autoclose", "measures.binding", *_COUNTED),
    "exit_company_rung": ("exit.reach", "exit.autoclose", "measures.binding", *_COUNTED),
    "exit_two_low_rounds": (
        *("exit.low_basis", "exit.skipped", "exit.same_company"),
        *("key_target.max_star", "exit.autoclose", "measures.binding"),
    ),
    "exit_substandard": ("exit.autoclose", "measures.binding"),
    "measure_recorded": ("measures.binding",),
    "company_rung": _COUNTED,
    "company_measure_binds": ("measures.binding",),
    "company_measure_due": ("measures.binding", *_COUNTED),
    "entry_restricted": ("blacklist.effect", "measures.binding"),
    "entry_exited": ("entry.rule", "measures.binding"),
    "entry_exit_open": ("entry.rule",),
    "entry_measure_due": ("measures.binding", "entry.rule"),
    "orders_open": ("ladder.repeat_order",),
    "orders_overdue": ("ladder.repeat_order",),
    "committee_step_due": ("committee.negative_list",),
    "self_government": ("selfgov.expired",),
    "inspection_due": ("inspection.satisfied_by",),
}
"""By code of a reason the settings it rests on, whichever way they are set.

Not stored with each status, since they are the same for all of a policy. ``company.star`` is told
with the star it makes.
"""

READINGS: dict[str, Reading] = {
    "ladder.count": Reading(
        "T3",
        "“累计违反几条”按什么计",
        "What is counted on the ladder",
        {
            "distinct": ("按不同的“条”计", "different prohibitions"),
            "events": ("按违规次数计", "every breach"),
        },
    ),
    "ladder.scope": Reading(
        "T3",
        "按谁的违规计",
        "Whose breaches are counted",
        {
            "mixed": (
                "前三档按企业在本小区计，第四档按企业在全市计",
                "rungs 1–3 in a compound, rung 4 over all the company's compounds",
            ),
            "company_in_compound": ("各档均按企业在一个小区计", "in one compound for every rung"),
            "company": ("各档均按企业在全市计", "over all the company's compounds for every rung"),
        },
    ),
    "ladder.rung4_spreads": Reading(
        "T3",
        "第四档是否及于企业所服务的各小区",
        "Whether rung 4 reaches each compound the company serves",
        _yes_no(
            ("及于各小区", "it puts each of them at rung 4"),
            ("不及于各小区，只对企业采取措施", "no, only the company's own measures"),
        ),
    ),
    "counts_as": Reading(
        "T3",
        "哪些违规计入“九不准”",
        "Which breaches count as prohibitions",
    ),
    "ladder.window": Reading(
        "T3",
        "累计的起算时间",
        "From when breaches add up",
        {"action": ("自行动开始之日起", "since the action began")},
    ),
    "action.start": Reading("T3", "行动何时开始", "When the action began"),
    "ladder.rectified_counts": Reading(
        "T3",
        "已整改的违规是否仍计",
        "Whether a rectified breach still counts",
        _yes_no(("仍计", "it does"), ("整改后不再计", "not once it is rectified")),
    ),
    "ladder.appealed_counts": Reading(
        "T3",
        "申诉中的违规是否计",
        "Whether an appealed breach counts",
        _yes_no(("计", "it does"), ("申诉后不计", "not once it is appealed")),
    ),
    "ladder.repeat_order": Reading(
        "T3",
        "再次违反同一条是否另行责令整改",
        "Whether breaking a prohibition again brings an order of its own",
        _yes_no(("另行责令整改", "it does"), ("不另行责令整改", "it does not")),
    ),
    "ladder.on_change": Reading(
        "T3",
        "更换企业后累计是否延续",
        "What becomes of the count when the company changes",
        {
            "per_company": ("新企业从零起计，原企业返回时续计", "the new company starts at none"),
            "per_compound": ("小区的累计延续", "the compound's count goes on"),
        },
    ),
    "credit.counts": Reading(
        "T3",
        "哪些违规扣除信用分值",
        "Which breaches cost credit points",
        {
            "prohibitions": ("计入“九不准”的违规", "those that count as prohibitions"),
            "all": ("企业的各类违规", "every type of breach by a company"),
        },
    ),
    "asof.revocation": Reading(
        "T3",
        "被撤销的违规自何时起不计",
        "From when a revoked breach no longer counts",
        {
            "from_date": ("自撤销之日起", "from the day it is revoked"),
            "from_start": ("自始不计", "it never did"),
        },
    ),
    "asof.basis": Reading(
        "T3",
        "查询过去某日以何为准",
        "What a past day is answered from",
        {
            "valid": ("以事实发生的日期为准", "the dates of the facts"),
            "known": ("以当时已录入的为准", "what had been entered by then"),
        },
    ),
    "measures.binding": Reading(
        "T3",
        "清退、黑名单、联合惩戒何时生效",
        "From when exit, blacklist and joint punishment bind",
        {
            "decided": ("作出决定之日起", "once decided"),
            "due": ("达到档次之日起", "as soon as they are due"),
        },
    ),
    "blacklist.effect": Reading(
        "T3",
        "限制承接限制什么",
        "What a restricted company may not take",
        {"new": ("新承接", "new projects"), "all": ("新承接和续约", "new projects and renewals")},
    ),
    "exit.reach": Reading(
        "T3",
        "清退及于哪些小区",
        "Which compounds an exit reaches",
        {
            "compound": ("违规所在的小区", "that of the breaches"),
            "all_served": ("企业服务的各小区", "each the company serves"),
        },
    ),
    "stars.reduction_life": Reading(
        "T5",
        "降星持续多久",
        "How long a reduction lasts",
        {
            "while_rung": ("档次存续期间", "as long as the rung does"),
            "until_round": ("至下一次评定公布", "until the next round is published"),
        },
    ),
    "stars.reduction": Reading("T5", "降星降几星", "How many stars a reduction takes"),
    "exit.low_basis": Reading(
        "T5",
        "连续两次以何种星级计",
        "Which stars two consecutive rounds are judged by",
        {
            "rated": ("评定结果，不含降星", "the results, reductions left out"),
            "effective": ("有效星级，含降星", "the effective stars"),
        },
    ),
    "exit.skipped": Reading(
        "T5",
        "漏评一次是否中断连续",
        "Whether a round without a result breaks the two",
        {"ignore": ("不中断", "it does not"), "break": ("中断", "it does")},
    ),
    "exit.same_company": Reading(
        "T5",
        "两次评定是否须为同一企业",
        "Whether both rounds must be of one company",
        _yes_no(("须为同一企业", "they must"), ("不论企业", "they need not")),
    ),
    "stars.unrated": Reading(
        "T5",
        "尚未评定的小区如何看待",
        "What a compound without a rating is",
        {
            "unknown": ("星级未知，不列为重点对象", "of no star, and no key target"),
            "low": ("视同二星及以下", "taken as low-star"),
        },
    ),
    "key_target.max_star": Reading(
        "T5", "几星及以下列为重点对象", "The highest star of a key target"
    ),
    "key_target.release": Reading(
        "T5",
        "重点对象何时解除",
        "When a key target is released",
        {
            "immediate": ("有效星级回升之日", "on the day its effective star is higher"),
            "next_round": ("下一次评定结果公布之日", "with the next round's result"),
        },
    ),
    "inspection.satisfied_by": Reading(
        "T5",
        "谁的检查计入重点对象检查频次",
        "Whose visit satisfies a key target's interval",
        {
            "any": ("住建部门或街道", "housing's or the street's"),
            "housing": ("住建部门", "housing's"),
            "street": ("街道", "the street's"),
        },
    ),
    "exit.autoclose": Reading(
        "T5",
        "清退事由消失后案件是否自行终结",
        "Whether an exit case ends by itself when its ground does",
        _yes_no(
            ("自行终结", "it does"),
            (
                "不自行终结，合同终止或说明理由撤销",
                "not before the contract ends or it is withdrawn",
            ),
        ),
    ),
    "entry.rule": Reading(
        "T6",
        "清退案件未结时能否承接",
        "Whether an open exit case stops a company from taking a project",
        {"list": ("提示，不禁止", "it warns"), "strict": ("禁止", "it refuses")},
    ),
    "company.star": Reading(
        "T5",
        "企业星级如何计算",
        "How a company's own star is made",
        {
            "weighted_mean": ("各小区按户数加权平均", "mean of its compounds by households"),
            "mean": ("各小区平均", "mean of its compounds"),
            "lowest": ("取最低的小区", "its lowest compound's"),
        },
    ),
    "selfgov.expired": Reading(
        "T11",
        "业委会任期届满未换届如何看待",
        "What a committee past its term is",
        {
            "flag": ("继续履职并提示", "it goes on, flagged"),
            "replace": ("不再视为履职", "it is no longer taken to act"),
        },
    ),
    "committee.negative_list": Reading(
        "T12", "哪些情形列入履职负面清单", "Which breaches are on the committee's negative list"
    ),
}
"""By setting; ``counts_as`` is a key of each type of violation."""


def value(policy: Policy, setting: str) -> Any:
    """What a policy says to a question."""
    if setting == "counts_as":
        return {kind.code: kind.counts_as for kind in policy.violations if kind.counts_as}
    return reduce(getattr, setting.split("."), policy)
