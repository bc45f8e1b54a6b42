"""Keyset cursors: where a page ended, bound to the filters it was made with."""

import base64
import binascii
import hashlib
import struct

_FORM = struct.Struct(">q8s")


def encode(after: int, *, filters: str) -> str:
    """A cursor to the features after an id, under these filters."""
    raw = _FORM.pack(after, _digest(filters))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, *, filters: str) -> int:
    """The id in a cursor. ValueError if it is damaged or was made with other filters."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        after, digest = _FORM.unpack(raw)
    except (binascii.Error, ValueError, struct.error):
        raise ValueError("is not a cursor of this service; begin again without it") from None
    if digest != _digest(filters):
        raise ValueError("belongs to other filters; begin again without it")
    return int(after)


def _digest(filters: str) -> bytes:
    return hashlib.blake2b(filters.encode(), digest_size=8).digest()
