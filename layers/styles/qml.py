"""Styles for QGIS (QML), and layer definitions (QLR) that open a layer of the service with one."""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from xml.etree import ElementTree as ET

import pyproj

from layers.crs import STORED_SRID
from layers.layer import Layer
from layers.styles import palette
from layers.styles.style import RIMS, Class, Stops, Style

MEDIA_TYPE = "application/x-qgis-style+xml"
QLR_MEDIA_TYPE = "application/x-qgis-layer-definition+xml"
VERSION = "3.22.0"
"""Of the QGIS whose names of options are written; later ones read them too."""

PIXEL_MM = 25.4 / 96
"""A pixel of the web, in the millimetres that QGIS measures symbols in."""


def qml(layer: Layer) -> bytes:
    """The style file of a layer."""
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology|Labeling")
    _look(root, layer)
    return _written(root)


def qlr(layer: Layer, root_url: str) -> bytes:
    """The layer definition: the features of the collection at ``root_url``, and their style."""
    key = f"atlas_{layer.id}".replace("-", "_")
    root = ET.Element("qlr")
    group = ET.SubElement(root, "layer-tree-group", name="", checked="Qt::Checked", expanded="1")
    source = _source(layer, root_url)
    ET.SubElement(
        group,
        "layer-tree-layer",
        id=key,
        name=layer.title,
        checked="Qt::Checked",
        expanded="1",
        providerKey="OAPIF",
        source=source,
    )
    layers = ET.SubElement(root, "maplayers")
    shape = "Point" if layer.geometry == "point" else "Polygon"
    one = ET.SubElement(layers, "maplayer", type="vector", geometry=shape)
    for name, text in (("id", key), ("datasource", source), ("layername", layer.title)):
        ET.SubElement(one, name).text = text
    system = ET.SubElement(ET.SubElement(one, "srs"), "spatialrefsys")
    # The name alone gives QGIS no system to draw in.
    ET.SubElement(system, "wkt").text = pyproj.CRS.from_epsg(STORED_SRID).to_wkt()
    ET.SubElement(system, "authid").text = f"EPSG:{STORED_SRID}"
    ET.SubElement(one, "provider", encoding="UTF-8").text = "OAPIF"
    _look(one, layer)
    return _written(root)


def _source(layer: Layer, root_url: str) -> str:
    # A quotation mark cannot be in the address: the service answers under names of hosts only.
    return (
        "pagingEnabled='true' preferCoordinatesForWfsT11='false' restrictToRequestBBOX='1' "
        f"srsname='OGC:CRS84' typename='{layer.id}' url='{root_url}'"
    )


def _look(parent: ET.Element, layer: Layer) -> None:
    style = layer.style
    if style.by is None:
        renderer = ET.SubElement(parent, "renderer-v2", type="singleSymbol", symbollevels="0")
        _symbol(ET.SubElement(renderer, "symbols"), "0", layer, style.rest_colour)
    else:
        _categories(parent, layer, style.by)
    if style.label is not None:
        _labels(parent, layer, style.label)


def _categories(parent: ET.Element, layer: Layer, by: str) -> None:
    renderer = ET.SubElement(
        parent, "renderer-v2", type="categorizedSymbol", attr=by, symbollevels="0"
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    style = layer.style
    # The class of the empty value is that of all the others in QGIS.
    rest = style.rest or Class(None, "其他", "Other", style.colour)
    for number, one in enumerate((*style.valued, rest)):
        ET.SubElement(
            categories,
            "category",
            value=one.text,
            type=_kind(one),
            symbol=str(number),
            label=f"{one.title} {one.title_en}",
            render="true",
        )
        _symbol(symbols, str(number), layer, one.colour)


def _kind(one: Class) -> str:
    if isinstance(one.value, bool):
        return "bool"
    return "integer" if isinstance(one.value, int) else "string"


def _symbol(parent: ET.Element, name: str, layer: Layer, colour: str) -> None:
    style = layer.style
    if layer.geometry == "point":
        _marker(_empty_symbol(parent, "marker", name), style, colour)
        return
    symbol = _empty_symbol(parent, "fill", name)
    options = {
        "color": _rgba(colour, style.opacity),
        "joinstyle": "round",
        "outline_color": _rgba(style.outline, style.outline_opacity),
        "outline_style": "dash" if style.dashed else "solid",
        "outline_width": _mm(style.width),
        "outline_width_unit": "MM",
        "style": "solid" if style.opacity else "no",
    }
    if style.points_below is None:
        _drawn(symbol, "SimpleFill", options)
        return
    near = f"@map_scale < {scale(style.points_below)}"
    _drawn(symbol, "SimpleFill", options, {"enabled": near})
    middle = _drawn(symbol, "CentroidFill", {})
    # The layer around it would be drawn all the same.
    far = {"enabled": f"NOT ({near})"}
    _marker(_empty_symbol(middle, "marker", f"@{name}@1"), style, colour, far)


def _empty_symbol(parent: ET.Element, kind: str, name: str) -> ET.Element:
    return ET.SubElement(
        parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )


def _marker(
    symbol: ET.Element, style: Style, colour: str, more: Mapping[str, str] = MappingProxyType({})
) -> None:
    options = {
        "color": _rgba(colour, 1),
        "name": "circle",
        "outline_color": _rgba(style.outline, style.outline_opacity),
        "outline_style": "solid",
        "outline_width": _mm(RIMS[-1][1]),
        "outline_width_unit": "MM",
        "size": _mm(style.radius * 2),
        "size_unit": "MM",
    }
    growing = {"size": _growing(style.radii, 2), "outlineWidth": _growing(RIMS, 1)}
    _drawn(symbol, "SimpleMarker", options, {**growing, **more})


def _drawn(
    symbol: ET.Element,
    kind: str,
    options: Mapping[str, str],
    worked_out: Mapping[str, str] = MappingProxyType({}),
) -> ET.Element:
    """A layer of a symbol; what is worked out are expressions of QGIS."""
    one = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "pass": "0"})
    _map(one, options)
    if worked_out:
        defined = _map(ET.SubElement(one, "data_defined_properties"), {"type": "collection"})
        properties = ET.SubElement(defined, "Option", type="Map", name="properties")
        for name, expression in worked_out.items():
            told = _map(properties, {"expression": expression}, name=name)
            ET.SubElement(told, "Option", type="bool", name="active", value="true")
            ET.SubElement(told, "Option", type="int", name="type", value="3")
    return one


def _map(parent: ET.Element, values: Mapping[str, str], **named: str) -> ET.Element:
    made = ET.SubElement(parent, "Option", {"type": "Map", **named})
    for key, value in values.items():
        ET.SubElement(made, "Option", type="QString", name=key, value=value)
    return made


def _growing(stops: Stops, times: float) -> str:
    """A size in millimetres at the zoom of web maps that the scale has, as QGIS works it out."""
    zoom = f"log(2, {scale(0)} / @map_scale)"
    sizes = [(level, _mm(size * times)) for level, size in stops]
    *pieces, last = (
        f"scale_linear({zoom}, {low}, {high}, {small}, {large})"
        for (low, small), (high, large) in pairwise(sizes)
    )
    for (high, _), piece in zip(reversed(sizes[1:-1]), reversed(pieces), strict=True):
        last = f"if({zoom} < {high}, {piece}, {last})"
    return last


def _labels(parent: ET.Element, layer: Layer, by: str) -> None:
    style = layer.style
    labeling = ET.SubElement(parent, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=by,
        isExpression="0",
        fontSize=str(style.label_size * 0.75),
        fontSizeUnit="Point",
        textColor=_rgba(style.label_colour, 1),
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferColor=_rgba(palette.MAP_HALO, 1),
        bufferSize=_mm(1.75),
        bufferSizeUnits="MM",
    )
    ET.SubElement(
        settings,
        "rendering",
        drawLabels="1",
        scaleVisibility="1",
        scaleMin=str(scale(style.label_until)),
        scaleMax=str(scale(style.label_from)),
    )


def scale(zoom: float) -> int:
    """The denominator of the scale of a zoom of web maps, at pixels of 0.28 mm (OGC 17-083r4)."""
    return round(559_082_264.028 / 2**zoom / 2)


def _rgba(colour: str, opacity: float) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return ",".join(str(part) for part in (*parts, round(opacity * 255)))


def _mm(pixels: float) -> str:
    return f"{pixels * PIXEL_MM:.3f}"


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
