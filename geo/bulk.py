"""Fills a table faster than row by row: its indexes and references are made after the rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, TextClause, text

from geo.turns import take

LEAST_ROWS = 10_000
"""Fewer rows than these go in as quickly through the indexes."""

_SECONDARY_INDEXES = text("""
    SELECT pg_get_indexdef(indexrelid) AS made, CAST(CAST(indexrelid AS regclass) AS text) AS name,
           (SELECT relname FROM pg_class WHERE oid = indexrelid) AS own
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
_REFERRED = text("""
    SELECT DISTINCT CAST(CAST(confrelid AS regclass) AS text) FROM pg_constraint
    WHERE conrelid = CAST(:table AS regclass) AND contype = 'f' AND confrelid <> conrelid
""")

_GRANTS = text("""
    SELECT format(
        'GRANT %s%s ON %s TO %s%s',
        granted.privilege_type,
        coalesce(' (' || quote_ident(acl.of_column) || ')', ''),
        CAST(:coming AS text),
        CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END,
        CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    )
    FROM pg_class AS c
    CROSS JOIN LATERAL (
        SELECT NULL AS of_column, c.relacl AS items, 0 AS place
        UNION ALL
        SELECT attname, attacl, attnum FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
    ) AS acl
    CROSS JOIN LATERAL aclexplode(acl.items) WITH ORDINALITY
        AS granted(grantor, grantee, privilege_type, is_grantable, position)
    LEFT JOIN pg_roles AS role ON role.oid = granted.grantee
    WHERE c.oid = CAST(:table AS regclass) AND granted.grantee <> c.relowner
    ORDER BY acl.place, granted.position
""")

_TRIGGERS = text("""
    SELECT replace(pg_get_triggerdef(oid), format(' ON %s ', CAST(:table AS text)),
                   format(' ON %s ', CAST(:coming AS text)))
    FROM pg_trigger
    WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal
      AND (CAST(tgname AS text) = ANY(CAST(:later AS text[]))) = :filled
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
    take(connection, [table, *connection.scalars(_REFERRED, {"table": table})])
    indexes = _indexes(connection, table)
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
def replaced(
    connection: Connection,
    tables: Sequence[str],
    *,
    first: Sequence[str] = (),
    later: Sequence[str] = (),
) -> Iterator[dict[str, str]]:
    """Give by table the name of an empty one to fill, which then takes its place.

    Others read the tables as they were until all that is new is ready, indexes too; none writes to
    them. The new ones get the constraints, indexes, owner, row policies and grants of the old,
    which are dropped. Constraints and indexes named in ``first`` they have from the start: dearer
    than made afterwards, but it goes on beside whatever makes the rows, and a table that does not
    fit in memory is not read once more for each. Triggers they have from the start but those named
    in ``later``, for what these would fill in comes with the rows. Each of ``tables`` is
    ``schema.table``, a name of the program; nothing may refer to it.
    """
    named = {table: f"{table}_coming" for table in tables}
    for table, coming in named.items():
        connection.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
        connection.execute(
            text(f"CREATE TABLE {coming} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)")
        )
        for one in _constraints(connection, table, "pux"):
            if one.name in first:
                _constrain(connection, coming, one)
        for one in _indexes(connection, table):
            if one.own in first:
                _index(connection, table, coming, one)
        _triggers(connection, table, coming, later, filled=False)
    yield named
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    renamed = []
    for table, coming in named.items():
        _triggers(connection, table, coming, later, filled=True)
        renamed += _completed(connection, table, coming, first)
    take(connection, tables)
    for table in tables:
        connection.execute(text(f"DROP TABLE {table}"))
    for statement in renamed:
        connection.exec_driver_sql(statement)


def _completed(connection: Connection, table: str, coming: str, first: Sequence[str]) -> list[str]:
    """Give a filled table what the old one has; what will name all of it like the old one's."""
    schema, _, name = table.partition(".")
    renamed = [f"ALTER TABLE {coming} RENAME TO {name}"]
    for one in (*_constraints(connection, table, "p"), *_constraints(connection, table, "ux")):
        if one.name not in first:
            _constrain(connection, coming, one)
        renamed.append(f"ALTER TABLE {table} RENAME CONSTRAINT {one.name}_coming TO {one.name}")
    for one in _indexes(connection, table):
        if one.own not in first:
            _index(connection, table, coming, one)
        renamed.append(f"ALTER INDEX {schema}.{one.own}_coming RENAME TO {one.own}")
    for one in _constraints(connection, table, "f"):
        connection.exec_driver_sql(f"ALTER TABLE {coming} ADD CONSTRAINT {one.name} {one.made}")
    both = {"table": table, "coming": coming}
    _run(connection, _SECURITY, both)
    _run(connection, _GRANTS, both)
    connection.execute(text(f"ANALYZE {coming}"))
    return renamed


def _constrain(connection: Connection, coming: str, one: Any) -> None:
    made = f"ALTER TABLE {coming} ADD CONSTRAINT {one.name}_coming {one.made}"
    connection.exec_driver_sql(made)


def _index(connection: Connection, table: str, coming: str, one: Any) -> None:
    made = one.made.replace(f" {one.own} ON {table} ", f" {one.own}_coming ON {coming} ", 1)
    connection.exec_driver_sql(made)


def _triggers(
    connection: Connection, table: str, coming: str, later: Sequence[str], *, filled: bool
) -> None:
    both = {"table": table, "coming": coming}
    _run(connection, _TRIGGERS, {**both, "later": list(later), "filled": filled})


def _run(connection: Connection, telling: TextClause, both: Mapping[str, Any]) -> None:
    """Run the statements that a query about both tables tells."""
    for statement in connection.scalars(telling, both).all():
        # psycopg2 reads a percent sign as the start of a parameter.
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _indexes(connection: Connection, table: str) -> Sequence[Any]:
    """Indexes that back no constraint: their full and own names, and how they are made."""
    return connection.execute(_SECONDARY_INDEXES, {"table": table}).all()


def _constraints(connection: Connection, table: str, kinds: str) -> Sequence[Any]:
    """Constraints of some kinds (``p``, ``u``, ``x``, ``f``): their names and how they are made."""
    return connection.execute(_CONSTRAINTS, {"table": table, "kinds": list(kinds)}).all()
