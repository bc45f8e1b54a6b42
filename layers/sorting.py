"""The order of features, and where in it a page ended (keyset paging)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from layers.layer import SQL_TYPES, Layer

type Key = str | int | float | bool | None
"""The value of a property by which is sorted, as JSON has it."""

MOST = 3
"""Properties to sort by at once."""

_KEYS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "date": str,
}


@dataclass(frozen=True)
class By:
    """A property to sort by; what has no value comes last either way."""

    name: str
    descending: bool = False


def parse(said: str, layer: Layer) -> tuple[By, ...]:
    """``sortby``: names in order, each after + or -. Raises ValueError."""
    order = []
    for word in map(str.strip, said.split(",")):
        # A plus sign in an address is read as a space where it was not escaped.
        name = word[1:] if word[:1] in {"+", "-"} else word
        if name not in layer.properties:
            raise ValueError(f"{name} is not known; there are {', '.join(layer.properties)}")
        order.append(By(name, word.startswith("-")))
    if len(order) > MOST or len({by.name for by in order}) < len(order):
        raise ValueError(f"names at most {MOST} properties, each once")
    return tuple(order)


def clause(order: Sequence[By]) -> str:
    """What follows ORDER BY; the number makes it the same each time."""
    parts = [f"f.{by.name} {'DESC' if by.descending else 'ASC'} NULLS LAST" for by in order]
    return ", ".join([*parts, "f.id"])


def after(
    order: Sequence[By], keys: Sequence[Key], number: int, layer: Layer
) -> tuple[str, Mapping[str, Any]]:
    """The features behind one with these keys and this number, as a condition and its values.

    Raises ValueError for keys that do not fit the properties.
    """
    values: dict[str, Any] = {"after": number}
    condition = "f.id > :after"
    for place, (by, key) in reversed(list(enumerate(zip(order, keys, strict=True)))):
        name, column = f"key_{place}", f"f.{by.name}"
        if key is None:
            condition = f"({column} IS NULL AND {condition})"
            continue
        kind = layer.properties[by.name].kind
        values[name] = _value(kind, key)
        bound = f"CAST(:{name} AS {SQL_TYPES[kind]})"
        further = "<" if by.descending else ">"
        condition = (
            f"({column} {further} {bound} OR {column} IS NULL"
            f" OR ({column} = {bound} AND {condition}))"
        )
    return condition, values


def _value(kind: str, key: Key) -> Any:
    if not isinstance(key, _KEYS[kind]):
        raise ValueError("does not fit the order")
    return date.fromisoformat(str(key)) if kind == "date" else key
