"""Features, single ones and counts of a layer, as GeoJSON made in PostGIS or as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Literal
from zlib import crc32

from layers import sorting
from layers.cql import Compiled
from layers.crs import CRS84, STORED_SRID, Box, Crs
from layers.drawing import Drawing
from layers.filters import conditions
from layers.layer import SQL_TYPES, Layer
from layers.sorting import By, Key
from layers.statement import Statement, bind

MATCHED_BOUND = 10_000
"""Matches are counted up to here; beyond, the number is left out rather than estimated."""

Written = Literal["feature", "wkb", "wkt", "kml"]
"""How features come: as GeoJSON, or as rows with the geometry in one of these encodings."""

_PLAIN = frozenset({"integer", "number", "boolean"})
"""Kinds whose text in SQL is their JSON."""

_ROUNDING = 1e-4
"""Degrees; single precision is off by less than 2e-5."""

FULL_DETAIL = 22
"""The zoom that asks a layer's ``drawn`` query for outlines that are not generalised."""


@dataclass(frozen=True)
class Selection:
    """Which features: as of a day, narrowed by the layer's own filters, boxes and a CQL2 filter.

    ``since`` begins the interval that they must meet, which ends with the day; where None what is
    meant is the state of the day alone. ``boxes`` are west, south, east, north in CRS84; a feature
    that meets any of them is taken. ``known_at``: as it was believed at that moment, or now.
    """

    as_of: date
    sent: Mapping[str, str] = MappingProxyType({})
    boxes: tuple[Box, ...] = ()
    cql: Compiled | None = None
    known_at: datetime | None = None
    since: date | None = None


@dataclass(frozen=True)
class Form:
    """How features are answered: reference system, digits, and which of their properties.

    ``properties`` are all where None; ``digits`` what the reference system has where None. WKB is
    for files, in which the easting comes first whatever the authority says, and keeps every digit
    where ``digits`` is None; KML is in WGS 84, longitude first.
    """

    crs: Crs = CRS84
    digits: int | None = None
    properties: frozenset[str] | None = None
    geometry: bool = True
    written: Written = "feature"


@dataclass(frozen=True)
class Page:
    """Which part of the features: so many, in an order, after the last one of the page before.

    ``limit`` None is all of them.
    """

    limit: int | None = 100
    order: tuple[By, ...] = ()
    after: tuple[tuple[Key, ...], int] | None = None


def page(
    layer: Layer, chosen: Selection, form: Form, part: Page, *, counted: bool = False
) -> Statement:
    """Up to ``limit`` + 1 features: (id, keys of the order as JSON text, GeoJSON in UTF-8).

    Written otherwise than as features: (id, keys, geometry, each of :func:`columns`). The one too
    many tells that there is a next page. With ``counted`` each has ``matched`` besides: how many
    match, as :func:`matched` counts, or null where these are all. Raises ValueError for keys that
    do not fit the order.
    """
    layer = _known(layer, chosen)
    clauses, values = _where(layer, chosen)
    if part.after is not None:
        keys, number = part.after
        condition, more = sorting.after(part.order, keys, number, layer)
        clauses.append(condition)
        values |= more
    named = ", ".join(f"f.{by.name}" for by in part.order)
    order_keys = f"json_build_array({named})::text" if named else "'[]'"
    written = _feature(layer, form) if form.written == "feature" else _row(layer, form)
    source = _from(layer, form)
    if form.written == "feature" and (kept := _whole(layer, form)) is not None:
        narrow = None if part.order else _narrow(kept, chosen)
        written, source = _kept_or(layer, narrow or layer.features)
    sql = f"""
        SELECT f.id, {order_keys} AS keys, {written}
        FROM {source}
        {_and(clauses)}
        ORDER BY {sorting.clause(part.order)}"""
    if part.limit is not None:
        # A number and not a value: else a plan for any number would look dear, and each page be
        # planned anew.
        sql += f" LIMIT {int(part.limit) + 1}"
        if counted:
            sql = _with_count(sql, layer, chosen, part)
            values["zoom"] = FULL_DETAIL
    return bind(sql, values)


def _with_count(page: str, layer: Layer, chosen: Selection, part: Page) -> str:
    """A page with how many match beside each feature; null where the page has them all."""
    begun = "true" if part.after is not None else f"(SELECT count(*) FROM page) > {part.limit}"
    return f"""
        WITH page AS MATERIALIZED ({page})
        SELECT page.*, CASE WHEN {begun} THEN ({_counting(layer, chosen, MATCHED_BOUND)}) END
               AS matched
        FROM page"""


def columns(layer: Layer, form: Form) -> tuple[str, ...]:
    """The properties that are answered, in the layer's order."""
    wanted = form.properties
    return tuple(name for name in layer.properties if wanted is None or name in wanted)


def matched(layer: Layer, chosen: Selection, bound: int = MATCHED_BOUND) -> Statement:
    """How many features match, counted no further than one past ``bound``."""
    layer = _known(layer, chosen)
    _, values = _where(layer, chosen)
    return bind(_counting(layer, chosen, bound), {**values, "zoom": FULL_DETAIL})


def _counting(layer: Layer, chosen: Selection, bound: int) -> str:
    clauses, _ = _where(layer, chosen)
    narrow = None if layer.drawing is None else _narrow(layer.drawing, chosen)
    return f"""
        SELECT count(*) FROM (
            SELECT 1 FROM ({narrow or _source(layer, chosen)}) AS f
            {_and(clauses)} LIMIT {int(bound) + 1}
        ) AS bounded"""


def _narrow(tables: Drawing, chosen: Selection) -> str | None:
    """Numbers of all features, and their shapes where a box is asked for, joined to nothing.

    None where anything else narrows them. They come in the order of their numbers.
    """
    if chosen.sent or chosen.cql is not None:
        return None
    return tables.shapes if chosen.boxes else f"SELECT {tables.key} AS id FROM {tables.marks}"


def one(
    layer: Layer,
    *,
    as_of: date,
    feature_id: int,
    form: Form | None = None,
    known_at: datetime | None = None,
) -> Statement:
    """The feature with this id as GeoJSON in UTF-8."""
    layer, form = _known(layer, Selection(as_of, known_at=known_at)), form or Form()
    sql = f"""
        SELECT {_feature(layer, form)}
        FROM {_from(layer, form)}
        WHERE f.id = :feature_id"""
    return bind(sql, {"as_of": as_of, "feature_id": feature_id, "known_at": known_at})


def overview(layer: Layer) -> Statement:
    """The extent of a layer in CRS84, nulls where it shows no shapes, and whose data it shows.

    One row: west, south, east, north, and an array of texts that are to stand beside the map.
    """
    shown = "true" if layer.geometry != "none" else "false"
    sql = f"""
        SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north,
               ARRAY({layer.attribution}) AS attribution
        FROM (SELECT ST_Extent(geom) AS e FROM {layer.table} WHERE {shown}) AS box"""
    return bind(sql, {})


def first_day(layer: Layer) -> Statement:
    """The first day on which any feature is there, null where there is none, or has no time."""
    return bind(layer.time.earliest if layer.time else "SELECT NULL::date", {})


def counts(layer: Layer, chosen: Selection, *, by: str) -> Statement:
    """How many matching features have each value of a property that the layer lets be counted."""
    if by not in layer.countable:
        raise ValueError(f"{layer.id} cannot be counted by {by}")
    layer = _known(layer, chosen)
    clauses, values = _where(layer, chosen)
    source = _source(layer, chosen)
    sql = f"""
        SELECT f.{by} AS value, count(*) AS count
        FROM ({source}) AS f
        {_and(clauses)}
        GROUP BY f.{by}
        ORDER BY f.{by}"""
    return bind(sql, {**values, "zoom": FULL_DETAIL})


def _feature(layer: Layer, form: Form) -> str:
    """GeoJSON in UTF-8, by concat: json_build_object looks up the type of each value of each row.

    Bytes and not text, which a program would decode only to encode it again.
    """
    shape = _shape_text(form) if _texts(layer, form) is None else "w.shape"
    members = ", ".join(_member(name, layer) for name in columns(layer, form)) or "NULL"
    return f"""convert_to(concat('{{"type":"Feature","id":', to_json(f.id), ',', {shape},
                      ',"properties":{{', concat_ws(',', {members}), '}}}}'), 'UTF8') AS feature"""


def _member(name: str, layer: Layer) -> str:
    plain = layer.properties[name].kind in _PLAIN
    value = f"CAST(f.{name} AS text)" if plain else f"CAST(to_json(f.{name}) AS text)"
    return f"""'"{name}":' || COALESCE({value}, 'null')"""


def _shape_text(form: Form) -> str:
    geometry, digits = _geometry(form.crs), _digits(form)
    sides = ", ',', ".join(
        f"CAST(round({side}({geometry})::numeric, {digits}) AS text)"
        for side in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
    )
    # Option 0: the reference system stands in the header Content-Crs, not in each geometry.
    shape = f"ST_AsGeoJSON({geometry}, {digits}, 0)" if form.geometry else "NULL"
    placed = f"""'"bbox":[', {sides}, '],"geometry":', COALESCE({shape}, 'null')"""
    unplaced = """concat('"geometry":', 'null')"""
    return f"CASE WHEN f.geom IS NULL THEN {unplaced} ELSE concat({placed}) END"


def _texts(layer: Layer, form: Form) -> Drawing | None:
    """The drawing whose texts are the shapes in this form; None where they must be made."""
    one = layer.drawing
    alike = form.written == "feature" and form.geometry and form.crs == CRS84
    return one if alike and one and one.texts and _digits(form) == CRS84.digits else None


def _whole(layer: Layer, form: Form) -> Drawing | None:
    """The drawing that keeps whole features in this form; None where they are not of today,
    or not what everybody reads.
    """
    one = _texts(layer, form)
    everything = layer.of_today and form.properties is None
    told = layer.scoped.isdisjoint(layer.properties)
    return one if one is not None and one.whole and everything and told else None


@cache
def _kept_or(layer: Layer, among: str) -> tuple[str, str]:
    """The feature that is kept where it is still true, else composed; and what it is read from."""
    kept = layer.drawing
    assert kept is not None  # noqa: S101 - told to mypy
    still = f"""h.form = {form_number(layer)}
             AND NOT EXISTS (SELECT FROM {kept.outdated} AS o WHERE o.{kept.key} = f.id)"""
    # Inside the inner query f is another; ``this`` is not in it.
    written = f"""CASE WHEN {still} THEN h.feature ELSE (
            SELECT {_feature(layer, Form())} FROM {_from(layer, Form())} WHERE f.id = this
        ) END AS feature"""
    source = f"""(SELECT *, id AS this FROM ({among}) AS each) AS f
        LEFT JOIN {kept.whole} AS h ON h.{kept.key} = f.id"""
    return written, source


def composed(layer: Layer) -> str:
    """Whole features of ``:ids`` as everybody reads them today: (id, feature in UTF-8)."""
    return f"""
        SELECT f.id, {_feature(layer, Form())} FROM {_from(layer, Form())}
        WHERE f.id = ANY(CAST(:ids AS bigint[]))"""


@cache
def form_number(layer: Layer) -> int:
    """A number for how features are composed, as a PostgreSQL integer: another way, another one."""
    return crc32(composed(layer).encode()) - 2**31


def _from(layer: Layer, form: Form) -> str:
    one = _texts(layer, form)
    joined = f" LEFT JOIN {one.texts} AS w ON w.{one.key} = f.id" if one else ""
    return f"({layer.features}) AS f{joined}"


def _row(layer: Layer, form: Form) -> str:
    named = (
        f"CAST(f.{name} AS {SQL_TYPES[layer.properties[name].kind]}) AS {name}"
        for name in columns(layer, form)
    )
    shape = _shape(form) if form.geometry else "NULL"
    return ", ".join((f"{shape} AS geometry", *named))


def _shape(form: Form) -> str:
    match form.written:
        case "wkt":
            return f"ST_AsText({_geometry(form.crs)}, {_digits(form)})"
        case "kml":
            return f"ST_AsKML(f.geom, {_digits(form)})"
    geometry = _geometry(replace(form.crs, flipped=False))
    if form.digits is not None:
        # Unlike snapping to a grid it makes no shape collapse.
        geometry = f"ST_QuantizeCoordinates({geometry}, {form.digits})"
    return f"ST_AsBinary({geometry})"


def _digits(form: Form) -> int:
    return form.crs.digits if form.digits is None else form.digits


def _geometry(crs: Crs) -> str:
    geometry = "f.geom"
    if crs.srid != STORED_SRID:
        geometry = f"ST_Transform({geometry}, {crs.srid})"
    return f"ST_FlipCoordinates({geometry})" if crs.flipped else geometry


def _where(layer: Layer, chosen: Selection) -> tuple[list[str], dict[str, Any]]:
    clauses, values = conditions(layer, chosen.sent)
    values |= {"as_of": chosen.as_of, "since": chosen.since, "known_at": chosen.known_at}
    if chosen.boxes:
        tests = []
        for number, box in enumerate(chosen.boxes):
            test, named = _meets(box, str(number))
            tests.append(test)
            values |= named
        clauses.append(f"({' OR '.join(tests)})")
    if chosen.cql is not None:
        clauses.append(f"({chosen.cql.sql})")
        values.update(chosen.cql.values)
    return clauses, values


def _meets(box: Box, name: str) -> tuple[str, dict[str, float]]:
    """That a feature has a point in a box, with the values it names.

    What lies wholly in the box needs no closer look. PostGIS compares boxes in single precision, so
    that is asked of a box smaller by more than its rounding.
    """
    west, south, east, north = box
    whole, values = _envelope(box, name)
    if min(east - west, north - south) <= 2 * _ROUNDING:
        # A box without extent is a point or a line; as a polygon it would meet nothing.
        return f"ST_Intersects(f.geom, ST_Envelope({whole}))", values
    inner = (west + _ROUNDING, south + _ROUNDING, east - _ROUNDING, north - _ROUNDING)
    within, more = _envelope(inner, f"in_{name}")
    meets = f"f.geom && {whole} AND (f.geom @ {within} OR ST_Intersects(f.geom, {whole}))"
    return f"({meets})", values | more


def _envelope(box: Box, name: str) -> tuple[str, dict[str, float]]:
    names = [f"{side}_{name}" for side in ("west", "south", "east", "north")]
    corners = ", ".join(f"CAST(:{one} AS float8)" for one in names)
    return f"ST_MakeEnvelope({corners}, {STORED_SRID})", dict(zip(names, box, strict=True))


def _known(layer: Layer, chosen: Selection) -> Layer:
    """The layer whose queries are asked; without a record time the plain ones."""
    layer = layer.on(chosen.as_of, chosen.since)
    return layer if chosen.known_at is None else layer.believed_at()


def _source(layer: Layer, chosen: Selection) -> str:
    """What to count in: not every query that is drawn has all that may be named."""
    drawn = chosen.cql is None and chosen.sent.keys() <= layer.filters.keys()
    return layer.drawn if drawn else layer.features


def _and(clauses: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(clauses)}" if clauses else ""
