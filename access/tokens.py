"""Tokens for programs: named, under one grant, for a year at most, shown once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from access import grants, sessions
from access.audit import Writer, note
from access.grants import Grant
from geo.errors import AtlasError

PREFIX = "atlas_"
"""By which a token that leaked into a file or a repository is found by scanners."""

LONGEST_DAYS = 365


@dataclass(frozen=True)
class Token:
    """A token of a program, without the token."""

    id: int
    account_id: int
    login: str
    grant_id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None

    def ended(self, now: datetime) -> bool:
        """Whether it is revoked or its time is over."""
        return self.revoked_at is not None or self.expires_at <= now


def create(
    connection: Connection,
    writer: Writer,
    account_id: int,
    name: str,
    days: int,
    grant_id: int | None = None,
    *,
    now: datetime | None = None,
) -> tuple[str, Token]:
    """Make a token for a program that acts as the account, under one grant; it is told this once.

    ``grant_id`` may be left out where the account holds one grant only.

    Raises
    ------
    AtlasError
        No name, a name in use, more days than a year, no such grant, a disabled account, or one
        whose password was handed over and is still to be changed.
    """
    now = now or datetime.now(UTC)
    if not name.strip():
        raise AtlasError("a token needs a name: which program is it for?")
    if not 1 <= days <= LONGEST_DAYS:
        raise AtlasError(f"a token lasts 1 to {LONGEST_DAYS} days, not {days}")
    login = sessions.hold(connection, account_id)
    _refuse_unchanged(connection, account_id, login)
    _refuse_twice(connection, account_id, name.strip(), now)
    grant = _granted(connection, account_id, grant_id, now)
    token = PREFIX + secrets.token_urlsafe(32)
    number = sessions.keep(
        connection,
        token,
        grant,
        kind="token",
        name=name.strip(),
        now=now,
        expires_at=now + timedelta(days=days),
    )
    made = next(one for one in listed(connection, account_id) if one.id == number)
    after = {
        "account_id": account_id,
        "login": login,
        "grant_id": grant.id,
        "token": made.name,
        "expires_at": made.expires_at.isoformat(),
    }
    note(connection, writer, "add token", "access.session", number, after=after)
    return token, made


def listed(connection: Connection, account_id: int | None = None) -> Sequence[Token]:
    """The tokens of an account, or all, newest last; ended ones too."""
    rows = connection.execute(text(_LISTED), {"account": account_id}).mappings()
    return [Token(**row) for row in rows]


def revoke(
    connection: Connection,
    writer: Writer,
    token_id: int,
    *,
    account_id: int | None = None,
    now: datetime | None = None,
) -> Token:
    """End a token; with ``account_id`` only where it is that account's.

    Raises
    ------
    AtlasError
        There is no such token, or it has ended.
    """
    now = now or datetime.now(UTC)
    values = {"id": token_id, "account": account_id, "now": now}
    owner = connection.scalar(text(_REVOKE), values)
    if owner is None:
        raise AtlasError(f"token {token_id}: there is none that still holds; atlas tokens list")
    token = next(one for one in listed(connection, owner) if one.id == token_id)
    before = {"account_id": token.account_id, "login": token.login, "token": token.name}
    note(connection, writer, "revoke token", "access.session", token_id, before=before)
    return token


def _refuse_unchanged(connection: Connection, account_id: int, login: str) -> None:
    if connection.scalar(text(_MUST_CHANGE), {"id": account_id}):
        raise AtlasError(
            f"the password of {login} was handed over and is still to be changed: until then a "
            "token would be let in nowhere"
        )


def _refuse_twice(connection: Connection, account_id: int, name: str, now: datetime) -> None:
    for token in listed(connection, account_id):
        if token.name == name and not token.ended(now):
            raise AtlasError(
                f'there is a token "{name}" already (number {token.id}): revoke it first, or '
                "choose another name"
            )


def _granted(connection: Connection, account_id: int, grant_id: int | None, now: datetime) -> Grant:
    held = grants.current(connection, account_id, now)
    if grant_id is None and len(held) > 1:
        numbers = ", ".join(str(grant.id) for grant in held)
        raise AtlasError(f"the account holds several grants: name one of {numbers}")
    return sessions.chosen(connection, account_id, held, grant_id)


_MUST_CHANGE = """
SELECT password_hash IS NOT NULL AND password_changed_at IS NULL FROM access.account WHERE id = :id
"""

_LISTED = """
SELECT s.id, s.account_id, a.login, s.grant_id, s.name, s.created_at, s.last_used_at,
    s.expires_at, s.revoked_at
FROM access.session s JOIN access.account a ON a.id = s.account_id
WHERE s.kind = 'token' AND (CAST(:account AS bigint) IS NULL OR s.account_id = :account)
ORDER BY s.id
"""

_REVOKE = """
UPDATE access.session SET revoked_at = :now
WHERE id = :id AND kind = 'token' AND revoked_at IS NULL AND expires_at > :now
    AND (CAST(:account AS bigint) IS NULL OR account_id = :account)
RETURNING account_id
"""
