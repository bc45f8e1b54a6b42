"""``atlas held``: rows that did not become facts, to be looked through and corrected."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geo.errors import AtlasError

app = typer.Typer(help="List held rows; save them for correction.", no_args_is_help=True)

_SHOWN = 50

Verdict = Literal["rejected", "review"]


@app.command("list")
def list_held(
    number: Annotated[
        int | None, typer.Argument(metavar="IMPORT", help="Only this import, row by row.")
    ] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="Only these.")] = None,
) -> None:
    """Show which imports held rows, or the first rows one of them holds."""
    from cli.prepared import prepared_engine  # noqa: PLC0415 - geopandas loads slowly
    from geo.imports import held  # noqa: PLC0415

    with prepared_engine().connect() as connection:
        found = held.summary(connection, number)
        rows = list(held.read(connection, number, verdict, _SHOWN)) if number else []
    if not found:
        typer.echo("no rows are held" if number is None else f"import {number} held no rows")
        return
    table = Table("import", "kind", "file", "state", "review", "rejected", "settled")
    for one in found:
        counts = (f"{one[name]:,}" for name in ("review", "rejected", "resolved"))
        table.add_row(str(one["id"]), one["kind"], Text(one["name"]), one["state"], *counts)
    console = Console()
    console.print(table)
    for row in rows:
        where = f"{row.sheet} row {row.number}".strip()
        for reason in row.findings:
            said = f"{where} ({row.verdict}): {reason.reason_zh} / {reason.reason_en}"
            console.print(said, markup=False, highlight=False, soft_wrap=True)


@app.command()
def save(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="The import's number.")],
    file: Annotated[Path, typer.Argument(help="The spreadsheet to write (.xlsx).")],
    verdict: Annotated[Verdict | None, typer.Option(help="Only these.")] = None,
) -> None:
    """Save the rows an import still holds, as they stood, with reasons; correct and import it."""
    from access.exports import note_held  # noqa: PLC0415 - geopandas loads slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415
    from geo.imports import held, quarantine  # noqa: PLC0415

    if file.suffix.lower() != ".xlsx":
        raise AtlasError(f"{file} is not an .xlsx file: give it that ending")
    if file.exists():
        raise AtlasError(f"{file} is there already: remove it, or name another file")
    with prepared_engine().begin() as connection:
        quarantine.save(connection, number, file, verdict)
        note_held(connection, operator(), number, verdict, file)
        kind = held.kind_of(connection, number)
    typer.echo(f"{file}: correct the rows, then atlas import {kind} {file}")
