"""``atlas export``: layers of the public as one file, for servers that only serve files."""

import asyncio
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.errors import AtlasError

if TYPE_CHECKING:
    from layers.layer import Layer
    from layers.pmtiles import Archive
    from layers.statement import Statement

app = typer.Typer(help="Layers of the public as files.", no_args_is_help=True)

CONNECTIONS = 4


@app.callback()
def export() -> None:
    """Keep the group, which has one command so far."""


@app.command()
def pmtiles(
    out: Annotated[Path, typer.Argument(help="The file to write: .pmtiles.")],
    layers: Annotated[
        str, typer.Option(help="Layers that the public reads, comma-separated.")
    ] = "districts,streets,compounds",
    zooms: Annotated[str, typer.Option(help="First and last zoom.")] = "5-14",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day.  [default: today]")
    ] = None,
) -> None:
    """Write vector tiles of layers into one PMTiles archive, which any web server can serve."""
    from geo.dates import today  # noqa: PLC0415 - these load slowly

    if out.suffix.lower() != ".pmtiles":
        raise AtlasError(f"{out}: the name must end with .pmtiles")
    chosen, span = _public(layers), _zooms(zooms)
    written = asyncio.run(_write(out, chosen, span, on.date() if on else today()))
    size = out.stat().st_size
    typer.echo(f"{written} {'tile' if written == 1 else 'tiles'}, {size:,} bytes, in {out}")


def _public(said: str) -> "list[Layer]":
    from access.roles import PUBLIC  # noqa: PLC0415
    from layers.registry import LAYERS  # noqa: PLC0415

    offered = {
        name: layer.seen_by(PUBLIC)
        for name, layer in LAYERS.items()
        if layer.readable_by(PUBLIC) and layer.geometry != "none"
    }
    names = list(dict.fromkeys(word.strip() for word in said.split(",") if word.strip()))
    for name in names:
        if name not in offered:
            raise AtlasError(f"--layers {name}: the public has {', '.join(offered)}")
    if not names:
        raise AtlasError(f"--layers: name some of {', '.join(offered)}")
    return [offered[name] for name in names]


def _zooms(said: str) -> range:
    first, dash, last = said.partition("-")
    if first.isdecimal() and last.isdecimal() and dash and int(first) <= int(last) <= 16:
        return range(int(first), int(last) + 1)
    raise AtlasError(f"--zooms {said}: two zooms from 0 to 16 with a dash between, as 5-14")


async def _write(out: Path, layers: "list[Layer]", zooms: range, day: date) -> int:
    """Write beside the name and give it the name when it is whole."""
    import asyncpg  # noqa: PLC0415

    from access.credentials import address, installation_secret  # noqa: PLC0415
    from access.enforce import LOGINS  # noqa: PLC0415
    from access.roles import PUBLIC  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415
    from geo.cluster import database_url  # noqa: PLC0415
    from geo.database import asyncpg_dsn  # noqa: PLC0415
    from geo.settings import DatabaseSettings  # noqa: PLC0415
    from layers import pmtiles  # noqa: PLC0415

    prepared_engine().dispose()
    # What goes out is what the public may read: as its role, PostgreSQL sees to that.
    url = address(database_url(DatabaseSettings()), LOGINS[PUBLIC], installation_secret())
    part = out.with_name(f"{out.name}.part")
    async with asyncpg.create_pool(
        asyncpg_dsn(url), min_size=1, max_size=CONNECTIONS, server_settings={"jit": "off"}
    ) as pool:
        archive = await _archive(pool, layers, zooms, day)

        async def ask(statement: "Statement") -> bytes:
            drawn: bytes = await pool.fetchval(statement.sql, *statement.arguments)
            return drawn

        try:
            with part.open("wb") as file:
                written = await pmtiles.write(archive, ask, file)
            if not written:
                names = ", ".join(layer.id for layer in layers)
                raise AtlasError(
                    f"{names}: nothing is drawn at the zooms {zooms.start}-{zooms[-1]}"
                )
            part.replace(out)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    return written


async def _archive(pool: Any, layers: "list[Layer]", zooms: range, day: date) -> "Archive":
    from layers import items  # noqa: PLC0415
    from layers.pmtiles import Archive  # noqa: PLC0415

    boxes, named = [], dict[str, None]()
    for layer in layers:
        asked = items.overview(layer)
        *box, attribution = await pool.fetchrow(asked.sql, *asked.arguments)
        if box[0] is not None:
            boxes.append(box)
        named |= dict.fromkeys(attribution)
    if not boxes:
        raise AtlasError(f"{', '.join(layer.id for layer in layers)}: there is nothing in them yet")
    wests, souths, easts, norths = zip(*boxes, strict=True)
    box = (min(wests), min(souths), max(easts), max(norths))
    return Archive(layers, box, day, zooms, " · ".join(named))
