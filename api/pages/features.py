"""Features as pages: a table, and a drawing of their shapes."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from api.links import absolute
from api.pages import ABOVE_COLLECTION, page
from layers.items import Form
from layers.layer import Layer
from layers.sketch import sketch


def several(
    request: Request, layer: Layer, document: Mapping[str, Any], form: Form, attribution: str
) -> Response:
    """A page of features; ``document`` is what GeoJSON says of them."""
    return _drawn(request, "items", layer, document, document["features"], form, attribution)


def one(
    request: Request, layer: Layer, document: Mapping[str, Any], form: Form, attribution: str
) -> Response:
    """A single feature."""
    return _drawn(request, "item", layer, document, [document], form, attribution)


def _drawn(
    request: Request,
    template: str,
    layer: Layer,
    document: Mapping[str, Any],
    features: Sequence[Mapping[str, Any]],
    form: Form,
    attribution: str,
) -> Response:
    here = f"/collections/{layer.id}"
    above = (*ABOVE_COLLECTION, (here, layer.title, layer.title_en))
    if template == "item":
        above = (*above, (f"{here}/items", "要素", "Features"))
    addresses = [absolute(request, f"{here}/items/{feature['id']}") for feature in features]
    names = [_name(layer, feature) for feature in features]
    drawing = sketch([feature["geometry"] for feature in features], form.crs)
    return page(
        request,
        template,
        above=above,
        layer=layer,
        document=document,
        properties={
            name: declared
            for name, declared in layer.properties.items()
            if form.properties is None or name in form.properties
        },
        addresses=addresses,
        name=names[0] if names else "",
        drawing=drawing,
        marks=list(zip(addresses, names, drawing.paths, strict=True)) if drawing else [],
        attribution=attribution,
        synthetic=any(feature["properties"].get("synthetic") for feature in features),
    )


def _name(layer: Layer, feature: Mapping[str, Any]) -> str:
    named = feature["properties"].get("name") or feature["properties"].get("area_name")
    return named or f"{layer.title} {feature['id']}"
