"""Keeps what was believed before a fact is changed, so that it can be asked for later.

The believed row of a fact keeps its number for ever, since others refer to it. Before it is
changed its version so far is set aside: a copy under a new number, with ``superseded_at`` and, in
``version_of``, the number of the fact. Then the row itself is updated, with
``recorded_at = now()`` and its import's number. A fact that is withdrawn bears ``superseded_at``
itself.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    Connection,
    DateTime,
    Select,
    Table,
    bindparam,
    column,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY

from geo.models import Base


def set_aside(connection: Connection, name: str, ids: Sequence[int]) -> int:
    """Copy the believed rows of a table (``schema.table``) with these numbers; returns how many.

    A number that is not of a believed row is passed over. Everything is copied but the number and
    the columns the database computes; nothing that refers to a row refers to its copies, which
    name it in ``version_of``.
    """
    if not len(ids):
        return 0
    given = func.unnest(bindparam("ids", list(ids), ARRAY(BigInteger)))
    return _copy(connection, name, select(given))


def set_aside_listed(connection: Connection, name: str, listed: str) -> int:
    """As :func:`set_aside`, for the numbers in the column ``id`` of a temporary table."""
    listing = table(listed, column("id", BigInteger))
    return _copy(connection, name, select(listing.c.id))


def _copy(connection: Connection, name: str, ids: Select[Any]) -> int:
    number, ended = column("id", BigInteger), column("superseded_at", DateTime(timezone=True))
    model = Base.metadata.tables[name]
    kept: list[ColumnClause[Any]] = [column(one) for one in _copied(model)]
    original = column("version_of", BigInteger)
    believed = table(model.name, *kept, number, original, ended, schema=model.schema)
    copies = (
        select(*kept, number, func.now())
        .select_from(believed)
        .where(number.in_(ids), ended.is_(None))
    )
    made = insert(believed).from_select([*_copied(model), "version_of", ended.name], copies)
    return connection.execute(made).rowcount


def _copied(model: Table) -> list[str]:
    """The columns a copy takes over."""
    own = {"id", "superseded_at", "version_of"}
    return [one.name for one in model.columns if one.name not in own and one.computed is None]
