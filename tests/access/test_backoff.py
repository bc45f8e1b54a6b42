"""Failed sign-ins slow the one who fails, and nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from access import addresses, backoff
from access.sessions import SignedIn
from tests.access.people import DAY, ELSEWHERE, HERE, MINUTE, NOW, person, refused, tried

pytestmark = pytest.mark.usefixtures("quick_hashes")

SECOND = timedelta(seconds=1)


def test_a_few_mistakes_cost_nothing_then_the_wait_doubles_to_a_quarter_of_an_hour() -> None:
    waits = [backoff.pair_wait(failures) for failures in range(1, 8)]
    assert waits == [0 * SECOND] * 3 + [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert backoff.pair_wait(10_000) == 15 * MINUTE


def test_an_address_is_slowed_later_and_for_a_minute_at_most() -> None:
    assert backoff.address_wait(30) == 0 * SECOND
    assert backoff.address_wait(31) == backoff.address_wait(40) == 2 * SECOND
    assert backoff.address_wait(10_000) == MINUTE


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_by_its_subscriber(address: str, counted: str) -> None:
    assert addresses.network(address) == counted


def test_the_fifth_guess_must_wait_even_with_the_right_password(database: Engine) -> None:
    person(database, "guessed")
    for _ in range(4):
        last = refused(database, "guessed")
    assert last.retry_after == 2 * SECOND
    early = tried(database, "guessed")
    assert not isinstance(early, SignedIn)
    assert early.reason == "too many failed sign-ins: try again in 2 s"
    assert isinstance(tried(database, "guessed", now=NOW + 2 * SECOND), SignedIn)


def test_a_stranger_elsewhere_never_locks_an_official_out(database: Engine) -> None:
    person(database, "official")
    moment = NOW
    for _ in range(30):
        moment += refused(database, "official", address=ELSEWHERE, now=moment).retry_after
    assert not isinstance(tried(database, "official", address=ELSEWHERE, now=NOW), SignedIn)
    assert isinstance(tried(database, "official", address=HERE, now=moment), SignedIn)


def test_a_login_that_all_the_world_fails_with_has_no_free_guesses(database: Engine) -> None:
    for number in range(backoff.CONTESTED - 1):
        assert refused(database, "hunted", address=f"203.0.113.{number}").retry_after == 0 * SECOND
    assert refused(database, "hunted", address="203.0.113.200").retry_after == 32 * SECOND


def test_an_address_that_fails_with_many_logins_waits_with_all(database: Engine) -> None:
    person(database, "thirtieth")
    for number in range(31):
        refused(database, f"sprayed{number}", address="203.0.113.9")
    assert not isinstance(tried(database, "thirtieth", address="203.0.113.9"), SignedIn)
    assert isinstance(tried(database, "thirtieth", address="203.0.113.10"), SignedIn)


def test_success_forgets_the_login_s_failures_and_a_day_forgets_all(database: Engine) -> None:
    person(database, "forgiven")
    for _ in range(3):
        refused(database, "forgiven", address="203.0.113.20")
    assert isinstance(tried(database, "forgiven", address="203.0.113.20"), SignedIn)
    for _ in range(3):
        assert refused(database, "forgiven", address="203.0.113.20").retry_after == 0 * SECOND
    later = NOW + 2 * DAY
    # A hundred old rows are removed at each failure.
    for _ in range(2):
        last = refused(database, "forgiven", address="203.0.113.20", now=later)
    assert last.retry_after == 0 * SECOND
    with database.connect() as connection:
        left = connection.scalar(
            text("SELECT count(*) FROM access.attempt WHERE last_failed_at < :day"),
            {"day": later - DAY},
        )
    assert left == 0


def test_what_was_typed_as_a_login_is_not_kept(database: Engine) -> None:
    refused(database, "my secret password")
    with database.connect() as connection:
        rows = connection.execute(text("SELECT key FROM access.attempt")).scalars()
        assert all(b"secret" not in bytes(row) for row in rows)
