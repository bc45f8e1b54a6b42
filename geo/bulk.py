"""Fills a table faster than row by row: its indexes and references are made after the rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, TextClause, text

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
    ORDER BY oid
""")

_GRANTS = text("""
    SELECT format(
        'GRANT %s ON %s TO %s%s',
        granted.privilege_type,
        CAST(:coming AS text),
        CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END,
        CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    )
    FROM pg_class AS c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS granted
    LEFT JOIN pg_roles AS role ON role.oid = granted.grantee
    WHERE c.oid = CAST(:table AS regclass) AND granted.grantee <> c.relowner
""")

_TRIGGERS = text("""
    SELECT replace(pg_get_triggerdef(oid), format(' ON %s ', CAST(:table AS text)),
                   format(' ON %s ', CAST(:coming AS text)))
    FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal
    ORDER BY tgname
""")
_SECURITY = text("""
    SELECT format('ALTER TABLE %s OWNER TO %s', CAST(:coming AS text), CAST(relowner AS regrole))
    FROM pg_class WHERE oid = CAST(:table AS regclass)
    UNION ALL
    SELECT format('ALTER TABLE %s %s ROW LEVEL SECURITY', CAST(:coming AS text), how)
    FROM pg_class, unnest(ARRAY['ENABLE', 'FORCE'], ARRAY[relrowsecurity, relforcerowsecurity])
        AS wanted(how, holds)
    WHERE oid = CAST(:table AS regclass) AND holds
    UNION ALL
    SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', policyname, CAST(:coming AS text),
                  permissive, cmd,
                  (SELECT string_agg(CASE one WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(one) END,
                                     ', ') FROM unnest(roles) AS one))
           || COALESCE(' USING (' || qual || ')', '')
           || COALESCE(' WITH CHECK (' || with_check || ')', '')
    FROM pg_policies
    WHERE format('%I.%I', schemaname, tablename) = CAST(:table AS text)
""")


def worth_it(connection: Connection, table: str, coming: int) -> bool:
    """Whether so many coming rows are many, and more than the table (``schema.table``) holds."""
    if coming < LEAST_ROWS:
        return False
    held = text(f"SELECT count(*) FROM (SELECT FROM {table} LIMIT :coming) AS held")  # noqa: S608 - names of our own
    return bool(connection.execute(held, {"coming": coming}).scalar_one() < coming)


@contextmanager
def without_indexes(connection: Connection, table: str) -> Iterator[None]:
    """For the block, take from a table its indexes and the references it makes to other tables.

    Those that back a constraint (primary key, exclusion) stay, and so do checks. All are made again
    just as they were, which proves what they hold; where the block fails, the transaction has to be
    rolled back. ``table`` is ``schema.table``, a name of the program. Whoever reads the table or
    one it refers to waits until the transaction ends.
    """
    connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
    indexes = connection.execute(_SECONDARY_INDEXES, {"table": table}).all()
    references = _constraints(connection, table, "f")
    for one in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {one.name}")
    for one in indexes:
        connection.exec_driver_sql(f"DROP INDEX {one.name}")
    yield
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    for one in indexes:
        connection.exec_driver_sql(one.made)
    for one in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {one.name} {one.made}")


@contextmanager
def replaced(connection: Connection, table: str) -> Iterator[str]:
    """Give the name of an empty table to fill, which then takes the place of a table.

    Others read the table as it was until the transaction ends, and none writes to it; at the end of
    the block the new one gets the constraints, indexes, owner, row policies and grants of the old,
    which is dropped; its triggers it has from the start. ``table`` is ``schema.table``, a name of
    the program; nothing may refer to it.
    """
    schema, _, name = table.partition(".")
    coming = f"{table}_coming"
    connection.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(
        text(f"CREATE TABLE {coming} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)")
    )
    both = {"table": table, "coming": coming}
    _run(connection, _TRIGGERS, both)
    yield coming
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    keys = [*_constraints(connection, table, "p"), *_constraints(connection, table, "ux")]
    for one in keys:
        made = f"ALTER TABLE {coming} ADD CONSTRAINT {one.name}_coming {one.made}"
        connection.exec_driver_sql(made)
    indexes = connection.execute(_SECONDARY_INDEXES, {"table": table}).all()
    for one in indexes:
        own = one.name.removeprefix(f"{schema}.")
        connection.exec_driver_sql(
            one.made.replace(f" {own} ON {table} ", f" {own}_coming ON {coming} ", 1)
        )
    for one in _constraints(connection, table, "f"):
        connection.exec_driver_sql(f"ALTER TABLE {coming} ADD CONSTRAINT {one.name} {one.made}")
    _run(connection, _SECURITY, both)
    _run(connection, _GRANTS, both)
    connection.execute(text(f"ANALYZE {coming}"))
    connection.execute(text(f"DROP TABLE {table}"))
    connection.execute(text(f"ALTER TABLE {coming} RENAME TO {name}"))
    for one in keys:
        renamed = f"ALTER TABLE {table} RENAME CONSTRAINT {one.name}_coming TO {one.name}"
        connection.exec_driver_sql(renamed)
    for one in indexes:
        own = one.name.removeprefix(f"{schema}.")
        connection.exec_driver_sql(f"ALTER INDEX {schema}.{own}_coming RENAME TO {own}")


def _run(connection: Connection, telling: TextClause, both: Mapping[str, str]) -> None:
    """Run the statements that a query about both tables tells."""
    for statement in connection.scalars(telling, both).all():
        # psycopg2 reads a percent sign as the start of a parameter.
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _constraints(connection: Connection, table: str, kinds: str) -> Sequence[Any]:
    """Constraints of some kinds (``p``, ``u``, ``x``, ``f``): their names and how they are made."""
    return connection.execute(_CONSTRAINTS, {"table": table, "kinds": list(kinds)}).all()
