"""The schema as PostgreSQL tells it, in a form that can be compared and kept."""

import os
import re
import subprocess

from sqlalchemy import Engine

from geo.errors import AtlasError
from geo.server.programs import client_program

_NOISE = re.compile(r"^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict )")


def dump(engine: Engine, only: str | None = None) -> str:
    """``pg_dump --schema-only`` without comments, session settings and blank lines.

    Owners and the extensions' own objects are left out; grants, policies, triggers and functions
    are in. The schema ``jobs`` is procrastinate's and left out as well, unless ``only`` names it.
    So are the audit's months, which depend on the day.
    """
    url = engine.url
    which = f"--schema={only}" if only else "--exclude-schema=jobs"
    months = "--exclude-table=audit.event_2*"
    command = [client_program("pg_dump"), "--schema-only", "--no-owner", which, months]
    address = ["-h", url.host or "", "-p", str(url.port or 5432), "-U", url.username or ""]
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    done = subprocess.run(
        [*command, *address, url.database or ""],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AtlasError(f"pg_dump could not read the schema: {done.stderr.strip()}")
    return normalise(done.stdout)


def normalise(dumped: str) -> str:
    """Statements only, one blank line between them."""
    lines = [line.rstrip() for line in dumped.splitlines()]
    kept = [line for line in lines if not _NOISE.match(line)]
    return re.sub(r"\n{2,}", "\n\n", "\n".join(kept)).strip() + "\n"
