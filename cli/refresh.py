"""``atlas refresh``: every status anew, from the facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from geo.errors import AtlasError

if TYPE_CHECKING:
    from sqlalchemy import Engine


def refresh(
    city: Annotated[
        list[str] | None, typer.Option(help="Code of a city, repeatable.  [default: all]")
    ] = None,
    today: Annotated[
        bool, typer.Option("--today", help="Only what holds from today on; the past stays.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, as tcp://10.0.0.7:8786.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=256, help="Processes that assess; not with --scheduler.")
    ] = 2,
) -> None:
    """Assess all compounds and companies again and write what follows, with its history.

    Needed after a policy file was changed; everything else keeps statuses up to date by itself. The
    workers of a scheduler must reach the database and have the same version of this program.
    """
    from cli.prepared import prepared_engine  # noqa: PLC0415 - these load slowly
    from oversight.store.rebuild import rebuild  # noqa: PLC0415

    engine = prepared_engine()
    _check(engine, city or ())
    began = time.perf_counter()
    with _progress() as tell:
        done = rebuild(
            engine,
            cities=city or None,
            today_only=today,
            scheduler=scheduler,
            workers=workers,
            progress=tell,
        )
    typer.echo(
        f"{done.compounds:,} compounds and {done.companies:,} companies of {done.cities:,} "
        f"{'city' if done.cities == 1 else 'cities'} assessed, {done.rows:,} statuses written, "
        f"{time.perf_counter() - began:.1f} s"
    )


def _check(engine: Engine, cities: Sequence[str]) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - it loads slowly

    with engine.connect() as connection:
        loaded = set(connection.scalars(text("SELECT code FROM registry.city")))
    for code in cities:
        if code not in loaded:
            raise AtlasError(f"--city {code}: no such city is loaded; atlas boundaries list")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal, and nothing where there is none."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("parts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
