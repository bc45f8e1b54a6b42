"""Seals, as pure functions: the bytes of an event, the root of a seal, its signature, its chain.

The digest of an event is SHA-256 over its columns as text, each with its length before it. The root
of a seal is SHA-256 over what the seal says (the root of the one it follows among it) and, in order
of their numbers, over the numbers and digests of its events. What the seal says and its root are
signed with Ed25519 (RFC 8032). So whoever holds the public key and a seal can tell whether any of
its events, or of the seals before it, is another than it was.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FIRST = bytes(32)
"""The root that the first seal follows."""

_EVENT, _SEAL, _SIGNED = (f"compound-atlas {what} 1\n".encode() for what in ("event", "seal", "by"))


@dataclass(frozen=True)
class Leaf:
    """An event's number and digest."""

    event: int
    digest: bytes


@dataclass(frozen=True)
class Cover:
    """What a seal says of itself.

    It covers the events of cluster ``system_id`` whose transactions are from ``first_xid`` up to,
    not including, ``end_xid``. ``follows`` is the number of the seal before it, 0 for none, and
    ``previous`` that one's root; ``at`` is in microseconds since 1970. ``note`` says why a seal
    follows another than the one numbered before it.
    """

    number: int
    follows: int
    previous: bytes
    system_id: int
    first_xid: int
    end_xid: int
    events: int
    at: int
    note: str | None = None


@dataclass(frozen=True)
class Seal:
    """A cover with its root, signed by ``key`` (the raw public key)."""

    cover: Cover
    root: bytes
    key: bytes
    signature: bytes

    @property
    def number(self) -> int:
        """Its number; numbers only grow."""
        return self.cover.number


def leaf(event: int, columns: Sequence[str | None]) -> Leaf:
    """The digest of an event, from its columns as text in the order of ``events.sql``."""
    return Leaf(event, hashlib.sha256(_EVENT + _framed(columns)).digest())


def root(cover: Cover, leaves: Iterable[Leaf]) -> bytes:
    """The root of a seal over these events, which come in the order of their numbers."""
    found = hashlib.sha256(_SEAL + _said(cover))
    for one in leaves:
        found.update(one.event.to_bytes(8, "big", signed=True) + one.digest)
    return found.digest()


def sign(cover: Cover, leaves: Iterable[Leaf], key: Ed25519PrivateKey) -> Seal:
    """Seal these events."""
    found = root(cover, leaves)
    signature = key.sign(_SIGNED + _said(cover) + found)
    return Seal(cover, found, key.public_key().public_bytes_raw(), signature)


def signed_by(seal: Seal, key: bytes) -> bool:
    """Whether what the seal says was signed with the private half of this raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            seal.signature, _SIGNED + _said(seal.cover) + seal.root
        )
    except InvalidSignature:
        return False
    return seal.key == key


def to_line(seal: Seal, leaves: Sequence[Leaf] | None) -> str:
    """The seal as a line of JSON, with its events' digests where they are known."""
    packed = None
    if leaves is not None:
        packed = [[one.event, base64.b64encode(one.digest).decode()] for one in leaves]
    said = {**asdict(seal.cover), "root": seal.root, "key": seal.key, "signature": seal.signature}
    plain = {name: one.hex() if isinstance(one, bytes) else one for name, one in said.items()}
    return json.dumps({**plain, "digests": packed}, ensure_ascii=False, separators=(",", ":"))


def from_line(line: str | bytes) -> tuple[Seal, list[Leaf] | None]:
    """Read a line; raises ValueError where it is not one of a seal."""
    try:
        said: dict[str, Any] = json.loads(line)
        digests = said.pop("digests")
        packed = {"previous", "root", "key", "signature"}
        read: dict[str, Any] = {
            name: bytes.fromhex(one) if name in packed else one for name, one in said.items()
        }
        cover = Cover(**{one.name: read.pop(one.name) for one in fields(Cover)})
        seal = Seal(cover, **read)
        if digests is None:
            return seal, None
        return seal, [Leaf(event, base64.b64decode(digest)) for event, digest in digests]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a seal: {error}") from None


def _said(cover: Cover) -> bytes:
    """What a seal says, as bytes."""
    values = (one.hex() if isinstance(one, bytes) else one for one in asdict(cover).values())
    return _framed([None if one is None else str(one) for one in values])


def _framed(columns: Sequence[str | None]) -> bytes:
    """Texts one after the other, so that no two rows give the same bytes."""
    parts = (
        b"-" if one is None else b"%d:%b" % (len(one.encode()), one.encode()) for one in columns
    )
    return b",".join(parts)
