"""Metadata of a set of tiles in JSON (OGC 17-083r4, tileSet.json): the members that there are."""

from typing import Any

_LINK = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {
        "href": {"type": "string"},
        "rel": {"type": "string"},
        "type": {"type": "string"},
        "title": {"type": "string"},
        "templated": {"type": "boolean"},
    },
}
_CORNER = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_NUMBER = {"type": "integer", "minimum": 0}
_NUMBERS = ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
LISTED: dict[str, Any] = {
    "type": "object",
    "required": ["dataType", "crs", "links", "tileMatrixSetURI"],
    "properties": {
        "title": {"type": "string"},
        "dataType": {"enum": ["map", "vector", "coverage"]},
        "crs": {"type": "string"},
        "tileMatrixSetURI": {"type": "string"},
        "links": {"type": "array", "items": _LINK},
    },
}
"""An entry of a list of sets (OGC 20-057, /req/tilesets-list/tileset-links)."""
SCHEMA: dict[str, Any] = {
    **LISTED,
    "properties": {
        **LISTED["properties"],
        "tileMatrixSetLimits": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tileMatrix", *_NUMBERS],
                "properties": {
                    "tileMatrix": {"type": "string"},
                    **dict.fromkeys(_NUMBERS, _NUMBER),
                },
            },
        },
        "boundingBox": {
            "type": "object",
            "required": ["lowerLeft", "upperRight"],
            "properties": {
                "lowerLeft": _CORNER,
                "upperRight": _CORNER,
                "crs": {"type": "string"},
            },
        },
        "centerPoint": {
            "type": "object",
            "required": ["coordinates", "tileMatrix"],
            "properties": {"coordinates": _CORNER, "tileMatrix": {"type": "string"}},
        },
        "layers": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "dataType"],
                "properties": {
                    "id": {"type": "string"},
                    "dataType": {"enum": ["map", "vector", "coverage"]},
                    "minTileMatrix": {"type": "string"},
                    "maxTileMatrix": {"type": "string"},
                },
            },
        },
    },
}
"""A set, whole."""
