"""Statements of the service, asked through the tests' own driver."""

from datetime import datetime
from typing import Any

from layers.statement import Statement

_KINDS = {int: "int", str: "text", float: "float8", list: "text[]", datetime: "timestamptz"}


def rows(cursor: Any, statement: Statement) -> list[tuple[Any, ...]]:
    kinds = ", ".join(_KINDS.get(type(one), "date") for one in statement.arguments)
    types = f"({kinds})" if kinds else ""
    cursor.execute(f"PREPARE probe {types} AS {statement.sql.replace('%', '%%')}")
    try:
        placeholders = ", ".join(["%s"] * len(statement.arguments))
        given = f"({placeholders})" if placeholders else ""
        cursor.execute(f"EXECUTE probe {given}", statement.arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
    finally:
        cursor.execute("DEALLOCATE probe")
