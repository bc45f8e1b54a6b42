"""What tests of people share."""

import pytest
from argon2 import PasswordHasher

from access import passwords


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of the least cost: a test that signs in thirty times need not take 2 GiB-seconds."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", quick)
    monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody"))
