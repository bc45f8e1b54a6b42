"""Events of work on many rows at once: one for all of it, in its transaction."""

import getpass
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

_NOTE = text("""
    SELECT audit.record(
        action => :action, table_name => :table, after => CAST(:after AS jsonb),
        reason => :reason, import_id => :import_id, actor => :actor
    )
""")


def note(
    connection: Connection,
    action: str,
    table: str,
    after: Mapping[str, Any],
    *,
    reason: str | None = None,
    import_id: int | None = None,
    actor: str | None = None,
) -> None:
    """Add an event about a table (``schema.table``), with counts and where the rows are from.

    ``after`` must hold no personal value. Where the transaction does not say who acts, the event
    names ``actor``, by default the account that runs the program.
    """
    given = {
        "action": action,
        "table": table,
        "after": json.dumps(after, ensure_ascii=False, default=str),
        "reason": reason,
        "import_id": import_id,
        "actor": actor or whoever(),
    }
    connection.execute(_NOTE, given)


def whoever() -> str:
    """The account that runs the program."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "atlas"
