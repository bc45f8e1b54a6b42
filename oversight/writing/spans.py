"""Facts that hold over a span of days: a new one follows the one before; one ends."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import Range

from oversight.writing import audit, rows
from oversight.writing.refusals import Conflict, Refusal
from oversight.writing.resource import Resource, Values


def follow(
    connection: Connection, resource: Resource, values: Values, writer: audit.Writer
) -> None:
    """End what holds when a new fact of the same kind begins.

    Raises Conflict where one began on that day or later, or where the resource does not let one
    replace another: then it must be ended or corrected first.
    """
    if resource.follows is None:
        return
    table = resource.table
    start = values["start"]
    same = [table.c[name] == values[name] for name in resource.follows]
    span = Range(start, values.get("end"))
    _in_order(values)
    there = connection.execute(
        select(table.c.id, table.c.valid)
        .where(*same, table.c.superseded_at.is_(None), table.c.valid.op("&&")(span))
        .order_by(table.c.id)
    ).all()
    for number, valid in there:
        if not resource.replaces or valid.lower >= start or valid.upper is not None:
            raise Conflict(
                f"from = {start}: {resource.one} {number} holds from {valid.lower}"
                f"{f' until {valid.upper}' if valid.upper else ''}; end or correct it first",
                field="from",
            )
        _end(connection, resource, number, {"start": valid.lower, "end": start}, writer)


def ended(row: Values, given: Values) -> Values:
    """What the step ``end`` sets: the first day on which it no longer holds."""
    day, valid = given["on"], row["valid"]
    if day <= valid.lower:
        raise Refusal(f"on = {day}: it holds from {valid.lower}; end it later", field="on")
    if valid.upper is not None and day >= valid.upper:
        raise Conflict(
            f"on = {day}: it ended on {valid.upper} already; correct `until` instead", field="on"
        )
    rest = {name: value for name, value in given.items() if name not in {"step", "on"}}
    return {"start": valid.lower, "end": day, **rest}


def checked(values: Values) -> Values:
    """The fields with their spans in order; Refusal names the one that is not."""
    _in_order(values)
    return values


def _in_order(values: Values) -> None:
    for first, last, name in (("start", "end", "until"), ("term_start", "term_end", "term_until")):
        lower, upper = values.get(first), values.get(last)
        if upper is not None and lower is not None and upper <= lower:
            raise Refusal(f"{name} = {upper}: must be later than {lower}", field=name)
        if upper is not None and lower is None and last == "term_end":
            raise Refusal("term_from: is needed where term_until is given", field="term_from")


def _end(
    connection: Connection,
    resource: Resource,
    number: int,
    values: dict[str, Any],
    writer: audit.Writer,
) -> None:
    before = rows.read(connection, resource, number)
    rows.change(connection, resource.table, number, values)
    after = rows.read(connection, resource, number)
    assert before is not None and after is not None  # noqa: PT018, S101 - told to mypy
    audit.note(
        connection,
        writer,
        "end",
        resource.full_name,
        number,
        before=rows.told(before),
        after=rows.told(after),
        reason="followed by another",
    )
