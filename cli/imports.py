"""``atlas import``: other people's files become facts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Bring in facts from files.", no_args_is_help=True)


@app.callback()
def imports() -> None:
    """Keep ``osm`` a subcommand though it is the only one."""


@app.command()
def osm(
    file: Annotated[Path, typer.Argument(help="An OpenStreetMap file, as Helsinki.osm.pbf.")],
    city: Annotated[
        str | None, typer.Option(help="Code of the city for areas outside every loaded one.")
    ] = None,
    city_name: Annotated[str | None, typer.Option(help="Its name, where it is new.")] = None,
) -> None:
    """Residential areas (landuse=residential) become compounds; all of the file or nothing."""
    from cli.prepared import prepared_engine  # noqa: PLC0415 - these load slowly
    from geo.osm import import_osm  # noqa: PLC0415

    report = import_osm(prepared_engine(), file, city, city_name)
    table = Table(title=file.name, show_header=False)
    table.add_column("what")
    table.add_column("count", justify="right")
    rows = {
        "read": report.read,
        "  ways": report.ways,
        "  relations": report.relations,
        "named": report.named,
        "name generated": report.generated,
        "repaired": report.repaired,
        "rejected": report.rejected.total(),
        **{f"  {reason}": count for reason, count in sorted(report.rejected.items())},
        "inserted": report.inserted,
        "updated": report.updated,
        "unchanged": report.unchanged,
    }
    for what, count in rows.items():
        table.add_row(what, f"{count:,}")
    Console().print(table)
