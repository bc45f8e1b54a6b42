"""The command ``atlas``: gathers the groups and turns errors into one sentence."""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from pydantic import ValidationError

from cli import (
    audit,
    backup,
    boundaries,
    check,
    db,
    demo,
    export,
    held,
    imports,
    notice,
    people,
    policy,
    refresh,
    sample,
    template,
    tokens,
    users,
    worker,
)
from geo.errors import AtlasError

app = typer.Typer(
    name="atlas",
    help="Residential compounds on a map: stars, violations, jurisdictions, inspections (小区图).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(db.app, name="db")
app.add_typer(boundaries.app, name="boundaries")
app.add_typer(demo.app, name="demo")
app.add_typer(export.app, name="export")
app.add_typer(held.app, name="held")
app.add_typer(check.app, name="check")
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
app.add_typer(people.app, name="people")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")
app.add_typer(backup.app, name="backup")
app.command("import")(imports.import_files)
app.command("notice")(notice.notice)
app.command("refresh")(refresh.refresh)
app.command("template")(template.template)
app.command("restore")(backup.restore)
app.command("sample")(sample.sample)
app.command("worker")(worker.worker)


@app.command()
def up() -> None:
    """Prepare the database where needed, then serve the map until Ctrl-C."""
    from cli.up import run  # noqa: PLC0415 - the server loads slowly

    run()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"atlas {version('compound-atlas')}")
        raise typer.Exit


@app.callback()
def atlas(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What every command has in common."""


def main() -> None:
    """Run the command; what a person can mend is one sentence on stderr and exit code 1.

    ``ATLAS_DEBUG=1`` shows the traceback as well.
    """
    try:
        app()
    except Exception as error:
        sentence = explain(error)
        if sentence is None or os.environ.get("ATLAS_DEBUG"):
            raise
        sys.exit(f"atlas: {sentence}")


def explain(error: Exception) -> str | None:
    """The sentence for an error that is not a fault of the program, None for one that is."""
    if isinstance(error, AtlasError):
        return str(error)
    if isinstance(error, ValidationError) and error.title.endswith("Settings"):
        first = error.errors()[0]
        name = f"ATLAS_{'_'.join(map(str, first['loc']))}".upper()
        return f"{name}={first['input']}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return _database_sentence(error)


def _database_sentence(error: Exception) -> str | None:
    """Outages, refused rights and full disks as PostgreSQL reports them (SQLSTATE classes)."""
    cause = getattr(error, "orig", None) or error
    if not type(cause).__module__.startswith("psycopg2"):
        return None
    code, said = getattr(cause, "pgcode", None), str(cause).strip().splitlines()
    reason = said[0].strip() if said else type(cause).__name__
    if code == "53100":
        return f"the database's disk is full ({reason}): free some space and repeat the command"
    if code in {"42P01", "42703", "3F000"}:
        return f"the database lacks the current schema ({reason}): run atlas db migrate"
    if code == "42501":
        return f"the database refused ({reason}): ask its administrator for the right"
    if code is None or code[:2] in {"08", "53", "57"}:
        return f"the database is not available ({reason}): atlas db status says more"
    return None
