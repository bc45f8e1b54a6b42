"""``atlas db``: the database server and its schema."""

import typer

from geo.cluster import Cluster, database_url, private_cluster
from geo.connection import check_connection, shown_url
from geo.errors import AtlasError
from geo.server.programs import become_psql
from geo.settings import DatabaseSettings

app = typer.Typer(help="Start, stop and look into the database.", no_args_is_help=True)


@app.command()
def start() -> None:
    """Start the private database server, making it first if need be."""
    cluster = _own_cluster()
    cluster.start()
    cluster.ensure_database()
    typer.echo(_described(cluster))


@app.command()
def stop() -> None:
    """Stop the private database server; its data stay."""
    cluster = _own_cluster()
    cluster.stop()
    typer.echo(_described(cluster))


@app.command()
def status() -> None:
    """Say whether the database can be used; exit code 1 when it cannot."""
    settings = DatabaseSettings()
    if settings.database_url:
        check_connection(settings.database_url)
        typer.echo(f"{shown_url(settings.database_url)} can be used")
        return
    cluster = private_cluster(settings)
    typer.echo(_described(cluster))
    if not cluster.status().running:
        raise typer.Exit(1)
    check_connection(cluster.url())


@app.command()
def url() -> None:
    """Print the address of the database, with its password, for other programs."""
    settings = DatabaseSettings()
    typer.echo(settings.database_url or private_cluster(settings).url())


@app.command()
def shell() -> None:
    """Open psql on the database, starting the private server if need be."""
    become_psql(database_url(DatabaseSettings()))


@app.command()
def migrate() -> None:
    """Bring the schema of the database to the newest version."""
    from cli.prepared import enforced  # noqa: PLC0415 - these load slowly
    from geo.database import engine  # noqa: PLC0415
    from geo.migrate import upgrade  # noqa: PLC0415

    address = database_url(DatabaseSettings())
    check_connection(address)
    target = engine(address)
    done = upgrade(target) | enforced(target)
    typer.echo("schema brought up to date" if done else "schema is current")


@app.command()
def schema() -> None:
    """Print the schema as geo/schema.sql keeps it."""
    from geo.database import engine  # noqa: PLC0415 - SQLAlchemy loads slowly
    from geo.schema import dump  # noqa: PLC0415

    typer.echo(dump(engine(database_url(DatabaseSettings()))), nl=False)


def _own_cluster() -> Cluster:
    settings = DatabaseSettings()
    if settings.database_url:
        raise AtlasError(
            f"ATLAS_DATABASE_URL names {shown_url(settings.database_url)}, which is not ours to "
            "start or stop: unset it to use the private server"
        )
    return private_cluster(settings)


def _described(cluster: Cluster) -> str:
    found = cluster.status()
    if found.version is None:
        return f"no database yet in {found.data}"
    runs = f"runs on 127.0.0.1:{found.port} (pid {found.pid})" if found.running else "is stopped"
    return f"PostgreSQL {found.version} {runs}, data in {found.data}"
