"""Personal data kept beside a fact: written, taken away, and of both an event with hashes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.postgresql import insert

from oversight.writing import audit
from oversight.writing.resource import Resource


def keep(
    connection: Connection,
    resource: Resource,
    number: int,
    person: Mapping[str, Any] | None,
    writer: audit.Writer,
) -> None:
    """Write what is said of the person behind a fact; None takes all of it away.

    The row stays, empty: nobody who may correct it needs the right to remove rows.
    """
    if resource.person is None or person == {}:
        return
    model, owner = resource.person
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - told to mypy
    of_fact = table.c[owner] == number
    columns = [one for one in table.c if one.name not in {owner, "area_code"}]
    held = connection.execute(select(*columns).where(of_fact)).mappings().first()
    if person is None:
        after: Mapping[str, Any] = {one.name: None for one in columns}
        connection.execute(table.update().where(of_fact).values(after))
    else:
        made = insert(table).values({owner: number, **person})
        connection.execute(made.on_conflict_do_update(index_elements=[owner], set_=dict(person)))
        after = person
    before = None if held is None else dict(held)
    if before is not None and all(before[name] == value for name, value in after.items()):
        return
    action = "enter" if before is None else "correct"
    name = f"{table.schema}.{table.name}"
    if person is not None or before is not None:
        audit.note(connection, writer, action, name, number, before=before, after=after)
