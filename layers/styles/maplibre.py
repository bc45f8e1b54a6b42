"""Styles for MapLibre and others of its kind (Mapbox Style, version 8), over our own vector tiles.

As on the web map there is no ``glyphs`` address: MapLibre then draws text in the reader's fonts.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from layers.layer import Layer
from layers.styles import palette
from layers.styles.style import DASH, RIMS, Stops

MEDIA_TYPE = "application/vnd.mapbox.style+json"
FONT = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
"""The fonts of the web map, in order of preference."""


def style(name: str, title: str, layers: Iterable[Layer], tilejson: Mapping[str, str]) -> Any:
    """A whole style; ``tilejson`` has the address of each layer's tileset.

    Layers lie above each other in their order, every name above every shape.
    """
    shown = list(layers)
    # Under one layer alone it would hide what a program shows below.
    paint = {"background-color": palette.OUTSIDE}
    background = {"id": "outside", "type": "background", "paint": paint}
    return {
        "version": 8,
        "name": title,
        "metadata": {"atlas:style": name},
        "sources": {one.id: {"type": "vector", "url": tilejson[one.id]} for one in shown},
        "layers": [
            *([background] if len(shown) > 1 else ()),
            *(part for one in shown for part in _shapes(one)),
            *(part for one in reversed(shown) for part in _names(one)),
        ],
    }


def _shapes(layer: Layer) -> list[dict[str, Any]]:
    if layer.geometry == "point":
        return [_circles(layer, layer.id, {})]
    style = layer.style
    source: dict[str, Any] = {"source": layer.id, "source-layer": layer.id}
    first = {} if style.points_below is None else {"minzoom": style.points_below}
    made: list[dict[str, Any]] = []
    if style.opacity:
        paint = {
            "fill-color": _colour(layer),
            "fill-opacity": style.opacity,
            "fill-antialias": False,
        }
        made.append({**source, **first, "id": f"{layer.id}-fill", "type": "fill", "paint": paint})
    line: dict[str, Any] = {
        "line-color": style.outline,
        "line-opacity": style.outline_opacity,
        "line-width": style.width,
        **({"line-dasharray": list(DASH)} if style.dashed else {}),
    }
    if layer.lines:
        source["source-layer"] = f"{layer.id}_line"
    made.append({**source, **first, "id": f"{layer.id}-line", "type": "line", "paint": line})
    if style.points_below is not None:
        made.append(_circles(layer, f"{layer.id}_label", {"maxzoom": style.points_below}))
    return made


def _circles(layer: Layer, part: str, zooms: Mapping[str, float]) -> dict[str, Any]:
    style = layer.style
    return {
        "id": f"{layer.id}-point",
        "type": "circle",
        "source": layer.id,
        "source-layer": part,
        **zooms,
        "paint": {
            "circle-color": _colour(layer),
            "circle-radius": _growing(style.radii),
            "circle-stroke-color": style.outline,
            "circle-stroke-opacity": style.outline_opacity,
            "circle-stroke-width": _growing(RIMS),
        },
    }


def _growing(stops: Stops) -> list[Any]:
    return ["interpolate", ["linear"], ["zoom"], *(number for stop in stops for number in stop)]


def _names(layer: Layer) -> list[dict[str, Any]]:
    style = layer.style
    if style.label is None:
        return []
    part = layer.id if layer.geometry == "point" else f"{layer.id}_label"
    return [
        {
            "id": f"{layer.id}-name",
            "type": "symbol",
            "source": layer.id,
            "source-layer": part,
            "minzoom": style.label_from,
            "maxzoom": style.label_until,
            "layout": {
                "text-field": ["get", style.label],
                "text-font": FONT,
                "text-size": style.label_size,
                "text-max-width": 8,
                "text-padding": 4,
            },
            "paint": {
                "text-color": style.label_colour,
                "text-halo-color": palette.MAP_HALO,
                "text-halo-width": 1.75,
            },
        }
    ]


def _colour(layer: Layer) -> Any:
    """By the value; as text where it is one of booleans, which ``match`` does not take.

    Each case is a list, though of one: QGIS passes over values that stand alone.
    """
    style = layer.style
    if style.by is None or not style.valued:
        return style.rest_colour
    value: list[Any] = ["get", style.by]
    texts = any(isinstance(one.value, bool) for one in style.valued)
    cases = [
        word for one in style.valued for word in ([one.text if texts else one.value], one.colour)
    ]
    return ["match", ["to-string", value] if texts else value, *cases, style.rest_colour]
