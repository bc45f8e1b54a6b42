"""The page that says who reads and writes what, made from the rules that PostgreSQL enforces."""

from collections.abc import Iterator

from access import rules
from access.roles import ROLES, kind_of
from access.rules import PUBLIC, PUBLIC_WRITES, RULES, Rule
from geo.models import Base

SAYS = {
    rules.AREA: "in its area",
    rules.CITY: "in its city",
    rules.WHOLE_CITY: "of its city, where the grant covers it whole",
    rules.COMPOUND: "in its compounds",
    rules.COMPANY: "of the company",
    rules.COMPANIES: "of companies that serve in its area",
    rules.AGENCY: "of the agency",
    rules.INSPECTOR: "of the inspector",
    rules.OWN_INSPECTOR: "the inspector's own",
    rules.REFERRED: "passed to the agency",
    rules.REPORTED: "reported by companies in its compounds",
    rules.ACTOR: "one's own",
    rules.EVERYTHING: "all",
    rules.AUDITED: "all, as auditor or administrator",
}
_HEAD = """\
# Who sees and changes what

This page is made from `access/rules.py` (`atlas users rules`), the same rules from which the
database's row policies are made. A role is held over an area, company, agency or as an inspector,
from a day until a day, and one acts under one grant at a time.

## Roles

| role | | kind of scope |
|---|---|---|
"""
_PUBLIC_HEAD = """
## What everybody reads

These have no filter on rows. Nobody but the assessment and imports writes them, unless said.

| table | fields | written by |
|---|---|---|
"""
_SCOPED_HEAD = """
## What depends on who asks

A kind of scope that is not named reads no row. One writes what one reads, in a role that is named
under *written by*. Tables marked *personal* hold personal data; neither the public nor the
assessment reads them.

| table | fields | area | company | agency | inspector | all | written by |
|---|---|---|---|---|---|---|---|
"""
_LAST = """
An area is a city, district or street with all below it. A company's compounds are those it serves
today, an inspector's those of the visits of the last month and to come. A company user enters leads
and reports orders done; an agency's officer receives, answers and returns referrals; nothing else
of these. Only the administrator and city officers withdraw a fact, which then counts nowhere.
"""


def page() -> str:
    """The page in Markdown."""
    return "".join((_HEAD, *_roles(), _PUBLIC_HEAD, *_public(), _SCOPED_HEAD, *_scoped(), _LAST))


def _roles() -> Iterator[str]:
    for role in ROLES.values():
        kinds = {kind_of(role.code), kind_of(role.code, "640100")}
        yield f"| {role.en} `{role.code}` | {role.zh} | {' or '.join(sorted(kinds))} |\n"
    yield "| public | 公众 | public |\n"


def _public() -> Iterator[str]:
    for table in PUBLIC:
        if not table.startswith("public."):
            yield f"| `{table}` | {_fields(table)} | {_roles_of(PUBLIC_WRITES.get(table))} |\n"


def _scoped() -> Iterator[str]:
    for table, rule in RULES.items():
        name = f"`{table}`" + (" *personal*" if rule.personal else "")
        reads = " | ".join(
            _reads(rule, kind) for kind in ("area", "company", "agency", "inspector", "all")
        )
        yield f"| {name} | {_fields(table, rule)} | {reads} | {_roles_of(rule.writes)} |\n"


def _reads(rule: Rule, kind: str) -> str:
    condition = rule.condition(kind)
    if condition is None:
        return "–"
    if condition.startswith("EXISTS"):
        return "with what it belongs to"
    return SAYS[condition]


def _fields(table: str, rule: Rule | None = None) -> str:
    names = (column.name for column in Base.metadata.tables[table].columns)
    if rule is None:
        return ", ".join(names)
    notes = dict.fromkeys(rule.hidden, " (not by the assessment)") | dict.fromkeys(
        rule.told, " (its facts as far as each is seen)"
    )
    return ", ".join(name + notes.get(name, "") for name in names)


def _roles_of(roles: frozenset[str] | None) -> str:
    return ", ".join(role for role in ROLES if role in roles) if roles else "–"
