"""SQL with named values, in the numbered form that asyncpg sends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
    order: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in order:
            order.append(name)
        return f"${order.index(name) + 1}"

    text = _NAME.sub(number, sql)
    return Statement(text, tuple(values[name] for name in order))
