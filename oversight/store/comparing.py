"""Compares what holds today with what is written, and writes where it differs."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, text

from oversight.store.writing import COMPANIES, COMPOUNDS, Kept


def any_written(connection: Connection, cities: Sequence[str]) -> bool:
    """Whether there are statuses of the cities that today's are to be compared with."""
    found = (
        f"SELECT FROM {kept.table} WHERE city_code = ANY(:cities)"
        for kept in (COMPOUNDS, COMPANIES)
    )
    exists = text(f"SELECT EXISTS ({' UNION ALL '.join(found)})")
    return bool(connection.scalar(exists, {"cities": list(cities)}))


def stage(connection: Connection) -> dict[Kept, str]:
    """Tables for what holds today, to be compared with what is written."""
    for kept in (COMPOUNDS, COMPANIES):
        connection.execute(
            text(
                f"CREATE TEMPORARY TABLE {_staged(kept)} ON COMMIT DROP AS"  # noqa: S608 - names of our own
                f" SELECT {', '.join(kept.copied)} FROM {kept.table} LIMIT 0"
            )
        )
    return {kept: _staged(kept) for kept in (COMPOUNDS, COMPANIES)}


def write(connection: Connection, kept: Kept, on: date) -> int:
    """End the open rows that differ and begin new ones; returns how many began."""
    same = [name for name in kept.columns if name not in {kept.key, "valid", "holds_until"}]
    staged = _staged(kept)
    known = {"on": on}
    connection.execute(text(f"ANALYZE {staged}"))
    connection.execute(
        text(f"""
            CREATE TEMPORARY TABLE {staged}_differs ON COMMIT DROP AS
            SELECT n.{kept.key} AS id
            FROM {staged} AS n
            LEFT JOIN {kept.table} AS s ON s.{kept.key} = n.{kept.key} AND upper_inf(s.valid)
            WHERE s.{kept.key} IS NULL
               OR ({_listed("n", same)}) IS DISTINCT FROM ({_listed("s", same)})
        """)  # noqa: S608 - names of the program
    )
    connection.execute(
        text(f"""
            UPDATE {kept.table} AS s SET holds_until = n.holds_until
            FROM {staged} AS n
            WHERE s.{kept.key} = n.{kept.key} AND upper_inf(s.valid)
              AND s.holds_until IS DISTINCT FROM n.holds_until
        """)  # noqa: S608 - names of our own
    )
    connection.execute(
        text(f"""
            DELETE FROM {kept.table} AS s USING {staged}_differs AS d
            WHERE s.{kept.key} = d.id AND upper_inf(s.valid) AND lower(s.valid) >= :on
        """),  # noqa: S608 - names of our own
        known,
    )
    connection.execute(
        text(f"""
            UPDATE {kept.table} AS s
            SET valid = daterange(lower(s.valid), :on), holds_until = :on
            FROM {staged}_differs AS d
            WHERE s.{kept.key} = d.id AND upper_inf(s.valid)
        """),  # noqa: S608 - names of our own
        known,
    )
    return connection.execute(
        text(f"""
            INSERT INTO {kept.table} ({", ".join(kept.columns)})
            SELECT {_listed("n", kept.columns)}
            FROM {staged} AS n JOIN {staged}_differs AS d ON d.id = n.{kept.key}
        """)  # noqa: S608 - names of our own
    ).rowcount


def differing(connection: Connection, kept: Kept) -> Sequence[int]:
    """Those whose rows were rewritten by :func:`write`."""
    return connection.scalars(text(f"SELECT id FROM {_staged(kept)}_differs")).all()  # noqa: S608


def _staged(kept: Kept) -> str:
    return f"coming_{kept.table.partition('.')[2]}"


def _listed(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
