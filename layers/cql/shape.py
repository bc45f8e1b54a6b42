"""A filter without its values: the same shape is compiled once.

Values become numbered places that tell only their type: ``star <= 2`` and ``star <= 3`` have one
shape. Integral numbers are integers, which the parser reads as floats.
"""

import math
from typing import Any, NamedTuple

from layers.cql.errors import FilterError

type Node = tuple[Any, ...]
"""``("op", name, arguments)``, ``("property", name)``, ``("interval", start, end)``,
``("value", number, type)``, ``("list", number, type)``, ``("terms", node, node, …)`` for a list of
what is not all values, or ``("geometry", number)``."""

_INT64 = 2**63
_MADE = {"op", "property"}


class Shaped(NamedTuple):
    """A shape, and the values of its places."""

    node: Node
    values: tuple[Any, ...]


def shaped(tree: Any) -> Shaped:
    """Take a tree (CQL2 JSON) apart. Raises FilterError."""
    values: list[Any] = []
    return Shaped(_node(tree, values), tuple(values))


def _node(tree: Any, values: list[Any]) -> Node:
    if isinstance(tree, dict):
        return _object(tree, values)
    if isinstance(tree, list):
        if any(isinstance(one, dict) and _MADE & one.keys() for one in tree):
            return ("terms", *(_node(one, values) for one in tree))
        kinds = {_value_type(one) for one in tree}
        if kinds == {"integer", "number"}:
            kinds = {"number"}
        if len(kinds) > 1:
            raise FilterError("a list holds values of several types")
        values.append([_plain(one) for one in tree])
        return ("list", len(values) - 1, kinds.pop() if kinds else "string")
    values.append(_plain(tree))
    return ("value", len(values) - 1, _value_type(tree))


def _object(tree: dict[str, Any], values: list[Any]) -> Node:
    if "op" in tree:
        arguments = tuple(_node(one, values) for one in tree.get("args", ()))
        return ("op", str(tree["op"]), arguments)
    if "property" in tree:
        return ("property", str(tree["property"]))
    if "interval" in tree:
        ends = [_end(one, values) for one in tree["interval"]]
        if len(ends) != 2:
            raise FilterError("an interval has two ends")
        return ("interval", *ends)
    if "date" in tree or "timestamp" in tree:
        kind = "date" if "date" in tree else "timestamp"
        values.append(str(tree[kind]))
        return ("value", len(values) - 1, kind)
    if "bbox" in tree or "coordinates" in tree or "geometries" in tree:
        values.append(tree)
        return ("geometry", len(values) - 1)
    raise FilterError(f"holds something that is not known: {', '.join(sorted(tree)) or 'nothing'}")


def _end(tree: Any, values: list[Any]) -> Node:
    """An end of an interval: open, an instant, or a property."""
    if tree == "..":
        return ("open",)
    if isinstance(tree, str):
        values.append(tree)
        return ("value", len(values) - 1, "timestamp" if "T" in tree.upper() else "date")
    return _node(tree, values)


def _value_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int | float):
        return "integer" if _integral(value) else "number"
    if isinstance(value, dict) and len(value) == 1 and ("date" in value or "timestamp" in value):
        return str(next(iter(value)))
    raise FilterError("a list or comparison holds something that is no value")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return str(next(iter(value.values())))
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise FilterError("a number is not finite")
        return int(value) if _integral(value) else float(value)
    return value


def _integral(value: float) -> bool:
    if not math.isfinite(value):
        return False
    return float(value).is_integer() and -_INT64 <= value < _INT64
