"""Facts as rows: read as believed, told as JSON, entered, and set aside before they change."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Connection, Table, cast, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import JSON, Range

from geo.history import set_aside
from oversight.writing.resource import Resource, Values

_HIDDEN = {"superseded_at", "version_of", "import_id", "area_code"}
_SPANS = {"valid": ("from", "until"), "term": ("term_from", "term_until")}
_SENT_SPANS = {"valid": ("start", "end"), "term": ("term_start", "term_end")}


def read(
    connection: Connection, resource: Resource, number: int, *, lock: bool = False
) -> Values | None:
    """The believed row with its children, by column; ``lock`` keeps others from changing it."""
    found = _one(connection, resource.table, number, lock=lock)
    if found is None:
        return None
    for name, (model, owner) in resource.children.items():
        child = model.__table__
        assert isinstance(child, Table)  # noqa: S101 - told to mypy
        rows = connection.execute(
            select(*_columns(child))
            .where(child.c[owner] == number, child.c.superseded_at.is_(None))
            .order_by(child.c.id)
        )
        found[name] = [dict(row) for row in rows.mappings()]
    return found


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as it is answered: days as ISO text, spans as two days, a point as two numbers."""
    shown: dict[str, Any] = {}
    for name, value in row.items():
        if name in _SPANS:
            first, last = _SPANS[name]
            shown[first] = _plain(value and value.lower)
            shown[last] = _plain(value and value.upper)
        elif name == "geom":
            shown["point"] = value and value["coordinates"]
        elif isinstance(value, list):
            shown[name] = [told(one) if isinstance(one, Mapping) else one for one in value]
        else:
            shown[name] = _plain(value)
    return shown


def digest(shown: Mapping[str, Any]) -> bytes:
    """What tells a state of a fact from its others; nobody outside is told it."""
    text = json.dumps(shown, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).digest()


def enter(connection: Connection, table: Table, values: Values) -> int:
    """Insert a row of these columns; its number."""
    statement = insert(table).values(columns(table, values)).returning(table.c.id)
    return int(connection.execute(statement).scalar_one())


def change(connection: Connection, table: Table, number: int, values: Values) -> None:
    """Set the believed row aside and change these columns; it is recorded now."""
    set_aside(connection, f"{table.schema}.{table.name}", [number])
    changed = {**columns(table, values), "recorded_at": func.now()}
    connection.execute(update(table).where(table.c.id == number).values(changed))


def withdraw(connection: Connection, resource: Resource, number: int) -> datetime:
    """Set the fact itself aside, with what its life cycle added; the moment it is believed no more.

    Nothing is copied: until now the row was believed as it stands.
    """
    for model, owner in resource.children.values():
        child = model.__table__
        assert isinstance(child, Table)  # noqa: S101 - told to mypy
        believed = (child.c[owner] == number) & child.c.superseded_at.is_(None)
        connection.execute(update(child).where(believed).values(superseded_at=func.now()))
    table = resource.table
    ended = update(table).where(table.c.id == number, table.c.superseded_at.is_(None))
    moment: datetime = connection.execute(
        ended.values(superseded_at=func.now()).returning(table.c.superseded_at)
    ).scalar_one()
    return moment


def columns(table: Table, values: Values) -> Values:
    """Sent fields as columns: two days as a span, two numbers as a point."""
    made = dict(values)
    for name, (first, last) in _SENT_SPANS.items():
        if name in table.c and (first in made or last in made):
            lower, upper = made.pop(first, None), made.pop(last, None)
            made[name] = Range(lower, upper) if lower or upper else null()
    if "point" in made:
        point = made.pop("point")
        made["geom"] = null() if point is None else f"SRID=4326;POINT({point[0]} {point[1]})"
    return made


def with_spans(table: Table, row: Mapping[str, Any], values: Values) -> Values:
    """The sent fields, with the day of a span that was not sent taken from the row."""
    made = dict(values)
    for name, (first, last) in _SENT_SPANS.items():
        if name in table.c and (first in made or last in made):
            span = row[name]
            made.setdefault(first, span and span.lower)
            made.setdefault(last, span and span.upper)
    return made


def _one(connection: Connection, table: Table, number: int, *, lock: bool) -> Values | None:
    wanted = select(*_columns(table)).where(table.c.id == number, table.c.superseded_at.is_(None))
    row = connection.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    return None if row is None else dict(row)


def _columns(table: Table) -> list[Any]:
    return [
        cast(func.ST_AsGeoJSON(one), JSON).label(one.name)
        if isinstance(one.type, Geometry)
        else one
        for one in table.columns
        if one.name not in _HIDDEN
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
