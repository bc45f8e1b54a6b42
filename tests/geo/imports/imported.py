"""What an import left in the database."""

from typing import Any

from sqlalchemy import Engine, text

TABLES = (
    *("registry.compound", "registry.compound_outline", "registry.compound_place"),
    *("registry.company", "audit.event", "imports.file", "imports.held_row", "imports.repair"),
)


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES
        }


def rows(engine: Engine, query: str, **given: Any) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), given)]
