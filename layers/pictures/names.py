"""Names on a picture of a tile, the same on both sides of its edge."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

import numpy as np
import shapely
from PIL import Image, ImageColor, ImageDraw
from PIL.ImageFont import FreeTypeFont

from layers.pictures.scales import WIDEST_EMS
from layers.styles import fonts, palette
from layers.styles.style import Style

_HALO = 1.75
_APART = 4
"""Pixels of a plain screen: how wide the halo is, and how far names keep from each other."""
_LINE = 1.2
"""How far lines are below each other, in sizes of the letters."""


class Name(NamedTuple):
    """A text to be written about a point in pixels of the picture."""

    text: str
    x: float
    y: float
    style: Style


@dataclass(frozen=True)
class _Set:
    """A name as it is written: its lines, and the box that they take up."""

    name: Name
    font: FreeTypeFont
    lines: Sequence[str]
    box: tuple[float, float, float, float]


def write(image: Image.Image, names: Iterable[Name], scale: int) -> None:
    """Write the names that find room; none where the system has no font with Chinese."""
    # Names are transparent where nothing is written, and there in the colour of their halo already:
    # edges are mixed of a colour with itself.
    halo = ImageColor.getrgb(palette.MAP_HALO)[:3]
    sheet = Image.new("RGBA", image.size, (*halo, 0))
    draw = ImageDraw.Draw(sheet)
    for one in _with_room(names, scale):
        style, high = one.name.style, one.font.size * _LINE
        first = one.name.y - high * (len(one.lines) - 1) / 2
        for stroke in (_HALO * scale, 0):
            for number, line in enumerate(one.lines):
                ink = palette.MAP_HALO if stroke else style.label_colour
                at = (one.name.x, first + number * high)
                draw.text(at, line, ink, one.font, anchor="mm", stroke_width=stroke)
    image.alpha_composite(sheet)


def with_room(names: Iterable[Name], scale: int) -> list[Name]:
    """The names that are written, of some in the order of their worth.

    One gives way to every worthier one that it would touch, even to one that itself gives way: so
    what decides lies within two widths of a name, and both tiles that show a part of it decide
    alike.
    """
    return [one.name for one in _with_room(names, scale)]


def _with_room(names: Iterable[Name], scale: int) -> list[_Set]:
    placed = [one for name in names if (one := _set(name, scale)) is not None]
    boxes = np.array([shapely.box(*one.box) for one in placed], object)
    giving_way = {
        later
        for later, earlier in zip(*shapely.STRtree(boxes).query(boxes, "intersects"), strict=True)
        if earlier < later
    }
    return [one for number, one in enumerate(placed) if number not in giving_way]


def _set(name: Name, scale: int) -> _Set | None:
    font = fonts.chinese(name.style.label_size * scale)
    if font is None or not name.text.strip():
        return None
    lines = list(_lines(name.text, font))
    wide = max(font.getlength(line) for line in lines) / 2 + _APART * scale
    high = len(lines) * font.size * _LINE / 2 + _APART * scale
    return _Set(name, font, lines, (name.x - wide, name.y - high, name.x + wide, name.y + high))


def _lines(text: str, font: FreeTypeFont) -> Iterator[str]:
    """Lines of about the same width, none above the widest unless a word is."""
    widest = font.size * WIDEST_EMS
    whole = font.getlength(text)
    target = whole / ceil(whole / widest)
    line = ""
    for piece in _pieces(text):
        longer = font.getlength((line + piece).strip())
        if line.strip() and longer > min(widest, target + font.size / 2):
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def _pieces(text: str) -> Iterator[str]:
    """Where a line may end: after each letter of Chinese, and after spaces."""
    piece = ""
    for letter in text:
        if ord(letter) > 0x2E7F or letter.isspace():
            yield from (part for part in (piece, letter) if part)
            piece = ""
        else:
            piece += letter
    if piece:
        yield piece
