"""Features created, replaced, updated and deleted (OGC API Features, part 4, draft 20-002).

A feature of a layer of facts is a fact, and these are other addresses of what
:mod:`api.routes.facts` does: the same functions, statuses and preconditions. Nothing is lost by a
deletion: a fact that is withdrawn is set aside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from access.rules import may
from api.database import Asked, Seen
from api.documents import GEOJSON
from api.edited import (
    CHANGING,
    STATING,
    ContentCrs,
    Feature,
    changed,
    sent_as,
    stated,
    whole,
)
from api.errors import Problem
from api.parameters import FeatureId, NoParameters
from api.routes.facts import CONDITIONAL, REFUSED, WriteAnswer
from api.under import Under
from api.viewer import Viewer, Viewing
from api.writes import (
    IdempotencyKey,
    IfMatchHeader,
    WriteQuery,
    Writes,
    Writing,
    permitted,
    refuse_unless_may,
)
from layers.layer import Layer
from layers.registry import LAYERS
from oversight.writing import fact
from oversight.writing.bodies.common import Long
from oversight.writing.fact import Written
from oversight.writing.replacing import replace
from oversight.writing.resource import Knows, Resource
from oversight.writing.resources import BY_NAME
from oversight.writing.withdrawing import withdraw

router = APIRouter(tags=["editing"])

_OTHERWISE: dict[int | str, dict[str, Any]] = {
    415: {"description": "the body is of another media type"}
}


class WithdrawQuery(WriteQuery):
    """How a fact is withdrawn."""

    reason: Long | None = Field(
        default=None, description="理由，记入审计 · the reason, which the audit keeps"
    )


@dataclass(frozen=True)
class _Way:
    """A way to change a feature: what is sent, as which media types, and what is done with it."""

    method: str
    sends: Callable[[Resource], type[Feature]]
    types: tuple[str, ...]
    does: Callable[..., Written]
    summary: str


_WAYS = (
    _Way("PUT", whole, STATING, replace, "replace a feature"),
    _Way("PATCH", changed, CHANGING, fact.correct, "change a feature"),
)


def _doing(resource: Resource, action: str) -> Any:
    """A dependency that lets in whose role does this to such facts, before anything is read."""

    async def check(viewer: Viewing) -> None:
        refuse_unless_may(viewer, resource, action)

    return Depends(check)


async def _known(
    writes: Writes, viewer: Viewer, resource: Resource, number: int, if_match: str | None
) -> Knows:
    """The states the writer knows; that nothing is there is told before a condition is missed."""
    try:
        return writes.knows(if_match)
    except Problem:
        await writes.read(viewer, resource, number)
        raise


def _creating(router: APIRouter, layer: Layer, resource: Resource) -> None:
    path = f"/collections/{layer.id}/items"

    async def create(
        request: Request,
        viewer: Viewing,
        writes: Writing,
        crs: ContentCrs,
        key: IdempotencyKey,
        query: Annotated[WriteQuery, Query()],
        feature: Any,
    ) -> JSONResponse:
        asks = permitted(request, viewer, resource, "enter", key, query)
        body = stated(resource, feature, crs)
        work = partial(fact.enter, resource=resource, body=body, writer=asks.writer)
        return await writes.write(asks, path, body, work, status=201)

    create.__annotations__["feature"] = Annotated[whole(resource), Body(media_type=GEOJSON)]
    router.post(
        path,
        status_code=201,
        summary=f"{layer.title_en}: enter a feature",
        response_model=WriteAnswer,
        dependencies=[_doing(resource, "enter"), sent_as(*STATING)],
        responses=REFUSED | _OTHERWISE,
    )(create)


def _changing(router: APIRouter, layer: Layer, resource: Resource, way: _Way) -> None:
    path = f"/collections/{layer.id}/items"

    async def change(
        request: Request,
        viewer: Viewing,
        writes: Writing,
        feature_id: FeatureId,
        crs: ContentCrs,
        key: IdempotencyKey,
        query: Annotated[WriteQuery, Query()],
        feature: Any,
        if_match: IfMatchHeader = None,
    ) -> JSONResponse:
        asks = permitted(request, viewer, resource, "correct", key, query)
        knows = await _known(writes, viewer, resource, feature_id, if_match)
        body = stated(resource, feature, crs)
        work = partial(
            way.does,
            resource=resource,
            number=feature_id,
            body=body,
            knows=knows,
            writer=asks.writer,
        )
        return await writes.write(asks, path, body, work)

    sent = Body(media_type=way.types[0])
    change.__annotations__["feature"] = Annotated[way.sends(resource), sent]
    router.add_api_route(
        f"{path}/{{feature_id}}",
        change,
        methods=[way.method],
        summary=f"{layer.title_en}: {way.summary}",
        response_model=WriteAnswer,
        dependencies=[_doing(resource, "correct"), sent_as(*way.types)],
        responses=CONDITIONAL | _OTHERWISE,
    )


def _withdrawing(router: APIRouter, layer: Layer, resource: Resource) -> None:
    path = f"/collections/{layer.id}/items"

    async def delete(
        request: Request,
        viewer: Viewing,
        writes: Writing,
        feature_id: FeatureId,
        key: IdempotencyKey,
        query: Annotated[WithdrawQuery, Query()],
        if_match: IfMatchHeader = None,
    ) -> JSONResponse:
        asks = permitted(request, viewer, resource, "withdraw", key, query)
        knows = await _known(writes, viewer, resource, feature_id, if_match)
        work = partial(
            withdraw,
            resource=resource,
            number=feature_id,
            knows=knows,
            writer=asks.writer,
            reason=query.reason,
        )
        return await writes.write(asks, path, query, work)

    router.delete(
        f"{path}/{{feature_id}}",
        summary=f"{layer.title_en}: withdraw a feature",
        response_model=WriteAnswer,
        dependencies=[_doing(resource, "withdraw")],
        responses={status: told for status, told in CONDITIONAL.items() if status != 422},
    )(delete)


def _telling(router: APIRouter, layer: Layer, resource: Resource | None) -> None:
    """What whoever asks may do: to the collection, and to a feature."""

    async def of_all(database: Asked, _none: Annotated[NoParameters, Query()]) -> Response:
        return _allowed(database, layer, resource, {"POST": "enter"})

    async def of_one(
        database: Asked, feature_id: FeatureId, _none: Annotated[NoParameters, Query()]
    ) -> Response:
        return _allowed(database, layer, resource, _TO_ONE)

    for path, options in (("", of_all), ("/{feature_id}", of_one)):
        router.add_api_route(
            f"/collections/{layer.id}/items{path}",
            options,
            methods=["OPTIONS"],
            summary=f"{layer.title_en}: what may be done",
            response_class=Response,
        )


_TO_ONE = {"PUT": "correct", "PATCH": "correct", "DELETE": "withdraw"}


def _allowed(
    database: Seen, layer: Layer, resource: Resource | None, actions: Mapping[str, str]
) -> Response:
    database.layer(layer)
    viewer, allowed = database.viewer, ["GET", "HEAD", "OPTIONS"]
    if viewer.who is not None and resource is not None:
        grant, table = viewer.who.grant, resource.full_name
        allowed += [
            method
            for method, action in actions.items()
            if may(grant.role, grant.kind, table, action)
        ]
    headers = {"Allow": ", ".join(allowed), "Cache-Control": "no-store"}
    if "POST" in allowed:
        headers["Accept-Post"] = ", ".join(STATING)
    if "PATCH" in allowed:
        headers["Accept-Patch"] = ", ".join(CHANGING)
    return Response(headers=headers)


for _layer in LAYERS.values():
    _under = Under(f"/collections/{_layer.id}")
    _resource = None if _layer.resource is None else BY_NAME[_layer.resource]
    if _resource is not None:
        _creating(_under, _layer, _resource)
        for _way in _WAYS:
            _changing(_under, _layer, _resource, _way)
        _withdrawing(_under, _layer, _resource)
    _telling(_under, _layer, _resource)
    router.include_router(_under)
