"""Posters take long to lay out: so many requests wait for it, and no more."""

from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from api.errors import Problem
from api.routes import notices


def test_one_too_many_is_told_to_come_again() -> None:
    settings = SimpleNamespace(public_url="https://atlas.example")
    request: Any = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(settings=settings)))

    async def run() -> Problem:
        done = anyio.Event()

        async def prints() -> None:
            async with notices.PRINTING:
                await done.wait()

        async with anyio.create_task_group() as others:
            for _ in range(int(notices.PRINTING.total_tokens) + notices.WAITING):
                others.start_soon(prints)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Problem) as refused:
                await notices._poster(request, [], notices.NoticeQuery(), "notices")
            done.set()
        return refused.value

    problem = anyio.run(run)
    assert (problem.status, problem.headers) == (429, {"Retry-After": "1"})
