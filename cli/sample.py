"""``atlas sample``: an invented city to try the map on, and a nation of them for benchmarks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import typer


def sample(
    city: Annotated[str, typer.Option(help="The city's code (GB/T 2260).")] = "640100",
    compounds: Annotated[int, typer.Option(help="How many compounds to make up.")] = 1500,
    seed: Annotated[int, typer.Option(help="The same seed makes the same city.")] = 640100,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day of the facts.  [default: today]"),
    ] = None,
) -> None:
    """Fill a city that has boundaries with invented compounds and three years of facts.

    More than 3,000 compounds are spread over many cities, whose boundaries are added.
    """
    from cli.prepared import prepared_engine  # noqa: PLC0415 - pandas and shapely load slowly
    from geo.sample import MOST_IN_ONE_CITY, build, check, fill  # noqa: PLC0415
    from oversight.store.rebuild import rebuild  # noqa: PLC0415

    last = check(compounds, seed, until.date() if until else None)
    target = prepared_engine()
    typer.echo(_heading(compounds, city, seed, last))
    if compounds > MOST_IN_ONE_CITY:
        total = fill(target, compounds, seed, last, city, progress=_progress(compounds))
        typer.echo(f"{total:,} compounds loaded")
        done = rebuild(target)
    else:
        rows = build(target, city, compounds, seed, last)
        typer.echo(
            f"{compounds:,} compounds loaded, {sum(rows.values()):,} rows in {len(rows)} tables"
        )
        done = rebuild(target, cities=[city])
    typer.echo(f"{done.rows:,} statuses follow from them")


def _heading(compounds: int, city: str, seed: int, last: date) -> str:
    return f"sample of {compounds:,} compounds from city {city} on, seed {seed}, until {last}"


def _progress(compounds: int) -> Callable[[str, int], None]:
    def tell(city_code: str, total: int) -> None:
        typer.echo(f"{city_code}  {total:>9,} of {compounds:,}")

    return tell
