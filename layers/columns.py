"""What is told of features as columns, in one order for all of them, beside their shapes.

Features have places 0, 1, 2, … (``place`` of the marks); columns give their values by place, in
blocks. A place whose feature is gone has the number 0 and no values.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from geo.dates import today
from layers.drawing import Drawing
from layers.layer import Layer
from layers.statement import Statement, bind

BLOCK = 65_536
"""Places in a block."""


def tables(layer: Layer) -> Drawing:
    """The narrow tables of a layer that has columns."""
    assert layer.drawing is not None, f"{layer.id} has no narrow tables"  # noqa: S101 - the program's own mistake
    return layer.drawing


def numbers(layer: Layer, block: int) -> Statement:
    """One row: how many places there are; those of a block that are taken, and by whom."""
    one = tables(layer)
    sql = f"""
        SELECT {_total(one)}, array_agg(m.place - :first ORDER BY m.place) AS places,
               array_agg(m.{one.key} ORDER BY m.place) AS id
        FROM {one.marks} AS m WHERE {_IN_BLOCK}"""
    return bind(sql, _block(block))


def positions(layer: Layer) -> Statement:
    """One row: how many places there are; those that are taken, and where they are marked.

    In degrees of WGS 84 times 10⁴: 11 m to the north, and less to the east.
    """
    one = tables(layer)
    sql = f"""
        SELECT {_total(one)}, array_agg(place ORDER BY place) AS places,
               array_agg(CAST(round(ST_X(g) * 10000) AS int) ORDER BY place) AS lon,
               array_agg(CAST(round(ST_Y(g) * 10000) AS int) ORDER BY place) AS lat
        FROM (SELECT m.place, ST_Transform(m.point, 4326) AS g FROM {one.marks} AS m) AS at"""
    return bind(sql, {})


def values(layer: Layer, names: Sequence[str], as_of: date, block: int) -> Statement:
    """One row: how many places there are, those of a block that are taken, the properties' values.

    Days come as numbers, 1970-01-01 being 0.
    """
    source = _source(layer, names, as_of)
    listed = "".join(
        f", array_agg({_plain(layer, name, f'f.{name}')} ORDER BY place) AS {name}"
        for name in names
    )
    sql = f"""
        SELECT {_total(tables(layer))}, array_agg(place - :first ORDER BY place) AS places{listed}
        FROM ({source}) AS f"""
    return bind(sql, {**_block(block), "as_of": as_of})


def changes(layer: Layer, name: str, block: int) -> Statement:
    """One row: how many places there are, and by place and day what a property became then.

    Days are numbers, 1970-01-01 being 0. Before its first day a property has no value. Raises
    KeyError for one without a history.
    """
    one = tables(layer)
    sql = f"""
        WITH span AS (
            SELECT m.place, lower(s.valid) AS since, upper(s.valid) AS until, s.{name} AS value,
                   lead(lower(s.valid)) OVER (PARTITION BY m.place ORDER BY s.valid) AS next
            FROM {one.marks} AS m
            JOIN {one.dated[name]} AS s ON s.{one.key} = m.{one.key}
            WHERE {_IN_BLOCK}
        ), step AS (
            SELECT place, since AS day, value FROM span
            UNION ALL
            SELECT place, until, NULL FROM span
            WHERE until IS NOT NULL AND until IS DISTINCT FROM next
        ), change AS (
            SELECT place, day, value, lag(value) OVER (PARTITION BY place ORDER BY day) AS before
            FROM step
        )
        SELECT {_total(one)}, array_agg(place - :first ORDER BY place, day) AS places,
               array_agg(day - DATE '1970-01-01' ORDER BY place, day) AS days,
               array_agg({_plain(layer, name, "value")} ORDER BY place, day) AS value
        FROM change WHERE value IS DISTINCT FROM before"""
    return bind(sql, _block(block))


_IN_BLOCK = "m.place >= CAST(:first AS bigint) AND m.place < CAST(:end AS bigint)"


def _total(one: Drawing) -> str:
    return f"(SELECT COALESCE(max(place) + 1, 0) FROM {one.marks}) AS total"


def _block(block: int) -> dict[str, Any]:
    return {"first": block * BLOCK, "end": (block + 1) * BLOCK}


def _source(layer: Layer, names: Sequence[str], as_of: date) -> str:
    """The features of a block: from the narrow tables where these have the properties."""
    one = tables(layer)
    if not set(names) <= set(layer.drawn_attributes):
        return f"""
            SELECT m.place, f.* FROM {one.marks} AS m
            JOIN ({layer.on(as_of).features}) AS f ON f.id = m.{one.key} WHERE {_IN_BLOCK}"""
    now, scoped = as_of == today(), not layer.scoped.isdisjoint(names)
    # A day that no part asks for would be a parameter without a type.
    return f"""
        SELECT m.place{one.listed(names, today=now)}
        FROM {one.marks} AS m {one.joined(today=now, scoped=scoped)}
        WHERE {_IN_BLOCK} AND CAST(:as_of AS date) IS NOT NULL"""


def _plain(layer: Layer, name: str, value: str) -> str:
    match layer.properties[name].kind:
        case "date":
            return f"{value} - DATE '1970-01-01'"
        case "number":
            return f"CAST({value} AS float8)"
        case "integer":
            return f"CAST({value} AS bigint)"
    return value
