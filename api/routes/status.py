"""What follows for a compound or company on a day, and why; may a company take a compound?"""

import json
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import Connection, text

from access.roles import Kind
from api import etags, explained
from api.database import Asked, Seen
from api.errors import Problem
from api.numbers import IN_DIGITS
from api.parameters import AsOfQuery, FeatureId
from api.reading import ReadsAs
from api.readings import counted
from geo.dates import today
from layers.statement import Statement
from layers.status import company_status, compound_status
from oversight import policy as policies
from oversight.assess import assess_company
from oversight.policy.model import Company, Policy
from oversight.rules.company import by_star, own_star
from oversight.rules.entry import may_take
from oversight.status import CompanyStatus, Status, earliest
from oversight.store import visible
from oversight.store.engine import as_engine
from oversight.store.reading import read_companies
from oversight.store.rows import company_of, status_of
from oversight.store.stored import exits_at

router = APIRouter(tags=["status"])

CompanyId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Number of the company"), IN_DIGITS]

_PLACE = text("SELECT city_code FROM registry.compound WHERE id = :id AND superseded_at IS NULL")
_SEAT = text("SELECT city_code FROM registry.company WHERE id = :id AND superseded_at IS NULL")
_MINE = text("SELECT access.cities() AS cities, access.company_id() AS company")


class EntryQuery(AsOfQuery):
    """The compound a company would take, and the day."""

    compound: int = Field(ge=1, le=2**63 - 1, description="Number of the compound")


@router.get(
    "/compounds/{compound_id}/status",
    summary="What follows for a compound, and why",
    dependencies=[counted("compound status", "one")],
)
async def of_compound(
    request: Request,
    database: Asked,
    compound_id: FeatureId,
    query: Annotated[AsOfQuery, Query()],
) -> Response:
    """Rung, stars, key target, exit, measures, orders, safety, next inspection; each with reasons.

    As it was stored for the day (T3–T15). A day to come is answered only as far as time alone
    changes nothing before it, and marked ``assumed``.
    """
    _ = database.viewer.signed_in
    found = await _found(database, compound_status(compound_id, as_of=query.as_of), query.as_of)
    if found is None:
        raise Problem(404, f"there is no compound {compound_id}")
    company = _company(found["company"], found["company_status"])
    status = _status(compound_id, found["status"], company)
    ahead = earliest(status.holds_until, company.holds_until if company else None)
    policy = found["policy"] or {}
    part = explained.status_part(status, policy, visible.UNSEEN)
    companys_part = _company_part(company, policy)
    body = {
        "compound": found["compound"],
        **_span(found, query.as_of, ahead),
        **part,
        "company": None if found["company"] is None else {**found["company"], **companys_part},
        "readings": explained.readings_of(
            [*part["reasons"], *companys_part.get("reasons", ())], policy
        ),
    }
    return _answer(request, body)


@router.get(
    "/companies/{company_id}/status",
    summary="What follows for a company, and why",
    dependencies=[counted("company status", "one")],
)
async def of_company(
    request: Request,
    database: Asked,
    company_id: CompanyId,
    query: Annotated[AsOfQuery, Query()],
) -> Response:
    """Rung over all its compounds, measures, credit, and what it serves, by star (T3, T6)."""
    _ = database.viewer.signed_in
    found = await _found(database, company_status(company_id, as_of=query.as_of), query.as_of)
    if found is None:
        raise Problem(404, f"there is no company {company_id}")
    company = _company(found["company"], found["status"])
    assert company is not None  # noqa: S101 - _found refuses a day without a status
    rules = _reading_stars(policies.of_city(found["company"]["city_code"]), found["policy"])
    policy = found["policy"] or {}
    part = explained.company_part(company, policy, visible.UNSEEN)
    body = {
        "company": found["company"],
        **_span(found, query.as_of, company.holds_until),
        **part,
        "readings": explained.readings_of(part["reasons"], policy),
        **_projects(found["projects"], rules),
    }
    return _answer(request, body)


@router.get(
    "/companies/{company_id}/entry",
    summary="May this company take this compound?",
    dependencies=[counted("company entry", "one")],
)
async def entry(
    request: Request,
    reads: ReadsAs,
    company_id: CompanyId,
    query: Annotated[EntryQuery, Query()],
) -> Response:
    """Yes, caution or no, with the grounds (物业企业准入, T6).

    Worked out from all facts about the company, whoever sees them: so only offices of its city are
    told, and the company itself.
    """
    _ = reads.viewer.signed_in
    work = partial(
        _may_take,
        kind=reads.viewer.kind,
        company_id=company_id,
        compound_id=query.compound,
        day=query.as_of,
    )
    return _answer(request, await reads.run(work))


def _may_take(
    connection: Connection, kind: Kind, company_id: int, compound_id: int, day: date
) -> dict[str, Any]:
    city = connection.scalar(_SEAT, {"id": company_id})
    if city is None:
        raise Problem(404, f"there is no company {company_id}")
    if not _is_told(connection, kind, company_id, city):
        raise Problem(
            404,
            f"whether company {company_id} may take a compound is told to the offices of its city "
            "and to itself",
        )
    place = connection.scalar(_PLACE, {"id": compound_id})
    if place is None:
        raise Problem(404, f"there is no compound {compound_id}", parameter="compound")
    if place != city:
        raise Problem(
            422,
            f"compound {compound_id} is in city {place}, company {company_id} is registered in "
            f"{city}: enter the company there first",
            parameter="compound",
        )
    rules = policies.of_city(city)
    with as_engine(connection):
        (facts,) = read_companies(connection, [company_id], rules)
        exits = exits_at(connection, company_id, day)
    company = assess_company(facts, rules, day)
    found = may_take(company, facts, compound_id, rules, day, exits)
    hidden = visible.hidden(connection, visible.named(found.grounds))
    settings = explained.settings_of(rules)
    grounds = explained.explained(found.grounds, settings, hidden)
    return {
        "company": company_id,
        "compound": compound_id,
        "as_of": day.isoformat(),
        "verdict": found.verdict,
        "grounds": grounds,
        "readings": explained.readings_of(grounds, settings),
        "rule": explained.reading("entry.rule", settings),
        "policy": {"city": rules.city, "version": rules.version},
    }


def _is_told(connection: Connection, kind: Kind, company_id: int, city: str) -> bool:
    """Whether what follows for a company of a city is told to whoever the connection is of."""
    mine = connection.execute(_MINE).one()
    return kind == "all" or city in mine.cities or company_id == mine.company


async def _found(database: Seen, statement: Statement, as_of: date) -> dict[str, Any] | None:
    """What is stored for the day; None without its subject, a problem where nothing was known."""
    said = await database.value(statement)
    if said is None:
        return None
    found: dict[str, Any] = json.loads(said)
    if found["status"] is None:
        first = found["first_day"]
        if first is None and database.viewer.kind != "all":
            raise Problem(404, "it lies outside your area, or no fact about it is dated yet")
        way = f"the first day is {first}" if first else "no fact about it is dated yet"
        raise Problem(404, f"nothing is known as of {as_of}: {way}", parameter="as_of")
    return found


def _span(found: dict[str, Any], as_of: date, ahead: date | None) -> dict[str, Any]:
    """Of which day and span this is, by which policy, and how long it holds."""
    to_come = as_of > today()
    if to_come and ahead is not None and ahead <= as_of:
        raise Problem(
            404,
            f"as_of = {as_of} cannot be answered yet: on {ahead} time alone changes what follows; "
            "ask for an earlier day",
            parameter="as_of",
        )
    return {
        "as_of": as_of.isoformat(),
        "valid": {"from": found["status"]["from"], "to": found["status"]["to"]},
        "first_day": found["first_day"],
        "holds_until": None if ahead is None else ahead.isoformat(),
        "assumed": to_come,
        "policy": {
            "city": (found.get("compound") or found["company"])["city_code"],
            "version": found["status"]["policy_version"],
        },
    }


def _status(compound_id: int, stored: dict[str, Any], company: CompanyStatus | None) -> Status:
    row = {**stored, "compound_id": compound_id}
    for name in ("holds_until", "next_inspection_on"):
        row[name] = _day(row[name])
    return status_of(row, company)


def _company(named: dict[str, Any] | None, stored: dict[str, Any] | None) -> CompanyStatus | None:
    if named is None or stored is None:
        return None
    row = {**stored, "company_id": named["id"], "holds_until": _day(stored["holds_until"])}
    return company_of(row)


def _company_part(company: CompanyStatus | None, policy: dict[str, Any]) -> dict[str, Any]:
    return {} if company is None else explained.company_part(company, policy, visible.UNSEEN)


def _reading_stars(rules: Policy, stored: dict[str, Any] | None) -> Policy:
    """Today's rules, with ``company.star`` as the version had it that made the stored status."""
    return rules if stored is None else replace(rules, company=Company(stored["company"]["star"]))


def _projects(projects: list[dict[str, Any]], rules: Policy) -> dict[str, Any]:
    """The compounds served, how many have each star, and the company's own star (T6)."""
    served = [(one["effective_star"], one["households"]) for one in projects]
    star = own_star(served, rules)
    counts = by_star(served)
    return {
        "own_star": None if star is None else round(star, 2),
        "own_star_reading": explained.reading("company.star", explained.settings_of(rules)),
        "projects_by_star": [
            {"star": star, "count": counts[star]}
            for star in (5, 4, 3, 2, 1, 0, None)
            if star in counts
        ],
        "projects": projects,
    }


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)


def _answer(request: Request, body: dict[str, Any]) -> Response:
    return etags.answer(request, json.dumps(body, ensure_ascii=False), "application/json")
