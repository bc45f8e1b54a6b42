"""The description of the API as a viewer may have it: what they cannot ask for is not named."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from access.roles import PUBLIC, Kind
from api import openapi30
from api.parameters import by_pattern
from layers.layer import Layer
from layers.registry import LAYERS

TAGS = [
    {"name": name, "description": description}
    for name, description in {
        "landing": "首页与标准 · What there is, and the standards it keeps",
        "features": "要素（OGC API – Features） · Features, their properties and exports",
        "tiles": "瓦片（OGC API – Tiles） · Vector tiles, pictures, WMTS",
        "styles": "样式与图例（OGC API – Styles） · Styles and legends",
        "columns": "属性列 · Attributes of all compounds as typed arrays",
        "summaries": "统计 · Figures of districts, streets, polygons and surroundings",
        "compounds": "小区档案 · Compounds and their dossiers",
        "status": "状态与理由 · What the rules of the list say of compounds and companies",
        "notices": "责任公示 · Who answers for what, and the poster that says so",
        "facts": "事实登记 · Facts that offices record",
        "editing": "要素编辑（OGC API – Features 4） · The same facts as features",
        "imports": "导入 · Files of offices",
        "audit": "审计 · Who did what",
        "session": "登录 · Signing in and out",
        "health": "运行 · Whether the service runs",
    }.items()
]
"""Groups of routes, in the order in which they are read."""

_OFFICES = frozenset({"facts", "editing", "imports", "audit"})
"""Tags of what only who is signed in may do: bodies name columns that are not public."""


def described(app: FastAPI, kind: Kind) -> dict[str, Any]:
    """In OpenAPI 3.1, made once for each kind of scope."""
    return _once(app, "described", kind, lambda: _seen_by(kind, app.openapi()))


def in_30(app: FastAPI, kind: Kind) -> dict[str, Any]:
    """The same in OpenAPI 3.0 (:mod:`api.openapi30`)."""
    known = [name for name, layer in LAYERS.items() if layer.readable_by(kind)]
    return _once(
        app, "described_30", kind, lambda: openapi30.described(described(app, kind), known)
    )


def _once(
    app: FastAPI, name: str, kind: Kind, make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    made: dict[Kind, dict[str, Any]] | None = getattr(app.state, name, None)
    if made is None:
        made = {}
        setattr(app.state, name, made)
    if kind not in made:
        made[kind] = make()
    return made[kind]


def _seen_by(kind: Kind, document: dict[str, Any]) -> dict[str, Any]:
    paths = {}
    for path, item in document["paths"].items():
        layer = _layer(path)
        if layer is not None and not layer.readable_by(kind):
            continue
        told = {
            method: operation if layer is None else _narrowed(operation, layer.seen_by(kind))
            for method, operation in item.items()
            if kind != PUBLIC or _OFFICES.isdisjoint(operation.get("tags", ()))
        }
        if told:
            paths[path] = told
    components = _needed(paths, document.get("components", {}))
    used = {
        tag for item in paths.values() for operation in item.values() for tag in operation["tags"]
    }
    tags = [tag for tag in document["tags"] if tag["name"] in used]
    return {**document, "paths": paths, "components": components, "tags": tags}


def _layer(path: str) -> Layer | None:
    """The layer below whose address a path lies."""
    parts = path.split("/")
    return LAYERS.get(parts[2]) if len(parts) > 2 and parts[1] == "collections" else None


def _narrowed(operation: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """An operation with the parameters that a layer has as the viewer sees it."""
    whole = LAYERS[layer.id]
    hidden = whole.properties.keys() - layer.properties.keys()
    if not hidden or "parameters" not in operation:
        return operation
    kept = [one for one in operation["parameters"] if one.get("name") not in hidden]
    counted = by_pattern(layer)
    return {
        **operation,
        "parameters": [
            {**one, "schema": {**one["schema"], "pattern": counted}} if one["name"] == "by" else one
            for one in kept
        ],
    }


def _needed(paths: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """The schemas that the paths refer to, and those that these refer to."""
    schemas: dict[str, Any] = components.get("schemas", {})
    found: set[str] = set()
    waiting: list[Any] = [paths]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    kept = {name: one for name, one in schemas.items() if name in found}
    return {**components, "schemas": kept}
