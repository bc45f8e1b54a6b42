"""Accounts and whom the provider says somebody is: linked by an administrator, and only so."""

import pytest
from sqlalchemy import Engine, text

from access import accounts, backoff, identities, sessions
from access.oidc.refusal import NotSignedInError
from geo.errors import AtlasError
from tests.access.people import (
    DAY,
    HERE,
    NOW,
    OFFICE,
    PASSWORD,
    events,
    person,
    signed_in,
)

pytestmark = pytest.mark.usefixtures("quick_hashes")

ISSUER = "https://id.example.cn"


def link(database: Engine, login: str, subject: str, issuer: str = ISSUER) -> None:
    with database.begin() as connection:
        identities.link(connection, OFFICE, login, issuer, subject, now=NOW)


def test_who_is_linked_signs_in_and_the_audit_says_so(database: Engine) -> None:
    account = person(database, "linked", password=None)
    link(database, "linked", "s-1")
    with database.begin() as connection:
        done = identities.sign_in(connection, ISSUER, "s-1", HERE, request_id="r-1", now=NOW)
    assert (done.session.login, done.session.must_change) == ("linked", False)
    event = events(database, "sign in")[-1]
    assert (event.actor, str(event.address), event.request_id) == ("linked", HERE, "r-1")
    told = events(database, "link account")[-1]
    assert told.after == {
        "account_id": account.id,
        "login": "linked",
        "issuer": ISSUER,
        "sessions_ended": 0,
    }


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [(ISSUER, "S-2"), (ISSUER, "s-2 "), (f"{ISSUER}/", "s-2"), ("https://other.example", "s-2")],
)
def test_nobody_else_is_taken_for_them(database: Engine, issuer: str, subject: str) -> None:
    with database.connect() as connection:
        there = connection.scalar(text("SELECT id FROM access.account WHERE login = 'exact'"))
    if there is None:
        person(database, "exact")
        link(database, "exact", "s-2")
    with database.begin() as connection, pytest.raises(NotSignedInError) as refused:
        identities.sign_in(connection, issuer, subject, HERE, now=NOW)
    assert refused.value.why == "unknown"


def test_one_person_has_one_account(database: Engine) -> None:
    for login in ("first", "second"):
        person(database, login)
    link(database, "first", "s-3")
    link(database, "first", "s-3")
    with pytest.raises(AtlasError, match=r"s-3 .* is first already: atlas users unlink first"):
        link(database, "second", "s-3")
    with pytest.raises(AtlasError, match="a subject is empty"):
        link(database, "second", " ")
    with pytest.raises(AtlasError, match="no account nobody"):
        link(database, "nobody", "s-4")


def test_linking_and_unlinking_end_what_was_open(database: Engine) -> None:
    person(database, "moved")
    for change in (
        lambda: link(database, "moved", "s-5"),
        lambda: _unlink(database, "moved"),
    ):
        token = signed_in(database, "moved").token
        change()
        with database.connect() as connection:
            assert sessions.who(connection, token, NOW) is None
    with pytest.raises(AtlasError, match="not linked"):
        _unlink(database, "moved")
    with database.begin() as connection, pytest.raises(NotSignedInError):
        identities.sign_in(connection, ISSUER, "s-5", HERE, now=NOW)


def test_a_password_that_was_handed_over_goes_with_the_link(database: Engine) -> None:
    person(database, "handed")
    person(database, "chosen")
    with database.begin() as connection:
        accounts.reset(connection, OFFICE, "handed", PASSWORD)
    for login in ("handed", "chosen"):
        link(database, login, f"s-of-{login}")
    with database.connect() as connection:
        assert not accounts.of_login(connection, "handed").has_password
        assert accounts.of_login(connection, "chosen").has_password


def test_a_sign_in_is_answered_once(database: Engine) -> None:
    with database.begin() as connection:
        assert backoff.spend(connection, "a state", NOW)
        assert not backoff.spend(connection, "a state", NOW)
        assert backoff.spend(connection, "another", NOW)
        assert backoff.spend(connection, "yet another", NOW + 2 * DAY)
        left = connection.scalar(text("SELECT count(*) FROM access.attempt WHERE kind = 'state'"))
    assert left == 1


def _unlink(database: Engine, login: str) -> None:
    with database.begin() as connection:
        identities.unlink(connection, OFFICE, login, now=NOW)
