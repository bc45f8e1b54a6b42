"""Whom the provider says somebody is, and which account that is: an administrator linked them.

Nobody is taken for somebody by a name or an e-mail address: people may change these at many
providers, and so become another.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, text

from access import accounts, addresses, administrators, sessions
from access.accounts import Account
from access.audit import Writer, note
from access.oidc.refusal import NotSignedInError
from access.sessions import Limits, NoGrantError, SignedIn
from geo.errors import AtlasError


def link(
    connection: Connection,
    writer: Writer,
    login: str,
    issuer: str,
    subject: str,
    *,
    now: datetime | None = None,
) -> Account:
    """Let an account sign in as ``subject`` of the provider ``issuer``; its sessions end.

    A password that was handed over and never changed goes: the person has a better way in now.

    Raises
    ------
    AtlasError
        No such account, an empty subject, or one that is another account's.
    """
    if not subject.strip():
        raise AtlasError("a subject is empty: take it from the page that refused the person")
    account = accounts.of_login(connection, login)
    other = _of(connection, issuer, subject)
    if other is not None and other != account.id:
        taken = connection.scalar(
            text("SELECT login FROM access.account WHERE id = :id"), {"id": other}
        )
        raise AtlasError(f"{subject} of {issuer} is {taken} already: atlas users unlink {taken}")
    values = {"id": account.id, "issuer": issuer, "subject": subject}
    connection.execute(text(_LINK), values)
    ended = sessions.end_all(connection, account.id, now, tokens=False)
    after = {"account_id": account.id, "login": account.login, "issuer": issuer}
    note(
        connection,
        writer,
        "link account",
        "access.account",
        account.id,
        after={**after, "sessions_ended": ended},
    )
    return accounts.of_login(connection, account.login)


def unlink(
    connection: Connection, writer: Writer, login: str, *, now: datetime | None = None
) -> Account:
    """Let an account no longer sign in through its provider; its sessions end.

    Raises
    ------
    AtlasError
        No such account, it is not linked, or nobody would be left who administers.
    """
    account = accounts.of_login(connection, login)
    if account.issuer is None:
        raise AtlasError(f"account {account.login} is not linked to a provider")
    with administrators.kept(connection, now):
        connection.execute(text(_UNLINK), {"id": account.id})
    ended = sessions.end_all(connection, account.id, now, tokens=False)
    before = {"account_id": account.id, "login": account.login, "issuer": account.issuer}
    after = {"sessions_ended": ended}
    note(
        connection,
        writer,
        "unlink account",
        "access.account",
        account.id,
        before=before,
        after=after,
    )
    return accounts.of_login(connection, account.login)


def sign_in(
    connection: Connection,
    issuer: str,
    subject: str,
    address: str,
    *,
    previous: str | None = None,
    request_id: str | None = None,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    now: datetime | None = None,
) -> SignedIn:
    """Open a browser's session for whom the provider has proven; as with a password else.

    Raises
    ------
    NotSignedInError
        ``unknown``: no account is linked; ``disabled``; ``no_role``.
    """
    now = now or datetime.now(UTC)
    # Locked, as in access.signing_in: whoever disables or unlinks it meanwhile waits, or is seen.
    row = connection.execute(text(_FIND), {"issuer": issuer, "subject": subject}).one_or_none()
    if row is None:
        raise NotSignedInError("unknown", subject=subject)
    if row.disabled_at is not None:
        raise NotSignedInError("disabled")
    try:
        return sessions.begin(
            connection,
            row.id,
            writer=Writer(row.login, request_id, addresses.canonical(address)),
            previous=previous,
            limits=limits,
            now=now,
        )
    except NoGrantError:
        raise NotSignedInError("no_role") from None


def _of(connection: Connection, issuer: str, subject: str) -> int | None:
    found: int | None = connection.scalar(
        text("SELECT id FROM access.account WHERE issuer = :issuer AND subject = :subject"),
        {"issuer": issuer, "subject": subject},
    )
    return found


_LINK = """
UPDATE access.account SET issuer = :issuer, subject = :subject,
    password_hash = CASE WHEN password_changed_at IS NULL THEN NULL ELSE password_hash END
WHERE id = :id
"""

_UNLINK = "UPDATE access.account SET issuer = NULL, subject = NULL WHERE id = :id"

_FIND = """
SELECT id, login, disabled_at FROM access.account
WHERE issuer = :issuer AND subject = :subject FOR NO KEY UPDATE
"""
