"""``atlas backup`` and ``atlas restore``: whole copies, proven copies, and the way back."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from geo.cluster import database_url
from geo.errors import AtlasError
from geo.settings import DatabaseSettings, SpoolSettings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backup.manifest import Manifest
    from backup.settings import BackupSettings
    from backup.take import Sources


class _TakesByDefault(TyperGroup):
    """``atlas backup DIR`` is ``atlas backup take DIR``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in where the first word is none."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["take", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_TakesByDefault,
    help="Back up everything: atlas backup DIR; prove and list backups.",
    no_args_is_help=True,
)

Jobs = Annotated[int, typer.Option(min=1, help="Connections that work at once.")]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="A file with the passphrase of the keys in its first line.")
]
Ask = Annotated[bool, typer.Option("--ask-passphrase", help="Ask for the passphrase here.")]


@app.command()
def take(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where backups are kept.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="Afterwards keep so many.  [default: all]")
    ] = None,
    jobs: Jobs = 2,
    passphrase_file: PassphraseFile = None,
    ask_passphrase: Ask = False,
) -> None:
    """Back up the database and its files into DIR/<time>; "take" may be left out."""
    from backup import take as taking  # noqa: PLC0415 - SQLAlchemy loads slowly
    from backup.settings import BackupSettings  # noqa: PLC0415
    from backup.store import Store  # noqa: PLC0415

    settings, database = BackupSettings(), DatabaseSettings()
    passphrase = _passphrase(settings, passphrase_file, ask_passphrase, confirm=True)
    signal.signal(signal.SIGTERM, _end)
    made, manifest = taking.take(
        settings.backup_url or database_url(database),
        folder,
        _sources(settings, database),
        passphrase=passphrase,
        jobs=jobs,
        postgres_bin=database.postgres_bin,
        told=_tell,
    )
    _describe(manifest)
    typer.echo(f"{made}: {_summary(manifest)}, {manifest.seconds:.1f} s")
    for old in Store(folder).prune(keep) if keep else ():
        typer.echo(f"{old.name} removed")


@app.command("list")
def list_(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """List the whole backups in DIR, oldest first; exit code 1 where one cannot be read."""
    from backup.store import Store  # noqa: PLC0415

    unread = False
    for path, found in Store(folder).listed():
        unread = unread or isinstance(found, AtlasError)
        typer.echo(f"{path.name}  {found if isinstance(found, AtlasError) else _summary(found)}")
    if unread:
        raise typer.Exit(1)


@app.command()
def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR/TIME", help="A backup; of several below it, the newest.")
    ],
    jobs: Jobs = 2,
) -> None:
    """Restore a backup into a scratch database and compare; exit code 1 where they differ."""
    from backup import verify as verifying  # noqa: PLC0415 - SQLAlchemy loads slowly
    from backup.settings import BackupSettings  # noqa: PLC0415
    from backup.store import newest  # noqa: PLC0415

    database = DatabaseSettings()
    url = BackupSettings().restore_url or database_url(database)
    signal.signal(signal.SIGTERM, _end)
    one = newest(folder)
    done = verifying.verify(url, one, jobs=jobs, postgres_bin=database.postgres_bin, told=_tell)
    _fail_on(done.differences)
    typer.echo(
        f"{one}: restored whole into a scratch database, {_summary(done.manifest)}, "
        f"{done.seconds:.1f} s"
    )


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR/TIME", help="A backup.")],
    into: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|URL", help="The database to become.  [default: that of the settings]"
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up what the database holds.")
    ] = False,
    files: Annotated[
        Path | None, typer.Option(help="A new folder for the files (and keys) of the backup.")
    ] = None,
    jobs: Jobs = 2,
    passphrase_file: PassphraseFile = None,
    ask_passphrase: Ask = False,
) -> None:
    """Restore a backup as a superuser; exit code 1, and nothing replaced, where it differs."""
    from audit.settings import AuditSettings  # noqa: PLC0415 - SQLAlchemy loads slowly
    from backup import restore as restoring  # noqa: PLC0415
    from backup.settings import BackupSettings  # noqa: PLC0415
    from backup.unpack import unpack  # noqa: PLC0415

    settings, database = BackupSettings(), DatabaseSettings()
    signal.signal(signal.SIGTERM, _end)
    if files is not None:
        passphrase = _passphrase(settings, passphrase_file, ask_passphrase, confirm=False)
        for line in unpack(folder, files, passphrase):
            typer.echo(line)
    url = _target(into, settings, database)
    done = restoring.restore(
        url,
        folder,
        replace=replace,
        jobs=jobs,
        postgres_bin=database.postgres_bin,
        after=(_erase_again,),
        seals=AuditSettings(),
        told=_tell,
    )
    for note in done.notes:
        typer.echo(note)
    if done.differences:
        typer.echo(f'what was restored is kept as the database "{done.database}"', err=True)
    _fail_on(done.differences)
    typer.echo(f'database "{done.database}": {_summary(done.manifest)}, {done.seconds:.1f} s')


def _erase_again(connection: Connection) -> object:
    """Erase in the restored database whom the register names: it may be older than an erasure."""
    from audit import erasure  # noqa: PLC0415 - not needed by the other commands
    from audit.settings import AuditSettings  # noqa: PLC0415

    register = AuditSettings().erasures
    return erasure.replay(connection, register) if register.exists() else 0


def _target(into: str | None, settings: BackupSettings, database: DatabaseSettings) -> str:
    """The address to restore into: a URL, or a name on the server of the settings."""
    from backup.address import beside  # noqa: PLC0415

    if into and "://" in into:
        return into
    url = settings.restore_url or database_url(database)
    return beside(url, into) if into else url


def _sources(settings: BackupSettings, database: DatabaseSettings) -> Sources:
    from audit.settings import AuditSettings  # noqa: PLC0415
    from backup.take import SEALS, Sources  # noqa: PLC0415
    from oversight.policy.extending import FOLDER  # noqa: PLC0415
    from oversight.policy.settings import PolicySettings  # noqa: PLC0415

    spool, seals = SpoolSettings().folder, AuditSettings().folder
    return Sources(
        database.home,
        {
            SEALS: settings.seal_folder or (seals if seals.is_dir() else None),
            "evidence": settings.evidence_folder,
            "uploads": spool if spool.is_dir() else None,
            "policy": PolicySettings().policy_folder,
            "policy-of-program": FOLDER,
            "erasures": settings.erasure_folder,
        },
    )


def _passphrase(
    settings: BackupSettings, file: Path | None, ask: bool, *, confirm: bool
) -> str | None:
    """The passphrase of the keys: asked for, from a file, from the environment; None without."""
    if ask:
        if not sys.stdin.isatty():
            raise AtlasError("--ask-passphrase needs a terminal: use --passphrase-file there")
        return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))
    file = file or settings.backup_passphrase_file
    if file is None:
        given = settings.backup_passphrase
        return given.get_secret_value() if given else None
    if file.stat().st_mode & 0o007:
        raise AtlasError(f"{file} can be read by everybody: chmod 600 it")
    lines = file.read_text().splitlines()
    if not lines or not lines[0].strip():
        raise AtlasError(f"{file} has no passphrase in its first line: write one")
    return lines[0].strip()


def _describe(manifest: Manifest) -> None:
    for name, folder in manifest.folders.items():
        if folder.missing:
            typer.echo(f"{name}: left out, {folder.missing}")
        else:
            typer.echo(f"{name}: {folder.files:,} files, {_size(folder.size)}")
        if folder.left_out:
            typer.echo(f"{name}: {folder.left_out:,} links or special files left out")
    if manifest.keys is None:
        typer.echo(f"keys: LEFT OUT, {manifest.keys_missing}; see --passphrase-file")
    else:
        typer.echo(f"keys: {len(manifest.keys)} files, encrypted")


def _summary(manifest: Manifest) -> str:
    return (
        f"{_size(manifest.size)}, {len(manifest.tables)} tables, {manifest.rows:,} rows, "
        f"revision {manifest.revision}, {'with' if manifest.keys is not None else 'without'} keys"
    )


def _size(count: int) -> str:
    return f"{count / 2**20:,.1f} MiB" if count >= 2**20 else f"{count:,} bytes"


def _tell(step: str) -> None:
    typer.echo(f"{step} …", err=True)


def _fail_on(differences: list[str]) -> None:
    if differences:
        for one in differences:
            typer.echo(one, err=True)
        raise AtlasError(
            f"what was restored differs in {len(differences)} places from the backup: see above, "
            "and use another backup"
        )


def _end(_signal: int, _frame: object) -> NoReturn:
    """Leave through every ``finally``: half a backup and scratch databases are removed."""
    raise SystemExit(143)
