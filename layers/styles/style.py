"""What a layer declares of its look: classes of a property with their colours, sizes, names."""

from collections.abc import Set
from dataclasses import dataclass, replace
from itertools import pairwise

from layers.styles import palette

type Value = str | int | bool | None
type Stops = tuple[tuple[float, float], ...]
"""Zooms of the web map with a size in pixels at each; between them it grows evenly."""

DASH = (3.0, 2.0)
"""How long dashes and the gaps after them are, in widths of the line."""
RIMS: Stops = ((7, 0.3), (11, 0.75))
"""How wide the outlines of points are."""


@dataclass(frozen=True)
class Class:
    """The features with one value of the property; None for those without one of the others."""

    value: Value
    title: str
    title_en: str
    colour: str

    @property
    def text(self) -> str:
        """The value as JSON writes it, without quotation marks; nothing for None."""
        if self.value is None:
            return ""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass(frozen=True)
class Style:
    """How the features of a layer are drawn.

    Colours are ``#rrggbb``, widths and radii pixels of 1/96 inch. ``by`` is the property of the
    classes; ``colour`` is what features outside every class have, and all where there are none.
    ``opacity`` is that of areas; 0 leaves them empty. ``points_below`` is the zoom below which
    areas are drawn as points. ``label`` names the property that is written on the map, from the
    zoom ``label_from`` to ``label_until``.
    """

    colour: str = palette.ACCENT
    by: str | None = None
    classes: tuple[Class, ...] = ()
    opacity: float = 0.88
    outline: str = palette.MARK_OUTLINE
    outline_opacity: float = palette.MARK_OUTLINE_OPACITY
    width: float = 1.0
    dashed: bool = False
    radius: float = 4.5
    points_below: int | None = None
    label: str | None = None
    label_from: float = 0
    label_until: float = 24
    label_colour: str = palette.MAP_INK
    label_size: float = 12

    @property
    def named(self) -> tuple[str, ...]:
        """The properties that drawing needs."""
        return tuple(one for one in (self.by, self.label) if one is not None)

    @property
    def radii(self) -> Stops:
        """How large points are."""
        return ((5, 1), (8, 2), (11, self.radius))

    @property
    def dash(self) -> tuple[float, float]:
        """How long the dashes and gaps of its outlines are, in pixels."""
        on, off = DASH
        return on * self.width, off * self.width

    @property
    def valued(self) -> tuple[Class, ...]:
        """The classes of a value."""
        return tuple(one for one in self.classes if one.value is not None)

    @property
    def rest(self) -> Class | None:
        """The class of features without any of the other values."""
        return next((one for one in self.classes if one.value is None), None)

    @property
    def rest_colour(self) -> str:
        """The colour outside every class of a value."""
        return self.colour if self.rest is None else self.rest.colour

    def colour_of(self, value: Value) -> str:
        """The colour of a feature, by its value of the property."""
        found = (one.colour for one in self.valued if one.value == value)
        return next(found, self.rest_colour)

    def without(self, properties: Set[str]) -> "Style":
        """The style for those who may not read some properties."""
        style = self
        if style.by in properties:
            style = replace(style, by=None, classes=())
        return replace(style, label=None) if style.label in properties else style


def at(stops: Stops, zoom: float) -> float:
    """The size at a zoom."""
    (first, size), (_, largest) = stops[0], stops[-1]
    if zoom <= first:
        return size
    for (low, small), (high, large) in pairwise(stops):
        if zoom < high:
            return small + (large - small) * (zoom - low) / (high - low)
    return largest


PLAIN = Style()
"""What a layer has that says nothing of its look."""
