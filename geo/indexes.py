"""The indexes that the schema has: without one of them a filter or an order reads whole tables.

They go missing when somebody drops one by hand, or when ``CREATE INDEX CONCURRENTLY`` breaks off
and leaves one that PostgreSQL keeps up but does not use.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from geo.errors import AtlasError

_CREATED = re.compile(r"^CREATE (?:UNIQUE )?INDEX (\w+) ON (?:ONLY )?(\w+)\..*;$", re.MULTILINE)

USABLE_SQL = """
    SELECT format('%s.%s', n.nspname, c.relname)
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE i.indisvalid AND i.indisready AND n.nspname <> 'pg_catalog'"""
"""``schema.name`` of every index that queries can use; every role may ask."""


@cache
def needed() -> Mapping[str, str]:
    """By ``schema.name`` the statement that makes it, as schema.sql has them."""
    schema = Path(__file__).with_name("schema.sql").read_text("utf-8")
    return {f"{found[2]}.{found[1]}": found[0] for found in _CREATED.finditer(schema)}


def missing(usable: Iterable[str]) -> list[str]:
    """Those that are needed and not among the usable ones, by name."""
    return sorted(needed().keys() - set(usable))


def check(connection: Connection) -> None:
    """Raises AtlasError naming each index that is missing, and how it is made again."""
    lacking = missing(connection.scalars(text(USABLE_SQL)))
    if lacking:
        made = "\n".join(f"  DROP INDEX IF EXISTS {name}; {needed()[name]}" for name in lacking)
        raise AtlasError(
            f"the database lacks {len(lacking)} of its indexes, and would read whole tables "
            f"without: make them again in `atlas db shell`, then start again\n{made}"
        )
