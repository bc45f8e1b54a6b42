"""Accounts are made, disabled, given passwords; each change is in the audit without the person."""

import pytest
from sqlalchemy import Engine, text

from access import accounts, sessions, tokens
from geo.errors import AtlasError
from tests.access.people import (
    ELSEWHERE,
    NOW,
    OFFICE,
    PASSWORD,
    events,
    person,
    refused,
    signed_in,
)

OTHER = "five new bridges in the rain"

pytestmark = pytest.mark.usefixtures("quick_hashes")


def test_a_login_has_one_spelling(database: Engine) -> None:
    assert person(database, "  Ｌi.Na ").login == "li.na"
    with pytest.raises(AtlasError, match=r"login li\.na is taken"):
        person(database, "LI.NA")


@pytest.mark.parametrize("login", ["", "   ", "li na", "li\tna", "li\0na", "x" * 201])
def test_a_login_that_cannot_be_told_is_refused(database: Engine, login: str) -> None:
    with pytest.raises(AtlasError, match="login"):
        person(database, login)


def test_a_person_without_a_name_or_with_a_bad_password_is_not_added(database: Engine) -> None:
    with pytest.raises(AtlasError, match="needs a name"), database.begin() as connection:
        accounts.add(connection, OFFICE, "nameless", " ", PASSWORD)
    with pytest.raises(AtlasError, match="needs 12"):
        person(database, "short", password="elevenchars")  # noqa: S106
    with pytest.raises(AtlasError, match="no account short"), database.connect() as connection:
        accounts.of_login(connection, "short")


def test_a_reset_password_is_told_once_works_and_is_to_be_changed(database: Engine) -> None:
    person(database, "forgot")
    before = signed_in(database, "forgot")
    with database.begin() as connection:
        account = accounts.of_login(connection, "forgot")
        token, _ = tokens.create(connection, OFFICE, account.id, "qgis", 30, now=NOW)
        given = accounts.reset(connection, OFFICE, "forgot", now=NOW)
    refused(database, "forgot", PASSWORD, address=ELSEWHERE)
    after = signed_in(database, "forgot", password=given)
    assert (before.session.must_change, after.session.must_change) == (False, True)
    with database.connect() as connection:
        assert sessions.who(connection, before.token, NOW) is None
        assert sessions.who(connection, token, NOW) is None


def test_a_person_chooses_a_new_password_and_only_this_session_stays(database: Engine) -> None:
    person(database, "chooses")
    kept, other = signed_in(database, "chooses"), signed_in(database, "chooses")
    with database.begin() as connection:
        accounts.change_password(
            connection,
            OFFICE,
            "chooses",
            PASSWORD,
            OTHER,
            session_id=kept.session.session_id,
            now=NOW,
        )
        assert sessions.who(connection, kept.token, NOW) is not None
        assert sessions.who(connection, other.token, NOW) is None
    signed_in(database, "chooses", password=OTHER)
    refused(database, "chooses", PASSWORD)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("not the old one", OTHER, "is not right"),
        (PASSWORD, PASSWORD, "the one until now"),
        (PASSWORD, "password1234", "common one"),
    ],
)
def test_a_password_is_not_changed_without_reason(
    database: Engine, old: str, new: str, why: str
) -> None:
    login = f"keeps{len(old)}{len(new)}"
    person(database, login)
    with pytest.raises(AtlasError, match=why), database.begin() as connection:
        accounts.change_password(connection, OFFICE, login, old, new, now=NOW)
    signed_in(database, login)


def test_what_is_done_cannot_be_done_twice(database: Engine) -> None:
    person(database, "twice")
    with database.begin() as connection:
        with pytest.raises(AtlasError, match="twice is not disabled"):
            accounts.enable(connection, OFFICE, "twice")
        accounts.disable(connection, OFFICE, "twice", now=NOW)
        with pytest.raises(AtlasError, match="twice is disabled already"):
            accounts.disable(connection, OFFICE, "twice", now=NOW)


def test_accounts_are_listed_with_their_grants(database: Engine) -> None:
    person(database, "z.last", "auditor", "administrator")
    with database.connect() as connection:
        found = accounts.listed(connection)
    assert [account.login for account, _ in found] == sorted(a.login for a, _ in found)
    account, held = next(one for one in found if one[0].login == "z.last")
    assert [grant.role for grant in held] == ["auditor", "administrator"]
    assert not account.must_change


def test_the_audit_tells_the_login_and_never_the_person_or_the_password(database: Engine) -> None:
    account = person(database, "told")
    with database.begin() as connection:
        given = accounts.reset(connection, OFFICE, "told", now=NOW)
        accounts.disable(connection, OFFICE, "told", now=NOW)
        accounts.enable(connection, OFFICE, "told")
        rows = connection.execute(text("SELECT e::text FROM audit.event e")).scalars().all()
        kept = connection.scalar(
            text("SELECT password_hash FROM access.account WHERE id = :id"), {"id": account.id}
        )
    for secret in ("张三", PASSWORD, given, kept, "argon2"):
        assert all(secret not in row for row in rows)
    for action in ("add account", "reset password", "disable account", "enable account"):
        (event,) = [one for one in events(database, action) if one.row_key == str(account.id)]
        assert event.actor == "tests"
        assert event.after["login"] == "told"
