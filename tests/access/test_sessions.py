"""Sessions: rotated, limited, ended with the account or the grant, and never kept in plain."""

import secrets
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from access import accounts, grants, sessions
from access.sessions import Limits, Who
from geo.errors import AtlasError
from tests.access.people import (
    DAY,
    MINUTE,
    NOW,
    OFFICE,
    PASSWORD,
    events,
    grants_of,
    person,
    refused,
    signed_in,
)

pytestmark = pytest.mark.usefixtures("quick_hashes")


def known(database: Engine, token: str, now: datetime = NOW) -> Who | None:
    with database.connect() as connection:
        return sessions.who(connection, token, now)


def test_who_tells_the_person_and_the_grant(database: Engine) -> None:
    account = person(database, "Ｗang")
    done = signed_in(database, " WANG ")
    found = known(database, done.token)
    assert found == done.session
    assert (found.account_id, found.login, found.name) == (account.id, "wang", "张三")
    assert (found.grant.role, found.kind, found.must_change) == ("auditor", "all", False)
    assert found.expires_at == NOW + timedelta(hours=12)


def test_a_token_that_was_never_given_is_nobody_s(database: Engine) -> None:
    assert known(database, secrets.token_urlsafe(32)) is None
    assert known(database, "") is None


def test_the_database_does_not_know_the_token(database: Engine) -> None:
    person(database, "plain")
    token = signed_in(database, "plain").token
    for table in ("access.session", "audit.event", "access.attempt", "access.account"):
        with database.connect() as connection:
            rows = connection.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
        assert all(token not in row and token.encode().hex() not in row for row in rows)


def test_signing_in_ends_the_session_the_browser_had(database: Engine) -> None:
    person(database, "rotates")
    first = signed_in(database, "rotates").token
    second = signed_in(database, "rotates", previous=first).token
    assert known(database, first) is None
    assert known(database, second) is not None


def test_a_failed_sign_in_ends_nothing(database: Engine) -> None:
    person(database, "stays")
    token = signed_in(database, "stays").token
    refused(database, "stays", previous=token)
    assert known(database, token) is not None


def test_a_session_that_is_not_used_ends_after_half_an_hour(database: Engine) -> None:
    person(database, "idle")
    done = signed_in(database, "idle")
    assert known(database, done.token, NOW + 29 * MINUTE) is not None
    assert known(database, done.token, NOW + 30 * MINUTE) is None
    with database.begin() as connection:
        assert sessions.touch(connection, done.session, NOW + 29 * MINUTE)
    assert known(database, done.token, NOW + 58 * MINUTE) is not None


def test_a_session_ends_after_its_time_however_much_it_is_used(database: Engine) -> None:
    person(database, "busy")
    limits = Limits(idle=timedelta(hours=12), absolute=timedelta(hours=2))
    token = signed_in(database, "busy", limits=limits).token
    assert known(database, token, NOW + 119 * MINUTE) is not None
    assert known(database, token, NOW + 120 * MINUTE) is None


def test_last_use_is_written_at_most_once_a_minute(database: Engine) -> None:
    person(database, "touches")
    done = signed_in(database, "touches")
    with database.begin() as connection:
        assert not sessions.touch(connection, done.session, NOW + MINUTE / 2)
        assert sessions.touch(connection, done.session, NOW + MINUTE)
        # Another process that read the row before writes no second time.
        assert not sessions.touch(connection, done.session, NOW + MINUTE * 1.5)
    found = known(database, done.token)
    assert found is not None
    assert found.last_used_at == NOW + MINUTE


def test_acting_under_another_grant_takes_a_new_token_and_keeps_the_end(database: Engine) -> None:
    account = person(database, "two", "auditor", "administrator")
    first, second = grants_of(database, account)
    done = signed_in(database, "two")
    assert done.session.grant == first
    assert list(done.grants) == [first, second]
    later = NOW + 20 * MINUTE
    with database.begin() as connection:
        other = sessions.act_under(connection, done.session, second.id, now=later)
    assert other.session.grant == second
    assert other.session.expires_at == done.session.expires_at
    assert known(database, done.token, later) is None
    assert signed_in(database, "two", now=later).session.grant == second
    with pytest.raises(AtlasError, match="ended meanwhile"), database.begin() as connection:
        sessions.act_under(connection, done.session, second.id, now=later)


def test_nobody_acts_under_another_s_grant(database: Engine) -> None:
    theirs = grants_of(database, person(database, "theirs", "administrator"))[0]
    person(database, "mine")
    done = signed_in(database, "mine")
    with pytest.raises(AtlasError, match=f"grant {theirs.id} is not one"), database.begin() as c:
        sessions.act_under(c, done.session, theirs.id, now=NOW)
    assert (
        f"grant {theirs.id} is not one"
        in refused(database, "mine", PASSWORD, grant_id=theirs.id).reason
    )
    with pytest.raises(Exception, match="session_grant_id_fkey"), database.begin() as connection:
        connection.execute(
            text("UPDATE access.session SET grant_id = :grant WHERE id = :id"),
            {"grant": theirs.id, "id": done.session.session_id},
        )


def test_signing_out_ends_the_session_once(database: Engine) -> None:
    person(database, "leaves")
    token = signed_in(database, "leaves").token
    with database.begin() as connection:
        assert sessions.sign_out(connection, token, now=NOW)
        assert not sessions.sign_out(connection, token, now=NOW)
    assert known(database, token) is None


def test_all_sessions_end_at_once_but_the_one_in_hand(database: Engine) -> None:
    account = person(database, "many")
    kept, *others = [signed_in(database, "many") for _ in range(3)]
    with database.begin() as connection:
        ended = sessions.end_all(connection, account.id, NOW, but=kept.session.session_id)
    assert ended == 2
    assert known(database, kept.token) is not None
    assert [known(database, one.token) for one in others] == [None, None]


def test_a_disabled_account_is_nobody_at_once_and_stays_out_when_enabled(database: Engine) -> None:
    person(database, "gone")
    token = signed_in(database, "gone").token
    with database.begin() as connection:
        accounts.disable(connection, OFFICE, "gone", now=NOW)
    assert known(database, token) is None
    assert "disabled" in refused(database, "gone", PASSWORD).reason
    with database.begin() as connection:
        accounts.enable(connection, OFFICE, "gone")
    assert known(database, token) is None
    signed_in(database, "gone")


def test_a_grant_holds_on_its_days_in_shanghai(database: Engine) -> None:
    account = person(database, "dated")
    with database.begin() as connection:
        (always,) = grants.of_account(connection, account.id)
        grants.revoke(connection, OFFICE, always.id, now=NOW)
        grants.give(
            connection,
            OFFICE,
            account.id,
            "auditor",
            begin=date(2026, 3, 3),
            end=date(2026, 3, 4),
        )
    assert "no role today" in refused(database, "dated", PASSWORD).reason
    begins = NOW.replace(hour=16)  # midnight in Shanghai
    long = Limits(idle=3 * DAY, absolute=3 * DAY)
    token = signed_in(database, "dated", now=begins, limits=long).token
    assert known(database, token, begins + DAY - MINUTE) is not None
    assert known(database, token, begins + DAY) is None


def test_a_revoked_grant_ends_the_sessions_under_it(database: Engine) -> None:
    account = person(database, "revoked")
    (grant,) = grants_of(database, account)
    token = signed_in(database, "revoked").token
    with database.begin() as connection:
        grants.revoke(connection, OFFICE, grant.id, now=NOW)
    assert known(database, token) is None


def test_sessions_that_ended_long_ago_are_removed(database: Engine) -> None:
    account = person(database, "old")
    signed_in(database, "old")
    signed_in(database, "old", now=NOW + 100 * DAY)
    with database.connect() as connection:
        left = connection.scalar(
            text("SELECT count(*) FROM access.session WHERE account_id = :id"), {"id": account.id}
        )
    assert left == 1


def test_the_audit_tells_who_signed_in_from_where(database: Engine) -> None:
    account = person(database, "audited")
    token = signed_in(database, "audited", request_id="r1").token
    with database.begin() as connection:
        sessions.sign_out(connection, token, now=NOW)
    (event,) = [one for one in events(database, "sign in") if one.actor == "audited"]
    assert (event.table_name, str(event.address), event.request_id) == (
        "access.session",
        "192.0.2.7",
        "r1",
    )
    assert event.after["account_id"] == account.id
    (left,) = [one for one in events(database, "sign out") if one.actor == "audited"]
    assert left.row_key == event.row_key
