"""What must be known of a GeoJSON file before GDAL opens it: no links to follow, no record lost."""

import json
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.errors import AtlasError

# JSON may write any letter as an escape, and GDAL takes names of members in any case.
_CRS_MEMBER = re.compile(rb'"(?:c|\\u00[46]3)(?:r|\\u00[57]2)(?:s|\\u00[57]3)"\s*:\s*\{', re.I)
_LONGEST_CRS = 64 << 10
_KINDS = {"name", "epsg", "ogc"}
_BLOCK = 1 << 20


def check(path: Path) -> None:
    """Refuse a file that sends GDAL elsewhere for its coordinate system (``"type": "link"``).

    GeoJSON of 2008 allows it (3.3); GDAL would fetch the address from the network.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for found in _CRS_MEMBER.finditer(content):
            start = found.end() - 1
            member = _member(content[start : start + _LONGEST_CRS])
            if not isinstance(member, dict) or _kind(member) not in _KINDS:
                raise AtlasError(
                    f'{path.name}: its "crs" does not name a coordinate system but links to one; '
                    "remove it and say --datum instead"
                )


def check_records(path: Path) -> int:
    """How many features a sequence holds; AtlasError names the first that cannot be read.

    GDAL passes over broken ones, also over the last of a file that was cut short.
    """
    count = 0
    for count, record in enumerate(_records(path), 1):
        try:
            kind = json.loads(record).get("type")
        except (ValueError, AttributeError, RecursionError) as error:
            raise AtlasError(
                f"{path.name}: record {count} cannot be read ({error}); the file may be cut "
                "short: send it again, or put each feature on a line of its own"
            ) from None
        if not isinstance(kind, str):
            raise AtlasError(f"{path.name}: record {count} has no type, so it is no GeoJSON")
    return count


def _records(path: Path) -> Iterator[bytes]:
    """One a line, or behind record separators (RFC 8142); blank ones are left out."""
    with path.open("rb") as file:
        separator = b"\x1e" if file.read(4).lstrip(b"\xef\xbb\xbf").startswith(b"\x1e") else b"\n"
        file.seek(0)
        rest = b""
        while block := file.read(_BLOCK):
            *whole, rest = (rest + block).split(separator)
            yield from (one for record in whole if (one := _bare(record)))
        if last := _bare(rest):
            yield last


def _bare(record: bytes) -> bytes:
    return record.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\x1e")


def _member(text: bytes) -> Any:
    try:
        return json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))[0]
    except (ValueError, RecursionError):
        return None


def _kind(member: dict[str, Any]) -> str:
    """The kind of a ``crs``; of several ``type`` members in other cases, the first that is not."""
    kinds = [str(value).lower() for name, value in member.items() if name.lower() == "type"]
    return next((kind for kind in kinds if kind not in _KINDS), kinds[0] if kinds else "")
