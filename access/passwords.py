"""Passwords: which are good enough, and how they are kept (argon2id) and checked."""

import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from access.logins import normalised as normalised_login
from geo.errors import AtlasError

SHORTEST = 12
"""Length is what makes guessing long; NIST SP 800-63B asks for 8 at least, offices keep more."""

LONGEST = 200
"""Room for any sentence; without an end one request could make the server hash megabytes."""

SLOTS = os.cpu_count() or 1
"""Passwords checked at once in a process. Each takes 64 MiB and a core for its time."""

PATIENCE = 10.0
"""Seconds to wait for a slot before :class:`BusyError`."""

# RFC 9106's second choice: 3 passes over 64 MiB; the first would take 2 GiB a sign-in.
_HASHER = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)

# The hash of a password nobody knows, by the same parameters: what an unknown login is checked
# against, so that it takes as long as a known one.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$Z842j2sbcsqhDF3aFKp/rA$"
    "ZT+1qlQl0OqIKXr+/BulQamw7WeoH37bPtQar6MXZaA"
)

# The bound is the process's own, whoever calls: it is memory that is being saved.
_slots = BoundedSemaphore(SLOTS)

# A stem of common password and figures or signs is as easily guessed: password2024!, 123qwerty.
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SHORTEST_UNIT = 5

# Without letters and figures that look alike, for a password that is read from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class BusyError(AtlasError):
    """More passwords are being checked than there is room for; nothing was counted."""


def check(password: str, login: str) -> None:
    """Refuse a password that is too short or long, is the login, or is among the common ones.

    There are no rules of composition (NIST SP 800-63B, 5.1.1.2): they make passwords that are hard
    to remember and easy to guess.

    Raises
    ------
    AtlasError
        What is wrong and what would do; the password is not repeated.
    """
    kept = _normalised(password)
    if len(kept) < SHORTEST:
        raise AtlasError(
            f"the password has {len(kept)} characters, it needs {SHORTEST}: "
            "several words make a long one that can be remembered"
        )
    if len(kept) > LONGEST:
        raise AtlasError(f"the password has {len(kept)} characters: shorten it to {LONGEST}")
    if kept.casefold() == normalised_login(login).casefold():
        raise AtlasError("the password is the login: choose another")
    if any(form in _common() or len(form) < _SHORTEST_UNIT for form in _forms(kept)):
        raise AtlasError(
            "the password is a common one, or a common one repeated or with figures and signs "
            "added, and would be guessed: several words that do not belong together are better"
        )


def generated() -> str:
    """A random password of 99 bits, to be handed over once, as four groups of five."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(20))
    return "-".join(letters[start : start + 5] for start in range(0, 20, 5))


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its salt and parameters, as it is kept.

    Raises
    ------
    BusyError
        No slot became free in time.
    """
    with _slot():
        return _HASHER.hash(_bytes(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether a password is the one of a hash; without a hash it takes as long and is not.

    Raises
    ------
    BusyError
        No slot became free in time.
    """
    with _slot():
        try:
            right = _HASHER.verify(kept or _NOBODY, _bytes(password[: LONGEST * 4]))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's and should be made anew."""
    return _HASHER.check_needs_rehash(kept)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=PATIENCE):
        raise BusyError("too many people are signing in at this moment: try again in a minute")
    try:
        yield
    finally:
        _slots.release()


def _normalised(password: str) -> str:
    """NFKC, so that a password typed full-width or on another system is the same password."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normalised(password).encode("utf-8", "surrogatepass")


def _forms(password: str) -> Iterator[str]:
    """The password as the list may have it: folded, without figures at its ends, unrepeated."""
    folded = password.casefold()
    stem = _EDGES.sub("", folded)
    yield _unit(folded)
    yield folded
    # All figures or signs: nothing is left to look up.
    if stem:
        yield _unit(stem)
        yield stem


def _unit(word: str) -> str:
    """The piece of which the word is a repetition; itself when it is none."""
    return word[: (word + word).index(word, 1)]


@cache
def _common() -> frozenset[str]:
    """Common passwords; source and licence stand in ``common/NOTICE.txt``."""
    file = Path(__file__).with_name("common") / "passwords.txt"
    return frozenset(file.read_text("utf-8").splitlines())
