"""Signing in with a password, and what a guesser can learn from it: nothing."""

import threading

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from access import accounts, passwords, signing_in
from access.sessions import SignedIn
from access.signing_in import WRONG, Refused
from tests.access.people import OFFICE, PASSWORD, events, person, refused, signed_in, tried


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The hashes that passwords were checked against."""
    seen: list[str | None] = []
    verify = passwords.verify

    def watched(kept: str | None, password: str) -> bool:
        seen.append(kept)
        return verify(kept, password)

    monkeypatch.setattr(signing_in.passwords, "verify", watched)
    return seen


@pytest.mark.usefixtures("quick_hashes")
def test_unknown_disabled_and_wrong_are_one_answer_at_one_cost(
    database: Engine, looked_at: list[str | None]
) -> None:
    person(database, "known")
    person(database, "away")
    person(database, "elsewhere", password=None)
    with database.begin() as connection:
        accounts.disable(connection, OFFICE, "away")
    answers = [
        refused(database, "known"),
        refused(database, "nobody"),
        refused(database, "elsewhere"),
        refused(database, "away", PASSWORD),
        refused(database, "odd\0\ud800"),
    ]
    assert {answer.reason for answer in answers} == {WRONG}
    assert len(looked_at) == len(answers)
    assert [kept is None for kept in looked_at] == [False, True, True, False, True]


@pytest.mark.usefixtures("quick_hashes")
def test_an_old_hash_is_made_anew_with_the_right_password(database: Engine) -> None:
    person(database, "aged")
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.begin() as connection:
        connection.execute(
            text("UPDATE access.account SET password_hash = :old WHERE login = 'aged'"),
            {"old": old},
        )
    signed_in(database, "aged")
    with database.connect() as connection:
        now = connection.scalar(
            text("SELECT password_hash FROM access.account WHERE login = 'aged'")
        )
    assert now != old
    assert not passwords.outdated(now)
    signed_in(database, "aged")


@pytest.mark.usefixtures("quick_hashes")
def test_a_password_reset_while_it_is_checked_opens_nothing(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(database, "raced")
    verify = passwords.verify

    def reset_meanwhile(kept: str | None, password: str) -> bool:
        right = verify(kept, password)
        with database.begin() as other:
            accounts.reset(other, OFFICE, "raced")
        return right

    monkeypatch.setattr(signing_in.passwords, "verify", reset_meanwhile)
    assert isinstance(tried(database, "raced"), Refused)


@pytest.mark.usefixtures("quick_hashes")
def test_guesses_sent_at_once_are_counted_one_by_one(database: Engine) -> None:
    person(database, "flooded")
    answers: list[SignedIn | Refused] = []
    flood = [
        threading.Thread(
            target=lambda: answers.append(refused(database, "flooded", address="203.0.113.77"))
        )
        for _ in range(12)
    ]
    for one in flood:
        one.start()
    for one in flood:
        one.join()
    reasons = [answer.reason for answer in answers if isinstance(answer, Refused)]
    assert reasons.count(WRONG) == 4
    assert len(reasons) == 12


@pytest.mark.usefixtures("quick_hashes")
def test_failures_leave_no_event_and_no_login_in_the_audit(database: Engine) -> None:
    before = len(events(database, "sign in"))
    refused(database, "secret-typed-as-login")
    with database.connect() as connection:
        rows = connection.execute(text("SELECT e::text FROM audit.event e")).scalars().all()
    assert len(events(database, "sign in")) == before
    assert all("secret-typed-as-login" not in row for row in rows)
