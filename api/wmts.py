"""What WMTS 1.0.0 (OGC 07-057r7) says of the pictures of tiles: layers, grids, addresses."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple
from xml.etree import ElementTree as ET

from fastapi import Request, Response

from api import pictured, tilesets
from api.errors import Problem
from api.links import absolute
from api.pictured import PNG
from api.tilesets import Box
from layers import grids, pictures
from layers.grids import GRIDS, Grid
from layers.layer import Layer
from layers.styles import legend

MEDIA_TYPE = "application/xml"
INFO_FORMATS = ("application/geo+json", "application/json", "text/plain")
"""What GetFeatureInfo is answered in."""
WHOLE_MAP = "map"
"""The name of the layer that is the whole map."""
PARAMETERS = {
    name.lower(): name
    for name in (
        *("Service", "Request", "Version", "Layer", "Style", "Format"),
        *("TileMatrixSet", "TileMatrix", "TileRow", "TileCol", "I", "J", "InfoFormat"),
    )
}
"""How the standard writes the parameters whose names are taken in any case."""
Code = Literal[
    "OperationNotSupported",
    "MissingParameterValue",
    "InvalidParameterValue",
    "TileOutOfRange",
    "PointIJOutOfRange",
]
"""What may be wrong with a request (OGC 06-121r3, table 25; 07-057r7, tables 24 and 30)."""

WMTS = "http://www.opengis.net/wmts/1.0"
OWS = "http://www.opengis.net/ows/1.1"
XLINK = "http://www.w3.org/1999/xlink"
for _prefix, _uri in (("", WMTS), ("ows", OWS), ("xlink", XLINK)):
    ET.register_namespace(_prefix, _uri)

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_CRS = {
    tilesets.MERCATOR: "urn:ogc:def:crs:EPSG::3857",
    4326: "urn:ogc:def:crs:OGC:1.3:CRS84",
}
# The other grid has no name there that means the same: GoogleCRS84Quad begins with one tile.
_KNOWN_SCALES = {"WebMercatorQuad": "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible"}


class Fault(Problem):
    """What is wrong with a request by parameters, in the words of the standard."""

    def __init__(self, code: Code, parameter: str, detail: str) -> None:
        """``parameter`` is its name in small letters."""
        super().__init__(400, detail, parameter=PARAMETERS[parameter])
        self.code = code


class Shown(NamedTuple):
    """A layer of the document: one of ours, or the whole map where ``layer`` is None."""

    layer: Layer | None
    box: Box
    titles: tuple[str, str]

    @property
    def name(self) -> str:
        """Its name, and that of its style."""
        return self.layer.id if self.layer else WHOLE_MAP


def capabilities(request: Request, shown: Iterable[Shown]) -> bytes:
    """The document that programs open first."""
    root = ET.Element(_w("Capabilities"), version="1.0.0")
    about = ET.SubElement(root, _o("ServiceIdentification"))
    _text(about, _o("Title"), "小区图 Compound Atlas")
    _text(about, _o("ServiceType"), "OGC WMTS")
    _text(about, _o("ServiceTypeVersion"), "1.0.0")
    _operations(ET.SubElement(root, _o("OperationsMetadata")), absolute(request, "/wmts?"))
    contents = ET.SubElement(root, _w("Contents"))
    for one in shown:
        _layer(contents, request, one)
    for grid in GRIDS.values():
        _matrices(contents, grid)
    here = absolute(request, "/wmts/1.0.0/WMTSCapabilities.xml")
    ET.SubElement(root, _w("ServiceMetadataURL"), {_x("href"): here})
    return _written(root)


def report(problem: Problem) -> Response:
    """A problem as an exception report (OGC 06-121r3, 8), which programs of WMTS read.

    What is wrong with the request is always 400, also an operation that there is not, for which the
    standard has 501: it is no error of the service.
    """
    code: str = problem.code if isinstance(problem, Fault) else "NoApplicableCode"
    root = ET.Element(_o("ExceptionReport"), {"version": "1.0.0", _LANGUAGE: "en"})
    told = {"exceptionCode": code}
    if problem.parameter is not None:
        told["locator"] = problem.parameter
    _text(ET.SubElement(root, _o("Exception"), told), _o("ExceptionText"), problem.detail)
    headers = {"Cache-Control": "no-store", **(problem.headers or {})}
    return Response(_written(root), problem.status, headers, MEDIA_TYPE)


def _operations(parent: ET.Element, address: str) -> None:
    for name in ("GetCapabilities", "GetTile", "GetFeatureInfo"):
        http = ET.SubElement(ET.SubElement(parent, _o("Operation"), name=name), _o("DCP"))
        get = ET.SubElement(ET.SubElement(http, _o("HTTP")), _o("Get"), {_x("href"): address})
        allowed = ET.SubElement(get, _o("Constraint"), name="GetEncoding")
        _text(ET.SubElement(allowed, _o("AllowedValues")), _o("Value"), "KVP")


def _layer(parent: ET.Element, request: Request, one: Shown) -> None:
    made = ET.SubElement(parent, _w("Layer"))
    title, title_en = one.titles
    _text(made, _o("Title"), f"{title} {title_en}")
    if one.layer is not None:
        _text(made, _o("Abstract"), f"{one.layer.description} {one.layer.description_en}")
    box = ET.SubElement(made, _o("WGS84BoundingBox"))
    _text(box, _o("LowerCorner"), f"{one.box[0]:.7f} {one.box[1]:.7f}")
    _text(box, _o("UpperCorner"), f"{one.box[2]:.7f} {one.box[3]:.7f}")
    _text(made, _o("Identifier"), one.name)
    style = ET.SubElement(made, _w("Style"), isDefault="true")
    _text(style, _o("Title"), f"{title} {title_en}")
    _text(style, _o("Identifier"), one.name)
    if one.layer is not None:
        shown = absolute(request, f"/collections/{one.layer.id}/legend?f=png")
        legends = {"format": legend.PNG_MEDIA_TYPE, _x("href"): shown}
        ET.SubElement(style, _w("LegendURL"), legends)
    _text(made, _w("Format"), PNG)
    for form in INFO_FORMATS:
        _text(made, _w("InfoFormat"), form)
    for grid in GRIDS.values():
        _text(ET.SubElement(made, _w("TileMatrixSetLink")), _w("TileMatrixSet"), grid.id)
    here = absolute(request, pictured.base(one.layer))
    template = f"{here}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}"
    ET.SubElement(made, _w("ResourceURL"), format=PNG, resourceType="tile", template=template)


def _matrices(parent: ET.Element, grid: Grid) -> None:
    made = ET.SubElement(parent, _w("TileMatrixSet"))
    _text(made, _o("Identifier"), grid.id)
    _text(made, _o("SupportedCRS"), _CRS[grid.srid])
    if grid.id in _KNOWN_SCALES:
        _text(made, _w("WellKnownScaleSet"), _KNOWN_SCALES[grid.id])
    for one in grids.definition(grid)["tileMatrices"][: pictures.DEEPEST - grid.shift + 1]:
        _matrix(made, one)


def _matrix(parent: ET.Element, one: Mapping[str, Any]) -> None:
    made = ET.SubElement(parent, _w("TileMatrix"))
    _text(made, _o("Identifier"), one["id"])
    _text(made, _w("ScaleDenominator"), str(one["scaleDenominator"]))
    _text(made, _w("TopLeftCorner"), " ".join(str(side) for side in one["pointOfOrigin"]))
    for name in ("TileWidth", "TileHeight", "MatrixWidth", "MatrixHeight"):
        _text(made, _w(name), str(one[name[0].lower() + name[1:]]))


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _w(name: str) -> str:
    return f"{{{WMTS}}}{name}"


def _o(name: str) -> str:
    return f"{{{OWS}}}{name}"


def _x(name: str) -> str:
    return f"{{{XLINK}}}{name}"
