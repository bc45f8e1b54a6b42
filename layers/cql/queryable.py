"""What a filter may name."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "integer", "number", "boolean", "date", "timestamp", "geometry", "strings"]
"""``strings`` is an array of them; ``geometry`` is in WGS 84, longitude first."""


@dataclass(frozen=True)
class Queryable:
    """What a filter may name, its type, and the column of the query ``f`` behind it."""

    name: str
    kind: Kind
    column: str
