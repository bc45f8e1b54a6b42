"""What QGIS makes of the service at argv[1], as JSON; run by a Python that has PyQGIS."""

# mypy: ignore-errors

import json
import os
import sys
import urllib.request
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayerDefinition,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRaster,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

URL, FOLDER = sys.argv[1], Path(sys.argv[2])
SIZE = (320, 240)
PROJECT = QgsProject.instance()
MERCATOR = QgsCoordinateReferenceSystem("EPSG:3857")
_TO_MERCATOR = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), MERCATOR, PROJECT)
NEAR = _TO_MERCATOR.transformBoundingBox(QgsRectangle(106.235, 38.455, 106.275, 38.485))
CITY = _TO_MERCATOR.transformBoundingBox(QgsRectangle(105.9, 38.1, 106.6, 38.75))


def colours(layer, extent):
    """The commonest colours of the layer drawn on white, as #rrggbb."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(MERCATOR)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(*SIZE))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("#ffffff"))
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    counted = {}
    for x in range(SIZE[0]):
        for y in range(SIZE[1]):
            name = image.pixelColor(x, y).name()
            counted[name] = counted.get(name, 0) + 1
    return sorted(counted, key=lambda name: -counted[name])[:12]


def fetched(path, name):
    target = FOLDER / name
    with urllib.request.urlopen(f"{URL}{path}") as answer:  # noqa: S310 - the address of the test
        target.write_bytes(answer.read())
    return str(target)


def features():
    source = (
        "pagingEnabled='true' preferCoordinatesForWfsT11='false' restrictToRequestBBOX='1' "
        f"srsname='OGC:CRS84' typename='compounds' url='{URL}'"
    )
    return QgsVectorLayer(source, "compounds", "OAPIF")


def styled(style):
    layer = features()
    path = fetched(f"/styles/compounds?f={style}", f"compounds.{style}")
    load = layer.loadNamedStyle if style == "qml" else layer.loadSldStyle
    _, loaded = load(path)
    return {"loaded": loaded, "near": colours(layer, NEAR), "city": colours(layer, CITY)}


def defined():
    path = fetched("/collections/compounds/qlr", "compounds.qlr")
    loaded, said = QgsLayerDefinition.loadLayerDefinition(path, PROJECT, PROJECT.layerTreeRoot())
    (layer,) = PROJECT.mapLayers().values()
    return {
        "loaded": loaded and layer.isValid() and layer.crs().isValid(),
        "said": said,
        "features": layer.featureCount(),
        "near": colours(layer, NEAR),
    }


def tiles():
    template = "%7Bz%7D/%7By%7D/%7Bx%7D"
    source = (
        f"type=xyz&url={URL}/collections/compounds/tiles/WebMercatorQuad/{template}"
        f"&zmin=5&zmax=16&styleUrl={URL}/styles/compounds"
    )
    layer = QgsVectorTileLayer(source, "tiles")
    said, loaded = layer.loadDefaultStyle()
    return {"loaded": loaded, "said": said, "near": colours(layer, NEAR)}


def pictures(source):
    layer = QgsRasterLayer(source, "pictures", "wms")
    told = {"loaded": layer.isValid()}
    if layer.isValid():
        told |= {"near": colours(layer, NEAR), "city": colours(layer, CITY)}
        if "layers=" in source:
            found = layer.dataProvider().identify(
                NEAR.center(), QgsRaster.IdentifyFormatText, NEAR, *SIZE
            )
            told["identified"] = found.isValid()
    return told


def main():
    application = QgsApplication([], False)
    application.initQgis()
    xyz = f"type=xyz&url={URL}/map/tiles/WebMercatorQuad/%7Bz%7D/%7By%7D/%7Bx%7D&zmin=0&zmax=19"
    wmts = (
        "contextualWMSLegend=0&crs=EPSG:3857&dpiMode=7&format=image/png&layers=compounds"
        f"&styles=compounds&tileMatrixSet=WebMercatorQuad&url={URL}/wmts/1.0.0/WMTSCapabilities.xml"
    )
    told = {
        "version": Qgis.QGIS_VERSION,
        "features": features().featureCount(),
        "qml": styled("qml"),
        "sld": styled("sld"),
        "qlr": defined(),
        "tiles": tiles(),
        "xyz": pictures(xyz),
        "wmts": pictures(wmts),
    }
    (FOLDER / "told.json").write_text(json.dumps(told))
    # Taking QGIS down from Python ends in a crash of its own.
    os._exit(0)


main()
