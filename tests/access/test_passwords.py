"""Which passwords are good enough, how they are kept, and what checking them costs."""

import statistics
import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters, profiles
from hypothesis import given
from hypothesis import strategies as some

from access import passwords
from geo.errors import AtlasError

GOOD = "four old cranes by the lake"


@pytest.mark.parametrize(
    "good",
    [GOOD, "correct horse battery staple", "凤凰城里四只老鹤湖边站着呢", "Xq7w-Rb2v-Pn9k"],
)
def test_length_is_enough_whatever_it_is_made_of(good: str) -> None:
    passwords.check(good, "wang")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("elevenchars", "has 11 characters, it needs 12"),
        ("x" * 201, "has 201 characters: shorten it to 200"),
        ("Wang.Xiaoming", "is the login"),
        ("ＷＡＮＧ.ｘｉａｏｍｉｎｇ", "is the login"),
        ("finalfantasy", "common one"),
        ("FinalFantasy2024!", "common one"),
        ("password1234", "common one"),
        ("2024woaini!!", "common one"),
        ("dragondragon", "common one"),
        ("dragondragon77", "common one"),
        ("123456789012", "common one"),
        ("aaaaaaaaaaaa", "common one"),
        ("abcabcabcabc", "common one"),
        ("！！！！！！！！！！！！！", "common one"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason_and_not_repeated(bad: str, why: str) -> None:
    with pytest.raises(AtlasError, match=why) as refused:
        passwords.check(bad, "wang.xiaoming")
    assert bad not in str(refused.value)


@given(some.text(some.characters(exclude_categories=["Cs"]), max_size=220))
def test_no_password_breaks_the_check_or_is_repeated(password: str) -> None:
    said = ""
    try:
        passwords.check(password, "wang")
    except AtlasError as error:
        said = str(error)
    assert len(password) < 12 or password not in said


def test_a_made_password_is_always_good_enough_and_never_the_same() -> None:
    made = {passwords.generated() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        passwords.check(one, "wang")


def test_the_same_words_typed_in_another_form_are_the_same_password() -> None:
    kept = passwords.hashed("ｆour old cranes by the lake")
    assert passwords.verify(kept, GOOD)
    assert not passwords.verify(kept, GOOD + " ")


def test_hashes_are_argon2id_with_salt_and_today_s_parameters() -> None:
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert not passwords.outdated(first)
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))


def test_what_no_keyboard_types_is_only_wrong() -> None:
    for odd in ("\ud800" * 12, "\0" * 12, "x" * 1_000_000, ""):
        assert not passwords.verify(passwords._NOBODY, odd)


def test_a_broken_hash_is_nobody_s() -> None:
    assert not passwords.verify("$argon2id$v=19$broken", GOOD)


def test_nobody_s_hash_costs_what_a_real_one_does() -> None:
    assert extract_parameters(passwords._NOBODY) == profiles.RFC_9106_LOW_MEMORY
    assert not passwords.verify(None, GOOD)
    kept = passwords.hashed(GOOD)
    times: dict[str | None, list[float]] = {kept: [], None: []}
    for _ in range(7):
        for one, measured in times.items():
            began = time.process_time()
            passwords.verify(one, "four young cranes by the lake")
            measured.append(time.process_time() - began)
    known, unknown = (statistics.median(measured) for measured in times.values())
    assert unknown == pytest.approx(known, rel=0.5)


def test_no_more_are_checked_at_once_than_there_are_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, _kept: str, _password: bytes) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return True

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    flood = [threading.Thread(target=passwords.verify, args=("", GOOD)) for _ in range(20)]
    for one in flood:
        one.start()
    for one in flood:
        one.join()
    assert most <= passwords.SLOTS


def test_whoever_finds_no_slot_in_time_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(1))
    with passwords._slot(), pytest.raises(passwords.BusyError, match="try again in a minute"):
        passwords.verify(None, GOOD)
    assert not passwords.verify(None, GOOD)
