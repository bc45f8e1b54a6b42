"""Idempotency keys: what a write was answered, so that a repeat is answered the same.

Only what was written is kept; a refused write may be tried again under its key.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from oversight.writing.refusals import Refusal

DAYS = 7
"""A key is remembered for so long."""

# A pair of numbers is a lock of another space than the single numbers of companies and compounds.
_LOCK = text("SELECT pg_advisory_xact_lock(2261, hashtext(:actor || ' ' || :key))")
_READ = text("""
    SELECT request_digest, status, body, etag FROM oversight.answered
    WHERE key = :key AND actor = :actor AND at >= now() - make_interval(days => :days)
""")
_KEEP = text("""
    INSERT INTO oversight.answered (key, actor, request_digest, status, body, etag)
    VALUES (:key, :actor, :digest, :status, CAST(:body AS jsonb), :etag)
    ON CONFLICT (key, actor) DO UPDATE
    SET request_digest = EXCLUDED.request_digest, status = EXCLUDED.status, body = EXCLUDED.body,
        etag = EXCLUDED.etag, at = now()
""")
_PURGE = text("""
    DELETE FROM oversight.answered WHERE (key, actor) IN (
        SELECT key, actor FROM oversight.answered
        WHERE at < now() - make_interval(days => :days)
        ORDER BY at LIMIT 20 FOR UPDATE SKIP LOCKED)
""")


@dataclass(frozen=True)
class Key:
    """An ``Idempotency-Key`` of a writer, with the digest of the request it came with."""

    key: str
    actor: str
    digest: str


@dataclass(frozen=True)
class Kept:
    """What was answered; ``body`` is JSON."""

    status: int
    body: dict[str, Any]
    etag: str | None


def recall(connection: Connection, key: Key) -> Kept | None:
    """What the same request was answered; until the transaction ends no other may use the key.

    Raises Refusal where the key came with another request.
    """
    connection.execute(_LOCK, {"key": key.key, "actor": key.actor})
    given = {"key": key.key, "actor": key.actor, "days": DAYS}
    row = connection.execute(_READ, given).first()
    if row is None:
        return None
    if row.request_digest != key.digest:
        raise Refusal(
            f"Idempotency-Key = {key.key!r} came with another request within {DAYS} days; use a "
            "new key for a new request",
            field="Idempotency-Key",
        )
    return Kept(row.status, row.body, row.etag)


def keep(connection: Connection, key: Key, status: int, body: str, etag: str | None) -> None:
    """Remember an answer (JSON text), and forget a few that are too old."""
    given = {"key": key.key, "actor": key.actor, "digest": key.digest}
    connection.execute(_PURGE, {"days": DAYS})
    connection.execute(_KEEP, {**given, "status": status, "body": body, "etag": etag})
