"""Pages of features in the formats that are not GeoJSON: a thousand features at most."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.responses import Response

from geo.imports.spool import Spool
from geo.settings import SpoolSettings
from layers.formats import Format
from layers.formats.table import Row, Table, encoded


async def page(
    table: Table, format_: Format, rows: Sequence[Row], headers: Mapping[str, str]
) -> Response:
    """The rows as a file."""
    body = await asyncio.to_thread(_made, table, format_, rows)
    answer = Response(body, headers={**headers, "Vary": "Accept"})
    # Set here, so that no charset is added to it.
    answer.headers["content-type"] = format_.content_type
    return answer


def _made(table: Table, format_: Format, rows: Sequence[Row]) -> bytes:
    batches = [rows] if rows else []
    if format_.encoder is not None:
        return b"".join(encoded(format_.encoder(table), batches))
    assert format_.save is not None  # noqa: S101 - a format has one of the two
    spool = Spool(SpoolSettings().folder)
    token = spool.new()
    try:
        path = spool.part(token, format_.suffix)
        format_.save(table, batches, path)
        return path.read_bytes()
    finally:
        spool.remove(token)
