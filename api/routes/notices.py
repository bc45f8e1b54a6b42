"""Who answers for what in a compound, and the notice that tells it (管理责任清单进小区, T14)."""

import sys
from datetime import date
from typing import Annotated, Any, Literal

import anyio
import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy import Connection

from api import etags
from api.admission import admit
from api.errors import Problem
from api.headers import STYLED_POLICY
from api.parameters import AsOfQuery, FeatureId
from api.reading import Reads, ReadsAs
from oversight.bodies import BODIES
from oversight.jurisdiction import Answer, Claim
from oversight.notice import poster
from oversight.notice.contents import FAMILIES, ROLES, Notice, notices, of_street
from oversight.policy import of_city

router = APIRouter(tags=["notices"])

PRINTING = anyio.CapacityLimiter(2)
"""Requests whose posters are laid out at a time in a process; others wait their turn."""
WAITING = 8
"""Requests that may wait for that; one more is told to come again."""
PRINTING_SECONDS = 150
MOST_NOTICES = 200
"""Posters of one request: they take up to half a second each."""

StreetCode = Annotated[str, Path(pattern=r"^\d{9}$", description="GB/T 10114 code of the street")]


class ResponsibilitiesQuery(AsOfQuery):
    """The day, and one type of breach where only that is asked for."""

    type: str | None = Field(
        default=None, max_length=60, description="Type of breach, as P1 or T13.animals"
    )


class NoticeQuery(AsOfQuery):
    """Format and paper."""

    f: Literal["pdf", "html"] = Field(default="pdf", description="pdf or html")
    size: poster.Size = Field(default="A4", description="A4 or A3")


@router.get("/compounds/{compound_id}/responsibilities", summary="Who answers for what here")
async def of_compound(
    request: Request,
    reads: ReadsAs,
    compound_id: FeatureId,
    query: Annotated[ResponsibilitiesQuery, Query()],
) -> Response:
    """Agencies with their roles, hotlines, legal basis, area and share, for each type of breach.

    Types that are answered for alike stand together. ``gaps`` and ``overlaps`` name the roles that
    nobody, or two agencies of equal rank, hold; ``named`` the bodies the list itself names (T14),
    by code, and ``named_bodies`` what these are called.
    """
    notice = await _one(reads, compound_id, query.as_of)
    answers = list(notice.answers)
    if query.type is not None:
        answers = [one for one in answers if one.type_code == query.type]
        if not answers:
            raise Problem(
                400, f"type = {query.type!r}: the policy knows no such breach", parameter="type"
            )
    body = {
        "compound": {"id": notice.head.id, "name": notice.head.name},
        "as_of": query.as_of,
        "responsibilities": _alike(answers, notice.head.city_code),
    }
    return etags.answer(request, _json(body), "application/json")


@router.get(
    "/compounds/{compound_id}/notice",
    summary="The responsibility notice as a poster",
    responses={200: {"content": {"application/pdf": {}, "text/html": {}}}},
)
async def notice(
    request: Request,
    reads: ReadsAs,
    compound_id: FeatureId,
    query: Annotated[NoticeQuery, Query()],
) -> Response:
    """One page of A3 or A4: agencies, powers, hotlines, and a QR code to the compound's page."""
    found = await _one(reads, compound_id, query.as_of)
    return await _poster(request, [found], query, f"notice-{compound_id}")


@router.get(
    "/streets/{street_code}/notices",
    summary="The notices of all compounds of a street",
    responses={200: {"content": {"application/pdf": {}, "text/html": {}}}},
)
async def notices_of_street(
    request: Request,
    reads: ReadsAs,
    street_code: StreetCode,
    query: Annotated[NoticeQuery, Query()],
) -> Response:
    """One page a compound, in order of name; up to half a second each."""

    def read(connection: Connection) -> list[Notice]:
        compounds = of_street(connection, street_code)
        if len(compounds) > MOST_NOTICES:
            raise Problem(
                422,
                f"street {street_code} has {len(compounds)} compounds, more than the {MOST_NOTICES}"
                f" printed at once: use atlas notice --street {street_code}, or print them singly",
            )
        return list(notices(connection, compounds, query.as_of))

    found = await reads.run(read)
    if not found:
        raise Problem(404, f"there is no compound in a street {street_code}")
    return await _poster(request, found, query, f"notices-{street_code}")


async def _one(reads: Reads, compound_id: int, day: date) -> Notice:
    found = await reads.run(lambda connection: list(notices(connection, [compound_id], day)))
    if not found:
        raise Problem(404, f"there is no compound {compound_id}")
    return found[0]


async def _poster(request: Request, found: list[Notice], query: NoticeQuery, name: str) -> Response:
    base = str(request.app.state.settings.public_url or request.base_url).rstrip("/")
    addresses = [f"{base}/#compound={one.head.id}" for one in found]
    admit(PRINTING, WAITING, "posters")
    async with PRINTING:
        # Drawing the codes of a street takes half a second.
        if query.f == "html":
            page = await anyio.to_thread.run_sync(poster.html, found, addresses, query.size)
            return HTMLResponse(page, headers={"Content-Security-Policy": STYLED_POLICY})
        sheets = await anyio.to_thread.run_sync(poster.sheets, found, addresses, query.size)
        printed = await _printed(sheets, query.size)
    headers = {"Content-Disposition": f'inline; filename="{name}-{query.size}.pdf"'}
    return Response(printed, media_type="application/pdf", headers=headers)


async def _printed(sheets: list[str], size: poster.Size) -> bytes:
    """The sheets as PDF, laid out in a process of its own, which ends with the request.

    Layout takes a whole processor: in this process every other request would wait for it.
    """
    command = [sys.executable, "-m", "oversight.notice.press"]
    asked = _json({"sheets": sheets, "size": size})
    try:
        with anyio.fail_after(PRINTING_SECONDS):
            done = await anyio.run_process(command, input=asked, check=False)
    except TimeoutError:
        raise Problem(503, "laying out the notices took too long: ask for fewer") from None
    if done.returncode:
        *_, reason = done.stderr.decode().strip().splitlines() or ["the layout program ended"]
        raise Problem(501, f"{reason}; f=html needs no layout")
    return done.stdout


def _alike(answers: list[Answer], city_code: str) -> list[dict[str, Any]]:
    """Types of one family that the same agencies answer for in the same way, together."""
    types = of_city(city_code).types
    groups: dict[Any, dict[str, Any]] = {}
    for answer in answers:
        kind = types[answer.type_code]
        roles = {role: [_claim(one) for one in held] for role, held in answer.by_role.items()}
        alike = (kind.family, _json(roles), answer.gaps, answer.overlaps)
        group = groups.setdefault(
            alike,
            {
                "family": {
                    "code": kind.family,
                    "zh": FAMILIES[kind.family][0],
                    "en": FAMILIES[kind.family][1],
                },
                "row": kind.row,
                "types": [],
                "roles": roles,
                "gaps": list(answer.gaps),
                "overlaps": list(answer.overlaps),
                "named": answer.named,
                "named_bodies": {
                    role: [_body(code) for code in bodies] for role, bodies in answer.named.items()
                },
            },
        )
        group["types"].append({"code": kind.code, "zh": kind.name, "en": kind.name_en})
    return list(groups.values())


def _body(code: str) -> dict[str, str]:
    zh, en = BODIES[code]
    return {"code": code, "zh": zh, "en": en}


def _claim(one: Claim) -> dict[str, Any]:
    zh, en = ROLES[one.role]
    return {
        "agency": {
            "id": one.agency_id,
            "kind": one.agency_kind,
            "name": one.agency_name,
            "level": one.agency_level,
        },
        "role": {"code": one.role, "zh": zh, "en": en},
        "hotline": one.hotline,
        "legal_basis": one.legal_basis,
        "area": {"kind": one.area, "name": one.area_name},
        "share": one.share,
    }


def _json(value: Any) -> bytes:
    return orjson.dumps(value)
