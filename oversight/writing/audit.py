"""Who wrote which fact, from where: an event in the transaction that wrote it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from access.audit import Writer
from audit.record import record

__all__ = ["Writer", "note"]


def note(
    connection: Connection,
    writer: Writer,
    action: str,
    table: str,
    number: int,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    reason: str | None = None,
) -> None:
    """Add an event; of a change, only what differs is kept. Of personal data, only hashes are."""
    if before is not None:
        differing = {name for name in after if before.get(name) != after[name]} - {"recorded_at"}
        before = {name: before.get(name) for name in after if name in differing}
        after = {name: after[name] for name in after if name in differing}
    record(
        connection,
        action,
        table,
        number,
        before=before,
        after=after,
        reason=reason,
        actor=writer.actor,
        request_id=writer.request_id,
        address=writer.address,
    )
