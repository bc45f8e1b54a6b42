"""Tokens of programs: under one grant, for a time, shown once."""

import pytest
from sqlalchemy import Engine, text

from access import accounts, grants, sessions, tokens
from access.sessions import Who
from geo.errors import AtlasError
from tests.access.people import DAY, NOW, OFFICE, PASSWORD, events, grants_of, person, tried

pytestmark = pytest.mark.usefixtures("quick_hashes")


def made(database: Engine, account_id: int, name: str = "qgis", days: int = 30) -> str:
    with database.begin() as connection:
        return tokens.create(connection, OFFICE, account_id, name, days, now=NOW)[0]


def known(database: Engine, token: str, days: float = 0) -> Who | None:
    with database.connect() as connection:
        return sessions.who(connection, token, NOW + days * DAY)


def test_a_token_is_who_it_was_made_for_until_its_last_day(database: Engine) -> None:
    account = person(database, "program")
    token = made(database, account.id)
    assert token.startswith("atlas_")
    found = known(database, token, days=29.9)
    assert found is not None
    assert (found.login, found.session_kind, found.token_name) == ("program", "token", "qgis")
    assert known(database, token, days=30) is None


def test_only_the_hash_of_a_token_is_kept(database: Engine) -> None:
    token = made(database, person(database, "hashed").id)
    for table in ("access.session", "audit.event"):
        with database.connect() as connection:
            rows = connection.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
        assert all(token not in row and token.encode().hex() not in row for row in rows)


def test_a_revoked_token_is_nobody_at_once(database: Engine) -> None:
    account = person(database, "leaky")
    token, other = made(database, account.id), made(database, account.id, "excel")
    found = known(database, token)
    assert found is not None
    with database.begin() as connection:
        ended = tokens.revoke(connection, OFFICE, found.session_id, now=NOW)
        with pytest.raises(AtlasError, match="none that still holds"):
            tokens.revoke(connection, OFFICE, found.session_id, now=NOW)
    assert ended.name == "qgis"
    assert known(database, token) is None
    assert known(database, other) is not None
    (event,) = [one for one in events(database, "revoke token") if one.row_key == str(ended.id)]
    assert event.before == {"account_id": account.id, "login": "leaky", "token": "qgis"}


def test_one_s_own_tokens_only_are_revoked_by_oneself(database: Engine) -> None:
    mine, yours = person(database, "owner"), person(database, "stranger")
    found = known(database, made(database, mine.id))
    assert found is not None
    with pytest.raises(AtlasError, match="none that still holds"), database.begin() as connection:
        tokens.revoke(connection, OFFICE, found.session_id, account_id=yours.id, now=NOW)


def test_tokens_end_with_the_account_and_with_the_grant(database: Engine) -> None:
    gone, taken = person(database, "account.ends"), person(database, "grant.ends")
    first, second = made(database, gone.id), made(database, taken.id)
    (grant,) = grants_of(database, taken)
    with database.begin() as connection:
        accounts.disable(connection, OFFICE, gone.login, now=NOW)
        grants.revoke(connection, OFFICE, grant.id, now=NOW)
    assert (known(database, first), known(database, second)) == (None, None)
    with pytest.raises(AtlasError, match="is disabled"):
        made(database, gone.id, "again")
    with pytest.raises(AtlasError, match="no role today"):
        made(database, taken.id, "again")


@pytest.mark.parametrize(("name", "days"), [(" ", 30), ("r", 0), ("r", 366)])
def test_a_token_has_a_name_and_a_year_at_most(database: Engine, name: str, days: int) -> None:
    account = person(database, f"limits{days}")
    with pytest.raises(AtlasError, match="a token"):
        made(database, account.id, name, days)


def test_a_name_is_used_again_only_after_the_token_ended(database: Engine) -> None:
    account = person(database, "names")
    found = known(database, made(database, account.id))
    assert found is not None
    with pytest.raises(AtlasError, match='a token "qgis" already'):
        made(database, account.id)
    with database.begin() as connection:
        tokens.revoke(connection, OFFICE, found.session_id, now=NOW)
    made(database, account.id)


def test_of_several_grants_one_is_named_and_kept(database: Engine) -> None:
    account = person(database, "several", "auditor", "administrator")
    with pytest.raises(AtlasError, match="several grants: name one of"):
        made(database, account.id)
    second = grants_of(database, account)[1]
    with database.begin() as connection:
        token, _ = tokens.create(connection, OFFICE, account.id, "r", 30, second.id, now=NOW)
        found = sessions.who(connection, token, NOW)
        assert found is not None
        assert found.grant == second
        with pytest.raises(AtlasError, match="acts under one grant only"):
            sessions.act_under(connection, found, second.id, now=NOW)


def test_a_browser_can_neither_bring_nor_end_a_token(database: Engine) -> None:
    account = person(database, "mixed")
    token = made(database, account.id)
    tried(database, "mixed", PASSWORD, previous=token)
    with database.begin() as connection:
        assert not sessions.sign_out(connection, token, now=NOW)
    assert known(database, token) is not None
