"""Addresses of databases, whichever driver they name."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from geo.errors import AtlasError


def parsed(url: str) -> URL:
    """The parts of a ``postgresql://`` address that names a database.

    Raises AtlasError, which never contains the password.
    """
    try:
        parts = make_url(url).set(drivername="postgresql")
    except (ArgumentError, ValueError):
        raise AtlasError(
            "the address of the database is malformed: write postgresql://user:password@host:port/"
            "database, with %40 for an @ in the password"
        ) from None
    if not parts.database:
        raise AtlasError("the address of the database names no database: end it with /name")
    return parts


def beside(url: str, database: str) -> str:
    """The address of another database on the same server, with the password."""
    return written(parsed(url).set(database=database))


def written(url: URL) -> str:
    """An address as libpq takes it, with the password."""
    return url.render_as_string(hide_password=False)
