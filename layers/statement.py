"""SQL with named values, in the numbered form that asyncpg sends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# A colon before a name, but not the second of a cast (``::date``).
_NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


@dataclass(frozen=True)
class Statement:
    """What to send: text with ``$1``, ``$2``, …, and their values."""

    sql: str
    arguments: tuple[Any, ...]


def bind(sql: str, values: Mapping[str, Any]) -> Statement:
    """Number the names in ``sql`` in the order they first occur; KeyError for one without value."""
    text, names = _numbered(sql)
    return Statement(text, tuple(values[name] for name in names))


@lru_cache(1024)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    order: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"${order.setdefault(match.group(1), len(order) + 1)}"

    text = _NAME.sub(number, sql)
    return text, tuple(order)
