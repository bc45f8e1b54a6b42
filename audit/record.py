"""Writes events of the audit, in the transaction of the change they are about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, text

_ACT_AS = text("SELECT set_config('atlas.' || :name, :value, true)")
_RECORD = text("""
    SELECT audit.record(
        action => :action,
        table_name => :table,
        row_key => :key,
        before => CAST(:before AS jsonb),
        after => CAST(:after AS jsonb),
        reason => :reason,
        import_id => :import_id,
        actor => :actor,
        request_id => :request_id,
        address => CAST(:address AS inet)
    )
""")


@dataclass(frozen=True)
class Who:
    """Who acts, under which grant, in which session and request, from which address.

    ``session_id`` is a number of the session or token, never the secret itself.
    """

    actor: str
    account_id: int | None = None
    grant_id: int | None = None
    session_id: str | None = None
    request_id: str | None = None
    address: str | None = None


def act_as(connection: Connection, who: Who) -> None:
    """Have every event of this transaction name who acts, whatever its writer says."""
    given = ((one.name, getattr(who, one.name)) for one in fields(who))
    connection.execute(
        _ACT_AS,
        [{"name": name, "value": "" if value is None else str(value)} for name, value in given],
    )


def record(
    connection: Connection,
    action: str,
    table: str | None = None,
    key: int | str | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    import_id: int | None = None,
    actor: str | None = None,
    request_id: str | None = None,
    address: str | None = None,
) -> int:
    """Add an event and return its number.

    ``table`` is ``schema.table``; its personal fields (``audit.personal_field``) are kept apart and
    the event holds their salted hashes. What :func:`act_as` said goes before ``actor``,
    ``request_id`` and ``address``; without either, the actor is the database's user.
    """
    number: int = connection.execute(
        _RECORD,
        {
            "action": action,
            "table": table,
            "key": None if key is None else str(key),
            "before": _json(before),
            "after": _json(after),
            "reason": reason,
            "import_id": import_id,
            "actor": actor,
            "request_id": request_id,
            "address": address,
        },
    ).scalar_one()
    return number


def _json(facts: Mapping[str, Any] | None) -> str | None:
    return None if facts is None else json.dumps(facts, ensure_ascii=False)
