"""Features in every format, read by what people open them with, beside GeoJSON."""

import csv
import re
from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import unquote

import geopandas
import httpx
import pyproj
import pytest
import shapely
from pyogrio import read_info

from layers.formats import FORMATS
from layers.registry import LAYERS
from tests.read_back import Read, read

OTHERS = [name for name in FORMATS if name != "geojson"]
JINFENG = "640106"
SEEN = {"district_code": JINFENG, "filter": "households > 500 AND NOT name LIKE '%二%'"}
EXACT = {"shp", "fgb", "parquet", "gpkg"}
"""Formats that keep every digit; the others round to seven, as GeoJSON."""
SHAPES = ("districts", "compounds", "jurisdictions", "orders", "duties", "communities")
"""Layers of polygons, of several shapes, of points with days and flags, of facts without a place,
and of nothing at all."""
DAYS_AS = {"fgb": "timestamp[ms]", "kml": "string"}
"""What a format makes of days that has no type for them."""


def features(
    client: httpx.Client,
    name: str,
    folder: Path,
    layer: str = "compounds",
    where: str = "export",
    **asked: str,
) -> Read:
    answer = client.get(f"/collections/{layer}/{where}", params={"f": name, **asked})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FORMATS[name].content_type
    return read(name, answer.content, folder, LAYERS[layer])


def assert_same(found: Read, expected: Read, digits: int = 7) -> None:
    """The same features, values and geometries, as near as so many digits."""
    assert found.properties == expected.properties
    for number, geometry in found.geometries.items():
        if geometry is None:
            assert expected.geometries[number] is None
        else:
            # A Shapefile knows no difference between one polygon and several.
            near = 0.5001 * 10**-digits
            other = expected.geometries[number]
            assert shapely.hausdorff_distance(geometry, other) < 2 * near, (number, geometry, other)
            assert shapely.get_num_coordinates(geometry) == shapely.get_num_coordinates(other)
            kinds = {one.geom_type.removeprefix("Multi") for one in (geometry, other)}
            assert len(kinds) == 1


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        (name, layer)
        for name in OTHERS
        for layer in SHAPES
        # GDAL opens neither a sequence nor a KML of nothing.
        if layer != "communities" or name not in {"geojsonseq", "kml"}
    ],
)
def test_a_collection_is_the_same_in_every_format(
    client: httpx.Client, tmp_path: Path, name: str, layer: str
) -> None:
    expected = features(client, "geojson", tmp_path, layer)
    assert bool(expected.properties) == (layer != "communities")
    found = features(client, name, tmp_path, layer)
    assert_same(found, expected)
    kinds = {key: one.kind for key, one in LAYERS[layer].properties.items()}
    days = dict.fromkeys((key for key, kind in kinds.items() if kind == "date"), DAYS_AS.get(name))
    if found.kinds:
        assert found.kinds == {**kinds, **{key: as_ for key, as_ in days.items() if as_}}


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_is_the_same_in_every_format(
    client: httpx.Client, tmp_path: Path, name: str
) -> None:
    asked = {**SEEN, "sortby": "-households", "limit": "40"}
    page = client.get("/collections/compounds/items", params=asked).raise_for_status().json()
    found = features(client, name, tmp_path, where="items", **asked)
    assert set(found.properties) == {one["id"] for one in page["features"]}
    assert len(found.properties) == 40


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_asked_is_what_is_in_the_file(
    client: httpx.Client, tmp_path: Path, name: str
) -> None:
    numbers, address = set(), "/collections/compounds/items?limit=300"
    asked: Mapping[str, str] | None = {**SEEN, "skipGeometry": "true"}
    while address:
        page = client.get(address, params=asked and {**asked, "limit": "50"}).json()
        numbers |= {one["id"] for one in page["features"]}
        address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        asked = None
    wanted = {**SEEN, "properties": "name,households"}
    found = features(client, name, tmp_path, **wanted)
    assert set(found.properties) == numbers
    assert all(set(one) == {"name", "households"} for one in found.properties.values())
    assert all(one["households"] > 500 for one in found.properties.values())


def test_a_day_a_box_and_an_order_hold_for_exports_too(
    client: httpx.Client, tmp_path: Path
) -> None:
    asked = {"as_of": "2000-01-01", "bbox": "106.2,38.4,106.3,38.5", "sortby": "-households"}
    found = features(client, "csv", tmp_path, **asked).properties.values()
    assert 0 < len(found) < 1500
    assert {one["rated_star"] for one in found} == {None}
    households = [one["households"] for one in found if one["households"] is not None]
    assert households == sorted(households, reverse=True)


@pytest.mark.parametrize("srid", [3857, 4490, 4507])
@pytest.mark.parametrize("name", ["shp", "fgb", "gpkg", "parquet"])
def test_a_file_for_gis_has_eastings_first_and_names_its_reference_system(
    client: httpx.Client, tmp_path: Path, name: str, srid: int
) -> None:
    asked = {"f": name, "crs": f"http://www.opengis.net/def/crs/EPSG/0/{srid}"}
    answer = client.get("/collections/districts/export", params=asked).raise_for_status()
    assert answer.headers["content-crs"] == f"<{asked['crs']}>"
    path = tmp_path / f"read{FORMATS[name].suffix}"
    path.write_bytes(answer.content)
    if name == "parquet":
        crs = geopandas.read_parquet(BytesIO(answer.content)).crs
    else:
        crs = pyproj.CRS.from_user_input(read_info(path)["crs"])
    assert crs.to_epsg(min_confidence=20) == srid
    found = read(name, answer.content, tmp_path, LAYERS["districts"]).geometries
    expected = features(client, "parquet", tmp_path, "districts").geometries
    onward = pyproj.Transformer.from_crs(4326, srid, always_xy=True)
    for number, geometry in found.items():
        assert geometry is not None
        moved = shapely.transform(expected[number], onward.transform, interleaved=False)
        assert geometry.bounds == pytest.approx(moved.bounds, abs=0.02)


def test_a_csv_has_the_axes_of_its_reference_system(client: httpx.Client, tmp_path: Path) -> None:
    asked = {"crs": "http://www.opengis.net/def/crs/EPSG/0/4490"}
    for geometry in features(client, "csv", tmp_path, "districts", **asked).geometries.values():
        assert geometry is not None
        north, east = geometry.bounds[:2]
        assert 37 < north < 39
        assert 105 < east < 107


@pytest.mark.parametrize("name", sorted(EXACT))
def test_digits_are_as_many_as_asked_for(client: httpx.Client, tmp_path: Path, name: str) -> None:
    exact = features(client, name, tmp_path, "districts")
    rough = features(client, name, tmp_path, "districts", **{"geometry-precision": "3"})
    for number, geometry in rough.geometries.items():
        distance = shapely.hausdorff_distance(geometry, exact.geometries[number])
        assert 0 < distance < 0.001


@pytest.mark.parametrize("name", ["csv", "parquet", "xlsx", "geojson"])
def test_geometries_can_be_left_out(client: httpx.Client, name: str) -> None:
    asked = {"f": name, "skipGeometry": "true"}
    content = client.get("/collections/districts/export", params=asked).raise_for_status().content
    assert b"MULTIPOLYGON" not in content
    assert b"coordinates" not in content


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"f": "doc"}, "f"),
        ({"f": ""}, "f"),
        ({"f": "CSV"}, "f"),
        ({"f": "csv\r\nX-Evil: 1"}, "f"),
        ({"f": "csv", "encoding": "gbk"}, "encoding"),
        ({"f": "shp", "encoding": "utf-8-bom"}, "encoding"),
        ({"f": "shp", "encoding": "gbk\r\nX-Evil: 1"}, "encoding"),
        ({"f": "geojson", "encoding": "utf-8"}, "encoding"),
        ({"f": "gpkg", "skipGeometry": "true"}, "skipGeometry"),
        ({"f": "kml", "crs": "http://www.opengis.net/def/crs/EPSG/0/3857"}, "crs"),
        ({"f": "csv", "properties": "nothing"}, "properties"),
        ({"f": "csv", "filter": f"households * {'9' * 300} * {'9' * 300} > 1"}, "filter"),
        ({"f": "xlsx", "filter": f"households * {'9' * 300} * {'9' * 300} > 1"}, "filter"),
        ({"f": "gpkg", "filter": f"households * {'9' * 300} * {'9' * 300} > 1"}, "filter"),
        ({"f": "csv", "nothing": "1"}, "nothing"),
    ],
)
@pytest.mark.parametrize("where", ["items", "export"])
def test_what_cannot_be_is_refused_by_name(
    client: httpx.Client, where: str, asked: dict[str, str], parameter: str
) -> None:
    answer = client.get(f"/collections/compounds/{where}", params=asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("where", ["items", "export"])
@pytest.mark.parametrize("name", FORMATS)
def test_no_feature_is_an_answer_too(
    client: httpx.Client, tmp_path: Path, name: str, where: str
) -> None:
    answer = client.get(
        f"/collections/compounds/{where}", params={"f": name, "filter": "households < 0"}
    )
    assert answer.status_code == 200
    if name not in {"kml", "geojsonseq"}:  # which GDAL does not open without a feature
        assert read(name, answer.content, tmp_path, LAYERS["compounds"]).properties == {}


def test_an_export_has_no_pages(client: httpx.Client) -> None:
    for name in ("limit", "next"):
        answer = client.get("/collections/compounds/export", params={name: "1"})
        assert (answer.status_code, answer.json()["parameter"]) == (400, name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_a_name_that_is_safe_everywhere(client: httpx.Client, name: str) -> None:
    asked = {"f": name, "as_of": "2026-05-01"}
    answer = client.get("/collections/districts/export", params=asked)
    said = re.fullmatch(
        r"attachment; filename=\"([a-z0-9.-]+)\"; filename\*=UTF-8''([A-Za-z0-9%._-]+)",
        answer.headers["content-disposition"],
    )
    assert said is not None
    suffix = FORMATS[name].suffix
    assert said[1] == f"districts-2026-05-01{suffix}"
    assert unquote(said[2]) == f"县（市）区-2026-05-01{suffix}"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("application/geopackage+sqlite3", "gpkg"),
        ("text/csv", "csv"),
        ("application/vnd.apache.parquet;q=0.9, application/json;q=0.1", "parquet"),
        ("application/geo+json-seq", "geojsonseq"),
        ("*/*", "geojson"),
        ("application/geo+json, application/json", "geojson"),
    ],
)
def test_a_page_comes_as_is_accepted(client: httpx.Client, accept: str, name: str) -> None:
    answer = client.get("/collections/districts/items", headers={"Accept": accept})
    assert answer.headers["content-type"] == FORMATS[name].content_type
    assert "accept" in answer.headers["vary"].lower()


def test_a_page_without_links_of_its_own_has_them_in_a_header(client: httpx.Client) -> None:
    numbers: list[str] = []
    address = "/collections/compounds/items?f=csv&limit=700&skipGeometry=true&properties=name"
    while address:
        answer = client.get(address).raise_for_status()
        numbers += [row[0] for row in list(csv.reader(StringIO(answer.text)))[1:]]
        address = answer.links.get("next", {}).get("url", "")
        assert answer.links["collection"]["url"].endswith("/collections/compounds")
    assert len(numbers) == len(set(numbers)) == 1500


def test_a_page_links_to_itself_in_other_formats(client: httpx.Client) -> None:
    asked = {"limit": "2", "district_code": JINFENG}
    page = client.get("/collections/compounds/items", params=asked).json()
    others = {one["type"]: one["href"] for one in page["links"] if one["rel"] == "alternate"}
    assert set(others) >= {FORMATS[name].media_type for name in OTHERS}
    for kind, href in others.items():
        answer = client.get(href)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


def test_a_collection_links_to_the_whole_of_it_as_files(client: httpx.Client) -> None:
    described = client.get("/collections/districts").json()
    files = {one["type"]: one["href"] for one in described["links"] if one["rel"] == "enclosure"}
    assert set(files) == {one.media_type for one in FORMATS.values()}
    for kind, href in files.items():
        answer = client.get(href)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


def test_the_description_names_every_format(client: httpx.Client) -> None:
    paths = client.get("/api").json()["paths"]
    for path in ("/collections/compounds/items", "/collections/compounds/export"):
        asked = {one.get("name"): one for one in paths[path]["get"]["parameters"]}
        assert set(FORMATS) <= set(asked["f"]["schema"]["enum"])
    answers = paths["/collections/compounds/export"]["get"]["responses"]["200"]["content"]
    assert set(answers) == {one.media_type for one in FORMATS.values()}
