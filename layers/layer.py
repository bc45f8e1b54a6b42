"""What a layer declares about itself: its SQL, its properties, its zooms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from geo.dates import today
from layers.cql import Queryable
from layers.drawing import Drawing
from layers.styles.style import PLAIN, Style
from layers.temporal import Time

Kind = Literal["string", "integer", "number", "boolean", "date"]

SQL_TYPES: Mapping[Kind, str] = {
    "string": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
}
"""What PostgreSQL calls the kinds of properties."""


@dataclass(frozen=True)
class Property:
    """One attribute of a feature: its type, and what it means in Chinese and English.

    ``codes`` are the values it may have, where they are listed.
    """

    kind: Kind
    title: str
    title_en: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filter:
    """A query parameter that narrows a layer.

    ``pattern`` is what a client may send, ``sql`` the condition over the columns of the layer's
    ``drawn`` query (as ``f``) with the parsed value bound under the parameter's own name. The
    value sent is a comma list of texts or integers, or for other kinds one value; ``none`` is the
    word in a list that stands for “has no value”.
    """

    pattern: str
    sql: str
    description: str
    kind: Literal["text", "integer", "boolean", "contains", "equal"] = "text"
    none: str | None = None


_SCOPED = re.compile(r"^ *-- scoped\n.*?^ *-- public\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Layer:
    """A set of features under one id.

    ``features`` selects id, geom (EPSG:4326) and every property as of ``:as_of``; ``drawn`` the
    same rows with only what filters, counts and tiles need, plus label_point and ``reach`` (the
    indexed geometry that tells whether a tile is met), and may use ``:zoom`` to choose a
    generalised geometry. What stands in them between the lines ``-- scoped`` and ``-- public`` only
    scoped properties need. ``table`` holds the geometries; ``attribution`` selects the texts that
    name whose data these are. ``lines`` adds the layer ``<id>_line`` to tiles, in which a border
    that two neighbours share stands once. Where ``flat`` is set, ``drawn`` has ``flat`` too, the
    generalised geometry in web mercator, clockwise, and with ``lines`` its borders as
    ``flat_line``; both are null where nothing is generalised. ``geometry`` is what the shapes are;
    ``placed`` tells whether every feature has one. ``scoped`` are properties that the public may
    not ask for; ``readers`` the kinds of scope that know the layer at all, everybody where None.
    ``resource`` names the kind of fact (:mod:`oversight.writing.resources`) that a feature is,
    where it is one that can be written. ``believed`` is ``features`` as they were believed at
    ``:known_at``, where that is kept. ``time`` says when the features are there; where None they
    have no time at all. ``style`` is how its features are drawn, by attributes of
    tiles; ``drawing`` the narrow tables that tiles of web maps are read from. ``open_ended`` are
    the tables in its queries, by their alias, of which just the rows whose ``valid`` has no end
    hold today; ``of_today`` tells that the queries look for those.
    """

    id: str
    title: str
    title_en: str
    description: str
    description_en: str
    features: str
    drawn: str
    properties: Mapping[str, Property]
    filters: Mapping[str, Filter]
    drawn_attributes: tuple[str, ...]
    table: str
    attribution: str
    countable: tuple[str, ...] = ()
    min_zoom: int = 0
    max_zoom: int = 14
    outline_min_zoom: int = 0
    lines: bool = False
    flat: bool = False
    geometry: Literal["multipolygon", "point", "any", "none"] = "multipolygon"
    placed: bool = True
    scoped: frozenset[str] = frozenset()
    readers: frozenset[str] | None = None
    resource: str | None = None
    believed: str | None = None
    time: Time | None = None
    style: Style = PLAIN
    drawing: Drawing | None = None
    open_ended: tuple[str, ...] = ()
    of_today: bool = False

    @cached_property
    def queryables(self) -> tuple[Queryable, ...]:
        """What a filter may name: the properties, and the geometry where there is one."""
        named = tuple(Queryable(name, one.kind, name) for name, one in self.properties.items())
        if self.geometry == "none":
            return named
        return (*named, Queryable("geometry", "geometry", "geom"))

    def on(self, day: date, since: date | None = None) -> "Layer":
        """The layer with the queries that serve a day best; with ``since`` what meets that too.

        An interval from ``since``, which is then bound as ``:since``, to the day.
        """
        if since is not None and self.time is not None and (self.time.ends or self.time.spans):
            return _during(self)
        return _today(self) if self.open_ended and day == today() else self

    def believed_at(self) -> "Layer":
        """The layer as of the record time ``:known_at``; ValueError where that is not kept."""
        if self.believed is None:
            raise ValueError(
                f"{self.id} keeps no record time: what it shows is worked "
                "out from what is believed now, or rewritten with it; leave the parameter out"
            )
        return _earlier(self)

    def readable_by(self, kind: str) -> bool:
        """Whether a kind of scope may know that there is such a layer."""
        return self.readers is None or kind in self.readers

    def seen_by(self, kind: str) -> "Layer":
        """The layer as a kind of scope may ask for it."""
        return _public(self) if kind == "public" else self


@cache
def _public(layer: Layer) -> Layer:
    """The layer without its scoped properties, filters and counts, and what only these need."""
    features, drawn = (_SCOPED.sub("", sql) for sql in (layer.features, layer.drawn))
    return replace(
        layer,
        features=features,
        drawn=drawn,
        open_ended=tuple(name for name in layer.open_ended if f" {name}.valid " in features),
        properties={k: v for k, v in layer.properties.items() if k not in layer.scoped},
        filters={k: v for k, v in layer.filters.items() if k not in layer.scoped},
        drawn_attributes=tuple(k for k in layer.drawn_attributes if k not in layer.scoped),
        countable=tuple(k for k in layer.countable if k not in layer.scoped),
        style=layer.style.without(layer.scoped),
    )


@cache
def _today(layer: Layer) -> Layer:
    """The layer with the rows of today looked up by indexes of their own."""
    features, drawn = layer.features, layer.drawn
    for name in layer.open_ended:
        any_day, now = f"{name}.valid @> CAST(:as_of AS date)", f"upper_inf({name}.valid)"
        assert any_day in features  # noqa: S101 - the layer's own mistake
        features, drawn = features.replace(any_day, now), drawn.replace(any_day, now)
    return replace(layer, features=features, drawn=drawn, of_today=True)


@cache
def _during(layer: Layer) -> Layer:
    """The layer with the queries of what meets an interval."""
    assert layer.time is not None  # noqa: S101 - told to mypy
    features, during = layer.features, layer.time.during
    # Points are drawn by all that they are answered with.
    pointed = features in layer.drawn
    drawn = layer.drawn.replace(features, during(features)) if pointed else during(layer.drawn)
    believed = None if layer.believed is None else believed_rows(during(layer.believed))
    return replace(layer, features=during(features), drawn=drawn, believed=believed)


@cache
def _earlier(layer: Layer) -> Layer:
    """The layer with the queries of a record time; nothing is drawn of it, only counted."""
    assert layer.believed is not None  # noqa: S101 - told to mypy
    return replace(layer, features=layer.believed, drawn=layer.believed)


_BELIEVED = re.compile(r"\b(\w+)\.superseded_at IS NULL")


def believed_rows(sql: str) -> str:
    """A query with the rows that were believed at ``:known_at``, of every table that keeps that."""
    return _BELIEVED.sub(
        r"\1.recorded_at <= CAST(:known_at AS timestamptz)"
        r" AND COALESCE(\1.superseded_at > CAST(:known_at AS timestamptz), true)",
        sql,
    )


def read_sql(module: str, suffix: str = "") -> str:
    """The SQL file beside a module: ``compounds.py`` → ``compounds.sql``."""
    path = Path(module)
    return path.with_name(f"{path.stem}{suffix}.sql").read_text("utf-8").strip().rstrip(";")
