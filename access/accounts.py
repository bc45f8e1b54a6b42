"""Accounts: made, disabled, enabled, given a password; all they had open ends where it must."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from access import administrators, logins, passwords, sessions
from access.audit import Writer, note
from access.grants import Grant, of_account
from geo.demonstration import is_on
from geo.errors import AtlasError

_COLUMNS = (
    "id, login, name, issuer, subject, synthetic, created_at, disabled_at, password_changed_at,"
    " password_hash IS NOT NULL AS has_password"
)


class WrongPasswordError(AtlasError):
    """A password that was to be proven is not the account's."""


@dataclass(frozen=True)
class Account:
    """A person who can sign in; the name is personal data, and empty once it was erased."""

    id: int
    login: str
    name: str
    issuer: str | None
    subject: str | None
    synthetic: bool
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    password_changed_at: datetime | None

    @property
    def must_change(self) -> bool:
        """Whether the password is still the one an administrator handed over."""
        return self.has_password and self.password_changed_at is None


def add(
    connection: Connection,
    writer: Writer,
    login: str,
    name: str,
    password: str | None = None,
    *,
    handed_over: bool = False,
    synthetic: bool = False,
    now: datetime | None = None,
) -> Account:
    """Make an account; without a password it signs in through its provider, or not at all.

    ``handed_over``: somebody else chose the password, and the person is to change it.

    Raises
    ------
    AtlasError
        The login is taken or unusable, the name is empty, the password is not good enough, or the
        database is a demonstration, whose accounts are made up.
    """
    kept = logins.checked(login)
    if not synthetic and is_on(connection):
        raise AtlasError(
            f"account {kept}: this database is a demonstration and takes no real accounts; end it "
            "first (atlas demo end), then repeat this"
        )
    if not name.strip():
        raise AtlasError(f"account {kept} needs a name: whom shall others ask for?")
    if password is not None:
        passwords.check(password, kept)
    values = {
        "login": kept,
        "name": name.strip(),
        "hash": None if password is None else passwords.hashed(password),
        "changed": None if password is None or handed_over else now or datetime.now(UTC),
        "synthetic": synthetic,
    }
    row = connection.execute(text(_ADD), values).mappings().one_or_none()
    if row is None:
        raise AtlasError(f"login {kept} is taken: choose another, or atlas users reset {kept}")
    account = Account(**row)
    note(connection, writer, "add account", "access.account", account.id, after=_told(account))
    return account


def listed(connection: Connection) -> Sequence[tuple[Account, Sequence[Grant]]]:
    """All accounts by login, each with all its grants."""
    rows = connection.execute(text(f"SELECT {_COLUMNS} FROM access.account ORDER BY login"))  # noqa: S608 - our own constant
    found = [Account(**row) for row in rows.mappings()]
    return [(account, of_account(connection, account.id)) for account in found]


def of_login(connection: Connection, login: str) -> Account:
    """The account of a login.

    Raises
    ------
    AtlasError
        There is none, or the person was erased from it.
    """
    kept = logins.normalised(login)
    return _found(connection, "login = :given", kept, f"there is no account {kept}")


def of_number(connection: Connection, number: int) -> Account:
    """The account of a number; AtlasError as in :func:`of_login`."""
    return _found(connection, "id = :given", number, f"there is no account of number {number}")


def _found(connection: Connection, where: str, given: str | int, missing: str) -> Account:
    query = text(f"SELECT {_COLUMNS} FROM access.account WHERE {where}")  # noqa: S608 - our own constants
    row = connection.execute(query, {"given": given}).mappings().one_or_none()
    if row is None:
        raise AtlasError(f"{missing}: atlas users list")
    account = Account(**row)
    if not account.name:
        raise AtlasError(
            f"the person of account {account.login} was erased, it stays closed: make another"
        )
    return account


def disable(
    connection: Connection, writer: Writer, login: str, *, now: datetime | None = None
) -> Account:
    """Let nobody sign in with the account; its sessions and tokens end. The row stays.

    Raises
    ------
    AtlasError
        There is no such account, it is disabled, or nobody would be left who administers.
    """
    now = now or datetime.now(UTC)
    found = of_login(connection, login)
    with administrators.kept(connection, now):
        account = _changed(
            connection, found, "disabled_at = :now", "disabled_at IS NULL", {"now": now}
        )
    if account is None:
        raise AtlasError(f"account {found.login} is disabled already")
    ended = sessions.end_all(connection, account.id, now)
    after = {**_told(account), "sessions_ended": ended}
    note(connection, writer, "disable account", "access.account", account.id, after=after)
    return account


def close(connection: Connection, writer: Writer, number: int) -> None:
    """See to it that the account of a number is disabled; AtlasError as in :func:`disable`."""
    account = of_number(connection, number)
    if account.disabled_at is None:
        disable(connection, writer, account.login)


def enable(connection: Connection, writer: Writer, login: str) -> Account:
    """Let a disabled account sign in again; what was ended stays ended.

    Raises
    ------
    AtlasError
        There is no such account, or it is not disabled.
    """
    found = of_login(connection, login)
    account = _changed(connection, found, "disabled_at = NULL", "disabled_at IS NOT NULL", {})
    if account is None:
        raise AtlasError(f"account {found.login} is not disabled")
    note(connection, writer, "enable account", "access.account", account.id, after=_told(account))
    return account


def reset(
    connection: Connection,
    writer: Writer,
    login: str,
    password: str | None = None,
    *,
    now: datetime | None = None,
) -> str:
    """Give an account a new password to be handed over, and end its sessions and tokens.

    Without a password a random one is made; it is returned this once and can be known no more.

    Raises
    ------
    AtlasError
        There is no such account, or the password is not good enough.
    """
    account = of_login(connection, login)
    if password is not None:
        passwords.check(password, account.login)
    given = password or passwords.generated()
    ended = _set_password(connection, account, given, changed=None, now=now)
    after = {**_told(account), "sessions_ended": ended}
    note(connection, writer, "reset password", "access.account", account.id, after=after)
    return given


def change_password(
    connection: Connection,
    writer: Writer,
    login: str,
    old: str,
    new: str,
    *,
    session_id: int | None = None,
    now: datetime | None = None,
) -> None:
    """Let a person choose a new password; all sessions and tokens but ``session_id`` end.

    Raises
    ------
    WrongPasswordError
        The old password is not right.
    AtlasError
        The new one is it again or not good enough.
    """
    now = now or datetime.now(UTC)
    account = of_login(connection, login)
    kept = connection.scalar(
        text("SELECT password_hash FROM access.account WHERE id = :id FOR NO KEY UPDATE"),
        {"id": account.id},
    )
    if not passwords.verify(kept, old):
        raise WrongPasswordError("the password until now is not right: nothing was changed")
    if passwords.verify(kept, new):
        raise AtlasError("the new password is the one until now: choose another")
    passwords.check(new, account.login)
    ended = _set_password(connection, account, new, changed=now, now=now, but=session_id)
    after = {**_told(account), "sessions_ended": ended}
    note(connection, writer, "change password", "access.account", account.id, after=after)


def _set_password(
    connection: Connection,
    account: Account,
    password: str,
    *,
    changed: datetime | None,
    now: datetime | None,
    but: int | None = None,
) -> int:
    """The account's row first: whoever begins a session meanwhile waits for it and looks again."""
    values = {"hash": passwords.hashed(password), "changed": changed}
    _changed(
        connection, account, "password_hash = :hash, password_changed_at = :changed", "true", values
    )
    return sessions.end_all(connection, account.id, now, but=but)


def _changed(
    connection: Connection, account: Account, what: str, where: str, values: dict[str, Any]
) -> Account | None:
    """Write a change where the account is still in the state it needs; the row as it is then."""
    statement = f"UPDATE access.account SET {what} WHERE id = :id AND {where} RETURNING {_COLUMNS}"  # noqa: S608 - our own constants
    found: RowMapping | None = (
        connection.execute(text(statement), {"id": account.id, **values}).mappings().one_or_none()
    )
    return None if found is None else Account(**found)


def _told(account: Account) -> dict[str, Any]:
    """What the audit keeps of an account: never the name."""
    return {"account_id": account.id, "login": account.login, "synthetic": account.synthetic}


_ADD = f"""
INSERT INTO access.account (login, name, password_hash, password_changed_at, synthetic)
VALUES (:login, :name, :hash, :changed, :synthetic)
ON CONFLICT (login) DO NOTHING
RETURNING {_COLUMNS}
"""  # noqa: S608 - our own constant
