"""What a layer declares about itself: its SQL, its properties, its zooms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["string", "integer", "number", "boolean", "date"]


@dataclass(frozen=True)
class Property:
    """One attribute of a feature: its type, and what it means in Chinese and English."""

    kind: Kind
    title: str
    title_en: str


@dataclass(frozen=True)
class Filter:
    """A query parameter that narrows a layer.

    ``pattern`` is what a client may send, ``sql`` the condition over the columns of the layer's
    ``drawn`` query (as ``f``) with the parsed value bound under the parameter's own name. The
    value sent is a comma list; ``none`` is the word in it that stands for “has no value”.
    """

    pattern: str
    sql: str
    description: str
    kind: Literal["text", "integer", "boolean", "contains"] = "text"
    none: str | None = None


@dataclass(frozen=True, eq=False)
class Layer:
    """A set of features under one id.

    ``features`` selects id, geom (EPSG:4326) and every property as of ``:as_of``; ``drawn`` the
    same rows with only what filters, counts and tiles need, plus label_point and ``reach`` (the
    indexed geometry that tells whether a tile is met), and may use ``:zoom`` to choose a
    generalised geometry. ``table`` holds the geometries; ``attribution`` selects the texts that
    name whose data these are. ``lines`` adds the layer ``<id>_line`` to tiles, in which a border
    that two neighbours share stands once.
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
    scoped: frozenset[str] = frozenset()

    def seen_by(self, kind: str) -> "Layer":
        """The layer as a kind of scope may ask for it."""
        return _public(self) if kind == "public" else self


@cache
def _public(layer: Layer) -> Layer:
    """The layer without its scoped properties, filters and counts."""
    return replace(
        layer,
        properties={k: v for k, v in layer.properties.items() if k not in layer.scoped},
        filters={k: v for k, v in layer.filters.items() if k not in layer.scoped},
        drawn_attributes=tuple(k for k in layer.drawn_attributes if k not in layer.scoped),
        countable=tuple(k for k in layer.countable if k not in layer.scoped),
    )


def read_sql(module: str, suffix: str = "") -> str:
    """The SQL file beside a module: ``compounds.py`` → ``compounds.sql``."""
    path = Path(module)
    return path.with_name(f"{path.stem}{suffix}.sql").read_text("utf-8").strip().rstrip(";")
