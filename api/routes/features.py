"""Features of every collection: pages, single ones, counts (OGC API Features, parts 1 to 3)."""

import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import orjson
from fastapi import APIRouter, Query, Request, Response

from access.roles import PUBLIC
from api import asked, cursor, formats, written
from api.cache import share
from api.database import Asked, Seen
from api.documents import FEATURES, HTML, PAGES, SCHEMA, form_of, representations, responses
from api.errors import Problem, calculated
from api.links import REL, absolute, link, with_parameters
from api.negotiation import Form as Media
from api.pages import features as pages
from api.parameters import (
    MAX_LIMIT,
    FeatureId,
    FeatureQuery,
    FilteredQuery,
    PageQuery,
    count_query,
    page_query,
)
from api.readings import counted_if_scoped
from api.under import Under
from api.writes import Writing
from geo.dates import today
from layers import items
from layers.crs import CRSS
from layers.items import Form, Page, Selection
from layers.layer import Layer
from layers.registry import LAYERS
from layers.sorting import By, Key
from layers.statement import Statement

router = APIRouter(tags=["features"])

Handler = Callable[..., Coroutine[Any, Any, Any]]


def _page(layer: Layer) -> Handler:
    query_type = page_query(layer)

    async def features(
        request: Request,
        database: Asked,
        query: Annotated[query_type, asked.query(query_type)],  # type: ignore[valid-type]
    ) -> Response:
        return await page(request, database, layer, query)

    return features


async def page(request: Request, database: Seen, layer: Layer, query: PageQuery) -> Response:
    """A page of the features of a layer, in the form that was asked for."""
    layer = database.layer(layer)
    media = form_of(request, query.f, PAGES)
    format_ = formats.of(media)
    table = formats.table(layer, query, format_)
    chosen, order = query.selection(layer), query.order(layer)
    limit = min(query.limit, MAX_LIMIT)
    filters = _digested(layer, query, order)
    part = Page(limit, order, _after(query, filters, order))
    # What others may see is not the same for all of them.
    everybody = database.viewer.kind == PUBLIC
    too_many = everybody and database.beyond.knows(filters)
    changes = database.beyond.changes
    counting = format_ is formats.GEOJSON and not too_many
    statement = _page_statement(layer, chosen, table.form, part, counted=counting)
    rows = await _filtered(database, statement)
    shown, following = rows[:limit], None
    if len(rows) > limit:
        last = shown[-1]
        following = cursor.encode(last["id"], filters=filters, keys=json.loads(last["keys"]))
    links = _links(request, layer, query, media, following)
    told = _told(request, layer, table.form)
    if format_ is not formats.GEOJSON:
        told |= formats.file_headers(table, format_, chosen.as_of)
        told["Link"] += f", {formats.header(links)}"
        return await written.page(table, format_, shown, told)
    matched = await _matched(database, layer, chosen, part, rows) if counting else None
    if matched is not None and matched > items.MATCHED_BOUND:
        matched = None
        if everybody:
            database.beyond.note(filters, changes)
    body = _collection([row["feature"] for row in shown], matched=matched, links=links)
    answer = (
        pages.several(
            request, layer, json.loads(body), table.form, await _attribution(database, layer)
        )
        if media == HTML
        else Response(body, media_type=media.media_type)
    )
    answer.headers.update(told)
    # A person's page shows who is signed in, or that nobody is.
    if media != HTML and everybody:
        shared = share(request.scope, layer.id, chosen.boxes)
        answer.headers.update({"Cache-Control": shared} if shared else {})
    return answer


def _links(
    request: Request, layer: Layer, query: PageQuery, media: Media, following: str | None
) -> list[dict[str, str]]:
    links = representations(request, media, formats.fitting(layer, query))
    if following is not None:
        address = with_parameters(request, next=following)
        links.append(link(address, "next", media.media_type, "Next page"))
    here = absolute(request, f"/collections/{layer.id}")
    links.append(link(here, "collection", "application/json", layer.title))
    return links


def _page_statement(
    layer: Layer, chosen: Selection, form: Form, part: Page, *, counted: bool
) -> Statement:
    try:
        return items.page(layer, chosen, form, part, counted=counted)
    except ValueError as error:
        raise Problem(400, f"next {error}; begin again without it", parameter="next") from None


async def _matched(
    database: Seen, layer: Layer, chosen: Selection, part: Page, rows: Sequence[asyncpg.Record]
) -> int:
    """How many features match: as a page tells, or asked where one has none to tell it by."""
    if rows:
        told = rows[0]["matched"]
        return len(rows) if told is None else int(told)
    if part.after is None:
        return 0
    (matched,) = (await _filtered(database, items.matched(layer, chosen)))[0]
    return int(matched)


async def _filtered(database: Seen, statement: Statement) -> list[asyncpg.Record]:
    with calculated():
        return await database.rows(statement)


def _digested(layer: Layer, query: PageQuery, order: tuple[By, ...]) -> str:
    """Which features in which order: what a cursor is bound to."""
    asked = (query.bbox, query.bbox_crs, query.filter, query.filter_lang, query.filter_crs)
    when = (str(query.as_of), query.datetime, query.known_at)
    sent = sorted(query.sent(layer).items())
    sorted_by = [(by.name, by.descending) for by in order]
    return json.dumps([layer.id, sent, asked, when, sorted_by])


def _after(
    query: PageQuery, filters: str, order: tuple[By, ...]
) -> tuple[tuple[Key, ...], int] | None:
    if query.next is None:
        return None
    try:
        return cursor.decode_sorted(query.next, filters=filters, keys=len(order))
    except ValueError as error:
        raise Problem(400, f"next = {query.next!r} {error}", parameter="next") from None


def _collection(
    features: list[bytes], *, matched: int | None, links: list[dict[str, str]]
) -> bytes:
    # The features are JSON already; parsing them only to print them again would cost the most.
    members: dict[str, Any] = {"type": "FeatureCollection", "numberReturned": len(features)}
    if matched is not None:
        members["numberMatched"] = matched
    members["timeStamp"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    members["links"] = links
    head = orjson.dumps(members)[:-1]
    return b"".join((head, b',"features":[', b",".join(features), b"]}"))


def _told(request: Request, layer: Layer, form: Form) -> dict[str, str]:
    """What every answer with features says of itself: its reference system, and what filters name.

    OGC 18-058r1, requirement 16; OGC 19-079r2, /req/queryables/queryables-link.
    """
    queryables = absolute(request, f"/collections/{layer.id}/queryables")
    return {
        "Content-Crs": f"<{form.crs.uri}>",
        "Link": f'<{queryables}>; rel="{REL}/queryables"; type="{SCHEMA}"',
        "Vary": "Accept",
    }


async def _attribution(database: Seen, layer: Layer) -> str:
    """Whose data is shown, for beside the drawing."""
    found = await database.row(items.overview(layer))
    return " · ".join(found["attribution"]) if found else ""


def _feature(layer: Layer) -> Handler:
    async def feature(
        request: Request,
        database: Asked,
        writes: Writing,
        feature_id: FeatureId,
        query: Annotated[FeatureQuery, Query()],
    ) -> Response:
        media = form_of(request, query.f, FEATURES)
        seen, form = database.layer(layer), Form(CRSS[query.crs])
        known_at = query.moment(seen)
        # The state before the feature: who then changes what was changed meanwhile is told so.
        state = {}
        if media != HTML and known_at is None and query.as_of == today():
            state = await writes.state(database.viewer, layer.resource, feature_id)
        asked = items.one(
            seen, as_of=query.as_of, feature_id=feature_id, form=form, known_at=known_at
        )
        found = await database.value(asked)
        if found is None:
            raise Problem(404, f"{layer.id} has no feature {feature_id}")
        here = absolute(request, f"/collections/{layer.id}")
        links = [
            *representations(request, media, FEATURES),
            link(here, "collection", "application/json", layer.title),
        ]
        told = json.dumps(links, ensure_ascii=False)
        body = b"".join((found[:-1], b', "links": ', told.encode(), b"}"))
        answer = (
            pages.one(request, seen, json.loads(body), form, await _attribution(database, layer))
            if media == HTML
            else Response(body, media_type=media.media_type)
        )
        answer.headers.update(_told(request, layer, form) | state)
        return answer

    return feature


def _counts(layer: Layer) -> Handler:
    query_type = count_query(layer)

    async def counts(
        database: Asked,
        query: Annotated[query_type, asked.query(query_type)],  # type: ignore[valid-type]
    ) -> dict[str, Any]:
        return await _counted(database, layer, query)

    return counts


async def _counted(database: Seen, layer: Layer, query: FilteredQuery) -> dict[str, Any]:
    layer = database.layer(layer)
    by: str = getattr(query, "by")  # noqa: B009 - a field that only counting queries have
    if by not in layer.countable:
        raise Problem(400, f"by = {by[:50]!r}: one of {', '.join(layer.countable)}", parameter="by")
    rows = await _filtered(database, items.counts(layer, query.selection(layer), by=by))
    return {
        "by": by,
        "total": sum(row["count"] for row in rows),
        "counts": [{"value": row["value"], "count": row["count"]} for row in rows],
    }


for _layer in LAYERS.values():
    _base = f"/collections/{_layer.id}"
    _under = Under(_base)
    for _path, _handler, _what, _answers in (
        ("", _page, "page", PAGES),
        ("/{feature_id}", _feature, "one", FEATURES),
    ):
        _under.add_api_route(
            f"{_base}/items{_path}",
            _handler(_layer),
            summary=f"{_layer.title_en}: {'a page' if _what == 'page' else _what}",
            response_class=Response,
            responses=responses(_answers),
            dependencies=counted_if_scoped(_layer, _what),
            openapi_extra=asked.described(page_query(_layer)) if _what == "page" else None,
        )
    if _layer.countable:
        _under.add_api_route(
            f"{_base}/counts",
            _counts(_layer),
            summary=f"{_layer.title_en}: counts by a property",
            dependencies=counted_if_scoped(_layer, "counts"),
            openapi_extra=asked.described(count_query(_layer)),
        )
    router.include_router(_under)
