"""Rounds go on after one failed, say so, and end with the block."""

import logging
import threading
import time

import pytest

from geo import every
from tests.support import until

LOG = logging.getLogger("tests.every")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every, "SECONDS", 0.01)
    monkeypatch.setattr(every, "AFTER_FAILURE", 0.05)


def test_a_round_that_fails_is_told_of_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    rounds: list[int] = []

    def work(_over: threading.Event) -> None:
        rounds.append(len(rounds))
        if len(rounds) == 2:
            raise OSError("the disk is full")

    with every.second(work, LOG, "nothing is kept"):
        until(lambda: len(rounds) >= 4)
    many = len(rounds)
    assert [one.getMessage() for one in caplog.records] == ["nothing is kept: the disk is full"]
    time.sleep(0.1)
    assert len(rounds) == many


def test_a_long_round_is_told_that_the_block_has_ended() -> None:
    told = threading.Event()

    def work(over: threading.Event) -> None:
        if over.wait(30):
            told.set()

    began = time.monotonic()
    with every.second(work, LOG, "nothing is kept"):
        time.sleep(0.05)
    assert told.is_set()
    assert time.monotonic() - began < 10
