"""Statements of the service, asked through the tests' own driver."""

from typing import Any

from layers.statement import Statement


def rows(cursor: Any, statement: Statement) -> list[tuple[Any, ...]]:
    kinds = ", ".join(
        {int: "int", str: "text", float: "float8"}.get(type(one), "date")
        for one in statement.arguments
    )
    cursor.execute(f"PREPARE probe ({kinds}) AS {statement.sql.replace('%', '%%')}")
    try:
        placeholders = ", ".join(["%s"] * len(statement.arguments))
        cursor.execute(f"EXECUTE probe ({placeholders})", statement.arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
    finally:
        cursor.execute("DEALLOCATE probe")
