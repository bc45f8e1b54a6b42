"""Whole collections as files, in every format (docs/formats.md)."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from api import asked, client, formats
from api.database import Asked, Seen
from api.documents import FILES, responses
from api.downloads import Download
from api.exports import Asker, Export, Exports, TakesOut
from api.parameters import ExportQuery, export_query
from api.under import Under
from layers import items
from layers.items import Page
from layers.layer import Layer
from layers.registry import LAYERS

router = APIRouter(tags=["features"])

Handler = Callable[..., Coroutine[Any, Any, Response]]


def _export(layer: Layer) -> Handler:
    query_type = export_query(layer)

    async def export(
        request: Request,
        database: Asked,
        exports: TakesOut,
        query: Annotated[query_type, asked.query(query_type)],  # type: ignore[valid-type]
    ) -> Response:
        return await _exported(request, database, exports, layer, query)

    return export


async def _exported(
    request: Request, database: Seen, exports: Exports, layer: Layer, query: ExportQuery
) -> Response:
    layer = database.layer(layer)
    format_ = formats.named(query)
    table, chosen = formats.table(layer, query, format_), query.selection(layer)
    statement = items.page(layer, chosen, table.form, Page(None, query.order(layer)))
    asker = Asker(database.viewer, client.of(request).address, request.scope.get("request_id"))
    matched = None if format_.most is None else items.matched(layer, chosen, format_.most)
    taken = Export(table, format_, statement, matched, request.query_params)
    return Download(
        partial(exports.opened, asker, taken),
        format_.content_type,
        formats.file_headers(table, format_, chosen.as_of),
    )


_RESPONSES: dict[int | str, dict[str, Any]] = {
    **responses(FILES),
    429: {"description": "Too many exports are running; Retry-After tells when to ask again"},
}

for _layer in LAYERS.values():
    _under = Under(f"/collections/{_layer.id}")
    _under.add_api_route(
        f"/collections/{_layer.id}/export",
        _export(_layer),
        summary=f"{_layer.title_en}: all as a file",
        response_class=Response,
        responses=_RESPONSES,
        openapi_extra=asked.described(export_query(_layer)),
    )
    router.include_router(_under)
