"""Imports over HTTP: files in, and what became of their rows."""

import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from access.audit import Writer
from access.rules import IMPORTING
from api import client, cursor, forms
from api.database import Asked, Seen
from api.errors import Problem
from api.intake import TakesIn, Verdict
from api.links import absolute, link, with_parameters
from api.parameters import FeatureId, NoParameters, Strict
from api.people import Knows
from api.readings import counted
from api.uploads import Fields, receive
from api.viewer import Viewer, Viewing
from geo.demonstration import MARKED, is_on
from geo.imports.city import ELSEWHERE
from geo.imports.record import Submitter
from layers.statement import bind

JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter(tags=["imports"])


async def _importer(viewer: Viewing) -> Viewer:
    viewer.must_be(*sorted(IMPORTING))
    return viewer


Importing = Annotated[Viewer, Depends(_importer)]
"""Who may bring a city's files and see what was held of them."""

_HERE = Path(__file__).parent
_LIST = (_HERE / "imports_list.sql").read_text("utf-8")
_ONE = (_HERE / "imports_one.sql").read_text("utf-8")
_HELD = (_HERE / "imports_held.sql").read_text("utf-8")
_CITIES = "SELECT code FROM registry.city WHERE code <> :elsewhere ORDER BY code"
_STATE = "SELECT state FROM imports.file WHERE id = :import_id"

# They name people's files and show their rows: nothing on the way may keep them.
_PRIVATE = {"Cache-Control": "no-store"}


class PageQuery(Strict):
    """A page of a list."""

    limit: int = Field(default=20, ge=1, le=100, description="Entries on a page")
    next: str | None = Field(default=None, max_length=200, description="Cursor of the next page")


class VerdictQuery(Strict):
    """Which held rows: rejected ones, those waiting for a decision, or both."""

    verdict: Verdict | None = None


class HeldQuery(PageQuery, VerdictQuery):
    """A page of held rows."""


@router.post(
    "/imports",
    status_code=202,
    summary="Import an office's file",
    openapi_extra={"requestBody": forms.request_body()},
)
async def upload(
    request: Request,
    viewer: Importing,
    database: Asked,
    intake: TakesIn,
    people: Knows,
    _none: Annotated[NoParameters, Query()],
) -> JSONResponse:
    """The file is kept and queued; its progress, report and held rows are at the Location.

    One file is one transaction: all its accepted rows become facts, or none. In a demonstration
    they are marked as made up for good, which ``note`` says.
    """
    received = await receive(request, intake.spool, intake.limits, forms.NAMES, _refuse_early)
    try:
        form = forms.checked(received.fields)
        options = form.options(await _city(database, viewer, form.city))
    except BaseException:
        await run_in_threadpool(intake.spool.remove, received.token)
        raise
    by = _submitter(request, viewer)
    number = await run_in_threadpool(intake.enqueue, form.kind, received, options, by)
    said = {"id": number, "state": "queued", "links": _links(request, number)}
    if not options.dry_run and await people.run(is_on):
        said["note"] = dict(MARKED)
    headers = {"Location": f"/imports/{number}", **_PRIVATE}
    return JSONResponse(said, 202, headers=headers)


def _refuse_early(fields: Fields) -> None:
    if any(name == "kind" for name, _ in fields):
        forms.checked(fields)


def _submitter(request: Request, viewer: Viewer) -> Submitter:
    """Who sends the file: the import runs in their name."""
    who = viewer.signed_in
    return Submitter(
        who.login,
        account_id=who.account_id,
        grant_id=who.grant.id,
        session_id=str(who.session_id),
        request_id=request.scope.get("request_id"),
        address=client.of(request).address,
    )


async def _city(database: Seen, viewer: Viewer, city: str | None) -> str:
    """The city that is named, or the only one there is for the viewer.

    Problem 400 where it is not known, 403 where the viewer's grant does not cover it.
    """
    bound = viewer.signed_in.grant.scope.area_code
    if bound is not None and city not in (None, bound):
        raise Problem(403, f"city = {city!r}: your grant covers {bound} only", parameter="city")
    city = city or bound
    rows = await database.rows(bind(_CITIES, {"elsewhere": ELSEWHERE}))
    known = [row["code"] for row in rows]
    if city is None and len(known) == 1:
        return str(known[0])
    if city in known and city is not None:
        return city
    if not known:
        said = "no city is loaded; `atlas boundaries add CODE` brings one"
    else:
        listed = ", ".join(known[:20])
        said = f"is not loaded; there are {listed}" if city else f"say which one: {listed}"
    raise Problem(400, f"city = {city!r}: {said}" if city else f"city: {said}", parameter="city")


@router.get("/imports", summary="Imports, newest first")
async def imports(
    request: Request, _viewer: Importing, database: Asked, query: Annotated[PageQuery, Query()]
) -> JSONResponse:
    """What was given to the import, by whom, when, and its state."""
    before = _cursor(query.next, "imports")
    rows = await database.rows(bind(_LIST, {"before": before, "limit": query.limit}))
    shown = rows[: query.limit]
    links = _page_links(request, rows, query.limit, "imports")
    return _json({"imports": [json.loads(row["import"]) for row in shown], "links": links})


@router.get("/imports/{import_id}", summary="One import: state, progress, report")
async def one(
    request: Request,
    _viewer: Importing,
    database: Asked,
    import_id: FeatureId,
    _none: Annotated[NoParameters, Query()],
) -> JSONResponse:
    """queued → running → done, refused or failed.

    Refused is what had too many errors, or was no longer the sender's to import when its turn came
    (``error``): no facts are written.
    """
    text = await database.value(bind(_ONE, {"import_id": import_id}))
    if text is None:
        raise _unknown(import_id)
    return _json({**json.loads(text), "links": _links(request, import_id)})


@router.get(
    "/imports/{import_id}/held",
    summary="Rows that did not become facts, with reasons",
    dependencies=[counted("held rows", "page")],
)
async def held(
    request: Request,
    _viewer: Importing,
    database: Asked,
    import_id: FeatureId,
    query: Annotated[HeldQuery, Query()],
) -> JSONResponse:
    """Each row as it stands in the file, and every reason in Chinese and English."""
    await _state(database, import_id)
    filters = f"held {import_id} {query.verdict}"
    values = {
        "import_id": import_id,
        "verdict": query.verdict,
        "after": _cursor(query.next, filters) or 0,
        "limit": query.limit,
    }
    rows = await database.rows(bind(_HELD, values))
    shown = [
        {
            "id": row["id"],
            "verdict": row["verdict"],
            "sheet": row["sheet"],
            "number": row["number"],
            "cells": dict(
                zip(json.loads(row["headings"] or "[]"), json.loads(row["cells"]), strict=False)
            ),
            "findings": json.loads(row["findings"] or "[]"),
            "resolved_by": row["resolved_by"],
        }
        for row in rows[: query.limit]
    ]
    links = _page_links(request, rows, query.limit, filters)
    return _json({"rows": shown, "links": links})


@router.get(
    "/imports/{import_id}/held.xlsx",
    summary="The same as a spreadsheet, to be corrected and imported again",
    response_class=FileResponse,
)
async def held_workbook(
    request: Request,
    viewer: Importing,
    database: Asked,
    intake: TakesIn,
    import_id: FeatureId,
    query: Annotated[VerdictQuery, Query()],
) -> Response:
    """The rows in the layout of their file, with columns for the reasons and for a decision.

    The audit is told who took them.
    """
    await _state(database, import_id)
    by = Writer(viewer.actor, request.scope.get("request_id"), client.of(request).address)
    token, path = await run_in_threadpool(intake.save_held, viewer, by, import_id, query.verdict)
    return FileResponse(
        path,
        media_type=XLSX,
        filename=f"held-{import_id}.xlsx",
        headers=_PRIVATE,
        background=BackgroundTask(intake.spool.remove, token),
    )


@router.delete("/imports/{import_id}", status_code=204, summary="Cancel an import that waits")
async def cancel(
    _viewer: Importing,
    database: Asked,
    intake: TakesIn,
    import_id: FeatureId,
    _none: Annotated[NoParameters, Query()],
) -> Response:
    """Only while it is queued; what is being read or done stays as it is (409)."""
    await _state(database, import_id)
    if not await run_in_threadpool(intake.cancel, import_id):
        state = await _state(database, import_id)
        raise Problem(409, f"import {import_id} is {state}; only a queued one can be cancelled")
    return Response(status_code=204)


def _cursor(sent: str | None, filters: str) -> int | None:
    if sent is None:
        return None
    try:
        return cursor.decode(sent, filters=filters)
    except ValueError as error:
        raise Problem(400, f"next = {sent!r} {error}", parameter="next") from None


def _page_links(
    request: Request, rows: list[Any], limit: int, filters: str
) -> list[dict[str, str]]:
    links = [link(with_parameters(request), "self", JSON, "This page")]
    if len(rows) > limit:
        following = cursor.encode(rows[limit - 1]["id"], filters=filters)
        links.append(link(with_parameters(request, next=following), "next", JSON, "Next page"))
    return links


def _links(request: Request, import_id: int) -> list[dict[str, str]]:
    here = absolute(request, f"/imports/{import_id}")
    return [
        link(here, "self", JSON, "State, progress, report"),
        link(f"{here}/held", "held", JSON, "Rows that did not become facts"),
        link(f"{here}/held.xlsx", "alternate", XLSX, "The same as a spreadsheet"),
    ]


async def _state(database: Seen, import_id: int) -> str:
    state = await database.value(bind(_STATE, {"import_id": import_id}))
    if state is None:
        raise _unknown(import_id)
    return str(state)


def _unknown(import_id: int) -> Problem:
    return Problem(404, f"there is no import {import_id}")


def _json(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(content, headers=_PRIVATE)
