"""People the tests sign in, and the audit they leave."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from access import accounts, grants
from access.accounts import Account
from access.audit import Writer
from access.grants import Grant
from access.roles import Scope
from access.sessions import SignedIn
from access.signing_in import Refused, sign_in

PASSWORD = "four old cranes by the lake"  # noqa: S105
WRONG = "four young cranes by the lake"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"
OFFICE = Writer("tests")

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def person(database: Engine, login: str, *roles: str, password: str | None = PASSWORD) -> Account:
    """An account with grants without areas, as an auditor by default."""
    with database.begin() as connection:
        made = accounts.add(connection, OFFICE, login, "张三", password, now=NOW)
        for role in roles or ("auditor",):
            grants.give(connection, OFFICE, made.id, role, Scope(), begin=(NOW - DAY).date())
    return made


def grants_of(database: Engine, account: Account) -> list[Grant]:
    with database.connect() as connection:
        return list(grants.of_account(connection, account.id))


def tried(
    database: Engine,
    login: str,
    password: str = PASSWORD,
    address: str = HERE,
    now: datetime = NOW,
    **more: Any,
) -> SignedIn | Refused:
    """One sign-in in a transaction of its own."""
    with database.begin() as connection:
        return sign_in(connection, login, password, address, now=now, **more)


def signed_in(database: Engine, login: str, **more: Any) -> SignedIn:
    """A sign-in that must succeed."""
    done = tried(database, login, **more)
    assert isinstance(done, SignedIn), done
    return done


def refused(database: Engine, login: str, password: str = WRONG, **more: Any) -> Refused:
    """A sign-in that must not succeed."""
    done = tried(database, login, password, **more)
    assert isinstance(done, Refused)
    return done


def events(database: Engine, action: str) -> list[Any]:
    """What the audit has of an action, oldest first."""
    with database.connect() as connection:
        return list(
            connection.execute(
                text("SELECT * FROM audit.event WHERE action = :action ORDER BY id"),
                {"action": action},
            )
        )
