"""``atlas notice``: responsibility notices to print and post (管理责任清单进小区, T14)."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from geo.errors import AtlasError


def notice(
    out: Annotated[Path, typer.Argument(help="The file to write: .pdf or .html.")],
    compound: Annotated[
        list[int] | None, typer.Option(help="Number of a compound, repeatable.")
    ] = None,
    street: Annotated[str | None, typer.Option(help="All compounds of a street (code).")] = None,
    size: Annotated[str, typer.Option(help="A4 or A3.")] = "A4",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day.  [default: today]")
    ] = None,
    url: Annotated[
        str, typer.Option(help="Where residents reach the map: the QR codes lead there.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Write the responsibility notices of compounds or of a whole street, one page each."""
    from cli.prepared import prepared_engine  # noqa: PLC0415 - these load slowly
    from geo.dates import today  # noqa: PLC0415
    from oversight.notice import poster  # noqa: PLC0415
    from oversight.notice.contents import notices, of_street  # noqa: PLC0415

    if bool(compound) == bool(street):
        raise AtlasError("name compounds with --compound, or a street with --street")
    paper = _paper(size)
    if out.suffix.lower() not in {".pdf", ".html"}:
        raise AtlasError(f"{out}: the name must end with .pdf or .html")
    with prepared_engine().connect() as connection:
        numbers = of_street(connection, street) if street else list(compound or ())
        found = list(notices(connection, numbers, on.date() if on else today()))
    missing = set(numbers) - {one.head.id for one in found}
    if missing or not found:
        raise AtlasError(
            f"there is no compound {', '.join(map(str, sorted(missing)))}"
            if missing
            else f"there is no compound in a street {street}"
        )
    addresses = [f"{url.rstrip('/')}/#compound={one.head.id}" for one in found]
    if out.suffix.lower() == ".pdf":
        out.write_bytes(poster.pdf(found, addresses, paper))
    else:
        out.write_text(poster.html(found, addresses, paper), "utf-8")
    typer.echo(f"{len(found)} {'notice' if len(found) == 1 else 'notices'} written to {out}")


def _paper(size: str) -> Literal["A3", "A4"]:
    if size == "A3":
        return "A3"
    if size == "A4":
        return "A4"
    raise AtlasError(f"--size {size}: A4 or A3")
