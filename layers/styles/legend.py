"""Legends: what the colours of a layer mean, as JSON, SVG and PNG."""

import io
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from PIL import Image, ImageDraw

from layers.layer import Layer
from layers.styles import fonts
from layers.styles.dashes import dashes
from layers.styles.style import Class

SVG_MEDIA_TYPE = "image/svg+xml"
PNG_MEDIA_TYPE = "image/png"

_ROW, _TOP, _LEFT, _BOX = 24, 44, 12, (24, 16)
_FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_INK = "#1b1f26"
_SCALE = 2
"""Pixels of the PNG for one of the SVG: screens of today are that dense."""


def entries(layer: Layer) -> list[Class]:
    """What the legend lists: the classes, or the layer itself where it has none."""
    if layer.style.classes:
        return list(layer.style.classes)
    return [Class(None, layer.title, layer.title_en, layer.style.rest_colour)]


def document(layer: Layer) -> dict[str, Any]:
    """The legend for programs; colours are ``#rrggbb``."""
    style = layer.style
    return {
        "id": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "symbol": "point" if layer.geometry == "point" else "polygon",
        **({"property": style.by} if style.by else {}),
        "outline": style.outline,
        "outline_opacity": style.outline_opacity,
        "opacity": style.opacity,
        "classes": [
            {
                "value": one.value,
                "title": one.title,
                "title_en": one.title_en,
                "colour": one.colour,
            }
            for one in entries(layer)
        ],
    }


def svg(layer: Layer) -> bytes:
    """The legend as a picture with its texts in Chinese and English."""
    listed = entries(layer)
    words = [f"{one.title}  {one.title_en}" for one in listed]
    title = f"{layer.title}  {layer.title_en}"
    wide = max(_LEFT * 2 + _width(title, 16), *(_LEFT * 2 + 34 + _width(one, 13) for one in words))
    high = _TOP + _ROW * len(listed) + 6
    size = {"width": str(wide), "height": str(high), "viewBox": f"0 0 {wide} {high}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **size})
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "rect", width="100%", height="100%", fill="#ffffff")
    written = {"font-family": _FONT, "fill": _INK, "x": str(_LEFT)}
    ET.SubElement(
        root, "text", {**written, "y": "27", "font-size": "16", "font-weight": "600"}
    ).text = title
    for number, (one, word) in enumerate(zip(listed, words, strict=True)):
        top = _TOP + number * _ROW
        _mark(root, layer, one, top)
        place = {"x": str(_LEFT + 34), "y": str(top + 13), "font-size": "13"}
        ET.SubElement(root, "text", {**written, **place}).text = word
    return ET.tostring(root, encoding="unicode").encode()


def _mark(root: ET.Element, layer: Layer, one: Class, top: int) -> None:
    style = layer.style
    look = {
        "fill": one.colour if style.opacity else "none",
        "fill-opacity": str(1 if layer.geometry == "point" else style.opacity),
        "stroke": style.outline,
        "stroke-opacity": str(style.outline_opacity),
        "stroke-width": str(style.width),
        **({"stroke-dasharray": _dash(layer)} if style.dashed else {}),
    }
    if layer.geometry == "point":
        middle = {"cx": str(_LEFT + _BOX[0] // 2), "cy": str(top + _BOX[1] // 2)}
        ET.SubElement(root, "circle", {**look, **middle, "r": "6"})
    else:
        box = {"width": str(_BOX[0]), "height": str(_BOX[1])}
        ET.SubElement(root, "rect", {**look, **box, "x": str(_LEFT), "y": str(top)})


def png(layer: Layer) -> bytes:
    """The legend as pixels; in English only where the system has no font with Chinese."""
    listed = entries(layer)
    words = [_words(one.title, one.title_en) for one in listed]
    title = _words(layer.title, layer.title_en)
    title_font, font = _font(16 * _SCALE), _font(13 * _SCALE)
    left, row, top = _LEFT * _SCALE, _ROW * _SCALE, _TOP * _SCALE
    text = left + 34 * _SCALE
    widest = max(
        left + title_font.getlength(title), *(text + font.getlength(word) for word in words)
    )
    size = (int(widest) + left, top + row * len(listed) + 6 * _SCALE)
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image, "RGBA")
    draw.text((left, 10 * _SCALE), title, _INK, title_font)
    for number, (one, word) in enumerate(zip(listed, words, strict=True)):
        above = top + number * row
        _pixels(draw, layer, one, above)
        middle = above + _BOX[1] * _SCALE // 2
        draw.text((text, middle), word, _INK, font, anchor="lm")
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _words(title: str, title_en: str) -> str:
    return title_en if fonts.chinese(13) is None else f"{title}  {title_en}"


def _font(size: int) -> Any:
    return fonts.chinese(size) or fonts.latin(size)


def _pixels(draw: ImageDraw.ImageDraw, layer: Layer, one: Class, above: int) -> None:
    style = layer.style
    wide, high = _BOX[0] * _SCALE, _BOX[1] * _SCALE
    left = _LEFT * _SCALE
    alpha = 255 if layer.geometry == "point" else round(style.opacity * 255)
    fill = f"{one.colour}{alpha:02x}"
    line = f"{style.outline}{round(style.outline_opacity * 255):02x}"
    width = max(1, round(style.width * _SCALE))
    if layer.geometry == "point":
        radius, x, y = 6 * _SCALE, left + wide // 2, above + high // 2
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill, line, width)
    elif style.dashed:
        draw.rectangle((left, above, left + wide, above + high), fill)
        right, below = left + wide, above + high
        corners = [(left, above), (right, above), (right, below), (left, below), (left, above)]
        for dash in dashes(np.array(corners, float), *(long * _SCALE for long in style.dash)):
            draw.line([*map(float, dash.flat)], line, width)
    else:
        draw.rectangle((left, above, left + wide, above + high), fill, line, width)


def _dash(layer: Layer) -> str:
    return " ".join(f"{long:g}" for long in layer.style.dash)


def _width(text: str, size: int) -> int:
    """About how wide a text is: Chinese is square, Latin somewhat over half of that."""
    return round(sum(size if ord(letter) > 0x2E7F else size * 0.58 for letter in text))
