"""A picture of a tile, drawn from its rows in the style of each layer.

Shapes are drawn four times as large and made smaller, which smoothes their edges; names are written
in their size. What overlaps is laid above each other a layer at a time, so that outlines that are
half transparent show the areas below them.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from layers.drawing import EXTENT
from layers.layer import Layer
from layers.pictures import names, scales
from layers.pictures.rows import MOST
from layers.styles.dashes import dashes
from layers.styles.style import RIMS, Style, at

type Row = tuple[str, str, int | None, str | None, str | None, bytes]
"""layer, kind, id, value, name, shape: see :func:`layers.pictures.rows.rows`."""

_LARGER = 4
"""Pixels of a side that are drawn for one that is shown on a plain screen; half on a dense one."""


class TooManyError(ValueError):
    """More stands in a tile than is drawn in one picture."""


class _Thing(NamedTuple):
    value: str | None
    name: str | None
    shape: Any


@dataclass(frozen=True)
class Canvas:
    """How a picture is made: the zoom of the style, and pixels for one of a plain screen."""

    zoom: float
    scale: int = 1

    @property
    def side(self) -> int:
        """Pixels of the picture's side."""
        return scales.SIDE * self.scale

    @property
    def larger(self) -> int:
        """Pixels that are drawn for one of the picture."""
        return _LARGER // self.scale


@cache
def _transparent(side: int) -> bytes:
    image = Image.new("P", (side, side))
    target = io.BytesIO()
    image.save(target, "PNG", transparency=0, bits=1, optimize=True)
    return target.getvalue()


EMPTY = {scale: _transparent(scales.SIDE * scale) for scale in (1, 2)}
"""The picture of a tile in which nothing lies, by scale."""


def drawn(layers: Sequence[Layer], rows: Iterable[Row], canvas: Canvas) -> bytes:
    """The picture as PNG, the later layers above the earlier ones and every name above all.

    Raises TooManyError where there are more than :data:`layers.pictures.rows.MOST` rows.
    """
    # Neighbouring tiles draw what overlaps in the same order.
    listed = sorted(rows, key=lambda row: row[2] or 0)
    if len(listed) > MOST:
        raise TooManyError(f"more than {MOST} shapes and names")
    if not listed:
        return EMPTY[canvas.scale]
    parts: dict[tuple[str, str], list[_Thing]] = defaultdict(list)
    shapes = shapely.from_wkb([row[5] for row in listed])
    for (layer_id, kind, _, value, name, _), shape in zip(listed, shapes, strict=True):
        parts[layer_id, kind].append(_Thing(value, name, shape))
    image = Image.new("RGBA", (canvas.side, canvas.side))
    for layer in layers:
        if areas := parts[layer.id, "area"]:
            _areas(image, layer, areas, canvas)
        if lines := parts[layer.id, "line"]:
            rings = (ring for one in lines for ring in _lines(one.shape))
            _outlines(image, layer.style, rings, canvas)
        if points := parts[layer.id, "point"]:
            _points(image, layer.style, points, canvas)
    written = [
        names.Name(one.name or "", x, y, layer.style)
        for layer in layers
        for one, (x, y) in _placed(parts[layer.id, "name"], canvas)
    ]
    names.write(image, written, canvas.scale)
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=6)
    return target.getvalue()


def _placed(
    things: Sequence[_Thing], canvas: Canvas
) -> Iterator[tuple[_Thing, tuple[float, float]]]:
    """Each with its place in pixels of the picture."""
    places = shapely.get_coordinates([one.shape for one in things]) * (canvas.side / EXTENT)
    return zip(things, places.tolist(), strict=True)


def _colour(style: Style, value: str | None) -> str:
    found = (one.colour for one in style.valued if one.text == value)
    return next(found, style.rest_colour)


def _areas(image: Image.Image, layer: Layer, things: Sequence[_Thing], canvas: Canvas) -> None:
    style = layer.style
    large = canvas.side * canvas.larger
    if style.opacity:
        filled = Image.new("RGBA", (large, large))
        draw = ImageDraw.Draw(filled)
        for one in things:
            for area in _polygons(one.shape):
                _fill(filled, draw, area, _colour(style, one.value))
        small = filled.reduce(canvas.larger)
        _lay(image, small, small.getchannel("A"), style.opacity)
    if not layer.lines:
        rings = (ring for one in things for ring in _lines(one.shape))
        _outlines(image, style, rings, canvas)


def _polygons(shape: Any) -> Iterable[Any]:
    return (one for one in shapely.get_parts(shape) if one.geom_type == "Polygon")


def _fill(filled: Image.Image, draw: ImageDraw.ImageDraw, area: Any, colour: str) -> None:
    outer = _pixels(area.exterior, filled.width)
    if not area.interiors:
        draw.polygon(outer, colour)
        return
    # What lies in the hole stays.
    mask = Image.new("L", filled.size)
    cut = ImageDraw.Draw(mask)
    cut.polygon(outer, 255)
    for hole in area.interiors:
        cut.polygon(_pixels(hole, filled.width), 0)
    filled.paste(ImageColor.getrgb(colour), mask=mask)


def _pixels(ring: Any, side: int) -> list[float]:
    pixels: list[float] = (shapely.get_coordinates(ring) * (side / EXTENT)).ravel().tolist()
    return pixels


def _lines(shape: Any) -> Iterable[NDArray[np.float64]]:
    for one in shapely.get_parts(shape):
        if one.geom_type == "Polygon":
            for ring in (one.exterior, *one.interiors):
                yield shapely.get_coordinates(ring)
        elif one.geom_type == "LineString":
            yield shapely.get_coordinates(one)


def _outlines(
    image: Image.Image, style: Style, lines: Iterable[NDArray[np.float64]], canvas: Canvas
) -> None:
    large = canvas.side * canvas.larger
    mask = Image.new("L", (large, large))
    draw = ImageDraw.Draw(mask)
    pixel = canvas.scale * canvas.larger
    width = max(1, round(style.width * pixel))
    joint = "curve" if width > _LARGER else None
    for line in lines:
        scaled = line * (large / EXTENT)
        on, off = (long * pixel for long in style.dash)
        for piece in dashes(scaled, on, off) if style.dashed else (scaled,):
            draw.line(piece.ravel().tolist(), 255, width, joint)
    _lay(image, style.outline, mask.reduce(canvas.larger), style.outline_opacity)


def _points(image: Image.Image, style: Style, things: Sequence[_Thing], canvas: Canvas) -> None:
    sizes = (
        at(style.radii, canvas.zoom) * canvas.scale,
        at(RIMS, canvas.zoom) * canvas.scale,
    )
    for one, (x, y) in _placed(things, canvas):
        left, right = divmod(round(x * _LARGER), _LARGER)
        top, down = divmod(round(y * _LARGER), _LARGER)
        stamp = _stamp(_colour(style, one.value), style.outline, style.outline_opacity, sizes)[
            right, down
        ]
        half = stamp.width // 2
        _put(image, stamp, left - half, top - half)


@lru_cache(maxsize=256)
def _stamp(
    colour: str, rim_colour: str, rim_opacity: float, sizes: tuple[float, float]
) -> Mapping[tuple[int, int], Image.Image]:
    """A point, by how far beside the middle of a pixel it is; the rim lies around it."""
    radius, rim = sizes
    half = int(radius + rim) + 2
    side = 2 * half * _LARGER
    made = {}
    for right, down in product(range(_LARGER), repeat=2):
        x, y = half * _LARGER + right, half * _LARGER + down
        discs = []
        for reach, paint, opacity in (
            (radius + rim, rim_colour, rim_opacity),
            (radius, colour, 1.0),
        ):
            disc = Image.new("RGBA", (side, side), f"{paint}00")
            far = reach * _LARGER
            box = (x - far, y - far, x + far, y + far)
            ink = (*ImageColor.getrgb(paint)[:3], round(255 * opacity))
            ImageDraw.Draw(disc).ellipse(box, ink)
            discs.append(disc)
        made[right, down] = Image.alpha_composite(*discs).reduce(_LARGER)
    return made


def _put(image: Image.Image, stamp: Image.Image, left: int, top: int) -> None:
    """Lay a small picture on a large one, as far as it is inside."""
    cut = (max(-left, 0), max(-top, 0))
    if cut[0] < stamp.width and cut[1] < stamp.height and max(left, top) < image.width:
        image.alpha_composite(stamp, (max(left, 0), max(top, 0)), cut)


def _lay(image: Image.Image, paint: Image.Image | str, mask: Image.Image, opacity: float) -> None:
    """Lay a colour, or a picture of colours, where a mask lets it through."""
    through = mask.point([round(level * opacity) for level in range(256)])
    sheet = Image.new("RGBA", image.size, paint) if isinstance(paint, str) else paint
    sheet.putalpha(through)
    image.alpha_composite(sheet)
