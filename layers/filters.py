"""Filters that several layers share, and how what a client sent becomes a condition."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from layers.layer import SQL_TYPES, Filter, Kind, Layer


def codes(column: str, digits: int, description: str) -> Filter:
    """Administrative codes of so many digits, as a comma list."""
    return Filter(
        pattern=rf"^[0-9]{{{digits}}}(,[0-9]{{{digits}}})*$",
        sql=f"f.{column} = ANY(CAST(:{column} AS text[]))",
        description=f"{description}, comma-separated",
    )


def stars(column: str, description: str) -> Filter:
    """Stars as a comma list; ``unrated`` stands for those without."""
    return Filter(
        pattern=r"^([0-5]|unrated)(,([0-5]|unrated))*$",
        sql=f"f.{column} = ANY(CAST(:{column} AS int[]))",
        description=f"{description}: 0 (substandard) to 5, or `unrated`",
        kind="integer",
        none="unrated",
    )


def flag(column: str, description: str) -> Filter:
    """True or false; a feature of which nothing is known is as one where it is not so."""
    return Filter(
        pattern=r"^(true|false)$",
        sql=f"COALESCE(f.{column}, false) = CAST(:{column} AS boolean)",
        description=description,
        kind="boolean",
    )


CITY_CODE = codes("city_code", 6, "City codes")

_READ: Mapping[Kind, tuple[str, Callable[[str], Any]]] = {
    "string": (r"^[^\x00]{1,200}$", str),
    "integer": (r"^-?[0-9]{1,18}$", int),
    "number": (r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$", float),
    "boolean": (r"^(true|false)$", "true".__eq__),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", date.fromisoformat),
}


@cache
def parameters(layer: Layer) -> Mapping[str, Filter]:
    """The layer's own filters, and for each other property its value (OGC 17-069r4, 7.15.4).

    Programs that know no CQL2 ask by these: GDAL before 3.7 and QGIS's simplest filters.
    """
    return {name: _equal(layer, name) for name in layer.properties} | dict(layer.filters)


def _equal(layer: Layer, name: str) -> Filter:
    one = layer.properties[name]
    return Filter(
        pattern=_READ[one.kind][0],
        sql=f"f.{name} = CAST(:{name} AS {SQL_TYPES[one.kind]})",
        description=f"{one.title_en}: this value",
        kind="equal",
    )


def check(layer: Layer, name: str, raw: str) -> None:
    """Raises ValueError for what fits the pattern and is no value, as the 31st of a short month."""
    if parameters(layer)[name].kind == "equal":
        _value(layer, name, raw)


def _value(layer: Layer, name: str, raw: str) -> Any:
    _pattern, read = _READ[layer.properties[name].kind]
    return read(raw)


def conditions(layer: Layer, sent: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """SQL conditions over ``f`` and the values to bind, for what :func:`check` lets pass."""
    clauses: list[str] = []
    values: dict[str, Any] = {}
    for name, raw in sent.items():
        rule = parameters(layer)[name]
        if rule.kind == "equal":
            clause, value = rule.sql, _value(layer, name, raw)
        else:
            clause, value = _condition(name, rule, raw)
        clauses.append(clause)
        if value is not None:
            values[name] = value
    return clauses, values


def _condition(name: str, rule: Filter, raw: str) -> tuple[str, Any]:
    if rule.kind == "contains":
        return rule.sql, f"%{_like_literal(raw)}%"
    if rule.kind == "boolean":
        return rule.sql, raw == "true"
    words = raw.split(",")
    present = [word for word in words if word != rule.none]
    value = [int(word) for word in present] if rule.kind == "integer" else present
    if len(present) == len(words):
        return rule.sql, value
    absent = f"f.{name} IS NULL"
    return (f"({rule.sql} OR {absent})", value) if present else (absent, None)


def _like_literal(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
