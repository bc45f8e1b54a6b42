"""Everything dated about a compound in one list, newest first."""

import json
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from access.roles import ROLES
from api import etags
from api.database import Asked, Seen
from api.errors import Problem
from api.parameters import Day, FeatureId, Strict
from api.readings import counted
from api.told import told
from geo.dates import today
from layers.timeline import TABLES, exists, recorded, timeline

MOST_EVENTS = 1000
TOLD_WHO = frozenset({"area", "all"})
"""Kinds of scope that are told who recorded a fact: officers, administrators, auditors."""

Recorded = dict[tuple[str, int], dict[str, Any]]

router = APIRouter(tags=["compounds"])


class TimelineQuery(Strict):
    """The days asked for, both included, and how many events at most."""

    since: Day | None = Field(default=None, alias="from", description="First day, YYYY-MM-DD")
    until: Day = Field(
        default_factory=today, alias="to", description="Last day, YYYY-MM-DD; today unless given"
    )
    limit: int = Field(default=200, ge=1, le=MOST_EVENTS, description="Events at most")


@router.get(
    "/compounds/{compound_id}/timeline",
    summary="Everything dated about a compound",
    dependencies=[counted("timeline", "one")],
)
async def events(
    request: Request,
    database: Asked,
    compound_id: FeatureId,
    query: Annotated[TimelineQuery, Query()],
) -> Response:
    """Every kind of fact about it: contracts, ratings, breaches, leads, orders, visits, services, …

    Newest first; what is still to come is left out, as are persons the facts are about. ``more``
    says that older events were left off by ``limit``: ask again with ``to`` set to the last day
    answered. Officers and auditors are told who ``recorded`` the fact an event is of, and who
    ``changed`` it last.
    """
    if query.since is not None and query.since > query.until:
        raise Problem(400, f"from = {query.since} is after to = {query.until}", parameter="from")
    _ = database.viewer.signed_in
    until = min(query.until, today())
    rows = await database.rows(
        timeline(compound_id, known=today(), since=query.since, until=until, limit=query.limit)
    )
    if not rows and not await database.value(exists(compound_id)):
        raise Problem(404, f"there is no compound {compound_id}")
    shown = rows[: query.limit]
    who = await _recorded(database, shown)
    body = {
        "compound": compound_id,
        "from": None if query.since is None else query.since.isoformat(),
        "to": until.isoformat(),
        "more": len(rows) > query.limit,
        "events": [_event(row, who) for row in shown],
    }
    return etags.answer(request, json.dumps(body, ensure_ascii=False), "application/json")


async def _recorded(database: Seen, rows: list[asyncpg.Record]) -> Recorded | None:
    """By table and number who recorded the facts, for whom it is to be told; else None."""
    if database.viewer.kind not in TOLD_WHO:
        return None
    facts = {(row["kind"], row["id"]) for row in rows if row["kind"] in TABLES}
    found: Recorded = {}
    for row in await database.rows(recorded(sorted(facts))):
        key = "changed" if row["changed"] else "recorded"
        found.setdefault((row["table_name"], row["id"]), {})[key] = _who(row)
    return found


def _who(row: asyncpg.Record) -> dict[str, Any]:
    """A person by name, office and role; neither where a command entered it, or who is erased."""
    role = ROLES.get(row["role"])
    return {
        "at": row["at"].isoformat(timespec="seconds"),
        "by": row["name"],
        "erased": row["erased"],
        "role": None if role is None else {"zh": role.zh, "en": role.en},
        "office": row["office"],
        "imported": row["imported"],
    }


def _event(row: asyncpg.Record, who: Recorded | None) -> dict[str, Any]:
    data = json.loads(row["data"])
    told_who = {}
    if who is not None:
        of_fact = who.get((TABLES.get(row["kind"], ""), row["id"]), {})
        told_who = {key: of_fact.get(key) for key in ("recorded", "changed")}
    return {
        **told_who,
        "on": row["on_day"].isoformat(),
        "kind": row["kind"],
        "event": row["event"],
        "id": row["id"],
        "row": row["row"],
        "what": told(row["kind"], row["event"], data),
    }
