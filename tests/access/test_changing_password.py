"""The password until now is tried as one to sign in with is: slowed down, never locked."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from access import passwords
from access.audit import Writer
from access.passwords import BusyError
from access.sessions import SignedIn
from access.signing_in import Refused, change_password
from tests.access.people import (
    ELSEWHERE,
    HERE,
    NOW,
    PASSWORD,
    WRONG,
    person,
    refused,
    signed_in,
    tried,
)

OTHER = "five new bridges in the rain"
FREE = timedelta(0)

pytestmark = pytest.mark.usefixtures("quick_hashes")


def changed(
    database: Engine, login: str, old: str = WRONG, *, address: str = HERE, now: datetime = NOW
) -> Refused | None:
    """One change in a transaction of its own."""
    with database.begin() as connection:
        return change_password(connection, Writer(login, None, address), login, old, OTHER, now=now)


def guessed(database: Engine, login: str, **more: str) -> Refused:
    """A change that must not be taken."""
    done = changed(database, login, **more)
    assert done is not None
    return done


def count(database: Engine, query: str) -> int:
    with database.connect() as connection:
        return connection.scalar(text(query)) or 0


def test_the_fifth_guess_waits_even_with_the_right_password(database: Engine) -> None:
    person(database, "open")
    waits = [guessed(database, "open").retry_after for _ in range(4)]
    assert waits == [FREE, FREE, FREE, timedelta(seconds=2)]
    early = guessed(database, "open", old=PASSWORD)
    assert early.reason == "too many wrong passwords: try again in 2 s"
    assert changed(database, "open", PASSWORD, now=NOW + early.retry_after) is None
    signed_in(database, "open", password=OTHER)


def test_who_waits_has_no_password_checked(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(database, "waits")
    for _ in range(4):
        guessed(database, "waits")
    monkeypatch.setattr(passwords, "verify", None)
    assert guessed(database, "waits").retry_after > FREE


def test_guesses_here_and_at_signing_in_are_one_count(database: Engine) -> None:
    person(database, "both")
    for _ in range(2):
        refused(database, "both")
        guessed(database, "both")
    assert isinstance(tried(database, "both"), Refused)
    assert isinstance(tried(database, "both", address=ELSEWHERE), SignedIn)


def test_guesses_elsewhere_keep_nobody_from_changing_it_here(database: Engine) -> None:
    person(database, "besieged")
    for _ in range(6):
        guessed(database, "besieged", address=ELSEWHERE)
    assert changed(database, "besieged", PASSWORD) is None


def test_the_right_one_forgets_the_wrong_ones_before(database: Engine) -> None:
    person(database, "mistyped")
    for _ in range(3):
        guessed(database, "mistyped")
    assert changed(database, "mistyped", PASSWORD) is None
    assert [guessed(database, "mistyped").retry_after for _ in range(3)] == [FREE] * 3


def test_a_wrong_one_leaves_no_event_as_a_failed_sign_in_leaves_none(database: Engine) -> None:
    person(database, "quiet")
    events = "SELECT count(*) FROM audit.event"
    before = count(database, events)
    assert "is not right" in guessed(database, "quiet").reason
    assert count(database, events) == before


def test_one_that_found_no_room_to_be_checked_is_not_counted(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(database, "crowded")
    failures = "SELECT sum(failures) FROM access.attempt"
    before = count(database, failures)
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(1))
    with passwords._slot(), pytest.raises(BusyError):
        changed(database, "crowded")
    assert count(database, failures) == before
