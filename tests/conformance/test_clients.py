"""The tools people have read the layers unaided, and their filters arrive at the service."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from owslib.ogcapi.features import Features
from shapely.geometry import shape

from tests.conformance.proxy import Recorded, recording
from tests.conformance.test_common import linked
from tests.support import Service

ITEMS = "/collections/compounds/items"
WINDOW = (106.2, 38.4, 106.3, 38.5)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@pytest.fixture
def watched(served_city: Service) -> Iterator[Recorded]:
    with recording(served_city.url) as made:
        yield made


def ogrinfo(where: Recorded, *options: str) -> str:
    command = ["ogrinfo", "-ro", "-geom=NO", *options, f"OAPIF:{where.url}", "compounds"]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "ERROR" not in made.stderr, made.stderr
    return made.stdout


def counted(public: httpx.Client, **asked: Any) -> int:
    page = public.get(ITEMS, params={"limit": 1, **asked}).json()
    return int(page["numberMatched"])


def ids(said: str) -> list[int]:
    return [int(number) for number in re.findall(r"^OGRFeature\(compounds\):(\d+)", said, re.M)]


def test_ogrinfo_lists_every_layer(watched: Recorded, public: httpx.Client) -> None:
    command = ["ogrinfo", "-ro", f"OAPIF:{watched.url}"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    for one in public.get("/collections").json()["collections"]:
        assert re.search(rf"^\d+: {one['id']} \(", said, re.MULTILINE), said


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        ("effective_star <= 2", "effective_star"),
        ("district_name = '金凤区'", "金凤区"),
        ("effective_star = 3 AND year_built > 2000", "year_built"),
    ],
)
def test_attribute_filters_of_ogrinfo_arrive(
    watched: Recorded, public: httpx.Client, where: str, sent: str
) -> None:
    found = ids(ogrinfo(watched, "-where", where))
    arrived = [one.get("filter", "") for one in watched.parameters(ITEMS)]
    assert arrived
    assert sent in arrived[-1]
    assert len(found) == counted(public, filter=where) > 0


def test_boxes_of_ogrinfo_arrive_with_the_filter(watched: Recorded, public: httpx.Client) -> None:
    found = ids(ogrinfo(watched, "-spat", *map(str, WINDOW), "-where", "effective_star <= 2"))
    last = watched.parameters(ITEMS)[-1]
    assert [float(word) for word in last["bbox"].split(",")] == pytest.approx(WINDOW)
    assert "effective_star" in last["filter"]
    box = ",".join(map(str, WINDOW))
    assert len(found) == counted(public, bbox=box, filter="effective_star <= 2") > 0


def test_ogrinfo_walks_every_page(watched: Recorded) -> None:
    said = ogrinfo(watched, "-oo", "PAGE_SIZE=400")
    assert len(set(ids(said))) == 1500
    assert [one["limit"] for one in watched.parameters(ITEMS) if "next" in one] == ["400"] * 3


def test_ogr2ogr_takes_a_layer_in_the_systems_it_is_offered(
    watched: Recorded, tmp_path: Path
) -> None:
    """GDAL believes the order of axes that Content-Crs names, so shapes come out where they are."""
    target = tmp_path / "districts.geojson"
    epsg = "http://www.opengis.net/def/crs/EPSG/0/4490"
    subprocess.run(
        [
            "ogr2ogr",
            "-t_srs",
            "OGC:CRS84",
            "-lco",
            "RFC7946=YES",
            str(target),
            f"OAPIF:{watched.url}",
            "districts",
            "-oo",
            f"CRS={epsg}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    features = json.loads(target.read_text("utf-8"))["features"]
    assert len(features) == 6
    for feature in features:
        west, south, east, north = shape(feature["geometry"]).bounds
        assert 105.5 < west < east < 107.2
        assert 37.3 < south < north < 39.2


def test_owslib_reads_collections_queryables_and_filtered_pages(
    watched: Recorded, public: httpx.Client
) -> None:
    reader = Features(watched.url)
    assert "compounds" in reader.feature_collections()
    assert reader.conformance()["conformsTo"] == public.get("/conformance").json()["conformsTo"]
    assert reader.api()["openapi"].startswith("3.0")
    assert reader.collection("compounds")["storageCrs"] == CRS84
    assert "effective_star" in reader.collection_queryables("compounds")["properties"]
    page = reader.collection_items(
        "compounds", limit=5, bbox=list(WINDOW), filter="effective_star <= 2"
    )
    assert len(page["features"]) == 5
    (arrived,) = watched.parameters(ITEMS)
    assert arrived["filter"] == "effective_star <= 2"
    assert [float(word) for word in arrived["bbox"].split(",")] == pytest.approx(WINDOW)
    assert arrived["limit"] == "5"
    box = ",".join(map(str, WINDOW))
    assert page["numberMatched"] == counted(public, bbox=box, filter="effective_star <= 2")
    one = reader.collection_item("compounds", str(page["features"][0]["id"]))
    assert one["properties"] == page["features"][0]["properties"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"datetime_": "2026-01-01/2026-03-31"}, {"datetime": "2026-01-01/2026-03-31"}),
        ({"district_name": "金凤区"}, {"district_name": "金凤区"}),
        ({"filter": "name LIKE '示例%'"}, {"filter": "name LIKE '示例%'"}),
        (
            {"cql": {"op": "<=", "args": [{"property": "effective_star"}, 2]}},
            {"filter-lang": "cql2-json"},
        ),
    ],
)
def test_filters_of_owslib_arrive(
    watched: Recorded, public: httpx.Client, asked: dict[str, Any], expected: dict[str, str]
) -> None:
    """Days, properties and CQL2, in JSON too: as text, since it is asked for by GET."""
    if "cql" in asked:
        text = json.dumps(asked["cql"])
        asked = {"filter": text, "filter-lang": "cql2-json"}
        expected = {**expected, "filter": text}
    page = Features(watched.url).collection_items("compounds", limit=1, **asked)
    (arrived,) = watched.parameters(ITEMS)
    assert expected.items() <= arrived.items()
    assert page["numberMatched"] == counted(public, **expected)


QGIS = {"Accept": "application/geo+json, application/json", "User-Agent": "Mozilla/5.0 QGIS/34000"}


def test_what_qgis_asks_is_answered(served_city: Service) -> None:
    """The requests of its OAPIF provider, in its order."""
    with httpx.Client(base_url=served_city.url, headers=QGIS, timeout=60) as qgis:
        links = qgis.get("/").raise_for_status().json()["links"]
        (described,) = linked(links, "service-desc")
        assert described["type"] == "application/vnd.oai.openapi+json;version=3.0"
        api = qgis.get(described["href"], headers={"Accept": described["type"]}).json()
        # The size of its pages: the lesser of this and its own.
        assert api["components"]["parameters"]["limit"]["schema"]["maximum"] == 1000
        own = api["paths"][ITEMS]["get"]["parameters"]
        assert {"district_code", "effective_star"} <= {one.get("name") for one in own}
        (told,) = linked(links, "conformance")
        classes = qgis.get(told["href"]).json()["conformsTo"]
        for name in ("features-3/1.0/conf/filter", "features-3/1.0/conf/features-filter"):
            assert f"http://www.opengis.net/spec/ogcapi-{name}" in classes
        for name in (
            "cql2-text",
            "basic-cql2",
            "basic-spatial-functions",
            "basic-spatial-operators",
        ):
            assert f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" in classes
        (data,) = linked(links, "data")
        offered = qgis.get(data["href"]).json()["collections"]
        assert all(linked(one["links"], "items") for one in offered)
        collection = qgis.get("/collections/compounds").json()
        items = linked(collection["links"], "items")[0]
        assert items["type"] == "application/geo+json"
        first = qgis.get(items["href"], params={"limit": 10}).json()
        assert len(first["features"]) == 10
        queryables = linked(
            collection["links"], "http://www.opengis.net/def/rel/ogc/1.0/queryables"
        )[0]
        found = qgis.get(queryables["href"], headers={"Accept": "application/schema+json"}).json()
        assert found["properties"]["geometry"]["format"] == "geometry-multipolygon"
        _asks_for_pages(qgis, items["href"])


def _asks_for_pages(qgis: httpx.Client, address: str) -> None:
    """A view of the map with a filter, then every page of it."""
    asked = {
        "limit": "40",
        "bbox": ",".join(map(str, WINDOW)),
        "bbox-crs": CRS84,
        "filter": "((effective_star <= 2) AND (name LIKE '示例%'))",
        "filter-lang": "cql2-text",
        "filter-crs": CRS84,
        "crs": CRS84,
    }
    page = qgis.get(address, params=asked).json()
    matched, seen = page["numberMatched"], [one["id"] for one in page["features"]]
    while onward := linked(page["links"], "next"):
        assert onward[0]["type"] == "application/geo+json"
        page = qgis.get(onward[0]["href"]).json()
        seen += [one["id"] for one in page["features"]]
    assert len(seen) == len(set(seen)) == matched > 40
