"""Writing facts over HTTP: one transaction a request, preconditions, repeats, dry runs."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import anyio
from anyio import to_thread
from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Engine

from api import client
from api.changed import differing
from api.errors import Problem
from api.parameters import Strict
from geo.database import engine
from oversight.writing import answered, fact
from oversight.writing.answered import Key
from oversight.writing.audit import Writer
from oversight.writing.database import transact
from oversight.writing.fact import Written
from oversight.writing.resource import Resource

AT_ONCE = 8
"""Writes at work at a time in a process; others wait their turn."""

_ETAG = re.compile(r'(?:W/)?"[^"]*"')
_PRIVATE = {"Cache-Control": "no-store"}


class WriteQuery(Strict):
    """How a write is meant."""

    dry_run: bool = Field(
        default=False,
        description="试算：给出前后状态，不保存 · answer before and after, and keep nothing",
    )


@dataclass(frozen=True)
class Asks:
    """One request to write: by whom, under which key, whether it is to be kept."""

    request: Request
    actor: str
    key: str | None
    dry_run: bool

    @property
    def writer(self) -> Writer:
        """Who the audit names."""
        return Writer(
            self.actor, self.request.scope.get("request_id"), client.of(self.request).address
        )

    def digest(self, body: BaseModel) -> str:
        """A digest of what is asked: method, path, precondition and content."""
        asked = (
            self.request.method,
            self.request.url.path,
            self.request.headers.get("if-match"),
            body.model_dump(mode="json", exclude_unset=True),
        )
        text = json.dumps(asked, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Writes:
    """Connections that write facts; a write runs in a thread."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing connects yet."""
        self._engine: Engine = engine(url)
        self._limiter: anyio.CapacityLimiter | None = None

    def close(self) -> None:
        """Give the connections back to the server."""
        self._engine.dispose()

    async def read(self, resource: Resource, number: int) -> JSONResponse:
        """The fact with its ETag."""
        found = await self._run(partial(fact.read, resource=resource, number=number), keep=False)
        return JSONResponse({"fact": found.fact}, headers={"ETag": found.etag, **_PRIVATE})

    async def write(
        self,
        asks: Asks,
        resource: Resource,
        body: BaseModel,
        work: Callable[[Connection], Written],
        *,
        status: int = 200,
    ) -> JSONResponse:
        """Do the work once under its key, and answer with what it wrote."""
        if asks.dry_run:
            done = await self._run(work, keep=False)
            return JSONResponse({"dry_run": True, **_answer(done)}, headers=_PRIVATE)
        key = Key(asks.key, asks.actor, asks.digest(body)) if asks.key else None
        kept, replayed = await self._run(partial(_once, key=key, work=work, status=status))
        headers = dict(_PRIVATE)
        if kept.etag is not None:
            headers["ETag"] = kept.etag
        if kept.status == 201:
            headers["Location"] = f"/{resource.name}/{kept.body['fact']['id']}"
        if replayed:
            headers["Idempotency-Replayed"] = "true"
        return JSONResponse(kept.body, kept.status, headers=headers)

    async def _run[T](self, work: Callable[[Connection], T], *, keep: bool = True) -> T:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        return await to_thread.run_sync(
            partial(transact, self._engine, work, keep=keep), limiter=self._limiter
        )


def _once(
    connection: Connection, key: Key | None, work: Callable[[Connection], Written], status: int
) -> tuple[answered.Kept, bool]:
    """Do the work, or recall what it was answered; whether it was recalled."""
    if key is not None:
        kept = answered.recall(connection, key)
        if kept is not None:
            return kept, True
    done = work(connection)
    answer = _answer(done)
    if key is not None:
        text = json.dumps(answer, ensure_ascii=False)
        answered.keep(connection, key, status, text, done.etag)
    return answered.Kept(status, answer, done.etag), False


def _answer(done: Written) -> dict[str, Any]:
    city = done.fact["city_code"]
    return {
        "fact": done.fact,
        "also": list(done.also),
        "changed": differing("compound", done.changes.compounds, city),
        "companies": differing("company", done.changes.companies, city),
    }


def _writes(request: Request) -> Writes:
    writes: Writes = request.app.state.writes
    return writes


def _if_match(
    if_match: Annotated[
        str | None,
        Header(max_length=1000, description="读取时的 ETag · the ETag it was read with"),
    ] = None,
) -> frozenset[str]:
    """The ETags of the states the writer knows (RFC 9110, 13.1.1); weak ones match nothing."""
    if if_match is None or if_match.strip() == "*":
        raise Problem(
            428,
            "send If-Match with the ETag the fact was read with, so that nobody's change is lost",
            parameter="If-Match",
        )
    found = _ETAG.findall(if_match)
    if not found:
        raise Problem(
            400, f'If-Match = {if_match!r}: is not an ETag in quotes ("…")', parameter="If-Match"
        )
    return frozenset(found)


def _key(
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="重复提交只记一次 · a repeat under the same key is answered the same",
        ),
    ] = None,
) -> str | None:
    return idempotency_key


Writing = Annotated[Writes, Depends(_writes)]
IfMatch = Annotated[frozenset[str], Depends(_if_match)]
IdempotencyKey = Annotated[str | None, Depends(_key)]
