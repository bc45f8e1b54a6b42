"""Everything dated about a compound in one list, newest first."""

import json
from datetime import date
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import etags
from api.database import Asked
from api.errors import Problem
from api.parameters import FeatureId, Strict
from api.told import told
from geo.dates import today
from layers.timeline import exists, timeline

MOST_EVENTS = 1000

router = APIRouter(tags=["compounds"])


class TimelineQuery(Strict):
    """The days asked for, both included, and how many events at most."""

    since: date | None = Field(default=None, alias="from", description="First day, YYYY-MM-DD")
    until: date = Field(
        default_factory=today, alias="to", description="Last day, YYYY-MM-DD; today unless given"
    )
    limit: int = Field(default=200, ge=1, le=MOST_EVENTS, description="Events at most")


@router.get("/compounds/{compound_id}/timeline", summary="Everything dated about a compound")
async def events(
    request: Request,
    database: Asked,
    compound_id: FeatureId,
    query: Annotated[TimelineQuery, Query()],
) -> Response:
    """Contracts, ratings, breaches and their steps, orders, referrals, measures, visits, and more.

    Newest first; what is still to come is left out, as are persons. ``more`` says that older
    events were left off by ``limit``: ask again with ``to`` set to the last day answered.
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
    body = {
        "compound": compound_id,
        "from": None if query.since is None else query.since.isoformat(),
        "to": until.isoformat(),
        "more": len(rows) > query.limit,
        "events": [_event(row) for row in rows[: query.limit]],
    }
    return etags.answer(request, json.dumps(body, ensure_ascii=False), "application/json")


def _event(row: asyncpg.Record) -> dict[str, Any]:
    data = json.loads(row["data"])
    return {
        "on": row["on_day"].isoformat(),
        "kind": row["kind"],
        "event": row["event"],
        "id": row["id"],
        "row": row["row"],
        "what": told(row["kind"], row["event"], data),
    }
