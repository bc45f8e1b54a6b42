"""``atlas import``: an office's file becomes facts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo.errors import AtlasError

if TYPE_CHECKING:
    from geo.imports.datum import Evidence
    from geo.imports.options import Options
    from geo.imports.report import Report


def import_files(
    kind: Annotated[
        str,
        typer.Argument(
            help="compounds, companies, contracts, …; or osm for OpenStreetMap's areas."
        ),
    ],
    files: Annotated[list[Path], typer.Argument(help="Files of that kind.")],
    city: Annotated[
        str | None, typer.Option(help="Code of the city.  [default: the only one loaded]")
    ] = None,
    city_name: Annotated[
        str | None, typer.Option(help="Its name, where it is new (osm only).")
    ] = None,
    datum: Annotated[
        str | None, typer.Option(help="wgs84, cgcs2000, gcj02, bd09, EPSG:n, or guess.")
    ] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="列=field: which field a heading is.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Only this sheet or layer.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text, as gbk.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day from which changes hold.  [default: today]"),
    ] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Replace what is recorded; kept in the audit.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
    max_errors: Annotated[
        int | None, typer.Option(min=0, help="Write nothing if more rows are rejected.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take a guessed datum without asking.")
    ] = False,
    held: Annotated[
        Path | None, typer.Option(help="Save the rows that are held to this spreadsheet (.xlsx).")
    ] = None,
) -> None:
    """Bring in facts from files; each file wholly or not at all, each row with its reason."""
    from cli.prepared import prepared_engine  # noqa: PLC0415 - these load slowly
    from geo.imports.options import Options  # noqa: PLC0415

    options = Options(
        city=city,
        city_name=city_name,
        datum=datum,
        mapping=_mapping(map_ or []),
        sheet=sheet,
        encoding=encoding,
        on=on.date() if on else None,
        correct=correct,
        dry_run=dry_run,
        max_errors=max_errors,
    )
    if kind == "osm":
        kind = "compounds"
        options = replace(options, outside="elsewhere", source="osm", datum=datum or "wgs84")
    engine = prepared_engine()
    _tell_of_demonstration(engine)
    failed = [path for path in files if not _one(engine, kind, path, options, yes, held)]
    if failed:
        raise typer.Exit(1)


def _tell_of_demonstration(engine: Any) -> None:
    """Say beforehand that what comes in will count as made up."""
    from geo.demonstration import MARKED, is_on  # noqa: PLC0415 - SQLAlchemy loads slowly

    with engine.connect() as connection:
        if is_on(connection):
            typer.echo("\n".join(MARKED.values()), err=True)


def _one(
    engine: Any, kind: str, path: Path, options: Options, yes: bool, held: Path | None
) -> bool:
    """Import one file and print what became of it; False where nothing could."""
    from geo.imports.run import run  # noqa: PLC0415 - geopandas loads slowly
    from oversight.policy import complaint_days  # noqa: PLC0415
    from oversight.store.imported import refresh_imported  # noqa: PLC0415

    try:
        with _progress(path.name) as (bar, tell):
            report = run(
                engine,
                kind,
                path,
                options,
                progress=tell,
                within_transaction=(refresh_imported,),
                confirm=_asks(bar, yes),
                complaint_days=complaint_days,
            )
    except AtlasError as error:
        typer.echo(f"atlas: {error}", err=True)
        return False
    Console().print(_closing(report))
    for line in _told(report):
        typer.echo(line)
    if held is not None and report.import_id is not None and report.rejected + report.review:
        from access.exports import note_held  # noqa: PLC0415
        from cli.acting import operator  # noqa: PLC0415
        from geo.imports import quarantine  # noqa: PLC0415

        with engine.begin() as connection:
            quarantine.save(connection, report.import_id, held)
            note_held(connection, operator(), report.import_id, None, held)
        typer.echo(f"held rows saved to {held}")
    return report.state != "refused"


@contextmanager
def _progress(name: str) -> Iterator[tuple[Progress, Callable[[str, int, int | None], None]]]:
    """A bar on the terminal, and nothing where there is none."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with shown as bar:
        task = bar.add_task(name, total=None)

        def tell(step: str, done: int, total: int | None) -> None:
            bar.update(task, description=f"{name}: {step}", completed=done, total=total)

        yield bar, tell


def _asks(bar: Progress, yes: bool) -> Callable[[Evidence], bool]:
    """Show the evidence for a guessed datum, and ask where somebody is there to answer."""

    def confirm(evidence: Evidence) -> bool:
        bar.stop()
        for line in evidence.sentences("zh") + evidence.sentences("en"):
            typer.echo(line, err=True)
        if yes or not sys.stdin.isatty():
            return True
        return typer.confirm(f"import as {evidence.best}?", err=True)

    return confirm


def _mapping(given: list[str]) -> dict[str, str]:
    pairs = {}
    for one in given:
        heading, sign, field = one.rpartition("=")
        if not (heading and sign and field):
            raise AtlasError(f'--map "{one}" is not of the form 列=field, as --map 小区=name')
        pairs[heading] = field
    return pairs


def _closing(report: Report) -> Table:
    """The closing table of one file."""
    title = f"{report.file}: {report.kind}"
    table = Table(title=title, show_header=False)
    table.add_column("what")
    table.add_column("count", justify="right")
    for name in (
        "read",
        "new",
        "updated",
        "unchanged",
        "repeated",
        "skipped",
        "review",
        "rejected",
    ):
        count = getattr(report, name)
        if count or name in {"read", "new", "updated", "unchanged", "review", "rejected"}:
            table.add_row(name, f"{count:,}")
    for heading, counts in (
        ("held because", report.reasons),
        ("mended", report.repairs),
        ("noted", report.noted),
    ):
        if counts:
            table.add_section()
        for code, count in sorted(counts.items()):
            table.add_row(f"{heading}: {code.replace('_', ' ')}", f"{count:,}")
    return table


def _told(report: Report) -> list[str]:
    """What the table has no room for: how it was read, the first held rows, what to do next."""
    lines = [f"format {report.format}" + (f", datum {report.datum}" if report.datum else "")]
    if report.unused:
        lines.append(f"columns not used: {', '.join(report.unused)}")
    lines += [f"sheet {sheet!r} not read: {why}" for sheet, why in report.left_out.items()]
    for one in report.examples[:10]:
        where = f"{one['sheet']} row {one['number']}".strip()
        lines += [f"  {where}: {reason['zh']} / {reason['en']}" for reason in one["reasons"]]
    if report.state == "dry_run":
        lines.append("dry run: nothing was written")
    elif report.state == "refused":
        lines.append(
            f"refused: {report.rejected} rows rejected, more than allowed; no facts written"
        )
    if report.import_id is not None:
        spent = sum(report.seconds.values())
        lines.append(f"import {report.import_id}, {spent:.1f} s")
        if report.review or report.rejected:
            lines.append(f"held rows: atlas held save {report.import_id} FILE.xlsx")
    return lines
