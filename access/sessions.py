"""Sessions: opaque tokens, kept as hashes, each under one grant and for a limited time."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, text

from access import grants
from access.audit import Writer, note
from access.grants import Grant
from access.roles import Kind
from geo.errors import AtlasError

SESSION_KEPT = timedelta(days=90)
"""How long the row of an ended session stays, so that an audit can be followed to it."""

TOUCH_EVERY = timedelta(minutes=1)
"""Last use is written at most that often: a read should not be a write."""

WHO = Path(__file__).with_name("who.sql").read_text("utf-8")


@dataclass(frozen=True)
class Limits:
    """How long a browser's session lasts: without use, and altogether.

    The figures are those of NIST SP 800-63B (revision 3, AAL2): 30 minutes and 12 hours.
    """

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True)
class Who:
    """Somebody who is known by a valid token, and the grant they act under.

    ``must_change`` tells that the password is still the one an administrator handed over.
    """

    account_id: int
    login: str
    name: str
    synthetic: bool
    has_password: bool
    must_change: bool
    session_id: int
    session_kind: Literal["browser", "token"]
    token_name: str | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    grant: Grant

    @property
    def kind(self) -> Kind:
        """The kind of scope of the grant."""
        return self.grant.kind


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token, told this once; who it is; the grants they can act under today."""

    token: str
    session: Who
    grants: Sequence[Grant]


class NoGrantError(AtlasError):
    """The account holds no role today, or not the one that was asked for."""


def begin(
    connection: Connection,
    account_id: int,
    grant_id: int | None = None,
    *,
    writer: Writer,
    previous: str | None = None,
    limits: Limits = Limits(),
    now: datetime | None = None,
) -> SignedIn:
    """Open a browser's session for an account that has proven who it is, whichever way.

    Without ``grant_id`` under the grant last acted under, else the first. ``previous`` is the token
    the browser had until now: it ends, so that nobody can prepare a session for another (fixation).

    Raises
    ------
    NoGrantError
        The account cannot act under that grant, or any, today.
    AtlasError
        The account is disabled.
    """
    now = now or datetime.now(UTC)
    login = hold(connection, account_id)
    held = grants.current(connection, account_id, now)
    grant = chosen(connection, account_id, held, grant_id)
    if previous is not None:
        _end(connection, previous, now)
    _prune(connection, account_id, now)
    token = secrets.token_urlsafe(32)
    session_id = keep(
        connection,
        token,
        grant,
        kind="browser",
        now=now,
        expires_at=now + limits.absolute,
        idle=limits.idle,
    )
    after = {"account_id": account_id, "login": login, "grant_id": grant.id}
    note(connection, writer, "sign in", "access.session", session_id, after=after)
    return _signed_in(connection, token, held, now)


def who(connection: Connection, token: str, now: datetime | None = None) -> Who | None:
    """Whose token it is; None unless it is valid now.

    Valid: known, not expired, idle or revoked, of an account that is not disabled, under a grant
    that is not revoked and holds today (Asia/Shanghai). Tokens of programs are told as well.
    """
    now = now or datetime.now(UTC)
    values = {"hash": digest(token), "now": now, "day": grants.day_of(now)}
    row = connection.execute(text(WHO), values).mappings().one_or_none()
    return None if row is None else told(row)


def stale(session: Who, now: datetime) -> bool:
    """Whether the last use that is written is longer ago than :data:`TOUCH_EVERY`."""
    return session.last_used_at is None or now - session.last_used_at >= TOUCH_EVERY


def touch(connection: Connection, session: Who, now: datetime | None = None) -> bool:
    """Write that the session is used now, at most once a minute; whether it was written."""
    now = now or datetime.now(UTC)
    if not stale(session, now):
        return False
    done = connection.execute(
        text(
            "UPDATE access.session SET last_used_at = :now WHERE id = :id AND revoked_at IS NULL"
            " AND (last_used_at IS NULL OR last_used_at <= :before)"
        ),
        {"id": session.session_id, "now": now, "before": now - TOUCH_EVERY},
    )
    return done.rowcount == 1


def act_under(
    connection: Connection,
    session: Who,
    grant_id: int,
    *,
    writer: Writer | None = None,
    now: datetime | None = None,
) -> SignedIn:
    """Go on under another of one's grants, with a new token; the old one ends with this.

    The session ends when it would have ended.

    Raises
    ------
    AtlasError
        It is a program's token, it has ended meanwhile, or the grant is not the person's today.
    """
    now = now or datetime.now(UTC)
    if session.session_kind != "browser":
        raise AtlasError(
            f'token "{session.token_name}" acts under one grant only: make another token for the '
            "other grant"
        )
    hold(connection, session.account_id)
    held = grants.current(connection, session.account_id, now)
    grant = chosen(connection, session.account_id, held, grant_id)
    idle = connection.scalar(text(_TAKE_OVER), {"id": session.session_id, "now": now})
    if idle is None:
        raise AtlasError("the session has ended meanwhile: sign in again")
    token = secrets.token_urlsafe(32)
    session_id = keep(
        connection,
        token,
        grant,
        kind="browser",
        now=now,
        expires_at=session.expires_at,
        idle=timedelta(seconds=idle),
    )
    note(
        connection,
        writer or Writer(session.login),
        "act under",
        "access.session",
        session_id,
        before={"session_id": session.session_id, "grant_id": session.grant.id},
        after={"account_id": session.account_id, "login": session.login, "grant_id": grant_id},
    )
    return _signed_in(connection, token, held, now)


def sign_out(
    connection: Connection,
    token: str,
    *,
    writer: Writer | None = None,
    now: datetime | None = None,
) -> bool:
    """End the session of a token; whether it had not ended before."""
    now = now or datetime.now(UTC)
    row = _end(connection, token, now)
    if row is None:
        return False
    writer = writer or Writer(row["login"])
    after = {"account_id": row["account_id"], "login": row["login"]}
    note(connection, writer, "sign out", "access.session", row["id"], after=after)
    return True


def end_all(
    connection: Connection,
    account_id: int,
    now: datetime | None = None,
    *,
    but: int | None = None,
    tokens: bool = True,
) -> int:
    """End an account's sessions, and its programs' tokens unless told not to; how many.

    ``but`` is the number of a session that stays.
    """
    connection.execute(text(_LOCK), {"id": account_id})
    done = connection.execute(
        text(
            "UPDATE access.session SET revoked_at = :now"
            " WHERE account_id = :account AND revoked_at IS NULL AND expires_at > :now"
            " AND id IS DISTINCT FROM :but AND (:tokens OR kind = 'browser')"
        ),
        {"account": account_id, "now": now or datetime.now(UTC), "but": but, "tokens": tokens},
    )
    return done.rowcount


def keep(
    connection: Connection,
    token: str,
    grant: Grant,
    *,
    kind: Literal["browser", "token"],
    now: datetime,
    expires_at: datetime,
    idle: timedelta | None = None,
    name: str | None = None,
) -> int:
    """Keep a new token, as its hash, with its grant and limits; the session's number."""
    values = {
        "hash": digest(token),
        "account": grant.account_id,
        "grant": grant.id,
        "kind": kind,
        "name": name,
        "now": now,
        "used": now if kind == "browser" else None,
        "idle": None if idle is None else int(idle.total_seconds()),
        "expires": expires_at,
    }
    return int(connection.execute(text(_KEEP), values).scalar_one())


def hold(connection: Connection, account_id: int) -> str:
    """Lock an account against being disabled or reset meanwhile; its login.

    Whoever ends all sessions of an account takes the same lock first, so none begins unseen.

    Raises
    ------
    AtlasError
        The account is disabled, or there is none.
    """
    row = connection.execute(text(_LOCK), {"id": account_id}).one_or_none()
    if row is None or row.disabled_at is not None:
        raise AtlasError(f"account {account_id} is disabled or gone: atlas users list")
    return str(row.login)


def chosen(
    connection: Connection, account_id: int, held: Sequence[Grant], grant_id: int | None
) -> Grant:
    """The grant of that number among those held; without one the last acted under, or the first.

    Raises
    ------
    NoGrantError
        None is held, or not that one.
    """
    if not held:
        raise NoGrantError("the account holds no role today: ask an administrator for a grant")
    if grant_id is None:
        last = connection.scalar(text(_LAST), {"account": account_id})
        return next((grant for grant in held if grant.id == last), held[0])
    for grant in held:
        if grant.id == grant_id:
            return grant
    numbers = ", ".join(str(grant.id) for grant in held)
    raise NoGrantError(
        f"grant {grant_id} is not one the account holds today: choose one of {numbers}"
    )


def _signed_in(
    connection: Connection, token: str, held: Sequence[Grant], now: datetime
) -> SignedIn:
    session = who(connection, token, now)
    if session is None:  # revoked by another transaction between the two statements
        raise AtlasError("the session was ended while it began: sign in again")
    return SignedIn(token, session, tuple(held))


def _end(connection: Connection, token: str, now: datetime) -> RowMapping | None:
    values = {"hash": digest(token), "now": now}
    return connection.execute(text(_END), values).mappings().one_or_none()


def _prune(connection: Connection, account_id: int, now: datetime) -> None:
    """Remove what ended long ago, so that a life of sign-ins stays a few rows."""
    connection.execute(text(_PRUNE), {"account": account_id, "before": now - SESSION_KEPT})


def told(row: Any) -> Who:
    """Who a row of :data:`WHO` says it is."""
    return Who(
        account_id=row["account_id"],
        login=row["login"],
        name=row["name"],
        synthetic=row["synthetic"],
        has_password=row["has_password"],
        must_change=row["must_change"],
        session_id=row["session_id"],
        session_kind=row["session_kind"],
        token_name=row["token_name"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        expires_at=row["expires_at"],
        grant=grants.from_row(row),
    )


def digest(token: str) -> bytes:
    """What is kept of a token: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


_LOCK = "SELECT login, disabled_at FROM access.account WHERE id = :id FOR NO KEY UPDATE"

_LAST = """
SELECT grant_id FROM access.session WHERE account_id = :account AND kind = 'browser'
ORDER BY created_at DESC, id DESC LIMIT 1
"""

_KEEP = """
INSERT INTO access.session
    (token_hash, account_id, grant_id, kind, name, created_at, last_used_at, idle_seconds,
     expires_at)
VALUES (:hash, :account, :grant, :kind, :name, :now, :used, :idle, :expires)
RETURNING id
"""

_TAKE_OVER = """
UPDATE access.session SET revoked_at = :now
WHERE id = :id AND revoked_at IS NULL AND expires_at > :now
RETURNING idle_seconds
"""

_END = """
UPDATE access.session AS s SET revoked_at = :now FROM access.account a
WHERE a.id = s.account_id AND s.token_hash = :hash AND s.kind = 'browser'
    AND s.revoked_at IS NULL AND s.expires_at > :now
RETURNING s.id, s.account_id, a.login
"""

_PRUNE = """
DELETE FROM access.session
WHERE account_id = :account AND (expires_at < :before OR revoked_at < :before)
"""
