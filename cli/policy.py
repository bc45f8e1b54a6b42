"""``atlas policy``: what a city's policy file says, and whether it may."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

app = typer.Typer(help="A city's policy: its readings of the list.", no_args_is_help=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A policy file (TOML).")]) -> None:
    """Check a policy file; says what is wrong in it, or its version."""
    from oversight.policy import read  # noqa: PLC0415 - it loads slowly

    policy = read(file)
    typer.echo(f"{file.name}: {policy.name} ({policy.city}), version {policy.version}")


@app.command()
def show(
    city: Annotated[str, typer.Argument(help="Code of a city (GB/T 2260).")] = "640100",
) -> None:
    """Show how a city reads the list where it is open."""
    from oversight.policy import of_city  # noqa: PLC0415
    from oversight.policy.readings import READINGS, value  # noqa: PLC0415

    policy = of_city(city)
    table = Table("row", Column("setting", no_wrap=True), "value", "问题 question", "含义 meaning")
    for setting, reading in READINGS.items():
        said = value(policy, setting)
        shown = str(said).lower() if isinstance(said, bool) else str(said)
        meaning = reading.values.get(shown, ("", ""))
        table.add_row(
            reading.row,
            setting,
            shown if len(shown) < 40 else f"{len(said)} entries",
            f"{reading.question}\n{reading.question_en}",
            "\n".join(meaning),
        )
    Console().print(table)
    typer.echo(f"{policy.city}: the policy of {policy.name}, version {policy.version}")


@app.command()
def rules() -> None:
    """Print docs/rules.md, made from the default policy and worked examples."""
    from oversight.handbook import handbook  # noqa: PLC0415

    typer.echo(handbook(), nl=False)
