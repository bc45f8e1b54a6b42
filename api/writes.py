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
from sqlalchemy import Connection

from access.rules import may
from api import client, etags
from api.admission import admit
from api.changed import differing
from api.engines import Engines, settings
from api.errors import Problem
from api.parameters import Strict
from api.readings import Readings
from api.viewer import Viewer
from oversight.store import visible
from oversight.writing import answered, fact
from oversight.writing.answered import Key
from oversight.writing.audit import Writer
from oversight.writing.database import transact
from oversight.writing.fact import Written
from oversight.writing.refusals import Unknown
from oversight.writing.resource import Knows, Resource
from oversight.writing.resources import BY_NAME

AT_ONCE = 8
"""Writes at work at a time in a process; others wait their turn."""
WAITING = 32
"""How many may wait for it; one more is answered 429 at once."""

_ETAG = re.compile(r'(?:W/)?"[^"]*"')
PRIVATE = {"Cache-Control": "no-store"}


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
    viewer: Viewer
    key: str | None
    dry_run: bool
    name: str
    """Of the resource, as readings of it are counted."""

    @property
    def writer(self) -> Writer:
        """Who the audit names."""
        return Writer(
            self.viewer.actor,
            self.request.scope.get("request_id"),
            client.of(self.request).address,
        )

    def digest(self, body: BaseModel | None) -> str:
        """A digest of what is asked: method, path, precondition and content."""
        asked = (
            self.request.method,
            self.request.url.path,
            self.request.headers.get("if-match"),
            body and body.model_dump(mode="json", exclude_unset=True),
        )
        text = json.dumps(asked, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def permitted(
    request: Request,
    viewer: Viewer,
    resource: Resource,
    action: str,
    key: str | None,
    query: WriteQuery,
) -> Asks:
    """A request to write, of somebody whose role does this to such facts; else Problem 403."""
    refuse_unless_may(viewer, resource, action)
    return Asks(request, viewer, key, query.dry_run, resource.name)


def refuse_unless_may(viewer: Viewer, resource: Resource, action: str) -> None:
    """Problem 401 for nobody in particular, 403 for a role that does not do this to such facts."""
    grant = viewer.signed_in.grant
    if not may(grant.role, grant.kind, resource.full_name, action):
        raise Problem(
            403, f"the role {grant.role} may not {action.replace('_', ' ')} a {resource.one}"
        )


class Writes:
    """Connections that write facts; a write runs in a thread."""

    def __init__(self, engines: Engines, etag_key: bytes) -> None:
        """Nothing connects yet."""
        self._engines = engines
        self._etag = partial(etags.keyed, etag_key)
        self._limiter: anyio.CapacityLimiter | None = None

    async def read(self, viewer: Viewer, resource: Resource, number: int) -> JSONResponse:
        """The fact with its ETag, where the viewer may see it."""
        work = partial(fact.read, resource=resource, number=number)
        found = await self._run(viewer, work, keep=False)
        assert found.digest is not None  # noqa: S101 - what is read has a state
        headers = {"ETag": self._etag(found.digest), **PRIVATE}
        return JSONResponse({"fact": found.fact}, headers=headers)

    async def state(self, viewer: Viewer, name: str | None, number: int) -> dict[str, str]:
        """The headers that tell the state of a fact of the resource of this name.

        None where there is no such resource, or the viewer sees no such fact.
        """
        if name is None:
            return {}
        try:
            answer = await self.read(viewer, BY_NAME[name], number)
        except Unknown:
            return {}
        return {"ETag": answer.headers["etag"], **PRIVATE}

    async def write(
        self,
        asks: Asks,
        base: str,
        body: BaseModel | None,
        work: Callable[[Connection], Written],
        *,
        status: int = 200,
    ) -> JSONResponse:
        """Do the work once under its key, and answer with what it wrote.

        What is entered is found under its number below the path ``base``.
        """
        if asks.dry_run:
            tried = partial(_once, key=None, work=work, status=status, tag=self._etag)
            answer, _ = await self._run(asks.viewer, tried, keep=False)
            # Nothing of it stays in the audit, and the answer holds the whole fact.
            readings: Readings = asks.request.app.state.readings
            readings.count(asks.viewer.signed_in.account_id, asks.name, "one")
            return JSONResponse({"dry_run": True, **answer.body}, headers=PRIVATE)
        key = Key(asks.key, _holder(asks.viewer), asks.digest(body)) if asks.key else None
        doing = partial(_once, key=key, work=work, status=status, tag=self._etag)
        kept, replayed = await self._run(asks.viewer, doing)
        headers = dict(PRIVATE)
        if kept.etag is not None:
            headers["ETag"] = kept.etag
        if kept.status == 201:
            headers["Location"] = f"{base}/{kept.body['fact']['id']}"
        if replayed:
            headers["Idempotency-Replayed"] = "true"
        return JSONResponse(kept.body, kept.status, headers=headers)

    def knows(self, if_match: str | None) -> Knows:
        """Whether a state's ETag is among those that a writer sends; Problem if none is sent."""
        sent = _sent(if_match)
        return lambda digest: self._etag(digest) in sent

    async def _run[T](
        self, viewer: Viewer, work: Callable[[Connection], T], *, keep: bool = True
    ) -> T:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        admit(self._limiter, WAITING, "writes")
        return await to_thread.run_sync(
            partial(transact, self._engines.of(viewer), work, keep=keep, settings=settings(viewer)),
            limiter=self._limiter,
        )


def _holder(viewer: Viewer) -> str:
    """Under whose name a key is kept: as ``access.actor()`` tells it."""
    who = viewer.signed_in
    return f"{who.account_id}/{who.grant.id}"


def _once(
    connection: Connection,
    key: Key | None,
    work: Callable[[Connection], Written],
    status: int,
    tag: Callable[[bytes], str],
) -> tuple[answered.Kept, bool]:
    """Do the work, or recall what it was answered; whether it was recalled."""
    if key is not None:
        kept = answered.recall(connection, key)
        if kept is not None:
            return kept, True
    done = work(connection)
    answer = _answer(connection, done)
    etag = None if done.digest is None else tag(done.digest)
    if key is not None:
        text = json.dumps(answer, ensure_ascii=False)
        answered.keep(connection, key, status, text, etag)
    return answered.Kept(status, answer, etag), False


def _answer(connection: Connection, done: Written) -> dict[str, Any]:
    """What was written and what follows from it, as far as the writer may see it."""
    city = done.fact["city_code"]
    changes, hidden = visible.seen(connection, done.changes)
    return {
        "fact": done.fact,
        "also": list(done.also),
        "changed": differing("compound", changes.compounds, city, hidden),
        "companies": differing("company", changes.companies, city, hidden),
    }


async def _writes(request: Request) -> Writes:
    writes: Writes = request.app.state.writes
    return writes


IfMatchHeader = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1000,
        description="读取时的 ETag · the ETag it was read with",
    ),
]


def _sent(if_match: str | None) -> frozenset[str]:
    """The ETags of the states the writer knows (RFC 9110, 13.1.1); weak ones match nothing."""
    if if_match is None or if_match.strip() == "*":
        raise Problem(
            428,
            "send If-Match with the ETag the fact was read with, so that nobody's change is lost",
            parameter="If-Match",
        )
    found = _ETAG.findall(if_match)
    if not found or _ETAG.sub("", if_match).strip(", \t"):
        raise Problem(
            400,
            f'If-Match = {if_match!r}: is not an ETag in quotes ("…"), nor several with commas '
            "between them",
            parameter="If-Match",
        )
    return frozenset(found)


async def _knows(
    writes: Annotated[Writes, Depends(_writes)], if_match: IfMatchHeader = None
) -> Knows:
    return writes.knows(if_match)


async def _key(
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
IfMatch = Annotated[Knows, Depends(_knows)]
"""Which states of a fact the writer knows."""
IdempotencyKey = Annotated[str | None, Depends(_key)]
