"""Collections of features (OGC API Features, part 1): descriptions, pages, single features."""

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api import cursor
from api.database import Asked, Seen
from api.errors import Problem
from api.links import absolute, link, with_parameters
from api.parameters import (
    MAX_LIMIT,
    FeatureId,
    FilteredQuery,
    NoParameters,
    PageQuery,
    count_query,
    page_query,
)
from geo.dates import today
from layers import items
from layers.layer import Layer
from layers.registry import LAYERS

GEOJSON = "application/geo+json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

router = APIRouter(tags=["features"])

Handler = Callable[..., Coroutine[Any, Any, Any]]


@router.get("/collections", summary="Every collection")
async def collections(
    request: Request, database: Asked, _none: Annotated[NoParameters, Query()]
) -> dict[str, Any]:
    """What the service offers, each with its extent."""
    return {
        "collections": [await _described(request, database, layer) for layer in LAYERS.values()],
        "links": [
            link(absolute(request, "/collections"), "self", "application/json", "This document")
        ],
    }


def _describe(layer: Layer) -> Handler:
    async def collection(
        request: Request, database: Asked, _none: Annotated[NoParameters, Query()]
    ) -> dict[str, Any]:
        return await _described(request, database, layer)

    return collection


async def _described(request: Request, database: Seen, layer: Layer) -> dict[str, Any]:
    here = absolute(request, f"/collections/{layer.id}")
    found = await database.row(items.overview(layer))
    assert found is not None  # noqa: S101 - an aggregate has one row
    *box, attribution = found
    spatial = {"bbox": [box], "crs": CRS84} if box[0] is not None else None
    return {
        "id": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "description": layer.description,
        "description_en": layer.description_en,
        "itemType": "feature",
        "crs": [CRS84],
        **({"extent": {"spatial": spatial}} if spatial else {}),
        **({"attribution": " · ".join(attribution)} if attribution else {}),
        "links": [
            link(here, "self", "application/json", layer.title),
            link(f"{here}/items", "items", GEOJSON, layer.title),
        ],
    }


def _page(layer: Layer) -> Handler:
    query_type = page_query(layer)

    async def features(
        request: Request,
        database: Asked,
        query: Annotated[query_type, Query()],  # type: ignore[valid-type]
    ) -> Response:
        return await _features(request, database, layer, query)

    return features


async def _features(request: Request, database: Seen, layer: Layer, query: PageQuery) -> Response:
    layer = layer.seen_by(database.viewer.kind)
    sent, as_of, limit = query.sent(layer), today(), min(query.limit, MAX_LIMIT)
    filters = json.dumps([layer.id, sorted(sent.items()), query.bbox])
    rows = await database.rows(
        items.page(
            layer,
            as_of=as_of,
            sent=sent,
            boxes=query.boxes,
            after=_after(query, filters),
            limit=limit,
            geometry=not query.skipGeometry,
        )
    )
    matched = await database.value(items.matched(layer, as_of=as_of, sent=sent, boxes=query.boxes))
    shown = rows[:limit]
    links = [link(with_parameters(request), "self", GEOJSON, "This page")]
    if len(rows) > limit:
        following = cursor.encode(shown[-1]["id"], filters=filters)
        links.append(link(with_parameters(request, next=following), "next", GEOJSON, "Next page"))
    return Response(
        _collection([row["feature"] for row in shown], matched=matched, links=links),
        media_type=GEOJSON,
    )


def _after(query: PageQuery, filters: str) -> int | None:
    if query.next is None:
        return None
    try:
        return cursor.decode(query.next, filters=filters)
    except ValueError as error:
        raise Problem(400, f"next = {query.next!r} {error}", parameter="next") from None


def _collection(features: list[str], *, matched: int, links: list[dict[str, str]]) -> str:
    # The features are JSON text already; parsing them to write them again would cost the most.
    members: dict[str, Any] = {"type": "FeatureCollection", "numberReturned": len(features)}
    if matched <= items.MATCHED_BOUND:
        members["numberMatched"] = matched
    members["timeStamp"] = datetime.now(UTC).isoformat(timespec="seconds")
    members["links"] = links
    head = json.dumps(members, ensure_ascii=False)
    return f'{head[:-1]}, "features": [{",".join(features)}]}}'


def _feature(layer: Layer) -> Handler:
    async def feature(
        request: Request,
        database: Asked,
        feature_id: FeatureId,
        _none: Annotated[NoParameters, Query()],
    ) -> Response:
        seen = layer.seen_by(database.viewer.kind)
        text = await database.value(items.one(seen, as_of=today(), feature_id=feature_id))
        if text is None:
            raise Problem(404, f"{layer.id} has no feature {feature_id}")
        here = absolute(request, f"/collections/{layer.id}")
        links = [
            link(f"{here}/items/{feature_id}", "self", GEOJSON, "This feature"),
            link(here, "collection", "application/json", layer.title),
        ]
        body = f'{text[:-1]}, "links": {json.dumps(links, ensure_ascii=False)}}}'
        return Response(body, media_type=GEOJSON)

    return feature


def _counts(layer: Layer) -> Handler:
    query_type = count_query(layer)

    async def counts(
        database: Asked,
        query: Annotated[query_type, Query()],  # type: ignore[valid-type]
    ) -> dict[str, Any]:
        return await _counted(database, layer, query)

    return counts


async def _counted(database: Seen, layer: Layer, query: FilteredQuery) -> dict[str, Any]:
    layer = layer.seen_by(database.viewer.kind)
    by: str = getattr(query, "by")  # noqa: B009 - a field that only counting queries have
    if by not in layer.countable:
        raise Problem(400, f"by = {by!r}: one of {', '.join(layer.countable)}", parameter="by")
    rows = await database.rows(
        items.counts(layer, by=by, as_of=today(), sent=query.sent(layer), boxes=query.boxes)
    )
    return {
        "by": by,
        "total": sum(row["count"] for row in rows),
        "counts": [{"value": row["value"], "count": row["count"]} for row in rows],
    }


for _layer in LAYERS.values():
    _base = f"/collections/{_layer.id}"
    router.add_api_route(_base, _describe(_layer), summary=_layer.title_en)
    router.add_api_route(f"{_base}/items", _page(_layer), summary=f"{_layer.title_en}: a page")
    router.add_api_route(
        f"{_base}/items/{{feature_id}}", _feature(_layer), summary=f"{_layer.title_en}: one"
    )
    if _layer.countable:
        router.add_api_route(
            f"{_base}/counts", _counts(_layer), summary=f"{_layer.title_en}: counts by a property"
        )
