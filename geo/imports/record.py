"""The row an import keeps of its file in ``imports.file``: state, progress, report."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from geo import noted
from geo.imports.options import Options
from geo.imports.report import Report
from geo.imports.table import Layout, sheet_and_number

_OPEN = text("""
    INSERT INTO imports.file
        (kind, name, bytes, state, dry_run, options, created_by, started_at)
    VALUES (:kind, :name, :bytes, 'running', :dry_run, CAST(:options AS jsonb), :actor,
            clock_timestamp())
    RETURNING id
""")
_BEGIN = text("""
    UPDATE imports.file
    SET state = 'running', started_at = clock_timestamp(), finished_at = NULL, error = NULL
    WHERE id = :id
""")
_CLOSE = text("""
    UPDATE imports.file
    SET state = :state, city_code = :city, sha256 = :sha256, format = :format, datum = :datum,
        layouts = CAST(:layouts AS jsonb), report = CAST(:report AS jsonb), progress = NULL,
        finished_at = clock_timestamp()
    WHERE id = :id
""")
_FAIL = text("""
    UPDATE imports.file
    SET state = 'failed', error = :error, progress = NULL, finished_at = clock_timestamp()
    WHERE id = :id
""")
_REFUSE = text("""
    UPDATE imports.file
    SET state = 'refused', error = :error, progress = NULL, finished_at = clock_timestamp()
    WHERE id = :id
""")
_NAME = text("SELECT name FROM imports.file WHERE id = :id")
_COUNTS = ("read", "new", "updated", "unchanged", "repeated", "skipped", "review", "rejected")
_REPAIR = text("""
    INSERT INTO imports.repair (import_id, sheet, code, numbers, amounts)
    VALUES (:import_id, :sheet, :code, :numbers, :amounts)
""")


@dataclass(frozen=True)
class Submitter:
    """Who gave a file: a name and, of somebody who is signed in, account, grant and session.

    ``session_id`` is the number of the session or token, never the secret itself.
    """

    actor: str
    account_id: int | None = None
    grant_id: int | None = None
    session_id: str | None = None
    request_id: str | None = None
    address: str | None = None


def open_file(
    connection: Connection,
    import_id: int | None,
    kind: str,
    path: Path,
    options: Options,
    actor: str,
) -> int:
    """Enter a file that is about to be read, unless it was when it was queued; its number."""
    if import_id is not None:
        return import_id
    number: int = connection.execute(
        _OPEN,
        {
            "kind": kind,
            "name": path.name,
            "bytes": path.stat().st_size,
            "dry_run": options.dry_run,
            "options": json.dumps(options.as_json()),
            "actor": actor,
        },
    ).scalar_one()
    return number


def begin(connection: Connection, import_id: int) -> None:
    """Say of a file that was queued that its reading begins."""
    connection.execute(_BEGIN, {"id": import_id})


def close(
    connection: Connection,
    import_id: int,
    digest: str,
    city: str | None,
    report: Report,
    layouts: Mapping[int, Layout],
) -> None:
    """Keep the report, and the file's digest; a dry run is done like any other."""
    connection.execute(
        _CLOSE,
        {
            "id": import_id,
            "state": "refused" if report.state == "refused" else "done",
            "city": city,
            "sha256": digest,
            "format": report.format,
            "datum": report.datum,
            "layouts": json.dumps([_plain(layouts[index]) for index in sorted(layouts)]),
            "report": json.dumps(report.as_json(), default=str),
        },
    )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse(connection: Connection, import_id: int, error: str) -> None:
    """Keep why the file was not for its sender to import; nothing of it was read."""
    connection.execute(_REFUSE, {"id": import_id, "error": error})


def note(
    connection: Connection,
    import_id: int,
    table: str,
    said: Mapping[str, Any],
    report: Report,
    actor: str,
) -> None:
    """One event for all that an import did; what it corrected has events of its own."""
    name = connection.scalar(_NAME, {"id": import_id})
    noted.note(
        connection,
        "import",
        table,
        {
            "file": name,
            **said,
            "kind": report.kind,
            **({"made_up": True} if report.made_up else {}),
            **{count: getattr(report, count) for count in _COUNTS},
            "noted": dict(report.noted),
        },
        reason=f"import {import_id}: {name}",
        import_id=import_id,
        actor=actor,
    )


def fail(connection: Connection, import_id: int, error: str) -> None:
    """Keep why nothing came of the file."""
    connection.execute(_FAIL, {"id": import_id, "error": error})


def keep_repairs(
    connection: Connection,
    import_id: int,
    layouts: Mapping[int, Layout],
    repairs: Mapping[str, list[tuple[int, float]]],
) -> None:
    """Keep which rows were mended and by how much, one line for each kind of repair and sheet."""
    for code, mended in sorted(repairs.items()):
        by_sheet: dict[int, tuple[list[int], list[float]]] = {}
        for row, amount in mended:
            sheet, number = sheet_and_number(row)
            numbers, amounts = by_sheet.setdefault(sheet, ([], []))
            numbers.append(number)
            amounts.append(float(amount))
        for sheet, (numbers, amounts) in by_sheet.items():
            connection.execute(
                _REPAIR,
                {
                    "import_id": import_id,
                    "sheet": layouts[sheet].sheet,
                    "code": code,
                    "numbers": numbers,
                    "amounts": amounts,
                },
            )


def _plain(layout: Layout) -> dict[str, Any]:
    return {
        "index": layout.index,
        "sheet": layout.sheet,
        "headings": list(layout.headings),
        "preamble": [list(row) for row in layout.preamble],
    }
