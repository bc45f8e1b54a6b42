"""What the features of a layer hold, as JSON Schema (OGC API Features, parts 3 and 5)."""

from typing import Any

from layers.layer import Layer, Property

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES: dict[str, dict[str, str]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


def schema(layer: Layer) -> dict[str, Any]:
    """The features as they are answered, with the part that each property plays (part 5)."""
    number = {"type": "integer", "title": "编号", "description": "Number", "x-ogc-role": "id"}
    shapes = {
        name: {**one, "x-ogc-role": "primary-geometry"} for name, one in _geometry(layer).items()
    }
    return _object(layer, {"id": number, **shapes, **_properties(layer)})


def queryables(layer: Layer) -> dict[str, Any]:
    """What a filter may name (part 3)."""
    return _object(layer, {**_geometry(layer), **_properties(layer)})


def sortables(layer: Layer) -> dict[str, Any]:
    """What ``sortby`` may name."""
    return _object(layer, _properties(layer))


def _object(layer: Layer, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": layer.title,
        "description": layer.title_en,
        "properties": properties,
        "additionalProperties": False,
    }


def _properties(layer: Layer) -> dict[str, Any]:
    return {name: _property(one) for name, one in layer.properties.items()}


def _property(one: Property) -> dict[str, Any]:
    listed = {"enum": list(one.codes)} if one.codes else {}
    return {**_TYPES[one.kind], "title": one.title, "description": one.title_en, **listed}


def _geometry(layer: Layer) -> dict[str, dict[str, str]]:
    """The geometry by its name; nothing where the features have none."""
    if layer.geometry == "none":
        return {}
    described = {"title": "范围", "description": "Geometry", "format": f"geometry-{layer.geometry}"}
    return {"geometry": described}
