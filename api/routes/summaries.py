"""Figures of districts, streets, polygons and surroundings, as of a day or by months."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import asyncpg
import numpy as np
import shapely
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api import shapes, summed
from api.database import Asked, Seen
from api.documents import DOCUMENT, answer, form_field, form_of, representations, responses
from api.errors import Problem
from api.links import absolute, link, with_parameters
from api.parameters import Day, Strict
from api.readings import counted
from geo.crs import to_wgs84
from geo.dates import today
from layers import summaries
from layers.summaries import MOST_MONTHS, MOST_PLACES, Circle

router = APIRouter(tags=["summaries"])

MOST_RADIUS = 20_000
MOST_LISTED = 1000
MOST_COMPARED = 120
"""Places times months: six districts over twenty months, or twenty places over six."""
_MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
_DIGITS = {"district": 6, "street": 9}
_POLYGON: dict[str, Any] = {
    "required": True,
    "description": "A GeoJSON Polygon or MultiPolygon, or a Feature of one; at most "
    f"{shapes.MOST_CORNERS} corners and {shapes.LARGEST_KM2:,} km²",
    "content": {
        media: {"schema": {"type": "object"}}
        for media in ("application/geo+json", "application/json")
    },
}


class SummaryQuery(Strict):
    """A day that has been, or months, of each of which the last day is answered."""

    f: str | None = form_field(DOCUMENT)
    as_of: Day | None = Field(
        default=None, description="Day, YYYY-MM-DD: what held then; today unless given"
    )
    since: str | None = Field(
        default=None, alias="from", pattern=_MONTH, description="First month of a series, YYYY-MM"
    )
    until: str | None = Field(
        default=None,
        alias="to",
        pattern=_MONTH,
        description=f"Last month, this one unless given; {MOST_MONTHS} months at most",
    )

    def days(self) -> list[date]:
        """The days whose figures are meant: one, or the last of each month, today's the last."""
        if self.since is None:
            if self.until is not None:
                raise Problem(400, "to stands without from: give both", parameter="to")
            return [self._day()]
        if self.as_of is not None:
            raise Problem(400, "as_of and from exclude each other", parameter="as_of")
        now = today()
        first = _number(self.since)
        last = now.year * 12 + now.month - 1 if self.until is None else _number(self.until)
        if last < first:
            raise Problem(400, f"from = {self.since} is after the last month", parameter="from")
        if last > now.year * 12 + now.month - 1:
            raise Problem(400, f"to = {self.until} is still to come", parameter="to")
        if last - first >= MOST_MONTHS:
            raise Problem(
                400,
                f"these are {last - first + 1} months; ask for {MOST_MONTHS} at most",
                parameter="from",
            )
        return [min(_last_day(month), now) for month in range(first, last + 1)]

    def _day(self) -> date:
        """The day asked for; Problem 400 for one to come: figures are read from histories."""
        day = self.as_of or today()
        if day > today():
            said = f"as_of = {day} is still to come: ask for {today()} or before"
            raise Problem(400, said, parameter="as_of")
        return day


class CompareQuery(SummaryQuery):
    """Places side by side."""

    districts: str = Field(
        max_length=400,
        description=f"Codes of districts (six digits) and streets (nine), {MOST_PLACES} at most, "
        "comma-separated",
    )


class WithinQuery(SummaryQuery):
    """Figures of a polygon, and a page of the compounds in it."""

    limit: int = Field(
        default=100, ge=0, le=MOST_LISTED, description="Compounds listed; 0 only counts them"
    )
    after: int = Field(default=0, ge=0, le=2**63 - 1, description="next of the page before")


class NearbyQuery(SummaryQuery):
    """Figures of a circle about a point, and the compounds in it."""

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrees")
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrees")
    radius: float = Field(
        default=1000, gt=0, le=MOST_RADIUS, allow_inf_nan=False, description="Metres"
    )
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = Field(
        default="wgs84", description="Datum of lon and lat"
    )
    limit: int = Field(
        default=100, ge=0, le=MOST_LISTED, description="Compounds listed; 0 only counts them"
    )


@router.get(
    "/districts/{code}/summary",
    summary="Figures of a district, as of a day or by months",
    response_class=Response,
    responses=responses(DOCUMENT),
    dependencies=[counted("summaries", "count")],
)
async def district(
    request: Request,
    database: Asked,
    code: Annotated[str, Path(description="Six digits, GB/T 2260")],
    query: Annotated[SummaryQuery, Query()],
) -> Response:
    """Stars, key targets, violations, overdue orders, inspected share, per 1,000 households."""
    return await _of_place(request, database, "district", code, query)


@router.get(
    "/streets/{code}/summary",
    summary="Figures of a street, as of a day or by months",
    response_class=Response,
    responses=responses(DOCUMENT),
    dependencies=[counted("summaries", "count")],
)
async def street(
    request: Request,
    database: Asked,
    code: Annotated[str, Path(description="Nine digits")],
    query: Annotated[SummaryQuery, Query()],
) -> Response:
    """The same figures as of a district."""
    return await _of_place(request, database, "street", code, query)


@router.get(
    "/compare",
    summary="Figures of several districts and streets side by side",
    response_class=Response,
    responses=responses(DOCUMENT),
    dependencies=[counted("summaries", "count")],
)
async def compare(
    request: Request, database: Asked, query: Annotated[CompareQuery, Query()]
) -> Response:
    """In the order asked for; the page shows the last day of a series."""
    form = form_of(request, query.f)
    codes = _codes(query.districts)
    days = query.days()
    if len(codes) * len(days) > MOST_COMPARED:
        raise Problem(
            400,
            f"{len(codes)} places in {len(days)} months: {MOST_COMPARED} of both together at most",
            parameter="from",
        )
    places = await _named(database, codes, "districts")
    figures = await _told(database, summaries.placed(codes, days))
    links = representations(request, form)
    compared = []
    for code in codes:
        place = {key: value for key, value in places[code].items() if key != "streets"}
        compared.append(
            {**place, **_dated(days, figures[code], query), "href": _page(request, place)}
        )
        links.append(link(_page(request, place), "item", "application/json", place["name"]))
    last = [figures[code][-1] for code in codes]
    document = {
        **_about(database, days, [one for code in codes for one in figures[code]]),
        "places": compared,
        "links": links,
    }
    return answer(
        request, form, document, "summary",
        title="区域对比", title_en="Compared", measured=False,
        heads=[places[code]["name"] for code in codes], rows=summed.table(last, {}),
    )  # fmt: skip


@router.post(
    "/within",
    summary="Figures of the compounds inside a polygon, and their list",
    response_class=Response,
    responses=responses(DOCUMENT),
    openapi_extra={"requestBody": _POLYGON},
    dependencies=[counted("summaries", "count")],
)
async def within(
    request: Request, database: Asked, query: Annotated[WithinQuery, Query()]
) -> Response:
    """Compounds whose whole outline lies in it. The list is of the last day, by number.

    ``next`` is the ``after`` of the next page, where there is one. Nothing is kept.
    """
    form = form_of(request, query.f)
    days = query.days()
    shape = shapes.polygon(await request.body())
    figures = (await _told(database, summaries.within(shape, days)))[""]
    rows = []
    if query.limit:
        rows = await database.rows(
            summaries.listed(shape, as_of=days[-1], after=query.after, limit=query.limit)
        )
    shown = rows[: query.limit]
    document = {
        **_about(database, days, figures),
        **_dated(days, figures, query),
        "list": [_compound(request, database, row) for row in shown],
        "next": shown[-1]["id"] if len(rows) > query.limit else None,
        "links": representations(request, form),
    }
    return answer(
        request, form, document, "summary", title="范围内小区", title_en="Within a polygon",
        measured=False, heads=[day.isoformat() for day in days], rows=summed.table(figures, {}),
    )  # fmt: skip


@router.get(
    "/nearby",
    summary="Figures of the compounds near a point, and their list, nearest first",
    response_class=Response,
    responses=responses(DOCUMENT),
    dependencies=[counted("summaries", "page")],
)
async def nearby(
    request: Request, database: Asked, query: Annotated[NearbyQuery, Query()]
) -> Response:
    """By metres along the ellipsoid to the label points of their outlines of the day.

    The list is of the last day; ``matched`` counts all within the radius on it.
    """
    form = form_of(request, query.f)
    days = query.days()
    given = shapely.Point(query.lon, query.lat)
    (point,) = to_wgs84(np.array([given], dtype=object), query.datum)
    circle = Circle(point.x, point.y, query.radius)
    figures = (await _told(database, summaries.around(circle, days)))[""]
    rows = []
    if query.limit:
        rows = await database.rows(summaries.nearby(circle, as_of=days[-1], limit=query.limit))
    document = {
        **_about(database, days, figures),
        **_dated(days, figures, query),
        "point": {"lon": round(point.x, 7), "lat": round(point.y, 7), "datum": "wgs84"},
        "given": {"lon": query.lon, "lat": query.lat, "datum": query.datum},
        "radius_m": query.radius,
        "matched": figures[-1]["compounds"],
        "list": [
            {**_compound(request, database, row), "distance_m": round(row["distance_m"], 2)}
            for row in rows
        ],
        "links": representations(request, form),
    }
    return answer(
        request, form, document, "summary",
        title="附近小区", title_en="Nearby", measured=True,
        heads=[day.isoformat() for day in days], rows=summed.table(figures, {}),
    )  # fmt: skip


async def _of_place(
    request: Request, database: Seen, level: str, code: str, query: SummaryQuery
) -> Response:
    form = form_of(request, query.f)
    _check(code, (_DIGITS[level],), "code")
    days = query.days()
    place = (await _named(database, [code], "code"))[code]
    figures = (await _told(database, summaries.placed([code], days)))[code]
    linked = summed.items(request, level, code, days[-1].isoformat(), database.viewer.kind)
    links = representations(request, form)
    if level == "street":
        above = {"level": "district", "code": place["district_code"]}
        links.append(link(_page(request, above), "up", "application/json", place["district_name"]))
    for one in place.pop("streets"):
        to = _page(request, {"level": "street", **one})
        links.append(link(to, "item", "application/json", one["name"]))
    document = {
        **place,
        **_about(database, days, figures),
        **_dated(days, figures, query),
        "items": linked,
        "links": links,
    }
    return answer(
        request, form, document, "summary", title=place["name"], title_en=place["name_en"] or code,
        measured=False, heads=[day.isoformat() for day in days], rows=summed.table(figures, linked),
    )  # fmt: skip


async def _told(database: Seen, statement: Any) -> dict[str, list[dict[str, Any]]]:
    """By place its figures on each day, as the viewer may know them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in await database.rows(statement):
        said = {**row, "families": json.loads(row["families"] or "{}")}
        figures = summaries.figures(said, database.viewer.kind)
        found.setdefault(row["place"], []).append({"as_of": row["on_day"].isoformat(), **figures})
    return found


def _about(
    database: Seen, days: Sequence[date], told: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "as_of": days[-1].isoformat(),
        "covers": summed.covers(database.viewer, told),
        "labels": summed.labels(database.viewer.kind),
    }


def _dated(
    days: Sequence[date], told: Sequence[dict[str, Any]], query: SummaryQuery
) -> dict[str, Any]:
    """The figures of the last day, and all of a series where one was asked for."""
    series = {} if query.since is None else {"series": list(told)}
    return {"figures": told[len(days) - 1], **series}


async def _named(database: Seen, codes: Sequence[str], parameter: str) -> dict[str, dict[str, Any]]:
    rows = await database.rows(summaries.named(codes))
    found = {row["code"]: {**row, "streets": json.loads(row["streets"])} for row in rows}
    missing = [code for code in codes if code not in found]
    if missing:
        kind = "district" if len(missing[0]) == _DIGITS["district"] else "street"
        raise Problem(
            404,
            f"there is no {kind} {missing[0]}: /collections/{kind}s/items lists those that are",
            parameter=parameter,
        )
    return found


def _codes(raw: str) -> list[str]:
    codes = [word.strip() for word in raw.split(",")]
    for code in codes:
        _check(code, tuple(_DIGITS.values()), "districts")
    if len(codes) > MOST_PLACES:
        raise Problem(400, f"{len(codes)} codes; {MOST_PLACES} at most", parameter="districts")
    if len(set(codes)) < len(codes):
        raise Problem(400, "a code is given twice", parameter="districts")
    return codes


def _check(code: str, digits: tuple[int, ...], parameter: str) -> None:
    if len(code) not in digits or not re.fullmatch(r"[0-9]+", code):
        said = " or ".join(str(one) for one in digits)
        raise Problem(400, f"{parameter} = {code[:50]!r}: {said} digits", parameter=parameter)


def _compound(request: Request, database: Seen, row: asyncpg.Record) -> dict[str, Any]:
    names = ["id", "code", "name", "district_code", "street_code", "households", "effective_star"]
    if "key_targets" in summaries.known(database.viewer.kind):
        names.append("key_target")
    to = absolute(request, f"/collections/compounds/items/{row['id']}")
    return {**{name: row[name] for name in names}, "href": to}


def _page(request: Request, place: Mapping[str, Any]) -> str:
    """The summary of a place, of the same days."""
    path = f"/{place['level']}s/{place['code']}/summary"
    query = with_parameters(request, districts=None).partition("?")[2]
    return absolute(request, f"{path}?{query}" if query else path)


def _number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _last_day(month: int) -> date:
    following = month + 1
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
