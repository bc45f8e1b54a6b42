"""Styles as Styled Layer Descriptor 1.1 with Symbology Encoding (OGC 05-078r4 and 05-077r4)."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from layers.layer import Layer
from layers.styles.style import Class, Style

MEDIA_TYPE = "application/vnd.ogc.sld+xml;version=1.1"

SLD = "http://www.opengis.net/sld"
SE = "http://www.opengis.net/se"
OGC = "http://www.opengis.net/ogc"
for _prefix, _uri in (("sld", SLD), ("se", SE), ("ogc", OGC)):
    ET.register_namespace(_prefix, _uri)


def sld(name: str, layers: Iterable[Layer]) -> bytes:
    """The layers in their order, the later above; each says which collection it draws."""
    root = ET.Element(f"{{{SLD}}}StyledLayerDescriptor", version="1.1.0")
    for layer in layers:
        named = ET.SubElement(root, f"{{{SLD}}}NamedLayer")
        ET.SubElement(named, f"{{{SE}}}Name").text = layer.id
        style = ET.SubElement(named, f"{{{SLD}}}UserStyle")
        ET.SubElement(style, f"{{{SE}}}Name").text = name
        drawn = ET.SubElement(style, f"{{{SE}}}FeatureTypeStyle")
        ET.SubElement(drawn, f"{{{SE}}}FeatureTypeName").text = layer.id
        for one in layer.style.valued:
            _rule(drawn, layer, one)
        rest = layer.style.rest or Class(None, layer.title, layer.title_en, layer.style.colour)
        _rule(drawn, layer, rest)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _rule(parent: ET.Element, layer: Layer, one: Class) -> None:
    rule = ET.SubElement(parent, f"{{{SE}}}Rule")
    ET.SubElement(rule, f"{{{SE}}}Name").text = f"{one.title} {one.title_en}"
    if layer.style.by is not None and layer.style.valued:
        condition = ET.SubElement(rule, f"{{{OGC}}}Filter")
        if one.value is None:
            _rest(condition, layer.style, layer.style.by)
        else:
            _equal(condition, layer.style.by, one)
    if layer.geometry == "point":
        _point(rule, layer, one.colour)
    else:
        _area(rule, layer, one.colour)


def _rest(parent: ET.Element, style: Style, by: str) -> None:
    """What no other rule draws; QGIS takes ElseFilter for no filter at all."""
    either = ET.SubElement(parent, f"{{{OGC}}}Or")
    nothing = ET.SubElement(either, f"{{{OGC}}}PropertyIsNull")
    ET.SubElement(nothing, f"{{{OGC}}}PropertyName").text = by
    others = ET.SubElement(either, f"{{{OGC}}}Not")
    if len(style.valued) > 1:
        others = ET.SubElement(others, f"{{{OGC}}}Or")
    for one in style.valued:
        _equal(others, by, one)


def _equal(parent: ET.Element, by: str, one: Class) -> None:
    equal = ET.SubElement(parent, f"{{{OGC}}}PropertyIsEqualTo")
    ET.SubElement(equal, f"{{{OGC}}}PropertyName").text = by
    ET.SubElement(equal, f"{{{OGC}}}Literal").text = one.text


def _point(rule: ET.Element, layer: Layer, colour: str) -> None:
    graphic = ET.SubElement(ET.SubElement(rule, f"{{{SE}}}PointSymbolizer"), f"{{{SE}}}Graphic")
    mark = ET.SubElement(graphic, f"{{{SE}}}Mark")
    ET.SubElement(mark, f"{{{SE}}}WellKnownName").text = "circle"
    _fill(mark, colour, 1)
    _stroke(mark, layer)
    ET.SubElement(graphic, f"{{{SE}}}Size").text = str(layer.style.radius * 2)


def _area(rule: ET.Element, layer: Layer, colour: str) -> None:
    area = ET.SubElement(rule, f"{{{SE}}}PolygonSymbolizer")
    if layer.style.opacity:
        _fill(area, colour, layer.style.opacity)
    _stroke(area, layer)


def _fill(parent: ET.Element, colour: str, opacity: float) -> None:
    _parameters(ET.SubElement(parent, f"{{{SE}}}Fill"), fill=colour, fill_opacity=opacity)


def _stroke(parent: ET.Element, layer: Layer) -> None:
    style = layer.style
    stroke = ET.SubElement(parent, f"{{{SE}}}Stroke")
    _parameters(
        stroke, stroke=style.outline, stroke_opacity=style.outline_opacity, stroke_width=style.width
    )
    if style.dashed:
        _parameters(stroke, stroke_dasharray=" ".join(f"{long:g}" for long in style.dash))


def _parameters(parent: ET.Element, **values: str | float) -> None:
    for name, value in values.items():
        one = ET.SubElement(parent, f"{{{SE}}}SvgParameter", name=name.replace("_", "-"))
        one.text = str(value)
