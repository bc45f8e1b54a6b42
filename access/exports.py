"""Who took a file of many rows out of the service: an event each, in the transaction that read."""

from pathlib import Path

from sqlalchemy import Connection, text

from access.audit import Writer
from audit.record import record

_HELD = text("""
    SELECT count(*) FROM imports.held_row
    WHERE import_id = :id AND resolved_at IS NULL
      AND (CAST(:verdict AS text) IS NULL OR verdict = :verdict)
""")


def note_held(
    connection: Connection, by: Writer, import_id: int, verdict: str | None, to: Path | None = None
) -> None:
    """Tell the audit that the held rows of an import were taken as a spreadsheet.

    ``to`` is the file where a command wrote one.
    """
    said = {
        "rows": connection.scalar(_HELD, {"id": import_id, "verdict": verdict}),
        "format": "xlsx",
        "verdict": verdict,
        **({"file": to.name} if to else {}),
    }
    record(
        connection,
        "export",
        "imports.held_row",
        after=said,
        import_id=import_id,
        actor=by.actor,
        request_id=by.request_id,
        address=by.address,
    )
