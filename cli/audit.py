"""``atlas audit``: whether the record is whole, and its seals."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Verify and seal the record of who did what.", no_args_is_help=True)

_KeyFile = Annotated[
    Path | None, typer.Option("--key", help="Public key.  [default: audit.pub beside the seals]")
]


@app.command()
def verify(key: _KeyFile = None) -> None:
    """Compare events, seals and the file of seals; exit code 1 where they differ."""
    from audit.keys import public_key  # noqa: PLC0415 - these load slowly
    from audit.settings import AuditSettings  # noqa: PLC0415
    from audit.verify import verify as compare  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    settings = AuditSettings()
    engine = prepared_engine()
    report = compare(engine, settings.seal_file, public_key(key or settings.public_key))
    for finding in report.findings:
        typer.echo(f"{finding.kind}: {finding.words}")
    if report.unsealed_since:
        typer.echo(f"not sealed yet: {report.unsealed:,} since {report.unsealed_since:%F %T %Z}")
    found = "the record is whole" if report.whole else "the record is NOT whole"
    typer.echo(f"{found}: {report.events:,} events under {report.seals:,} seals agree")
    if not report.whole:
        raise typer.Exit(1)


@app.command()
def seal() -> None:
    """Seal now what is not sealed yet; a worker does so every second."""
    from audit import sealer  # noqa: PLC0415 - these load slowly
    from audit.settings import AuditSettings  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    made = sealer.seal(prepared_engine(), sealer.place(AuditSettings()))
    if made is None:
        typer.echo("somebody else is sealing")
        return
    for one in made:
        typer.echo(f"seal {one.number}: {one.cover.events:,} events")
    if not made:
        typer.echo("everything was sealed already")


@app.command()
def resume(
    reason: Annotated[str, typer.Argument(help="Why seals are given up; it is kept.")],
) -> None:
    """Go on sealing after a restore that lost seals which the file still has."""
    from audit import sealer  # noqa: PLC0415 - these load slowly
    from audit.settings import AuditSettings  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    made = sealer.resume(prepared_engine(), sealer.place(AuditSettings()), reason)
    first = made[0].cover
    typer.echo(f"seal {first.number} follows {first.follows}: those between are given up")
