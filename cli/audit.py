"""``atlas audit``: whether the record is whole, and its seals."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Verify and seal the record of who did what.", no_args_is_help=True)

_KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key", help="Public key that is trusted.  [default: audit.pub beside the seals]"
    ),
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
    for number in report.keys_from:
        typer.echo(f"from seal {number} on: a new key, signed for by the one before")
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
def readings(
    login: Annotated[str | None, typer.Option(help="Only what this person read.")] = None,
    layer: Annotated[str | None, typer.Option(help="Only this layer.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many, newest first.")] = 100,
) -> None:
    """Show how often who read what is not public, by the hour."""
    from sqlalchemy import text  # noqa: PLC0415 - it loads slowly

    from cli.prepared import prepared_engine  # noqa: PLC0415
    from geo.dates import ZONE  # noqa: PLC0415

    query = text(
        "SELECT hour, login, layer, what, requests FROM audit.reading"
        " WHERE (CAST(:login AS text) IS NULL OR login = :login)"
        " AND (CAST(:layer AS text) IS NULL OR layer = :layer)"
        " ORDER BY hour DESC, login, layer, what LIMIT :limit"
    )
    with prepared_engine().connect() as connection:
        rows = connection.execute(query, {"login": login, "layer": layer, "limit": limit}).all()
    for row in rows:
        hour = row.hour.astimezone(ZONE)
        typer.echo(f"{hour:%F %H}:00  {row.login}  {row.layer}  {row.what}  {row.requests:,}")
    if not rows:
        typer.echo("nothing was counted")


@app.command()
def rotate() -> None:
    """Go on with a new key, which the old one signs for; the old private key is removed."""
    from audit.rotation import rotate as hand_over  # noqa: PLC0415 - these load slowly
    from audit.settings import AuditSettings  # noqa: PLC0415
    from cli.prepared import prepared_engine  # noqa: PLC0415

    settings = AuditSettings()
    last = hand_over(prepared_engine(), settings)
    typer.echo(f"seal {last.number} hands over to a new key, which is in {settings.private_key}")


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
