"""There is always somebody who administers: the last administrator is not let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from geo.dates import ZONE
from geo.errors import AtlasError

_LOCK = 640102


@contextmanager
def kept(connection: Connection, now: datetime | None = None) -> Iterator[None]:
    """Undo what is done inside, and refuse it, where it leaves nobody who administers today.

    An administrator is an account that is not disabled, can sign in, and holds the role today. Two
    who let each other go at the same time take turns: the second sees what the first did. Where
    nobody administered before, nothing is refused.

    Raises
    ------
    AtlasError
        It would have let the last administrator go.
    """
    day = (now or datetime.now(UTC)).astimezone(ZONE).date()
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = connection.scalar(text(_COUNT), {"day": day})
    with connection.begin_nested():
        yield
        if before and not connection.scalar(text(_COUNT), {"day": day}):
            raise AtlasError(
                "nobody would be left who administers: give somebody else the role first "
                "(atlas users grant LOGIN --role administrator), then repeat this"
            )


_COUNT = """
SELECT count(*) FROM access.account AS a
WHERE a.disabled_at IS NULL AND (a.password_hash IS NOT NULL OR a.subject IS NOT NULL)
    AND EXISTS (
        SELECT FROM access.role_grant AS g
        WHERE g.account_id = a.id AND g.role = 'administrator' AND g.revoked_at IS NULL
            AND g.valid @> CAST(:day AS date))
"""
