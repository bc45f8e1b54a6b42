"""``atlas boundaries``: the districts and streets of China's cities."""

from typing import Annotated

import typer

app = typer.Typer(help="Add, list and check districts and streets.", no_args_is_help=True)

_UNITS = ("district", "street")


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="The city's code (GB/T 2260), as 640200.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same streets.")] = 1,
) -> None:
    """Load a city's districts, and streets with invented outlines (marked synthetic)."""
    from cli.prepared import load_duties, prepared_engine  # noqa: PLC0415 - geopandas loads slowly
    from geo import boundaries  # noqa: PLC0415

    target = prepared_engine()
    done = boundaries.add_city(target, code, seed)
    load_duties(target)
    changed = f"{done.opened} outlines new, {done.closed} ended"
    typer.echo(
        f"{done.code} {done.name}: {done.districts} districts, {done.streets} streets; "
        f"{changed if done.opened or done.closed else 'nothing changed'}"
    )
    if done.without_streets:
        typer.echo(f"no street names are known for {'、'.join(done.without_streets)}")
    if done.unplaced:
        typer.echo(
            f"{len(done.unplaced)} streets of areas without an outline are left out: "
            f"{'、'.join(done.unplaced[:5])}{'…' if len(done.unplaced) > 5 else ''}"
        )


@app.command("list")
def list_cities(
    available: Annotated[
        bool, typer.Option("--available", help="Every city that can be added.")
    ] = False,
) -> None:
    """Show the cities that are loaded, or all that can be."""
    if available:
        from geo.boundaries import gazetteer  # noqa: PLC0415 - geopandas loads slowly

        for row in gazetteer.available().itertuples():
            typer.echo(f"{row.code}  {row.province}  {row.name}  {row.districts} districts")
        return
    from cli.prepared import prepared_engine  # noqa: PLC0415 - geopandas loads slowly
    from geo import boundaries  # noqa: PLC0415

    cities = boundaries.loaded(prepared_engine())
    if cities.empty:
        typer.echo("no city is loaded; `atlas boundaries add 640100` brings Yinchuan")
    for row in cities.itertuples():
        typer.echo(
            f"{row.code}  {row.name}  {row.districts} districts  {row.streets} streets  "
            f"{row.km2:,.1f} km²  {row.source} {row.version}"
        )


@app.command()
def check(
    code: Annotated[str | None, typer.Argument(help="The city's code; all if left out.")] = None,
) -> None:
    """Check the loaded outlines: valid, inside the parent, neither gaps nor overlaps."""
    from cli.prepared import prepared_engine  # noqa: PLC0415 - geopandas loads slowly
    from geo import boundaries  # noqa: PLC0415

    engine = prepared_engine()
    codes = [code] if code else boundaries.loaded(engine)["code"].tolist()
    if not codes:
        typer.echo("no city is loaded; `atlas boundaries add 640100` brings Yinchuan")
    for each in codes:
        typer.echo(f"{each}: {boundaries.check_loaded(engine, each)} outlines are in order")


@app.command()
def unclear(
    city: Annotated[str | None, typer.Option(help="Code of the city; all if left out.")] = None,
) -> None:
    """List recorded compounds of which too little lies in one district or street to place them.

    To decide one, import its outline again with 归 and the unit's code in a column 处理决定.
    """
    from cli.prepared import prepared_engine  # noqa: PLC0415 - geopandas loads slowly
    from geo.assign import unclear_places  # noqa: PLC0415

    with prepared_engine().connect() as connection:
        found = unclear_places(connection, city)
    for row in found.to_dict("records"):
        places = "  ".join(_placed(row[unit], row[f"{unit}_share"]) for unit in _UNITS)
        typer.echo(f"{row['code']}  {row['name']}  {places}")
    typer.echo(f"{len(found):,} compounds wait for a decision on their place")


def _placed(code: str | None, share: float | None) -> str:
    """A unit with the share of the area that lies in it, a dash for none."""
    return f"{code} {share:.0%}" if code and share else "—"
