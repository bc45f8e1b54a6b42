"""Pages of features, single features and counts of a layer, as GeoJSON made in PostGIS."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from layers.filters import conditions
from layers.layer import Layer
from layers.statement import Statement, bind

Box = tuple[float, float, float, float]

MATCHED_BOUND = 10_000
"""Matches are counted up to here; beyond, the number is left out rather than estimated."""

FULL_DETAIL = 22
"""The zoom that asks a layer's ``drawn`` query for outlines that are not generalised."""

COORDINATE_DIGITS = 7
"""A ten-millionth of a degree is about a centimetre."""


_BBOX = f"""json_build_array({
    ", ".join(
        f"round({side}(f.geom)::numeric, {COORDINATE_DIGITS})"
        for side in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
    )
})"""


def page(
    layer: Layer,
    *,
    as_of: date,
    sent: Mapping[str, str],
    boxes: tuple[Box, ...] = (),
    after: int | None = None,
    limit: int = 100,
    geometry: bool = True,
) -> Statement:
    """Up to ``limit`` + 1 features after an id, in the order of ids: (id, GeoJSON text).

    The one too many tells that there is a next page. ``boxes`` are west, south, east, north in
    CRS84; a feature that meets any of them is taken.
    """
    clauses, values = _where(layer, sent, boxes)
    if after is not None:
        clauses.append("f.id > :after")
        values["after"] = after
    sql = f"""
        SELECT f.id, {_feature(layer, geometry=geometry)} AS feature
        FROM ({layer.features}) AS f
        {_and(clauses)}
        ORDER BY f.id
        LIMIT :rows"""
    return bind(sql, {**values, "as_of": as_of, "rows": limit + 1})


def matched(
    layer: Layer, *, as_of: date, sent: Mapping[str, str], boxes: tuple[Box, ...] = ()
) -> Statement:
    """How many features match, counted no further than one past :data:`MATCHED_BOUND`."""
    clauses, values = _where(layer, sent, boxes)
    sql = f"""
        SELECT count(*) FROM (
            SELECT 1 FROM ({layer.drawn}) AS f {_and(clauses)} LIMIT :bound
        ) AS bounded"""
    given = {**values, "as_of": as_of, "zoom": FULL_DETAIL, "bound": MATCHED_BOUND + 1}
    return bind(sql, given)


def one(layer: Layer, *, as_of: date, feature_id: int) -> Statement:
    """The feature with this id as GeoJSON text."""
    sql = f"""
        SELECT {_feature(layer, geometry=True)} AS feature
        FROM ({layer.features}) AS f
        WHERE f.id = :feature_id"""
    return bind(sql, {"as_of": as_of, "feature_id": feature_id})


def overview(layer: Layer) -> Statement:
    """The extent of a layer in CRS84, nulls where it is empty, and whose data it shows.

    One row: west, south, east, north, and an array of texts that are to stand beside the map.
    """
    sql = f"""
        SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north,
               ARRAY({layer.attribution}) AS attribution
        FROM (SELECT ST_Extent(geom) AS e FROM {layer.table}) AS box"""
    return bind(sql, {})


def counts(
    layer: Layer,
    *,
    by: str,
    as_of: date,
    sent: Mapping[str, str],
    boxes: tuple[Box, ...] = (),
) -> Statement:
    """How many matching features have each value of a property that the layer lets be counted."""
    if by not in layer.countable:
        raise ValueError(f"{layer.id} cannot be counted by {by}")
    clauses, values = _where(layer, sent, boxes)
    sql = f"""
        SELECT f.{by} AS value, count(*) AS count
        FROM ({layer.drawn}) AS f
        {_and(clauses)}
        GROUP BY f.{by}
        ORDER BY f.{by}"""
    return bind(sql, {**values, "as_of": as_of, "zoom": FULL_DETAIL})


def _feature(layer: Layer, *, geometry: bool) -> str:
    properties = ", ".join(f"'{name}', f.{name}" for name in layer.properties)
    shape = f"ST_AsGeoJSON(f.geom, {COORDINATE_DIGITS})::json" if geometry else "NULL::json"
    return f"""json_build_object(
        'type', 'Feature', 'id', f.id, 'bbox', {_BBOX}, 'geometry', {shape},
        'properties', json_build_object({properties}))::text"""


def _where(
    layer: Layer, sent: Mapping[str, str], boxes: tuple[Box, ...]
) -> tuple[list[str], dict[str, Any]]:
    clauses, values = conditions(layer, sent)
    if boxes:
        tests = []
        for number, box in enumerate(boxes):
            names = [f"{side}_{number}" for side in ("west", "south", "east", "north")]
            values.update(zip(names, box, strict=True))
            corners = ", ".join(f"CAST(:{name} AS float8)" for name in names)
            tests.append(f"ST_Intersects(f.geom, ST_MakeEnvelope({corners}, 4326))")
        clauses.append(f"({' OR '.join(tests)})")
    return clauses, values


def _and(clauses: list[str]) -> str:
    return f"WHERE {' AND '.join(clauses)}" if clauses else ""
