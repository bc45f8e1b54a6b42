"""Keyset cursors: where a page ended, bound to the filters it was made with."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from layers.sorting import Key

LONGEST = 7000
"""Characters of a cursor: texts that features are sorted by stand in it, of up to 500 each.

An address may have 8 KiB.
"""


def encode(after: int, *, filters: str, keys: Sequence[Key] = ()) -> str:
    """A cursor to what comes after an id, and keys of an order before it, under these filters."""
    raw = json.dumps([_digest(filters), after, *keys], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str, *, filters: str) -> int:
    """The id in a cursor. ValueError if it is damaged or was made with other filters."""
    return decode_sorted(cursor, filters=filters, keys=0)[1]


def decode_sorted(cursor: str, *, filters: str, keys: int) -> tuple[tuple[Key, ...], int]:
    """The keys of an order, so many, and the id in a cursor. ValueError as :func:`decode`."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        digest, after, *found = json.loads(raw)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise ValueError("is not a cursor of this service; begin again without it") from None
    known = isinstance(after, int) and abs(after) < 2**63
    if not known or any(isinstance(key, list | dict) for key in found):
        raise ValueError("is not a cursor of this service; begin again without it")
    if digest != _digest(filters) or len(found) != keys:
        raise ValueError("belongs to other filters; begin again without it")
    return tuple(found), after


def _digest(filters: str) -> str:
    return hashlib.blake2b(filters.encode(), digest_size=8).hexdigest()
