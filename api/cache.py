"""Answers that everybody may have, kept in memory until what they show changes. Pure ASGI.

What is kept is told by the routes: one that answers the same to everybody hands over a Cover,
saying what it shows. Requests for the same at the same time are answered by one. Nothing is kept
unless changes are heard of (:mod:`api.changes`), and nothing that changed while it was drawn. What
other workers drew is taken from where they share it (:mod:`api.shared`), if there is such a place.
"""

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import codings, etags, metrics
from api.answers import Answer, Cover, Key
from api.shared import Ground, Shared
from geo.dates import today
from layers.crs import Box

_ASKED = "atlas.kept"
COVER = "atlas.cover"
"""In the scope of what may be kept: a list for the route to put its Cover into."""
SHARED = "public, max-age=0, s-maxage=1"
"""What caches on the way may do with it: a gateway, which counts whole seconds, keeps it for less
than two; browsers, which would add their time to that, ask again each time."""

_KEPT = re.compile(
    r"/(?:collections/[\w-]+/)?(?:map/)?tiles/\w+/\d+/\d+/\d+"
    r"|/collections/[\w-]+/(?:ids|points|columns|columns/history)",
    re.ASCII,
)
EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
_LINKING = re.compile(r"/collections/[\w-]+/items", re.ASCII)
_LONGEST_ACCEPT = 200
REMEMBERED = 1000
"""Changes that are known one by one; of older ones only that there were such."""
_GET_TILE = re.compile(rb"(?:^|&)request=GetTile(?:&|$)", re.IGNORECASE)
_PERSONAL = {b"authorization", b"cookie"}
# Of an answer and what is kept with it, besides its body.
_OVERHEAD = 2000


@dataclass
class _Drawing:
    """An answer that is being made, and the changes since it was begun."""

    task: "asyncio.Task[Answer]"
    waiting: int = 0


@dataclass(frozen=True)
class _Change:
    """What was heard of: the how manieth it was, what changed, and the transaction's number."""

    number: int
    layer: str
    box: Box | None
    xid: int

    def shows_in(self, cover: Cover) -> bool:
        return cover.shows(self.layer, self.box)


class Cache:
    """Answers by what was asked, the least lately asked ones given up for new ones."""

    def __init__(self, most_bytes: int, shared: Shared | None = None) -> None:
        """Empty, and deaf: see :meth:`listen`."""
        self._most = most_bytes
        self._held = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._drawings: dict[Key, _Drawing] = {}
        self._changes = 0
        self._recent: deque[_Change] = deque()
        self._listening = False
        self._shared = shared
        self._ground: Ground | None = None
        self._forgotten = 0

    @property
    def shares(self) -> bool:
        """Whether there is a place where workers share: who listens then says :meth:`share`."""
        return self._shared is not None

    def listen(self, *, heard: bool) -> None:
        """Changes are heard of from now on, or no longer: what is kept may be of the past."""
        self._listening = heard
        self._changes += 1
        # Nothing that is being drawn may be kept: see _still_true.
        self._recent.clear()
        self._ground, self._forgotten = None, 0
        self._drawings.clear()
        self._answers.clear()
        self._held = 0

    def share(self, ground: Ground) -> None:
        """Take what others drew, and let them have what is drawn here, until listening ends.

        Changes that are heard of before this and after :meth:`listen` count.
        """
        self._ground = ground

    async def close(self) -> None:
        """Share nothing any longer."""
        if self._shared is not None:
            await self._shared.close()

    def changed(self, layer: str, box: Box | None, xid: int) -> None:
        """Give up what shows a change: in a whole layer, or in a box of it (WGS 84)."""
        self._changes += 1
        self._recent.append(_Change(self._changes, layer, box, xid))
        if len(self._recent) > REMEMBERED:
            self._forgotten = max(self._forgotten, self._recent.popleft().xid)
        # Who asks from now on is not to wait for what was begun before the change.
        self._drawings.clear()
        for key in [key for key, one in self._answers.items() if _shown(one, layer, box)]:
            self._held -= _size(key, self._answers.pop(key))

    def kept(self, key: Key) -> Answer | None:
        """The answer that is kept, if it is."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
            metrics.KEPT.add(found="yes")
        return found

    async def get(self, key: Key, draw: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer that is kept, or is being made for somebody else, or a new one.

        Where nothing may be kept each who asks is drawn for.
        """
        if not self._most:
            return await draw()
        if (found := self.kept(key)) is not None:
            return found
        metrics.KEPT.add(found="no")
        drawing = self._drawings.get(key)
        if drawing is None:
            drawing = _Drawing(asyncio.create_task(self._drawn(key, draw)))
            self._drawings[key] = drawing
        drawing.waiting += 1
        try:
            return await asyncio.shield(drawing.task)
        finally:
            drawing.waiting -= 1
            if not drawing.waiting and not drawing.task.done():
                # All who asked have gone.
                drawing.task.cancel()
                self._forget(key, drawing.task)

    async def _drawn(self, key: Key, draw: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            return await self._others(key) or await self._own(key, draw)
        finally:
            self._forget(key, asyncio.current_task())

    async def _others(self, key: Key) -> Answer | None:
        """What another worker drew, if that saw all that was heard of here."""
        ground = self._ground
        if self._shared is None or ground is None:
            return None
        found = await self._shared.find(ground.place, key)
        # Meanwhile it may be heard of no longer, or anew.
        if found is None or self._ground is not ground:
            return None
        made, upto = found
        if made.cover is None or not self._saw(ground, made.cover, upto):
            metrics.SHARED.add(found="old")
            return None
        metrics.SHARED.add(found="yes")
        self._keep(key, made)
        return made

    async def _own(self, key: Key, draw: Callable[[], Awaitable[Answer]]) -> Answer:
        ground = self._ground
        # Before the drawing begins, so that it sees all of that.
        upto = None if ground is None else await ground.upto()
        began = self._changes
        made = await draw()
        if made.cover is not None and self._still_true(made.cover, began):
            self._keep(key, made)
            if self._shared and ground and upto is not None and self._ground is ground:
                self._shared.keep(ground.place, key, made, upto)
        return made

    def _forget(self, key: Key, task: Any) -> None:
        drawing = self._drawings.get(key)
        if drawing is not None and drawing.task is task:
            del self._drawings[key]

    def _still_true(self, cover: Cover, began: int) -> bool:
        """Whether nothing that it shows changed since it was begun."""
        since = [one for one in self._recent if one.number > began]
        known = len(since) == self._changes - began
        return self._listening and known and not any(one.shows_in(cover) for one in since)

    def _saw(self, ground: Ground, cover: Cover, upto: int) -> bool:
        """Whether a drawing saw all that it shows and that was heard of, or may not have been.

        Whatever has a lower number than ``upto`` had ended before it began.
        """
        if upto < ground.floor or upto <= self._forgotten:
            return False
        return not any(one.xid >= upto and one.shows_in(cover) for one in self._recent)

    def _keep(self, key: Key, made: Answer) -> None:
        size = _size(key, made)
        # One answer may not push out all the others.
        if size > self._most // 4:
            return
        if (before := self._answers.pop(key, None)) is not None:
            self._held -= _size(key, before)
        self._answers[key] = made
        self._held += size
        while self._held > self._most:
            self._held -= _size(*self._answers.popitem(last=False))


def share(scope: Scope, layer: str, boxes: Sequence[Box] = ()) -> str | None:
    """Let the answer be kept where it was asked for so that it may; what caches may do with it.

    ``boxes`` are those outside of which no change shows in it; without them any change does.
    """
    if COVER not in scope:
        return None
    box = boxes[0] if len(boxes) == 1 else EVERYWHERE
    scope[COVER].append(Cover(frozenset({layer}), box))
    return SHARED


def _size(key: Key, one: Answer) -> int:
    """Bytes in memory, about: a filter in the key may be longer than what it finds."""
    path, query, _, _, also = key
    return len(path) + len(query) + sum(map(len, also)) + len(one.body) + _OVERHEAD


def _shown(one: Answer, layer: str, box: Box | None) -> bool:
    return one.cover is not None and one.cover.shows(layer, box)


class Kept:
    """Answers what is kept, at once: nobody need be watched who might leave meanwhile."""

    def __init__(self, app: ASGIApp, cache: Cache) -> None:
        """Wrap an application."""
        self._app = app
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is somebody's own, and what must be drawn."""
        key = _key(scope)
        answer = None if key is None else self._cache.kept(key)
        if answer is None:
            scope[_ASKED] = key
            await self._app(scope, receive, send)
        else:
            await _answered(answer, scope, send)


class Cached:
    """Draws what may be kept, once for all who wait for it."""

    def __init__(self, app: ASGIApp, cache: Cache) -> None:
        """Wrap an application."""
        self._app = app
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is somebody's own, and all that cannot be kept."""
        key = scope[_ASKED] if _ASKED in scope else _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        await _answered(await self._cache.get(key, lambda: self._draw(scope)), scope, send)

    async def _draw(self, scope: Scope) -> Answer:
        """Have the application answer to nobody in particular."""
        covers: list[Cover] = []
        asked: Scope = {
            **scope,
            # Of HEAD the server leaves the body out; who asks next may want it.
            "method": "GET",
            "headers": [one for one in scope["headers"] if one[0] != b"if-none-match"],
            COVER: covers,
        }
        requests: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
        messages: list[Message] = []

        async def receive() -> Message:
            if not requests:
                # Nobody leaves: whoever waits is known to the cache.
                await asyncio.Event().wait()
            return requests.pop()

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(asked, receive, keep)
        start, *bodies = messages
        cover = covers[0] if covers and start["status"] in (200, 204) else None
        return Answer(
            start["status"],
            list(start["headers"]),
            b"".join(message.get("body", b"") for message in bodies),
            cover,
            asked.get("route"),
        )


def _key(scope: Scope) -> Key | None:
    reads = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
    if not reads or not _may_be_kept(scope):
        return None
    headers = scope["headers"]
    if any(name in _PERSONAL for name, _ in headers):
        return None
    found = Headers(raw=headers)
    coding = codings.chosen(found.getlist("accept-encoding"))
    also: tuple[str, ...] = ()
    if _LINKING.fullmatch(scope["path"]):
        accepted = ",".join(found.getlist("accept"))
        if len(accepted) > _LONGEST_ACCEPT:
            return None
        # Links name the host that was asked, and the form may follow from what is accepted.
        also = (scope["scheme"], found.get("host", ""), accepted)
    return (scope["path"], scope["query_string"], coding, today(), also)


def _may_be_kept(scope: Scope) -> bool:
    """Whether a tile, columns or a page of features are asked for; tiles also as WMTS does."""
    if scope["path"] == "/wmts":
        return _GET_TILE.search(scope["query_string"]) is not None
    path = scope["path"]
    return _KEPT.fullmatch(path) is not None or _LINKING.fullmatch(path) is not None


async def _answered(answer: Answer, scope: Scope, send: Send) -> None:
    scope["route"] = answer.route
    said = Headers(scope=scope).get("if-none-match", "")
    status, body, headers = answer.status, answer.body, answer.headers.copy()
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    tag = MutableHeaders(raw=headers).get("etag")
    if tag and etags.known(tag, said):
        start["status"], body = 304, b""
        start["headers"] = [one for one in headers if one[0] not in {b"content-length"}]
    await send(start)
    await send({"type": "http.response.body", "body": body})
