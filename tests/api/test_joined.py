"""What is written in one go leaves in one piece, and nothing is lost or turned around."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from api.joined import LARGEST, Joined


class Wire:
    """What a transport was told, in its order."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.told.append("closed")

    def write_eof(self) -> None:
        self.told.append("ended")

    def is_closing(self) -> bool:
        return "closed" in self.told


def told(*steps: Callable[[Joined], object]) -> list[Any]:
    """What the transport was told when the steps had been taken, each in a turn of the loop."""

    async def taken() -> list[Any]:
        wire = Wire()
        joined = Joined(cast(Any, wire), asyncio.get_running_loop())
        for step in steps:
            step(joined)
            await asyncio.sleep(0)
        return wire.told

    return asyncio.run(taken())


def test_head_and_body_are_one_piece() -> None:
    def answer(joined: Joined) -> None:
        joined.write(b"head ")
        joined.write(b"body")

    assert told(answer) == [b"head body"]
    assert told(answer, answer) == [b"head body", b"head body"]


def test_what_is_large_is_handed_over_at_once() -> None:
    def stream(joined: Joined) -> None:
        for _ in range(3):
            joined.write(b"x" * LARGEST)

    assert [len(one) for one in told(stream)] == [2 * LARGEST, LARGEST]


def test_who_closes_or_ends_has_written_before() -> None:
    assert told(lambda one: (one.write(b"last"), one.close())) == [b"last", "closed"]
    assert told(lambda one: (one.write(b"last"), one.write_eof())) == [b"last", "ended"]
    assert told(lambda one: one.close()) == ["closed"]


def test_all_else_is_the_transport_s() -> None:
    answers: list[bool] = []
    told(
        lambda one: answers.append(one.is_closing()),
        lambda one: one.close(),
        lambda one: answers.append(one.is_closing()),
    )
    assert answers == [False, True]


def test_who_went_meanwhile_is_written_nothing() -> None:
    def leaving(joined: Joined) -> None:
        joined.write(b"too late")
        joined._transport.close()

    assert told(leaving) == ["closed"]
