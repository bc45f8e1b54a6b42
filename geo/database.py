"""Engines for the two drivers: psycopg2 for writing and analysis, asyncpg for requests."""

from sqlalchemy import Engine, create_engine, make_url


def engine(url: str) -> Engine:
    """A psycopg2 engine for a ``postgresql://`` address, whatever driver the address names."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        pool_pre_ping=True,
        # Errors end in logs, and what a statement was given may be somebody's name or number.
        hide_parameters=True,
        connect_args={"connect_timeout": 10},
    )


def asyncpg_dsn(url: str) -> str:
    """The same address in the form asyncpg's own pool takes."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
