"""What the tables demand of every row, asked before writing: a problem instead of an error.

The demands are read from the tables' own constraints, of the file's values together with recorded
ones.
"""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE

from geo.imports.draft import Draft, field_name, shown
from geo.imports.plan import Slot
from geo.imports.problems import Reason, reasons

reasons(
    missing_value=Reason(
        zh="缺少{title}，也无法从其他登记推出；请补填",
        en="{title} is missing and does not follow from other facts; fill it in",
    ),
    order_of_dates=Reason(
        zh="{title}“{value}”早于{other}“{other_value}”（文件或已登记的）；请核对两个日期",
        en="{title} {value} is before {other_en} {other_value} (of the file or recorded);"
        " check both dates",
    ),
    no_company_serving=Reason(
        zh="{value}该小区没有登记在管的物业企业。请填写物业企业，或先导入物业服务合同",
        en="no company is recorded as serving the compound on {value}. Name the company, or import"
        " the contract first",
    ),
    no_committee_acting=Reason(
        zh="{value}该小区没有登记履职的业主组织。请先导入业委会（物管会），或改填责任主体",
        en="no owners' body is recorded as acting for the compound on {value}. Import the committee"
        " first, or name another offender",
    ),
    no_compound_here=Reason(
        zh="没有填小区，所给位置30米内也没有小区。请填写小区名称或编号",
        en="no compound is named, and none lies within 30 m of the point. Name the compound",
    ),
    about_nothing=Reason(
        zh="没有填小区、街道或社区，所给位置也不在任何小区。请至少填一项",
        en="no compound, street or community is named, nor does the point lie in a compound. Name"
        " one",
    ),
    level_without_district=Reason(
        zh="县级机构须填所在区，市级机构不填区；请改正层级或所在区",
        en="a county-level agency needs its district and a city-level one has none; correct the"
        " level or the district",
    ),
    end_without_day=Reason(
        zh="填了终止原因“{value}”，但没有终止日期；请补填终止日期",
        en="the reason for the end {value} is given, but not the last day; give the last day",
    ),
    filed_day_unfiled=Reason(
        zh="填了备案日期“{value}”，但备案为“否”；请改正其一",
        en="the day of filing {value} is given for a contract that is not filed; correct one",
    ),
    too_many_party_members=Reason(
        zh="党员委员人数“{value}”多于委员总数；请核对",
        en="{value} party members are more than there are members; check both figures",
    ),
    only_pmc_pilot=Reason(
        zh="只有物管会可以标为试点；请改正类型或试点",
        en="only a PMC can be a pilot; correct the kind or the mark",
    ),
    breaks_rule=Reason(
        zh="与登记规则“{rule}”不符；请核对本行各项",
        en="breaks the rule {rule} of the register; check the row's values",
    ),
)

RULES = {
    "violation_offender_company_check": ("no_company_serving", "found_on"),
    "violation_offender_committee_check": ("no_committee_acting", "found_on"),
    "complaint_about_check": ("about_nothing", None),
    "agency_level_district_check": ("level_without_district", "level"),
    "contract_ended_check": ("end_without_day", "end_reason"),
    "contract_filed_check": ("filed_day_unfiled", "filed_on"),
    "committee_party_members_count_check": ("too_many_party_members", "party_members_count"),
    "committee_pilot_check": ("only_pmc_pilot", "pilot"),
}
"""By constraint: the reason that says what is wrong, and the column whose value it names."""

FIELDS = {"no_company_serving": "company", "no_committee_acting": "offender_kind"}
"""Fields to fill in where it is not the one whose value is named."""

MISSING = {("hazards", "compound_id"): "no_compound_here"}

_PAIR = re.compile(r"(\w+) (<=|>=) (\w+)")


def refuse_broken(draft: Draft) -> None:
    """Hold the rows that would break a rule of their table."""
    for one in draft.plan.slots:
        if one.required:
            draft.hold(_missing(draft, one))
    for span in draft.plan.spans:
        first, after = (draft.plan.by_name[f"{span}_{end}"] for end in ("from", "until"))
        draft.hold(_unordered(draft, first, after, days_held=True))
    for check in draft.plan.checks:
        for problems in _broken(draft, check):
            draft.hold(problems)
    draft.drop_held()


def _missing(draft: Draft, slot: Slot) -> Select[Any]:
    code = MISSING.get((draft.plan.profile.kind, slot.name), "missing_value")
    return _problem(draft, code, field_name(slot), null()).where(draft.facts.c[slot.name].is_(None))


def _broken(draft: Draft, check: CheckConstraint) -> Iterator[Select[Any]]:
    """Queries of the rows that break a check, saying why."""
    rule, slots = str(check.sqltext), draft.plan.by_name
    pairs = _PAIR.findall(rule)
    dated = [
        (slots[right], slots[left]) if sign == ">=" else (slots[left], slots[right])
        for left, sign, right in pairs
        if {left, right} <= slots.keys() and isinstance(slots[left].type, Date)
    ]
    if dated and len(dated) == len(rule.split(" AND ")):
        for earlier, later in dated:
            yield _unordered(draft, earlier, later)
        return
    code, named = RULES.get(str(check.name), ("breaks_rule", None))
    slot = slots.get(named) if named else None
    value = shown(slot, draft.facts.c[slot.name]) if slot else null()
    field = FIELDS.get(code) or (field_name(slot) if slot else None)
    broken = _problem(draft, code, field, value, rule=literal(str(check.name)))
    rows = _as_written(draft)
    yield broken.where(draft.facts.c.row.in_(select(rows.c.row).where(text(f"({rule}) IS FALSE"))))


def _unordered(draft: Draft, earlier: Slot, later: Slot, days_held: bool = False) -> Select[Any]:
    """Rows whose dates do not follow each other; a span of days must hold on one at least."""
    first, last = draft.facts.c[earlier.name], draft.facts.c[later.name]
    wrong = last <= first if days_held else last < first
    other = earlier.field
    return _problem(
        draft,
        "order_of_dates",
        field_name(later),
        shown(later, last),
        other=literal(other.title if other else earlier.name),
        other_en=literal(other.title_en if other else earlier.name),
        other_value=shown(earlier, first),
    ).where(wrong)


def _problem(
    draft: Draft, code: str, field: str | None, value: Any, **given: ColumnElement[Any]
) -> Select[Any]:
    named = [part for name, one in given.items() for part in (literal(name), one)]
    return select(
        draft.facts.c.row,
        literal(code),
        literal(field, Text),
        cast(value, Text),
        func.jsonb_build_object(*named),
    )


def _as_written(draft: Draft) -> Any:
    """The facts as the table would have them."""
    plan, facts, known = draft.plan, draft.facts, draft.plan.known
    columns: list[ColumnElement[Any]] = [facts.c.row]
    for one in plan.model.columns:
        if one.name in plan.spans:
            columns.append(days(facts, one.name).label(one.name))
        elif one.name in plan.by_name:
            columns.append(facts.c[one.name])
        else:
            columns.append(known.c[one.name])
    joined = facts.outerjoin(known, known.c.id == facts.c.id)
    return select(*columns).select_from(joined).subquery("as_written")


def days(facts: Any, span: str) -> ColumnElement[Any]:
    """The days from the first to the last, none where they are the wrong way round."""
    first, after = facts.c[f"{span}_from"], facts.c[f"{span}_until"]
    some = and_(first.is_not(None), func.coalesce(first < after, True))
    return case((some, func.daterange(first, after)), else_=cast(null(), DATERANGE))
