"""Tells, before anything is written, whether a database server is one we can use."""

from urllib.parse import SplitResult, unquote, urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812

from geo.errors import AtlasError
from geo.server.programs import OLDEST

OLDEST_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
SECONDS = 5


def check_connection(url: str) -> None:
    """Refuse a server that cannot be reached within 5 s, is too old or has no PostGIS.

    ``url`` is ``postgresql://user:password@host:port/name``. Raises AtlasError, which never
    contains the password.
    """
    parts, shown = _parsed(url), shown_url(url)
    try:
        connection = psycopg2.connect(url, connect_timeout=SECONDS)
    except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
        reason = _hidden(_reason(str(error)), parts.password)
        raise AtlasError(
            f"the database {shown} cannot be reached ({reason}): check ATLAS_DATABASE_URL, and "
            "that the server runs"
        ) from None
    try:
        _check_version(connection, shown)
        _check_extensions(connection, shown)
    finally:
        connection.close()


def shown_url(url: str) -> str:
    """The address as it may be shown, ``host:port/database``; AtlasError when it is malformed."""
    parts = _parsed(url)
    return f"{parts.hostname}:{parts.port or 5432}{parts.path}"


def _parsed(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        named = parts.scheme in {"postgresql", "postgres"} and parts.hostname and parts.path
        if named and "@" not in parts.netloc.rpartition("@")[0] and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise AtlasError(
        "ATLAS_DATABASE_URL is not an address of PostgreSQL: write postgresql://user:password@host"
        ":port/database, with %40 for an @ in the password"
    )


def _check_version(connection: Connection, shown: str) -> None:
    version = connection.server_version
    if version // 10000 < OLDEST:
        raise AtlasError(
            f"the server {shown} runs PostgreSQL {version // 10000}, but {OLDEST} or newer is "
            "needed: name another in ATLAS_DATABASE_URL"
        )


def _check_extensions(connection: Connection, shown: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, coalesce(installed_version, default_version)"
            " from pg_available_extensions where name = any(%s)",
            (list(EXTENSIONS),),
        )
        versions = dict(cursor.fetchall())
    for name in EXTENSIONS:
        if name not in versions:
            raise AtlasError(
                f"the server {shown} lacks the extension {name}: install PostGIS and PostgreSQL's "
                "contrib modules there, or name another server in ATLAS_DATABASE_URL"
            )
    postgis = versions["postgis"]
    if tuple(map(int, postgis.split(".")[:2])) < OLDEST_POSTGIS:
        oldest = ".".join(map(str, OLDEST_POSTGIS))
        raise AtlasError(
            f"the server {shown} has PostGIS {postgis}: PostGIS {oldest} or newer is needed"
        )


def _reason(message: str) -> str:
    """The server's own words; libpq reports each address it tried, of which the last tells."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    tried = [line.partition(" failed: ")[2] for line in lines if " failed: " in line]
    reason = (tried or lines or ["no reason was given"])[-1]
    return reason.removeprefix("FATAL:").strip()


def _hidden(message: str, password: str | None) -> str:
    if not password:
        return message
    return message.replace(unquote(password), "…").replace(password, "…")
