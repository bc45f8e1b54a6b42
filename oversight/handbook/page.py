"""``docs/rules.md``: the rules as the policy has them, with worked examples that are worked out.

Nothing in it is written by hand but the headings and the stories of the examples.
"""

from typing import Any

from oversight import words
from oversight.handbook.examples import examples
from oversight.handbook.markdown import section, table
from oversight.policy import Policy, load
from oversight.policy.readings import READINGS, value

_ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "T3",
        "九不准计数与监管措施：约谈、限期整改、建议更换项目经理人、扣分、降星、不达标、清退、黑名单、限制承接、联合惩戒；违法行为移交",
        "The ladder of the nine prohibitions and what each rung brings; referral of breaches",
    ),
    (
        "T4",
        "九条硬要求的检查频次：下次检查日期与事由",
        "How often the nine are checked: the next inspection and its duty",
    ),
    (
        "T5",
        "有效星级、重点对象、连续两次二星及以下或不达标的清退",
        "Effective star, key targets, exit after substandard or two low rounds",
    ),
    (
        "T6",
        "准入核查；铭牌颁发与收回",
        "Entry check; plaques to issue and to withdraw",
    ),
    ("T7", "六个公开；合同备案与文本", "The six disclosures; contracts filed, on the model text"),
    ("T8", "收费公示专项检查；投诉", "Fee disclosure checks; complaints"),
    ("T9", "安全隐患；四类应急预案", "Safety hazards; the four emergency plans"),
    ("T10", "安全检查；隐患逾期", "Safety checks; overdue hazards"),
    (
        "T11",
        "业委会任期届满；依法撤销、查处",
        "Committees past their term; revoked or prosecuted",
    ),
    (
        "T12",
        "任期预警；负面清单：暂停履职、提请终止、公告",
        "Terms about to end; negative list: suspend, propose the end, announce",
    ),
    (
        "T13",
        "保安备案与持证；专业运营单位服务到最终用户；移交答复",
        "Guards filed and certified; utilities to the end user; answers to referrals",
    ),
    ("T14", "管理责任清单：谁负责什么、是否公示", "Who answers for what; whether it is posted"),
    (
        "T15",
        "社区代行、物管会；无物业服务企业的小区。对街道、社区的投诉，写明小区的计入该小区（T8），未写明的只作登记，不计入任何状态",
        "The community or a PMC acts; compounds without a company. A complaint about a street or"
        " community counts in the compound it names (T8); one that names none reaches no status",
    ),
)


def handbook(policy: Policy | None = None) -> str:
    """The whole page as Markdown, Chinese beside English."""
    policy = policy or load()
    parts = [
        "# 规则 · Rules\n",
        f"由 `atlas policy rules` 按{policy.name}的政策文件生成，请勿手工修改。"
        f" · Made by `atlas policy rules` from the policy of {policy.name_en},"
        f" version `{policy.version}`; do not edit.\n",
        _rows(),
        _ladder(policy),
        _readings(policy),
        _duties(policy),
        _catalogue(policy),
        examples(policy),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _rows() -> str:
    return section(
        "任务清单的各行 · Rows of the list",
        table(("行 row", "软件的结论", "What follows"), _ROWS),
    )


def _ladder(policy: Policy) -> str:
    rows = [
        (
            f"{one.reached}{' 及以上 or more' if one is policy.ladder.rungs[-1] else ''}",
            "、".join(words.name(kind) for kind in one.brings),
            ", ".join(words.name(kind, "en") for kind in one.brings),
        )
        for one in policy.ladder.rungs
    ]
    return section(
        "监管措施 · The ladder (T3)",
        table(("累计 count", "除下档措施外", "besides those below"), rows),
    )


def _readings(policy: Policy) -> str:
    rows = []
    for setting, reading in READINGS.items():
        said = value(policy, setting)
        shown = str(said).lower() if isinstance(said, bool) else str(said)
        others = [
            f"`{name}` {zh} · {en}" for name, (zh, en) in reading.values.items() if name != shown
        ]
        zh, en = reading.values.get(shown, ("", ""))
        held = f"`{shown}` {zh} · {en}" if zh else _plain(said)
        rows.append(
            (
                reading.row,
                f"`{setting}`",
                f"{reading.question} · {reading.question_en}",
                held,
                "<br>".join(others),
            )
        )
    heading = ("行 row", "设置 setting", "问题 question", "采用 held", "另可 other")
    return section(
        "清单未明之处的理解 · Readings where the list is open",
        "每个结论都注明采用了哪种理解。 · Each status names the setting that chose.\n\n"
        + table(heading, rows),
    )


def _duties(policy: Policy) -> str:
    rows = [
        (
            str(number),
            one.row,
            f"{one.name} · {one.name_en}",
            str(one.tier),
            "" if one.after_days is None else str(one.after_days),
            "" if one.interval_days is None else str(one.interval_days),
        )
        for number, one in enumerate(policy.inspection.duties, 1)
    ]
    heading = (
        "序 no.",
        "行 row",
        "事由 duty",
        "级 tier",
        "事后天数 days after",
        "间隔天数 interval",
    )
    return section("检查事由的顺序 · Duties in order", table(heading, rows))


def _catalogue(policy: Policy) -> str:
    rows = [
        (
            f"`{one.code}`",
            one.row,
            one.name,
            one.name_en,
            one.severity,
            f"{one.points:g}",
            str(one.deadline_days),
            one.counts_as or "",
            ", ".join(one.referral),
        )
        for one in policy.violations
    ]
    heading = (
        "代码 code",
        "行 row",
        "违规",
        "breach",
        "severity",
        "扣分 points",
        "整改工作日 days",
        "计入 counts as",
        "首先移交 first referral",
    )
    return section("违规目录 · Catalogue of breaches", table(heading, rows))


def _plain(said: Any) -> str:
    if isinstance(said, dict):
        return ", ".join(f"{kind} → {counts_as}" for kind, counts_as in said.items())
    return ", ".join(said) if isinstance(said, tuple) else f"`{said}`"
