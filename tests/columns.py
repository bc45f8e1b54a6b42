"""Reads columns in their binary form, from what docs/layers.md says of it."""

import json
import struct
from typing import Any

CODES = {"u8": "B", "u16": "H", "u32": "I", "i32": "i", "f64": "d"}


def unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The header, and by name the values with nothing where there is nothing."""
    assert content[:4] == b"ATC1"
    (length,) = struct.unpack_from("<I", content, 4)
    assert (8 + length) % 8 == 0
    header = json.loads(content[8 : 8 + length])
    return header, {
        one["name"]: _values(one, content, 8 + length + one["offset"]) for one in header["columns"]
    }


def _values(one: dict[str, Any], content: bytes, start: int) -> list[Any]:
    assert start % 8 == 0
    part = content[start : start + one["bytes"]]
    if one["type"] == "zigzag":
        return [value * one["scale"] for value in _summed(part)]
    code = CODES[one["type"]]
    raw = list(struct.unpack(f"<{len(part) // struct.calcsize(code)}{code}", part))
    if "codes" in one:
        return [one["codes"][value] for value in raw]
    if "none" in one:
        return [None if value == one["none"] else value for value in raw]
    return [None if value != value else value for value in raw]  # noqa: PLR0124 - not a number


def _summed(part: bytes) -> list[int]:
    found, total, number, shift = [], 0, 0, 0
    for byte in part:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            total += (number >> 1) ^ -(number & 1)
            found.append(total)
            number = shift = 0
    return found
