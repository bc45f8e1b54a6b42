"""Withdrawing one fact: it is believed no more, and nothing that rests on it may be left behind."""

from sqlalchemy import Connection, Table, select

from geo.models.base import Base
from oversight.store.refresh import refresh
from oversight.writing import audit, rows
from oversight.writing.fact import Touched, Written, believed, expected
from oversight.writing.refusals import Conflict
from oversight.writing.resource import Knows, Resource
from oversight.writing.resources import RESOURCES

MOST_NAMED = 10
"""So many of the facts that rest on one are named; that there are more is said."""

_PARTS = frozenset({"planning.inspection_photo"})
"""What belongs to a fact and is no fact beside it, as what a life cycle adds."""
_CALLED = {resource.full_name: resource.one for resource in RESOURCES}


def withdraw(
    connection: Connection,
    resource: Resource,
    number: int,
    knows: Knows,
    writer: audit.Writer,
    reason: str | None = None,
) -> Written:
    """Set a fact aside as if it had never been entered; ``known_at`` still tells it.

    Raises Conflict, with their names, where believed facts refer to it; Unknown and Stale as a
    correction does. What it ended when it was entered stays ended.
    """
    touched = Touched()
    touched.add(connection, resource, believed(connection, resource, number))
    touched.lock(connection)
    before = expected(connection, resource, number, knows)
    _refuse_support(connection, resource, number)
    moment = rows.withdraw(connection, resource, number)
    told = rows.told(before)
    ended = {"superseded_at": moment.isoformat()}
    audit.note(
        connection,
        writer,
        "withdraw",
        resource.full_name,
        number,
        before={**told, "superseded_at": None},
        after={**told, **ended},
        reason=reason,
    )
    changes = refresh(connection, compounds=touched.compounds, companies=touched.companies)
    return Written({**told, **ended}, None, changes=changes)


def _refuse_support(connection: Connection, resource: Resource, number: int) -> None:
    """Refuse where believed facts rest on this one."""
    parts = {model.__table__ for model, _ in resource.children.values()}
    found: list[str] = []
    for table in Base.metadata.sorted_tables:
        if table in parts or table.fullname in _PARTS or "version_of" not in table.c:
            continue
        found += _referring(connection, table, resource.table, number)
    if not found:
        return
    more = " and others" if len(found) > MOST_NAMED else ""
    raise Conflict(
        f"{resource.one} {number} cannot be withdrawn: {', '.join(found[:MOST_NAMED])}{more} rest "
        "on it; withdraw or correct them first"
    )


def _referring(connection: Connection, table: Table, to: Table, number: int) -> list[str]:
    """Believed rows of a table that refer to the row of this number, by what they are called."""
    called = _CALLED.get(table.fullname, table.name.replace("_", " "))
    columns = [one.parent for one in table.foreign_keys if one.column.table is to]
    return [
        f"{called} {referring}"
        for column in columns
        for referring in connection.scalars(
            select(table.c.id)
            .where(column == number, table.c.superseded_at.is_(None))
            .order_by(table.c.id)
            .limit(MOST_NAMED + 1)
        )
    ]
