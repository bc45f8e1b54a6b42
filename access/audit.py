"""Who changed which account, from where: an event in the transaction that changed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from audit.record import record


@dataclass(frozen=True)
class Writer:
    """Who writes, in which request, from which address (IPv4 or IPv6, None where there is none)."""

    actor: str
    request_id: str | None = None
    address: str | None = None


def note(
    connection: Connection,
    writer: Writer,
    action: str,
    table: str,
    number: int,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add an event about row ``number`` of ``table``.

    Of a person only the number and the login are told; never a name, password, hash or token.
    """
    record(
        connection,
        action,
        table,
        number,
        before=before,
        after=after,
        actor=writer.actor,
        request_id=writer.request_id,
        address=writer.address,
    )
