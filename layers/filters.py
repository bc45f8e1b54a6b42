"""Filters that several layers share, and how what a client sent becomes a condition."""

from collections.abc import Mapping
from typing import Any

from layers.layer import Filter, Layer


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


def conditions(layer: Layer, sent: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """SQL conditions over ``f`` and the values to bind, for what was sent and fits its pattern."""
    clauses: list[str] = []
    values: dict[str, Any] = {}
    for name, raw in sent.items():
        rule = layer.filters[name]
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
