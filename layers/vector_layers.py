"""What the layers of a vector tile hold, for those who draw them (TileJSON 3.0, vector_layers)."""

from typing import Any

from layers.layer import Layer


def vector_layers(layer: Layer) -> list[dict[str, Any]]:
    """Each layer that a tile of this one has: its fields and zooms."""
    described = {name: one["description"] for name, one in fields(layer).items()}
    zooms = {"minzoom": layer.min_zoom, "maxzoom": layer.max_zoom}
    outlines = {**zooms, "minzoom": max(layer.min_zoom, layer.outline_min_zoom)}
    parts = [
        {"id": layer.id, "description": layer.title, "fields": described, **outlines},
        {
            "id": f"{layer.id}_label",
            "description": layer.title,
            "fields": {**described, **_counts(layer)},
            **zooms,
        },
    ]
    if layer.geometry == "point":
        return parts[:1]
    if layer.lines:
        parts.append({"id": f"{layer.id}_line", "fields": {}, **zooms})
    return parts


def _counts(layer: Layer) -> dict[str, str]:
    """What cells tell that stand for several features where these would be too many."""
    celled = layer.drawing is not None and layer.drawing.celled
    return {"count": "How many it stands for, where that is more than itself"} if celled else {}


def fields(layer: Layer) -> dict[str, dict[str, str]]:
    """By name the type, title and description of what a drawn feature tells."""
    kinds = {"date": "string"}
    return {
        name: {
            "type": kinds.get(layer.properties[name].kind, layer.properties[name].kind),
            "title": layer.properties[name].title,
            "description": layer.properties[name].title_en,
        }
        for name in layer.drawn_attributes
        if name in layer.properties
    }
