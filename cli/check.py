"""``atlas check``: what the recorded data leave open."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from geo.errors import AtlasError

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = typer.Typer(help="Look for what the recorded data leave open.", no_args_is_help=True)

_WORDS = {"gap": "空白 gap", "overlap": "重叠 overlap"}
_ROLES = {"accept": "受理 accepts", "enforce": "执法 enforces"}


class Form(StrEnum):
    """How the findings are printed."""

    table = "table"
    json = "json"
    geojson = "geojson"


@app.callback()
def check() -> None:
    """Look for what the recorded data leave open."""


@app.command()
def jurisdictions(
    city: Annotated[str | None, typer.Option(help="Code of one city.  [default: all]")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day.  [default: today]")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.table,
) -> None:
    """List where nobody accepts or enforces a breach, and where two of equal rank do (T13, T14).

    The exit code is 1 where there are any; the map shows them too (管辖空白与重叠). Cities that
    record no jurisdiction at all are named on stderr.
    """
    from cli.prepared import prepared_engine  # noqa: PLC0415 - these load slowly
    from geo.dates import today  # noqa: PLC0415
    from oversight.jurisdiction import problems, unrecorded  # noqa: PLC0415

    day = on.date() if on else today()
    with prepared_engine().connect() as connection:
        _known(connection, city)
        found = problems(connection, day, city)
        silent = unrecorded(connection, day, city)
    for code, name in silent:
        typer.echo(
            f"{code} {name}: no jurisdiction is recorded on {day}; atlas template jurisdictions"
            " makes the spreadsheet to fill in",
            err=True,
        )
    if form is Form.table:
        if found or not silent:
            _table(found)
    else:
        typer.echo(json.dumps(_document(found, form), ensure_ascii=False))
    if found or silent:
        raise typer.Exit(1)


def _known(connection: Connection, city: str | None) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - it loads slowly

    known = text("SELECT true FROM registry.city WHERE code = :city")
    if city is not None and not connection.scalar(known, {"city": city}):
        raise AtlasError(f"--city {city}: no such city is loaded; atlas boundaries list")


def _table(found: list[Any]) -> None:
    if not found:
        typer.echo("no gaps and no overlaps of equal rank")
        return
    table = Table("what", "role", "where", "breaches", "agencies", "m²")
    for one in found:
        where = " ".join(filter(None, (one.street_code or one.district_code, one.area_name)))
        table.add_row(
            _WORDS[one.problem],
            _ROLES[one.role],
            where,
            one.breaches,
            one.agencies or "",
            f"{one.area_m2:,.0f}",
        )
    Console().print(table)
    typer.echo(f"{len(found)} found")


def _document(found: list[Any], form: Form) -> object:
    rows = [{**one._asdict(), "geometry": json.loads(one.geojson)} for one in found]
    for row in rows:
        del row["geojson"]
    if form is Form.json:
        return [{name: value for name, value in row.items() if name != "geometry"} for row in rows]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.pop("id"),
                "geometry": row.pop("geometry"),
                "properties": row,
            }
            for row in rows
        ],
    }
