"""Worked examples of the handbook: stories whose statuses are assessed as any other's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from oversight import words
from oversight.assess import assess
from oversight.facts import (
    Committee,
    CompanyFacts,
    CompoundFacts,
    Contract,
    ExitCase,
    Order,
    Rating,
    Reopening,
    Violation,
)
from oversight.handbook.markdown import table
from oversight.policy import Policy
from oversight.status import Status


@dataclass(frozen=True)
class _Example:
    """A story, its facts, the days that are looked at, and a setting another way."""

    zh: str
    en: str
    facts: CompoundFacts
    days: tuple[str, ...]
    policy: Policy


def examples(policy: Policy) -> str:
    """The stories with their facts, what follows on their days, and why on the last."""
    parts = []
    for number, one in enumerate(_stories(policy), 1):
        found = [(day, assess(one.facts, one.policy, _day(day))) for day in one.days]
        parts.append(
            f"### {number}. {one.zh}\n\n{one.en}\n\n"
            + table(("事实 fact", "日期 dates"), _facts(one.facts))
            + "\n\n"
            + table(
                ("日 day", "档 rung", "评定 rated", "有效 effective", "重点 target", "清退 exit"),
                [(day, *_cells(status)) for day, status in found],
            )
            + f"\n\n{one.days[-1]}：\n\n"
            + "\n".join(_said(found[-1][1]))
        )
    return "## 算例 · Worked examples\n\n" + "\n\n".join(parts)


def _stories(policy: Policy) -> Iterable[_Example]:
    serves = Contract(1, 7, "ordinary", True, True, None, _day("2022-01-01"), None)
    rated = _rating(1, 4, "2023-06-01")
    plain = _compound(contracts=(serves,), ratings=(rated,))
    broken = tuple(_broken(number, f"P{number}", f"2024-0{number}-10") for number in (1, 2, 3, 4))
    yield _Example(
        "累计违反一至四条",
        "One to four prohibitions broken",
        replace(plain, violations=broken, companies={7: CompanyFacts(7, "640100", broken)}),
        ("2024-01-10", "2024-02-10", "2024-03-10", "2024-04-10"),
        policy,
    )
    again = (_broken(1, "P1", "2024-01-10"), _broken(2, "P1", "2024-02-10"))
    yield _Example(
        "再次违反同一条：档次不升，另行责令整改",
        "The same prohibition again: no higher rung, an order of its own",
        replace(plain, violations=again),
        ("2024-01-10", "2024-02-10"),
        policy,
    )
    change = (
        serves._replace(end=_day("2024-06-01")),
        serves._replace(id=2, company_id=8, start=_day("2024-06-01")),
    )
    yield _Example(
        "更换企业：新企业从零起计，降星随原企业终止",
        "Another company: it starts at none, and its predecessor's reduction ends",
        replace(plain, contracts=change, violations=broken[:2]),
        ("2024-05-31", "2024-06-01"),
        policy,
    )
    revoked = (broken[0], broken[1]._replace(revoked_on=_day("2024-05-01")))
    yield _Example(
        "违规被撤销：自撤销之日起不计",
        "A breach is revoked: it no longer counts from that day",
        replace(plain, violations=revoked),
        ("2024-04-30", "2024-05-01"),
        policy,
    )
    yield _Example(
        "同上，但按“自始不计”理解",
        "The same under `asof.revocation = from_start`: it never counted",
        replace(plain, violations=revoked),
        ("2024-04-30", "2024-05-01"),
        replace(policy, asof=replace(policy.asof, revocation="from_start")),
    )
    included = (rated, _rating(2, 3, "2024-06-01", includes_ladder=True, cutoff="2024-05-01"))
    yield _Example(
        "评定结果已含降星：只有更高的档次再降",
        "A result that includes the reduction: only a higher rung reduces it further",
        replace(plain, ratings=included, violations=broken[:2]),
        ("2024-05-31", "2024-06-01"),
        policy,
    )
    low = (_rating(1, 2, "2023-06-01"), _rating(2, 2, "2024-06-01"))
    yield _Example(
        "连续两次评定为二星及以下",
        "Low-star in two consecutive rounds",
        replace(plain, ratings=low),
        ("2023-06-01", "2024-06-01"),
        policy,
    )
    closed = ExitCase(1, 1, 7, "two_low_rounds", _day("2024-06-01"), None, None, _day("2024-09-01"))
    yield _Example(
        "清退案件撤销后，新的评定结果再次启动",
        "An exit case is withdrawn; a new result opens it again",
        replace(plain, ratings=(*low, _rating(3, 0, "2025-06-01")), exit_cases=(closed,)),
        ("2024-08-31", "2024-09-01", "2025-06-01"),
        policy,
    )
    released = (_rating(1, 2, "2023-06-01"), _rating(2, 3, "2024-06-01"))
    yield _Example(
        "重点对象的解除",
        "A key target is released",
        replace(plain, ratings=released),
        ("2024-05-31", "2024-06-01"),
        policy,
    )
    term = Committee(
        1,
        "committee",
        _day("2021-03-01"),
        None,
        _day("2021-03-01"),
        _day("2024-03-01"),
    )
    yield _Example(
        "业委会任期届满",
        "A committee's term ends",
        replace(plain, committees=(term,)),
        ("2023-12-01", "2024-03-01"),
        policy,
    )
    order = Order(
        1,
        1,
        7,
        _day("2024-01-12"),
        _day("2024-02-02"),
        None,
        None,
        None,
        reopenings=(
            Reopening(
                _day("2024-02-20"), _day("2024-03-05"), _day("2024-02-01"), _day("2024-02-05")
            ),
        ),
    )
    yield _Example(
        "限期整改完成后重新整改，再次逾期",
        "An order is kept, taken up again, and then overdue",
        replace(plain, violations=broken[:1], orders=(order,)),
        ("2024-02-10", "2024-02-20", "2024-03-06"),
        policy,
    )


def _compound(**groups: Any) -> CompoundFacts:
    return CompoundFacts(id=1, city_code="640100", **groups)


def _broken(number: int, type_code: str, on: str) -> Violation:
    return Violation(
        id=number,
        compound_id=1,
        type_code=type_code,
        offender_kind="company",
        company_id=7,
        committee_id=None,
        member_id=None,
        incident=None,
        severity="general",
        occurred_on=None,
        found_on=_day(on),
        confirmed_on=_day(on),
        appealed_on=None,
        closed_on=None,
        revoked_on=None,
    )


def _rating(
    number: int, star: int, on: str, *, includes_ladder: bool = False, cutoff: str | None = None
) -> Rating:
    day = _day(on)
    return Rating(
        number, number, number, star, None, _day(cutoff) if cutoff else day, day, includes_ladder
    )


def _facts(facts: CompoundFacts) -> list[tuple[str, str]]:
    rows = [
        (
            f"企业 company {one.company_id} 服务 serves",
            f"{one.start} → {'' if one.end is None else one.end}",
        )
        for one in facts.contracts
    ]
    rows += [
        (
            f"评定 rating {one.id}：{_star(one.star)}"
            + ("，已含降星 includes the ladder" if one.includes_ladder else ""),
            f"{one.published_on}",
        )
        for one in facts.ratings
    ]
    rows += [
        (
            f"违规 violation {one.id}：{one.type_code}",
            f"认定 confirmed {one.confirmed_on}"
            + (f"，撤销 revoked {one.revoked_on}" if one.revoked_on else ""),
        )
        for one in facts.violations
    ]
    rows += [
        (
            f"清退案件 exit case {one.id}",
            f"启动 opened {one.opened_on}，撤销 withdrawn {one.withdrawn_on}",
        )
        for one in facts.exit_cases
    ]
    rows += [
        ("业委会 committee", f"任期 term {one.term_start} → {one.term_end}")
        for one in facts.committees
    ]
    for one in facts.orders:
        rows.append((f"整改通知 order {one.id}", f"{one.issued_on}，期限 due {one.due_on}"))
        rows += [
            (
                f"整改通知 order {one.id}：重新整改 reopened",
                f"完成 done {again.done_on}，重新 reopened {again.reopened_on}，"
                f"期限 due {again.due_on}",
            )
            for again in one.reopenings
        ]
    return rows


def _cells(status: Status) -> tuple[str, ...]:
    return (
        str(status.rung),
        _star(status.rated_star),
        _star(status.effective_star),
        "是 yes" if status.key_target else "否 no",
        "" if status.exit_ground is None else words.name(status.exit_ground),
    )


def _said(status: Status) -> list[str]:
    lines = [
        f"- {words.sentence(one)}（{one.row}{_setting(one.setting)}） · {words.sentence(one, 'en')}"
        for one in (*status.reasons, *(status.company.reasons if status.company else ()))
    ]
    due = [one.kind for one in status.measures if one.state == "due"]
    if due:
        kinds = list(dict.fromkeys(due))
        many = f"，责令整改 {due.count('order')} 件" if due.count("order") > 1 else ""
        lines.append(
            f"- 应采取：{'、'.join(words.name(kind) for kind in kinds)}{many}"
            f" · Due: {', '.join(words.name(kind, 'en') for kind in kinds)}"
        )
    return lines


def _setting(setting: str | None) -> str:
    return f"，`{setting}`" if setting else ""


def _star(star: int | None) -> str:
    return "—" if star is None else "不达标 0" if star == 0 else f"{star}"


def _day(text: str) -> date:
    return date.fromisoformat(text)
