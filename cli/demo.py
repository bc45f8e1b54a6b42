"""``atlas demo``: anybody at this machine may act in each role, on made-up data."""

import typer

app = typer.Typer(help="Begin and end the demonstration of the roles.", no_args_is_help=True)


@app.command()
def start() -> None:
    """Let anybody at this machine act in each role; the database takes made-up rows only."""
    from access import demo  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        demo.start(connection, operator())
    typer.echo("the demonstration is on: the page offers the roles")


@app.command()
def end() -> None:
    """End it: its accounts, sessions and tokens go, and real rows are taken again."""
    from access import demo  # noqa: PLC0415 - these load slowly
    from cli.acting import operator  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    with prepared_engine().begin() as connection:
        files = demo.imported(connection)
        gone = demo.end(connection, operator())
    if files:
        typer.echo(
            f"{files} files were imported in it: what they brought stays marked as made up; for "
            "real facts import them into a new database"
        )
    typer.echo(f"the demonstration is over: {gone} accounts deleted; atlas users add --admin")
