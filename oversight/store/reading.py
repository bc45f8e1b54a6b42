"""Reads the facts of compounds and companies: one query a kind for many at a time."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from oversight import facts
from oversight.facts import CompanyFacts, CompoundFacts
from oversight.policy.model import Policy
from oversight.rules.standing import depends_on_companies

_OF_COMPOUND: dict[str, type[Any]] = {
    "contracts": facts.Contract,
    "ratings": facts.Rating,
    "violations": facts.Violation,
    "orders": facts.Order,
    "referrals": facts.Referral,
    "measures": facts.Measure,
    "exit_cases": facts.ExitCase,
    "committees": facts.Committee,
    "committee_steps": facts.CommitteeStep,
    "disclosures": facts.Disclosure,
    "hazards": facts.Hazard,
    "complaints": facts.Complaint,
    "leads": facts.Lead,
    "inspections": facts.Inspection,
    "utilities": facts.Utility,
    "guard_filings": facts.GuardFiling,
    "emergency_plans": facts.EmergencyPlan,
    "notices": facts.Notice,
    "plaques": facts.Plaque,
}
_OF_COMPANY: dict[str, type[Any]] = {
    "violations": facts.Violation,
    "measures": facts.Measure,
    "exit_cases": facts.ExitCase,
    "projects": facts.Project,
}
_BELIEVED = "f.superseded_at IS NULL"
_ENTERED = (
    ", CAST(f.recorded_at AT TIME ZONE 'Asia/Shanghai' AS date)"
    ", CAST(f.superseded_at AT TIME ZONE 'Asia/Shanghai' AS date)"
)
_COMPOUNDS = text(
    "SELECT id, city_code FROM registry.compound"
    " WHERE id = ANY(:ids) AND superseded_at IS NULL ORDER BY id"
)
_AREAS = text(
    "SELECT id, COALESCE(street_code, district_code, city_code) FROM registry.compound"
    " WHERE id = ANY(:ids)"
)
_COMPANIES = text("SELECT id, city_code FROM registry.company WHERE id = ANY(:ids) ORDER BY id")


def read_compounds(
    connection: Connection, ids: Collection[int], policy: Policy, *, with_companies: bool = False
) -> Iterator[CompoundFacts]:
    """What is known of compounds, in order of id; a number that is not a compound's is left out.

    The companies that served or offended in them come with it where the policy makes a compound
    depend on its company, or when asked for. Under ``asof.basis = known`` rows that were replaced
    come too, with the days on which they were entered and replaced (Asia/Shanghai).
    """
    wanted = list(ids)
    groups = {
        name: _read(connection, name, record, wanted, policy)
        for name, record in _OF_COMPOUND.items()
    }
    _add_steps(connection, groups, "orders", "order", wanted)
    _add_steps(connection, groups, "referrals", "referral", wanted)
    companies: dict[int, CompanyFacts] = {}
    if with_companies or depends_on_companies(policy):
        numbers = {
            one.company_id
            for name in ("contracts", "violations")
            for group in groups[name].values()
            for one in group
            if one.company_id is not None
        }
        companies = {one.id: one for one in read_companies(connection, numbers, policy)}
    for row in connection.execute(_COMPOUNDS, {"ids": wanted}):
        own: dict[str, Any] = {
            name: tuple(found) for name in groups if (found := groups[name].get(row.id))
        }
        if companies:
            own["companies"] = {
                number: companies[number] for number in _companies_of(own) if number in companies
            }
        yield CompoundFacts(id=row.id, city_code=row.city_code, **own)


def areas(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The area each compound's status is placed in, as ``registry.place_by_compound`` has it."""
    found = connection.execute(_AREAS, {"ids": list(ids)}).all()
    return {row[0]: row[1] for row in found}


def read_companies(
    connection: Connection, ids: Collection[int], policy: Policy
) -> Iterator[CompanyFacts]:
    """What is known of companies over all compounds of their city, in order of id."""
    wanted = list(ids)
    if not wanted:
        return
    groups = {
        name: _read(connection, f"company_{name}", record, wanted, policy)
        for name, record in _OF_COMPANY.items()
    }
    for row in connection.execute(_COMPANIES, {"ids": wanted}):
        own: dict[str, Any] = {
            name: tuple(found) for name in groups if (found := groups[name].get(row.id))
        }
        yield CompanyFacts(id=row.id, city_code=row.city_code, **own)


def _read(
    connection: Connection, name: str, record: type[Any], ids: Sequence[int], policy: Policy
) -> dict[int, list[Any]]:
    """The records of one kind by the compound or company they are about."""
    by_entry = policy.asof.basis == "known"
    sql = queries()[name].format(
        believed="true" if by_entry else _BELIEVED, entered=_ENTERED if by_entry else ""
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in _rows(connection, sql, ids):
        found[row[0]].append(record(*row[1:]))
    return found


def _rows(connection: Connection, sql: str, ids: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Rows straight from the driver: for millions of them SQLAlchemy's own cost more.

    Numbers in a status come in the order of the facts, which must not be that of the table.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"{sql}\nORDER BY 1, 2, 3", {"ids": ids})
        rows: list[tuple[Any, ...]] = list(cursor.fetchall())
    finally:
        cursor.close()
    return rows


def _add_steps(
    connection: Connection, groups: dict[str, dict[int, list[Any]]], name: str, one: str, ids: Any
) -> None:
    """Put extensions and reopenings into orders or referrals; most have none."""
    extensions: defaultdict[int, list[facts.Extension]] = defaultdict(list)
    reopenings: defaultdict[int, list[facts.Reopening]] = defaultdict(list)
    for row in _rows(connection, queries()[f"{one}_extensions"], ids):
        extensions[row[0]].append(facts.Extension(*row[1:]))
    for row in _rows(connection, queries()[f"{one}_reopenings"], ids):
        reopenings[row[0]].append(facts.Reopening(*row[1:]))
    stepped = extensions.keys() | reopenings.keys()
    if not stepped:
        return
    for group in groups[name].values():
        group[:] = [
            each._replace(
                extensions=tuple(extensions.get(each.id, ())),
                reopenings=tuple(reopenings.get(each.id, ())),
            )
            if each.id in stepped
            else each
            for each in group
        ]


def _companies_of(own: dict[str, Any]) -> set[int]:
    return {
        one.company_id
        for name in ("contracts", "violations")
        for one in own.get(name, ())
        if one.company_id is not None
    }


@cache
def queries() -> dict[str, str]:
    """The queries of ``reading.sql`` by name."""
    script = Path(__file__).with_suffix(".sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)$", script, flags=re.MULTILINE)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}
