"""Answers that the workers of several machines draw once for all, in Redis where one is named.

Workers hear of changes at different moments, so none believes that what another stored still holds.
An answer is stored with ``upto``: whatever transaction has a lower number had ended before the
drawing began, which so saw it. Who finds the answer takes it only if it saw all that they heard of
themselves, and all that was under way when they began to listen (:meth:`api.cache.Cache.get`).

What is found is sealed with a key that follows from the installation's secret, so that who can
write to Redis cannot make anything up. Where Redis fails, everybody is answered as if it were
empty, and it is left alone for some seconds.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field

from access.credentials import derived
from api import metrics
from api.answers import Answer, Cover, Key
from api.settings import SharedSettings
from geo.errors import AtlasError

if TYPE_CHECKING:
    from redis.asyncio import Redis

SECONDS = 0.05
"""How long Redis may take: a visitor waits for it."""
PAUSE_SECONDS = 5.0
"""How long it is left alone after it failed."""
KEPT_SECONDS = 3600
LARGEST = 4_000_000
"""Bytes of an answer with all that is stored with it."""
MOST_STORING = 16
"""Answers on their way to Redis at a time; of more than these none is stored."""
CONNECTIONS = 32
SCHEMES = ("redis://", "rediss://", "unix://")
DRAWING = ("geo", "access", "oversight", "layers", "api")
"""The packages that an answer follows from."""

_SEAL = 32
_LENGTH = 4

log = structlog.get_logger()


@dataclass(frozen=True)
class Ground:
    """Where a worker stands that hears of changes.

    ``place`` names the database and the run of its server, within which transactions are numbered;
    the worker hears of all that change something from number ``floor`` on; ``upto`` asks for the
    number below which all have ended, None where that is not known in time.
    """

    place: str
    floor: int
    upto: Callable[[], Awaitable[int | None]]


class _Head(BaseModel):
    """What is stored of an answer before its body."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    status: Literal[200, 204]
    headers: list[tuple[str, str]]
    layers: frozenset[str]
    box: tuple[float, float, float, float]
    route: str | None
    upto: int = Field(ge=0)


class Shared:
    """Answers in Redis, by what was asked of which database and program."""

    def __init__(self, client: "Redis", secret: bytes, program: bytes) -> None:
        """Keep the client, which connects when it is first asked."""
        self._client = client
        key = derived(secret, "shared answers")
        self._key = hashlib.blake2b(program, key=key, digest_size=32).digest()
        self._storing: set[asyncio.Task[None]] = set()
        self._failing = False
        self._again = 0.0
        self._misfit = False

    @classmethod
    def named(cls, settings: SharedSettings, secret: bytes) -> "Shared | None":
        """The one that the settings name, if they do. Raises AtlasError as :func:`client` does."""
        made = client(settings)
        return None if made is None else cls(made, secret, program())

    async def find(self, place: str, key: Key) -> tuple[Answer, int] | None:
        """The answer and its ``upto``; None where there is none, or Redis fails."""
        name = self._name(place, key)

        async def ask() -> bytes:
            # No more than may be stored, whatever is there.
            found: bytes = await self._client.getrange(name, 0, LARGEST)  # type: ignore[assignment]
            return found

        found = await self._tried("find", ask)
        if found is None:
            return None
        if not found:
            metrics.SHARED.add(found="no")
            return None
        try:
            return self._opened(name, found)
        except ValueError as error:
            # Whoever draws it now puts it right.
            metrics.SHARED.add(found="misfit")
            if not self._misfit:
                log.warning("a shared answer is not ours", error=type(error).__name__)
            self._misfit = True
            return None

    def keep(self, place: str, key: Key, made: Answer, upto: int) -> None:
        """Store an answer, while nobody waits for that."""
        if len(made.body) >= LARGEST or len(self._storing) >= MOST_STORING:
            return
        task = asyncio.create_task(self._store(self._name(place, key), made, upto))
        self._storing.add(task)
        task.add_done_callback(self._stored)

    def _stored(self, task: asyncio.Task[None]) -> None:
        self._storing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an answer could not be shared", error=type(error).__name__)

    async def close(self) -> None:
        """Store nothing more, and let go of the connections."""
        for task in self._storing:
            task.cancel()
        await asyncio.gather(*self._storing, return_exceptions=True)
        await self._client.aclose()

    async def _store(self, name: str, made: Answer, upto: int) -> None:
        sealed = self._sealed(name, made, upto)
        if len(sealed) <= LARGEST:
            await self._tried("keep", lambda: self._client.set(name, sealed, ex=KEPT_SECONDS))

    async def _tried[T](self, doing: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        """What Redis says; None where it fails, or did so a little ago."""
        now = time.monotonic()
        if now < self._again:
            return None
        if self._failing:
            # One finds out whether it is there again.
            self._again = now + PAUSE_SECONDS
        try:
            async with asyncio.timeout(SECONDS):
                found = await ask()
        except Exception as error:  # whatever it is, the answer can be drawn
            metrics.SHARED_FAILED.add(doing=doing)
            if not self._failing:
                # The message might name the address and its password.
                log.warning("what is drawn is not shared", error=type(error).__name__)
            self._failing = True
            self._again = time.monotonic() + PAUSE_SECONDS
            return None
        self._failing, self._again = False, 0.0
        return found

    def _name(self, place: str, key: Key) -> str:
        asked = repr((place, key)).encode()
        return f"atlas:{self._digest(b'name', asked).hex()}"

    def _sealed(self, name: str, made: Answer, upto: int) -> bytes:
        assert made.cover is not None  # noqa: S101 - told to mypy
        asked = {
            "status": made.status,
            "headers": [(one.decode("latin-1"), to.decode("latin-1")) for one, to in made.headers],
            "layers": made.cover.layers,
            "box": made.cover.box,
            "route": getattr(made.route, "path", None),
            "upto": upto,
        }
        written = _Head.model_validate(asked).model_dump_json().encode()
        content = len(written).to_bytes(_LENGTH) + written + made.body
        return self._digest(b"seal", name.encode(), content) + content

    def _opened(self, name: str, found: bytes) -> tuple[Answer, int]:
        """What was sealed under this name. Raises ValueError where it was not, by this program."""
        seal, content = found[:_SEAL], found[_SEAL:]
        if len(found) > LARGEST or not hmac.compare_digest(
            seal, self._digest(b"seal", name.encode(), content)
        ):
            raise ValueError("it is not sealed")
        end = _LENGTH + int.from_bytes(content[:_LENGTH])
        if end > len(content):
            raise ValueError("its head has no end")
        head = _Head.model_validate_json(content[_LENGTH:end])
        headers = [(one.encode("latin-1"), to.encode("latin-1")) for one, to in head.headers]
        cover, route = Cover(head.layers, head.box), SimpleNamespace(path=head.route)
        return Answer(head.status, headers, content[end:], cover, route), head.upto

    def _digest(self, use: bytes, *parts: bytes) -> bytes:
        digest = hashlib.blake2b(key=self._key, digest_size=_SEAL, person=use)
        for one in parts:
            digest.update(one)
        return digest.digest()


def client(settings: SharedSettings) -> "Redis | None":
    """What speaks to the Redis that is named; nothing is asked of it yet.

    Raises AtlasError where the address is none, or the package that speaks to it is not there.
    """
    address = settings.redis_url.get_secret_value() if settings.redis_url else ""
    if not address:
        return None
    if not address.startswith(SCHEMES):
        raise AtlasError(f"ATLAS_REDIS_URL must begin with {', '.join(SCHEMES)}")
    try:
        # Whoever shares nothing need not have it.
        from redis.asyncio import BlockingConnectionPool, Redis  # noqa: PLC0415
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
    except ModuleNotFoundError:
        raise AtlasError(
            "ATLAS_REDIS_URL needs the package redis: "
            "pip install 'compound-atlas[shared-cache]', or leave the setting out"
        ) from None
    try:
        pool = BlockingConnectionPool.from_url(
            address,
            max_connections=CONNECTIONS,
            timeout=SECONDS,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
    except ValueError:
        # It quotes what it cannot read.
        raise AtlasError("ATLAS_REDIS_URL is not an address, as redis://127.0.0.1:6379/0") from None
    return Redis.from_pool(pool)


def program() -> bytes:
    """A digest of all that answers follow from besides the database: others draw otherwise."""
    digest = hashlib.blake2b(digest_size=32)
    root = Path(__file__).parents[1]
    for folder in DRAWING:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".toml", ".csv"}:
                digest.update(repr((str(path.relative_to(root)), path.read_bytes())).encode())
    return digest.digest()
