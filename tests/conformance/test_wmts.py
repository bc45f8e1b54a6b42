"""WMTS 1.0.0 (OGC 07-057r7), as OWSLib and GDAL read it."""

import io
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from owslib.util import ServiceException
from owslib.wmts import WebMapTileService
from PIL import Image

from layers import pictures
from layers.styles import palette
from tests.support import Service

OWS = "{http://www.opengis.net/ows/1.1}"
DOCUMENT = "/wmts/1.0.0/WMTSCapabilities.xml"
PLACE = {"TileMatrixSet": "WebMercatorQuad", "TileMatrix": "16"}
TILE = {
    "Service": "WMTS",
    "REQUEST": "GetTile",
    "Version": "1.0.0",
    "LAYER": "compounds",
    "Style": "compounds",
    "Format": "image/png",
    **PLACE,
    "TileRow": "25186",
    "TileCol": "52112",
}
REST = "/collections/compounds/map/tiles/WebMercatorQuad/16/25186/52112"


@pytest.fixture(scope="module", params=["/wmts", DOCUMENT])
def service(served_city: Service, request: pytest.FixtureRequest) -> WebMapTileService:
    return WebMapTileService(f"{served_city.url}{request.param}")


def test_owslib_finds_layers_styles_and_grids(service: WebMapTileService) -> None:
    assert set(service.contents) == {
        *("map", "districts", "streets", "communities", "compounds", "jurisdictions")
    }
    assert {one.name for one in service.operations} == {
        *("GetCapabilities", "GetTile", "GetFeatureInfo")
    }
    compounds = service["compounds"]
    west, south, east, north = compounds.boundingBoxWGS84
    assert 105.5 < west < east < 107.2
    assert 37.3 < south < north < 39.2
    assert compounds.styles["compounds"]["isDefault"]
    assert "legend?f=png" in compounds.styles["compounds"]["legend"]
    assert compounds.formats == ["image/png"]
    mercator = service.tilematrixsets["WebMercatorQuad"]
    assert mercator.crs == "urn:ogc:def:crs:EPSG::3857"
    assert len(mercator.tilematrix) == pictures.DEEPEST + 1
    first = mercator.tilematrix["0"]
    assert first.scaledenominator == pytest.approx(559082264.0287178)
    assert (first.tilewidth, first.matrixwidth, first.matrixheight) == (256, 1, 1)
    other = service.tilematrixsets["WorldCRS84Quad"]
    assert len(other.tilematrix) == pictures.DEEPEST
    assert other.tilematrix["0"].topleftcorner == (-180.0, 90.0)
    assert (other.tilematrix["8"].matrixwidth, other.tilematrix["8"].matrixheight) == (512, 256)


def test_owslib_gets_a_tile(service: WebMapTileService, public: httpx.Client) -> None:
    body = service.gettile(
        layer="compounds",
        tilematrixset="WebMercatorQuad",
        tilematrix="16",
        row=25186,
        column=52112,
        format="image/png",
    ).read()
    assert body == public.get(REST).content


def test_parameters_and_paths_lead_to_the_same_tile(public: httpx.Client) -> None:
    by_path = public.get(REST).raise_for_status()
    by_parameters = public.get("/wmts", params=TILE).raise_for_status()
    assert by_parameters.content == by_path.content
    assert by_parameters.headers["cache-control"] == by_path.headers["cache-control"]
    again = public.get(
        "/wmts", params=TILE, headers={"If-None-Match": by_parameters.headers["etag"]}
    )
    assert again.status_code == 304


def test_the_document_names_the_host_that_was_asked(public: httpx.Client) -> None:
    own = str(public.base_url).rstrip("/")
    for path in ("/wmts?service=WMTS&request=GetCapabilities", DOCUMENT):
        text = public.get(path).raise_for_status().text
        assert f'href="{own}/wmts?"' in text
        assert f'template="{own}/map/tiles/{{TileMatrixSet}}/' in text
        assert text.count("urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible") == 1


@pytest.mark.parametrize(
    ("changed", "code", "locator"),
    [
        ({"LAYER": "violations"}, "InvalidParameterValue", "Layer"),
        ({"LAYER": None}, "MissingParameterValue", "Layer"),
        ({"LAYER": ""}, "MissingParameterValue", "Layer"),
        ({"Style": "night"}, "InvalidParameterValue", "Style"),
        ({"Format": "image/jpeg"}, "InvalidParameterValue", "Format"),
        ({"Format": None}, "MissingParameterValue", "Format"),
        ({"REQUEST": "GetMap"}, "OperationNotSupported", "Request"),
        ({"REQUEST": None}, "MissingParameterValue", "Request"),
        ({"Service": "WMS"}, "InvalidParameterValue", "Service"),
        ({"TileMatrixSet": "EPSG:3857"}, "InvalidParameterValue", "TileMatrixSet"),
        ({"TileMatrix": "²"}, "InvalidParameterValue", "TileMatrix"),
        ({"TileMatrix": "20"}, "InvalidParameterValue", "TileMatrix"),
        ({"TileMatrix": None}, "MissingParameterValue", "TileMatrix"),
        ({"TileRow": "-1"}, "TileOutOfRange", "TileRow"),
        ({"TileRow": "65536"}, "TileOutOfRange", "TileRow"),
        ({"TileCol": "65536"}, "TileOutOfRange", "TileCol"),
        ({"TileMatrix": "3"}, "TileOutOfRange", "TileRow"),
        ({"TileCol": "x"}, "InvalidParameterValue", "TileCol"),
        ({"TileCol": None}, "MissingParameterValue", "TileCol"),
        ({"tilecol": "1"}, "InvalidParameterValue", "TileCol"),
    ],
)
def test_what_is_wrong_is_reported_as_the_standard_has_it(
    public: httpx.Client, changed: dict[str, str | None], code: str, locator: str
) -> None:
    asked = {name: value for name, value in {**TILE, **changed}.items() if value is not None}
    answer = public.get("/wmts", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/xml")
    assert answer.headers["cache-control"] == "no-store"
    assert reported(answer.content) == (code, locator)


def reported(content: bytes | str) -> tuple[str | None, str | None]:
    """The code and locator of the one exception of a report that says something."""
    report = ElementTree.fromstring(content)  # noqa: S314 - our own service's
    assert report.tag == f"{OWS}ExceptionReport"
    assert report.get("version") == "1.0.0"
    (exception,) = report.findall(f"{OWS}Exception")
    assert exception.findtext(f"{OWS}ExceptionText")
    return exception.get("exceptionCode"), exception.get("locator")


def test_owslib_raises_what_is_wrong(served_city: Service) -> None:
    service = WebMapTileService(f"{served_city.url}/wmts")
    asked = {"layer": "compounds", "tilematrixset": "WebMercatorQuad", "format": "image/png"}
    for wrong, expected in (
        ({"row": 9, "column": 0}, ("TileOutOfRange", "TileRow")),
        ({"row": 0, "column": 9}, ("TileOutOfRange", "TileCol")),
        ({"row": 0, "column": 0, "style": "night"}, ("InvalidParameterValue", "Style")),
    ):
        with pytest.raises(ServiceException) as raised:
            service.gettile(tilematrix="3", **asked, **wrong)
        assert reported(str(raised.value).encode()) == expected


def test_paths_and_what_guards_the_service_answer_problems_as_ever(public: httpx.Client) -> None:
    answer = public.get(REST.replace("/16/", "/3/"))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    posted = public.post("/wmts")
    assert posted.headers["content-type"] == "application/problem+json"


def test_a_pixel_tells_the_compound_below_it(public: httpx.Client) -> None:
    page = public.get("/collections/compounds/items", params={"limit": 1}).json()
    (feature,) = page["features"]
    lon, lat = (feature["properties"][name] for name in ("label_lon", "label_lat"))
    side = 180 / 2**15
    right, down = (lon + 180) / side, (90 - lat) / side
    asked = {
        **TILE,
        "REQUEST": "GetFeatureInfo",
        "TileMatrixSet": "WorldCRS84Quad",
        "TileMatrix": "15",
        "TileRow": str(int(down)),
        "TileCol": str(int(right)),
        "I": str(int(right % 1 * 256)),
        "J": str(int(down % 1 * 256)),
    }
    told = public.get("/wmts", params={**asked, "InfoFormat": "application/geo+json"})
    found = {one["id"]: one["properties"] for one in told.raise_for_status().json()["features"]}
    assert found[feature["id"]] == feature["properties"]
    assert "rung" not in found[feature["id"]]
    text = public.get("/wmts", params={**asked, "InfoFormat": "text/plain"}).text
    assert f"name = {feature['properties']['name']}" in text
    wrong = public.get("/wmts", params={**asked, "InfoFormat": "text/plain", "I": "256"})
    assert wrong.status_code == 400
    assert reported(wrong.content) == ("PointIJOutOfRange", "I")


@pytest.mark.parametrize(
    ("matrices", "window"),
    [
        ("WebMercatorQuad", ("11823500", "4650000", "11830500", "4643000")),
        ("WorldCRS84Quad", ("106.2", "38.5", "106.3", "38.4")),
    ],
)
def test_gdal_draws_a_window(
    served_city: Service, tmp_path: Path, matrices: str, window: tuple[str, ...]
) -> None:
    source = f"WMTS:{served_city.url}{DOCUMENT},layer=compounds,tilematrixset={matrices}"
    said = subprocess.run(
        ["gdalinfo", source],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert "Driver: WMTS" in said
    assert re.search("Band 4 .*ColorInterp=Alpha", said)
    target = tmp_path / "window.png"
    command = ["gdal_translate", "-q", "-projwin", *window, "-outsize", "500", "500"]
    subprocess.run(
        [*command, source, str(target)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    shown = Image.open(io.BytesIO(target.read_bytes())).convert("RGB").getcolors(1 << 20)
    assert shown is not None
    stars = (palette.STAR_1, palette.STAR_2, palette.STAR_3, palette.STAR_4, palette.STAR_5)
    assert {tuple(bytes.fromhex(star[1:])) for star in stars} <= {colour for _, colour in shown}
