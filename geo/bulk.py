"""Fills a table faster than row by row: its indexes and references are made after the rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

LEAST_ROWS = 10_000
"""Fewer rows than these go in as quickly through the indexes."""

_SECONDARY_INDEXES = text("""
    SELECT pg_get_indexdef(indexrelid) AS made, CAST(CAST(indexrelid AS regclass) AS text) AS name
    FROM pg_index
    WHERE indrelid = CAST(:table AS regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indexrelid
""")
_CONSTRAINTS = text("""
    SELECT quote_ident(conname) AS name, pg_get_constraintdef(oid) AS made
    FROM pg_constraint
    WHERE conrelid = CAST(:table AS regclass) AND CAST(contype AS text) = ANY(:kinds)
    ORDER BY contype = 'f', oid
""")


def worth_it(connection: Connection, table: str, coming: int) -> bool:
    """Whether so many coming rows are many, and more than the table (``schema.table``) holds."""
    if coming < LEAST_ROWS:
        return False
    held = text(f"SELECT count(*) FROM (SELECT FROM {table} LIMIT :coming) AS held")  # noqa: S608
    return bool(connection.execute(held, {"coming": coming}).scalar_one() < coming)


@contextmanager
def without_indexes(connection: Connection, table: str, *, keys: bool = False) -> Iterator[None]:
    """For the block, take from a table its indexes and the references it makes to other tables.

    Those that back a constraint (primary key, exclusion) stay unless ``keys`` says otherwise; then
    nothing may refer to the table. Checks stay. All are made again just as they were, which proves
    what they hold; where the block fails, the transaction has to be rolled back. ``table`` is
    ``schema.table``, a name of the program. Whoever reads the table waits until the transaction
    ends.
    """
    connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
    indexes = connection.execute(_SECONDARY_INDEXES, {"table": table}).all()
    kinds = ["f", "x", "u", "p"] if keys else ["f"]
    constraints = connection.execute(_CONSTRAINTS, {"table": table, "kinds": kinds}).all()
    for one in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {one.name}")
    for one in indexes:
        connection.exec_driver_sql(f"DROP INDEX {one.name}")
    yield
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    for one in indexes:
        connection.exec_driver_sql(one.made)
    for one in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {one.name} {one.made}")
