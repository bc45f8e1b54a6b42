"""The description of the API in OpenAPI 3.0, which OGC's suites and QGIS read.

FastAPI describes in 3.1, whose schemas are JSON Schema of 2020; what 3.0 cannot say is said in its
own words (https://spec.openapis.org/oas/v3.0.3#schema-object). Nothing is lost but what only
tells, as the types of the places of a tuple.
"""

import re
from collections.abc import Iterable
from typing import Any

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
VERSION = "3.0.3"

_ONLY_31 = {"contentMediaType", "contentEncoding", "propertyNames", "patternProperties", "$defs"}
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token (atlas tokens)"},
    "basic": {"type": "http", "scheme": "basic", "description": "A token as the password"},
}
_SHARED = ("limit",)
"""Query parameters that stand under components, where clients look for the size of a page."""
_ARRAY = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}


def described(document: dict[str, Any], collections: Iterable[str]) -> dict[str, Any]:
    """A description in OpenAPI 3.1 as one in 3.0.

    Paths of single collections are kept, and stand once more as the standards' templates with
    ``collectionId``. What the standards have names for is called so: ``featureId``, ``tileMatrix``.
    """
    made: dict[str, Any] = {name: document[name] for name in ("info", "components")}
    made = {"openapi": VERSION, **_converted(made)}
    paths = {_standard(path): _path(item) for path, item in document["paths"].items()}
    made["paths"] = {**paths, **_templates(paths, list(collections))}
    made["components"]["parameters"] = _shared(made["paths"])
    made["components"]["securitySchemes"] = _SECURITY
    # Nobody need say who they are; who does, may see more.
    made["security"] = [{}, *({name: []} for name in _SECURITY)]
    return made


def _converted(node: Any) -> Any:
    if isinstance(node, list):
        return [_converted(one) for one in node]
    if not isinstance(node, dict):
        return node
    return _schema({name: _converted(one) for name, one in node.items() if name not in _ONLY_31})


def _schema(node: dict[str, Any]) -> dict[str, Any]:
    """One object; what is no schema has none of these words."""
    node = _nullable(node)
    if isinstance(node.get("const"), str | int | bool):
        node["enum"] = [node.pop("const")]
    for bound, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = node.get(bound)
        if isinstance(value, int | float) and not isinstance(value, bool):
            node[inclusive], node[bound] = value, True
    if isinstance(node.get("prefixItems"), list):
        node["items"] = {"oneOf": node.pop("prefixItems")}
    if "type" in node and isinstance(node.get("examples"), list):
        node["example"] = node.pop("examples")[0]
    if "$ref" in node and len(node) > 1:
        node = {"allOf": [{"$ref": node.pop("$ref")}], **node}
    return node


def _nullable(node: dict[str, Any]) -> dict[str, Any]:
    for union in ("anyOf", "oneOf"):
        parts = node.get(union)
        if not isinstance(parts, list) or not any(_is_null(one) for one in parts):
            continue
        rest = [one for one in parts if not _is_null(one)]
        others = {name: one for name, one in node.items() if name != union}
        if len(rest) == 1 and "$ref" not in rest[0]:
            return {**rest[0], **others, "nullable": True}
        return {union: rest, **others, "nullable": True}
    return node


def _is_null(node: Any) -> bool:
    return isinstance(node, dict) and node.get("type") == "null"


def _path(item: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = _converted(item)
    for operation in made.values():
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query":
                _query(parameter)
            elif parameter["in"] == "path":
                _place(parameter)
    return made


def _query(parameter: dict[str, Any]) -> None:
    """How a query parameter is written: once, lists with commas."""
    parameter.update(style="form", explode=False)
    schema = parameter["schema"]
    for name in ("nullable", "title", "description"):
        schema.pop(name, None)
    if parameter["name"] == "bbox":
        parameter["schema"] = dict(_ARRAY)


_NAMES = {"feature_id": "featureId", "z": "tileMatrix", "row": "tileRow", "col": "tileCol"}


def _standard(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"{{{_NAMES.get(found[1], found[1])}}}", path)


def _place(parameter: dict[str, Any]) -> None:
    """A part of the path by its name in the standards; a matrix is a text there, not a number."""
    parameter["name"] = _NAMES.get(parameter["name"], parameter["name"])
    if parameter["name"] == "tileMatrix":
        parameter["schema"] = {"type": "string", "pattern": "^[0-9]{1,2}$"}


def _templates(paths: dict[str, Any], collections: list[str]) -> dict[str, Any]:
    """The paths of collections, with the names that the standards give them.

    Each once, with the collections that have it: not all have shapes, and so not all have tiles.
    """
    having: dict[tuple[str, str], list[str]] = {}
    for name in collections:
        base = f"/collections/{name}"
        for path, item in paths.items():
            if path == base or path.startswith(f"{base}/"):
                for method in item:
                    having.setdefault((path.removeprefix(base), method), []).append(name)
    made: dict[str, Any] = {}
    for (rest, method), names in having.items():
        operation = paths[f"/collections/{names[0]}{rest}"][method]
        identifier = {
            "name": "collectionId",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": names},
        }
        made.setdefault(f"/collections/{{collectionId}}{rest}", {})[method] = {
            **_of_any(operation),
            "operationId": f"any_{operation['operationId']}",
            "summary": operation["summary"].partition(": ")[2] or "The collection",
            "parameters": [identifier, *operation.get("parameters", ())],
        }
    return made


def _of_any(operation: dict[str, Any]) -> dict[str, Any]:
    """An operation whose body is a feature of whichever collection."""
    if "requestBody" not in operation:
        return operation
    content = {kind: {"schema": {"type": "object"}} for kind in operation["requestBody"]["content"]}
    return {**operation, "requestBody": {**operation["requestBody"], "content": content}}


def _shared(paths: dict[str, Any]) -> dict[str, Any]:
    """Parameters that stand under components, taken from the paths; these refer to them."""
    found: dict[str, Any] = {}
    for item in paths.values():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            for place, parameter in enumerate(parameters):
                name = parameter.get("name")
                if name in _SHARED and parameter == found.setdefault(name, parameter):
                    parameters[place] = {"$ref": f"#/components/parameters/{name}"}
    return found
