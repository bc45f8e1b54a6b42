"""How long a sign-in takes tells nobody whether a login exists.

What takes the time is one argon2id hash (64 MiB, three passes). Its work is counted exactly, and
measured as the process's own CPU time, so that another program's load does not count. A try without
the hash takes a twentieth of the time or less; tries of different kinds may differ by a fifth
(:data:`TOLERANCE`), far more than they do and far less than a hash.
"""

import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Mapping

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import Engine, event, text

from access import accounts, grants, identities, passwords, sessions, tokens
from access.signing_in import WRONG, Refused, sign_in
from tests.people import WRITER

TOLERANCE = 0.2
ROUNDS = 20
RIGHT, GUESS = "seven wet boots on the ferry", "seven dry boots on the ferry"

Try = Callable[[], None]


@pytest.fixture(scope="module")
def tries(database: Engine) -> Mapping[str, Try]:
    """Sign-ins that fail, each from an address of its own, so that nobody has to wait."""
    with database.begin() as connection:
        for login, password in (("known", RIGHT), ("away", RIGHT), ("elsewhere", None)):
            account = accounts.add(connection, WRITER, login, "张三", password)
            grants.give(connection, WRITER, account.id, "auditor")
        accounts.disable(connection, WRITER, "away")
        identities.link(connection, WRITER, "elsewhere", "https://id.example.cn", "s-1")

    def trying(login: Callable[[], str], password: str) -> Try:
        def one() -> None:
            address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
            with database.begin() as connection:
                done = sign_in(connection, login(), password, address)
            assert isinstance(done, Refused)
            assert done.reason == WRONG

        return one

    return {
        "unknown": trying(lambda: f"nobody-{secrets.token_hex(4)}", GUESS),
        "wrong password": trying(lambda: "known", GUESS),
        "disabled, right password": trying(lambda: "away", RIGHT),
        "disabled, wrong password": trying(lambda: "away", GUESS),
        "without a password": trying(lambda: "elsewhere", GUESS),
    }


class Counting:
    """The hasher, and with which parameters it was let work."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self.work: list[object] = []

    def verify(self, kept: str, password: bytes) -> bool:
        self.work.append(extract_parameters(kept))
        return self._hasher.verify(kept, password)

    def hash(self, password: bytes) -> str:
        self.work.append("hash")
        return self._hasher.hash(password)

    def check_needs_rehash(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting(passwords._HASHER)
    monkeypatch.setattr(passwords, "_HASHER", made)
    return made


def test_every_failure_costs_one_hash_of_the_same_cost(
    tries: Mapping[str, Try], counting: Counting
) -> None:
    work = {}
    for name, attempt in tries.items():
        counting.work.clear()
        attempt()
        work[name] = list(counting.work)
    today = extract_parameters(passwords.hashed(RIGHT))
    assert work == {name: [today] for name in tries}


def test_how_long_a_failure_takes_tells_nothing(tries: Mapping[str, Try]) -> None:
    spent: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(ROUNDS):
        for name, attempt in tries.items():
            began = time.process_time()
            attempt()
            spent[name].append(time.process_time() - began)
    medians = {name: statistics.median(times) for name, times in spent.items()}
    assert max(medians.values()) <= min(medians.values()) * (1 + TOLERANCE), medians


@pytest.fixture
def asked(database: Engine) -> Iterator[list[str]]:
    """The statements that were sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield sent
    event.remove(database, "before_cursor_execute", note)


def test_a_token_is_looked_up_by_its_hash_in_one_statement(
    database: Engine, asked: list[str]
) -> None:
    """Nothing is compared letter by letter, and nothing more is asked where it is nearly right."""
    with database.begin() as connection:
        account = accounts.add(connection, WRITER, "program", "脚本", RIGHT)
        grants.give(connection, WRITER, account.id, "auditor")
        valid, made = tokens.create(connection, WRITER, account.id, "valid", 30)
        revoked, ended = tokens.create(connection, WRITER, account.id, "revoked", 30)
        tokens.revoke(connection, WRITER, ended.id)
    found = {}
    for name, token in (
        ("valid", valid),
        ("one letter else", valid[:-1] + ("A" if valid[-1] != "A" else "B")),
        ("revoked", revoked),
        ("unknown", tokens.PREFIX + secrets.token_urlsafe(32)),
    ):
        asked.clear()
        with database.connect() as connection:
            who = sessions.who(connection, token)
        found[name] = who is not None
        assert len(asked) == 1
        assert token not in asked[0]
    assert found == {"valid": True, "one letter else": False, "revoked": False, "unknown": False}
    with database.connect() as connection:
        kept = connection.scalar(
            text("SELECT token_hash FROM access.session WHERE id = :id"), {"id": made.id}
        )
    assert bytes(kept) == sessions.digest(valid)
