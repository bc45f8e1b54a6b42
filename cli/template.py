"""``atlas template``: an empty spreadsheet to fill in, for any kind of file."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from geo.errors import AtlasError

Language = Literal["zh", "en"]


def template(
    kind: Annotated[
        str, typer.Argument(help="compounds, companies, contracts, …; Chinese names are known too.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The file to write; KIND.xlsx if left out."),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Of headings, lists and notes.")] = "zh",
) -> None:
    """Write an XLSX with headings, a worked row, drop-down lists and notes."""
    from geo.imports import profile, template  # noqa: PLC0415 - openpyxl loads slowly

    found = profile.load(kind)
    path = output or Path(f"{found.kind}.xlsx")
    if path.exists():
        raise AtlasError(f"{path} is there already: remove it, or name another file with -o")
    template.workbook(found, lang).save(path)
    required = [one.title if lang == "zh" else one.title_en for one in found.fields if one.required]
    typer.echo(f"{path}: {len(found.fields)} columns; required: {', '.join(required)}")
