"""Content codings: which one a client would have, and what packs a body in it."""

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard

LEVEL = 4
"""Of each coding's own scale: beyond it tiles take several times as long for a few bytes less."""

_QUALITY = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE | re.ASCII)
_ALIASES = {"x-gzip": "gzip"}


class Packer(Protocol):
    """Packs a body that comes in pieces."""

    def piece(self, body: bytes) -> bytes:
        """All of a piece, so that who receives it need not wait for the next."""
        ...

    def end(self) -> bytes:
        """What ends the body."""
        ...


class _Gzip:
    def __init__(self) -> None:
        self._made = zlib.compressobj(LEVEL, wbits=31)

    def piece(self, body: bytes) -> bytes:
        return self._made.compress(body) + self._made.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._made.flush()


class _Brotli:
    def __init__(self) -> None:
        self._made = brotli.Compressor(quality=LEVEL)

    def piece(self, body: bytes) -> bytes:
        packed: bytes = self._made.process(body) + self._made.flush()
        return packed

    def end(self) -> bytes:
        packed: bytes = self._made.finish()
        return packed


class _Zstandard:
    def __init__(self) -> None:
        self._made = zstandard.ZstdCompressor(level=LEVEL).compressobj()

    def piece(self, body: bytes) -> bytes:
        return self._made.compress(body) + self._made.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._made.flush()


def _gzip(body: bytes) -> bytes:
    # Without the time of day, so that a body is packed into the same bytes each time.
    return gzip.compress(body, LEVEL, mtime=0)


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, quality=LEVEL)
    return packed


def _zstandard(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(body)


PACKERS: dict[str, Callable[[], Packer]] = {"zstd": _Zstandard, "br": _Brotli, "gzip": _Gzip}
"""By name, the one we would rather use first."""
_WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "zstd": _zstandard,
    "br": _brotli,
    "gzip": _gzip,
}


def packed(body: bytes, coding: str) -> bytes:
    """A whole body in a coding."""
    return _WHOLE[coding](body)


def chosen(lines: Sequence[str]) -> str | None:
    """The coding that the lines of Accept-Encoding ask for (RFC 9110, 12.5.3); None for none.

    The one with the highest weight; of several the first of :data:`PACKERS`, and any rather than
    none unless none is weighted higher. Who refuses everything, the bare body too, gets that: the
    section leaves it to us, and 406 would help nobody.
    """
    return _chosen(",".join(lines))


@lru_cache(maxsize=512)
def _chosen(accepted: str) -> str | None:
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    found = {name: weights.get(name, others) for name in PACKERS}
    best = max(found, key=found.__getitem__)
    if found[best] <= 0 or found[best] < weights.get("identity", 0.0):
        return None
    return best


def _weights(accepted: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in accepted.split(","):
        name, _, parameter = word.partition(";")
        name = name.strip().lower()
        if name:
            found[_ALIASES.get(name, name)] = _weight(parameter.strip())
    return found


def _weight(parameter: str) -> float:
    """1 where none is given; 0 for what is not a weight, so that nothing doubtful is used."""
    if not parameter:
        return 1.0
    given = _QUALITY.fullmatch(parameter)
    return float(given[1]) if given else 0.0
