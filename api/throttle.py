"""Turns away who asks too often (429), and everybody where too much is being answered (503)."""

import time
from collections import Counter
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import budgets
from api.budgets import Budget
from api.client import group
from api.errors import document
from api.limits import Buckets, Grant
from api.settings import LimitSettings

UPLOADS_AT_ONCE = 16
"""Uploads that come in at a time in a process; they may last hours, so they are counted apart."""


class Throttle:
    """Counts by person where one is signed in, else by address; in this process. Pure ASGI."""

    def __init__(
        self,
        app: ASGIApp,
        settings: LimitSettings,
        person: Callable[[Scope], object | None] = lambda _scope: None,
    ) -> None:
        """Wrap an application; ``person`` tells who is known to ask, None where nobody is."""
        self._app = app
        self._person = person
        self._buckets: dict[Budget, Buckets] = {
            "reads": Buckets(settings.reads_per_minute, time.monotonic),
            "writes": Buckets(settings.writes_per_minute, time.monotonic),
            "sign-in": Buckets(settings.sign_ins_per_minute, time.monotonic),
        }
        self._buckets["uploads"] = self._buckets["writes"]
        self._most = {False: settings.in_flight, True: UPLOADS_AT_ONCE}
        self._running: Counter[bool] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on where neither limit is met."""
        budget = budgets.of(scope) if scope["type"] == "http" else None
        if budget is None:
            await self._app(scope, receive, send)
            return
        upload = budget == "uploads"
        if self._running[upload] >= self._most[upload]:
            await _overloaded(scope, receive, send)
            return
        buckets = self._buckets[budget]
        grant = buckets.take(self._key(scope))
        if not grant.allowed:
            await _too_often(scope, receive, send, budget, buckets.per_minute, grant)
            return
        self._running[upload] += 1
        try:
            told = send if budget == "reads" else _telling(send, budget, buckets.per_minute, grant)
            await self._app(scope, receive, told)
        finally:
            self._running[upload] -= 1

    def _key(self, scope: Scope) -> str:
        someone = self._person(scope)
        if someone is not None:
            return f"person {someone}"
        client = scope.get("client")
        return group(client[0] if client else None)


def _said(budget: Budget, per_minute: int, grant: Grant) -> dict[str, str]:
    """RateLimit headers (draft-ietf-httpapi-ratelimit-headers), not for what caches may keep."""
    wait = f";t={grant.retry_after}" if grant.wait else ""
    return {
        "RateLimit-Policy": f'"{budget}";q={per_minute};w=60',
        "RateLimit": f'"{budget}";r={grant.left}{wait}',
    }


def _telling(send: Send, budget: Budget, per_minute: int, grant: Grant) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_said(budget, per_minute, grant))
        await send(message)

    return tell


async def _too_often(
    scope: Scope, receive: Receive, send: Send, budget: Budget, per_minute: int, grant: Grant
) -> None:
    answer = document(
        Request(scope),
        429,
        f"more than {per_minute} {budget} a minute; go on in {grant.retry_after} s",
        headers={
            "Retry-After": str(grant.retry_after),
            **_said(budget, per_minute, grant),
        },
    )
    await answer(scope, receive, send)


async def _overloaded(scope: Scope, receive: Receive, send: Send) -> None:
    answer = document(
        Request(scope),
        503,
        "too much is being answered at the moment; try again in a few seconds",
        headers={"Retry-After": "2"},
    )
    await answer(scope, receive, send)
