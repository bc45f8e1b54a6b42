"""The audit: who did what, for those who audit."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from api import cursor
from api.database import AskedByName
from api.errors import Problem
from api.links import link, with_parameters
from api.parameters import Day, Strict
from api.viewer import Viewer, Viewing
from layers.audit import events
from layers.readings import readings

JSON = "application/json"

router = APIRouter(tags=["audit"])


class EventsQuery(Strict):
    """Which events, newest first."""

    table: str | None = Field(
        default=None, pattern=r"^[a-z_]{1,60}\.[a-z_]{1,60}$", description="As oversight.violation"
    )
    key: str | None = Field(default=None, max_length=100, description="Number of the row")
    login: str | None = Field(default=None, max_length=200, description="Who acted")
    since: Day | None = Field(default=None, alias="from", description="First day, YYYY-MM-DD")
    until: Day | None = Field(default=None, alias="to", description="Last day, YYYY-MM-DD")
    limit: int = Field(default=100, ge=1, le=1000, description="Events on a page")
    next: str | None = Field(default=None, max_length=200, description="Cursor of the next page")


class ReadingsQuery(Strict):
    """Which counts, newest hour first."""

    layer: str | None = Field(default=None, max_length=60, description="As compounds")
    login: str | None = Field(default=None, max_length=200, description="Who read")
    since: Day | None = Field(default=None, alias="from", description="First day, YYYY-MM-DD")
    until: Day | None = Field(default=None, alias="to", description="Last day, YYYY-MM-DD")
    limit: int = Field(default=100, ge=1, le=1000, description="Counts on a page")
    next: str | None = Field(default=None, max_length=200, description="Cursor of the next page")


async def _auditor(viewer: Viewing) -> Viewer:
    viewer.must_be("auditor", "administrator")
    return viewer


@router.get("/audit", summary="Who did what, when, from where and why")
async def audit(
    request: Request,
    database: AskedByName,
    _viewer: Annotated[Viewer, Depends(_auditor)],
    query: Annotated[EventsQuery, Query()],
) -> JSONResponse:
    """Events of the audit, newest first; personal values are hashes (docs/audit.md)."""
    filters = "audit " + repr((query.table, query.key, query.login, query.since, query.until))
    asked = events(
        table=query.table,
        key=query.key,
        login=query.login,
        since=query.since,
        until=query.until,
        before=_before(query.next, filters),
        limit=query.limit,
    )
    rows = await database.rows(asked)
    shown = rows[: query.limit]
    links = [link(with_parameters(request), "self", JSON, "This page")]
    if len(rows) > query.limit:
        following = cursor.encode(shown[-1]["id"], filters=filters)
        links.append(link(with_parameters(request, next=following), "next", JSON, "Next page"))
    body: dict[str, Any] = {"events": [json.loads(row["event"]) for row in shown], "links": links}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/audit/readings", summary="How often who read what is not public")
async def read(
    request: Request,
    database: AskedByName,
    _viewer: Annotated[Viewer, Depends(_auditor)],
    query: Annotated[ReadingsQuery, Query()],
) -> JSONResponse:
    """Pages, tiles and single things read by whoever was signed in, by layer and hour (UTC).

    Counts are written every few seconds; see docs/audit.md.
    """
    filters = "readings " + repr((query.layer, query.login, query.since, query.until))
    skipped = _before(query.next, filters) or 0
    asked = readings(
        layer=query.layer,
        login=query.login,
        since=query.since,
        until=query.until,
        skipped=skipped,
        limit=query.limit,
    )
    rows = await database.rows(asked)
    links = [link(with_parameters(request), "self", JSON, "This page")]
    if len(rows) > query.limit:
        following = cursor.encode(skipped + query.limit, filters=filters)
        links.append(link(with_parameters(request, next=following), "next", JSON, "Next page"))
    shown = [json.loads(row["reading"]) for row in rows[: query.limit]]
    return JSONResponse({"readings": shown, "links": links}, headers={"Cache-Control": "no-store"})


def _before(sent: str | None, filters: str) -> int | None:
    if sent is None:
        return None
    try:
        return cursor.decode(sent, filters=filters)
    except ValueError as error:
        raise Problem(400, f"next = {sent!r} {error}", parameter="next") from None
