"""Signing in with a password: checked in equal time, slowed down after failures."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from access import accounts, addresses, backoff, passwords, sessions
from access.audit import Writer
from access.logins import normalised
from access.sessions import Limits, NoGrantError, SignedIn

WRONG = (
    "login or password is wrong, or the account is disabled: try again, or ask an administrator "
    "to reset it"
)


@dataclass(frozen=True)
class Refused:
    """Nobody was signed in; why, and how long to wait before another try.

    An answer, not an exception: the transaction that counted the failure must be committed.
    """

    reason: str
    retry_after: timedelta = timedelta(0)


def sign_in(
    connection: Connection,
    login: str,
    password: str,
    address: str,
    grant_id: int | None = None,
    *,
    previous: str | None = None,
    request_id: str | None = None,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    now: datetime | None = None,
) -> SignedIn | Refused:
    """Check a password and open a browser's session; commit whatever the answer is.

    ``address`` is where it is tried from. The rest is as in :func:`access.sessions.begin`.

    Raises
    ------
    access.passwords.BusyError
        More passwords are being checked than there is room for; the failure was not counted.
    """
    now = now or datetime.now(UTC)
    asks = backoff.asker(login, address)
    wait = backoff.claim(connection, asks, now)
    if wait is not None:
        seconds = max(1, round(wait.total_seconds()))
        return Refused(f"too many failed sign-ins: try again in {seconds} s", wait)
    account_id = _proven(connection, login, password)
    if account_id is None:
        return Refused(WRONG, backoff.failed(connection, asks, now))
    backoff.succeeded(connection, asks)
    try:
        return sessions.begin(
            connection,
            account_id,
            grant_id,
            writer=Writer(normalised(login), request_id, addresses.canonical(address)),
            previous=previous,
            limits=limits,
            now=now,
        )
    except NoGrantError as error:
        return Refused(str(error))


def change_password(
    connection: Connection,
    writer: Writer,
    login: str,
    old: str,
    new: str,
    *,
    session_id: int | None = None,
    now: datetime | None = None,
) -> Refused | None:
    """As :func:`access.accounts.change_password`; commit whatever the answer is.

    The old password is tried as one to sign in with is, and slowed down as that is: who finds a
    session open may not guess the password behind it.
    """
    now = now or datetime.now(UTC)
    asks = backoff.asker(login, writer.address or "")
    wait = backoff.claim(connection, asks, now)
    if wait is not None:
        seconds = max(1, round(wait.total_seconds()))
        return Refused(f"too many wrong passwords: try again in {seconds} s", wait)
    try:
        accounts.change_password(
            connection, writer, login, old, new, session_id=session_id, now=now
        )
    except accounts.WrongPasswordError as error:
        return Refused(str(error), backoff.failed(connection, asks, now))
    backoff.succeeded(connection, asks)
    return None


def _proven(connection: Connection, login: str, password: str) -> int | None:
    """The account whose password that is; the same time is spent where there is none."""
    kept = connection.scalar(
        text("SELECT password_hash FROM access.account WHERE login = :login"),
        {"login": normalised(login)},
    )
    if not passwords.verify(kept, password):
        return None
    # Locked and looked at again: it may have been disabled or reset while the hash was computed.
    account_id: int | None = connection.scalar(
        text(
            "SELECT id FROM access.account WHERE login = :login AND password_hash = :hash"
            " AND disabled_at IS NULL FOR NO KEY UPDATE"
        ),
        {"login": normalised(login), "hash": kept},
    )
    if account_id is not None and passwords.outdated(kept):
        connection.execute(
            text("UPDATE access.account SET password_hash = :hash WHERE id = :id"),
            {"id": account_id, "hash": passwords.hashed(password)},
        )
    return account_id
