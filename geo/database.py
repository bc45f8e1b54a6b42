"""Engines for the two drivers: psycopg2 for writing and analysis, asyncpg for requests."""

from sqlalchemy import Engine, create_engine, make_url


def engine(url: str, *, statement_seconds: float | None = None) -> Engine:
    """A psycopg2 engine for a ``postgresql://`` address, whatever driver the address names.

    ``statement_seconds`` ends a statement that runs longer.
    """
    limit: dict[str, str] = {}
    if statement_seconds is not None:
        limit["options"] = f"-c statement_timeout={int(statement_seconds * 1000)}"
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        pool_pre_ping=True,
        # Errors end in logs, and what a statement was given may be somebody's name or number.
        hide_parameters=True,
        connect_args={"connect_timeout": 10, **limit},
    )


def asyncpg_dsn(url: str) -> str:
    """The same address in the form asyncpg's own pool takes."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
