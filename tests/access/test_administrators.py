"""There is always somebody who administers."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from access import accounts, grants, identities
from access.accounts import Account
from geo.errors import AtlasError
from tests.access.people import NOW, OFFICE, grants_of, person, signed_in

pytestmark = pytest.mark.usefixtures("quick_hashes")

ISSUER = "https://id.example.cn"


def administering(database: Engine) -> set[str]:
    query = text("""
        SELECT login FROM access.account AS a JOIN access.role_grant AS g ON g.account_id = a.id
        WHERE role = 'administrator' AND a.disabled_at IS NULL AND g.revoked_at IS NULL
    """)
    with database.connect() as connection:
        return set(connection.scalars(query))


def let_go(database: Engine, account: Account, how: str) -> None:
    """Disable an account, or take its grants back."""
    with database.begin() as connection:
        if how == "disable":
            accounts.disable(connection, OFFICE, account.login, now=NOW)
        else:
            for grant in grants.of_account(connection, account.id):
                grants.revoke(connection, OFFICE, grant.id, now=NOW)


@pytest.mark.parametrize("how", ["disable", "revoke"])
def test_the_last_is_not_let_go_and_keeps_the_session(fresh: Engine, how: str) -> None:
    only = person(fresh, "only", "administrator")
    person(fresh, "reader", "auditor")
    session = signed_in(fresh, "only").token
    with pytest.raises(AtlasError, match="give somebody else the role first"):
        let_go(fresh, only, how)
    assert administering(fresh) == {"only"}
    with fresh.connect() as connection:
        ended = connection.scalar(
            text("SELECT count(revoked_at) FROM access.session WHERE token_hash = sha256(:token)"),
            {"token": session.encode()},
        )
    assert ended == 0


@pytest.mark.parametrize("how", ["disable", "revoke"])
def test_one_of_two_goes(fresh: Engine, how: str) -> None:
    one = person(fresh, "one", "administrator")
    person(fresh, "two", "administrator")
    let_go(fresh, one, how)
    assert administering(fresh) == {"two"}


def test_a_second_grant_of_the_same_person_is_enough(fresh: Engine) -> None:
    one = person(fresh, "one", "administrator", "administrator")
    first, second = grants_of(fresh, one)
    with fresh.begin() as connection:
        grants.revoke(connection, OFFICE, first.id, now=NOW)
    with pytest.raises(AtlasError, match="nobody would be left"), fresh.begin() as connection:
        grants.revoke(connection, OFFICE, second.id, now=NOW)


def test_who_cannot_act_today_does_not_count(fresh: Engine) -> None:
    """Disabled, without any way to sign in, from tomorrow on, or until yesterday."""
    only = person(fresh, "only", "administrator")
    away = person(fresh, "away", "administrator")
    let_go(fresh, away, "disable")
    person(fresh, "no-way-in", "administrator", password=None)
    today = grants.day_of(NOW)
    for login, begin, end in (
        ("later", today + timedelta(days=1), None),
        ("over", today - timedelta(days=9), today),
    ):
        other = person(fresh, login, "auditor")
        with fresh.begin() as connection:
            grants.give(
                connection, OFFICE, other.id, "administrator", begin=begin, end=end, now=NOW
            )
    with pytest.raises(AtlasError, match="nobody would be left"):
        let_go(fresh, only, "disable")


def test_whose_only_way_in_is_the_provider_stays_linked(fresh: Engine) -> None:
    person(fresh, "only", "administrator", password=None)
    with fresh.begin() as connection:
        identities.link(connection, OFFICE, "only", ISSUER, "s-1")
    with pytest.raises(AtlasError, match="nobody would be left"), fresh.begin() as connection:
        identities.unlink(connection, OFFICE, "only", now=NOW)
    with fresh.connect() as connection:
        assert accounts.of_login(connection, "only").subject == "s-1"


def test_two_who_let_each_other_go_at_once_do_not_both(fresh: Engine) -> None:
    for round_ in range(6):
        pair = [person(fresh, f"{name}-{round_}", "administrator") for name in ("left", "right")]
        others = administering(fresh) - {one.login for one in pair}
        for login in others:
            with fresh.begin() as connection:
                accounts.disable(connection, OFFICE, login, now=NOW)
        _at_once(*(_refusable(fresh, one, how) for one, how in zip(pair, _HOW, strict=True)))
        assert len(administering(fresh)) == 1


_HOW = ("disable", "revoke")


def _refusable(database: Engine, account: Account, how: str) -> Callable[[], None]:
    def attempt() -> None:
        with suppress(AtlasError):
            let_go(database, account, how)

    return attempt


def _at_once(*works: Callable[[], None]) -> None:
    """All begin together."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    threads = [threading.Thread(target=begin, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
