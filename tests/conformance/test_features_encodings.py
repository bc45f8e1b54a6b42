"""OGC API Features, part 1: GeoJSON, HTML and OpenAPI 3.0 (17-069r4)."""

import re

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator
from shapely.geometry import shape

from api.headers import DOCUMENT_POLICY
from layers.registry import LAYERS
from tests.conformance.html import Page
from tests.conformance.requirements import of
from tests.conformance.test_common import HTML

requirement = of("ogcapi-features-1/1.0")

FEATURES = ["/collections/compounds/items?limit=30", "/collections/compounds/items/7"]
PAGES = [
    *FEATURES,
    "/conformance",
    "/collections",
    "/collections/compounds",
    "/collections/compounds/queryables",
    "/collections/compounds/sortables",
    "/collections/compounds/schema",
]


@requirement("/req/geojson/definition")
@pytest.mark.parametrize("path", FEATURES)
def test_geojson_is_given_to_whoever_does_not_ask_for_more(public: httpx.Client, path: str) -> None:
    for accept in (None, "*/*", "application/geo+json", "application/json", "image/png"):
        answer = public.get(path, headers={"Accept": accept} if accept else {})
        assert answer.headers["content-type"] == "application/geo+json"
        assert "Accept" in answer.headers["vary"]
    for name in ("json", "geojson"):
        answer = public.get(path, params={**httpx.URL(path).params, "f": name}, headers=HTML)
        assert answer.headers["content-type"] == "application/geo+json"


@requirement("/req/geojson/content")
def test_features_are_geojson(public: httpx.Client) -> None:
    page = public.get("/collections/compounds/items", params={"limit": 50}).json()
    assert page["type"] == "FeatureCollection"
    for feature in page["features"]:
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], int)
        assert isinstance(feature["properties"], dict)
        assert feature["geometry"]["type"] == "MultiPolygon"
        assert shape(feature["geometry"]).is_valid
        assert "crs" not in feature["geometry"]
    assert isinstance(page["links"], list)


@requirement("/req/html/definition")
@pytest.mark.parametrize("path", PAGES)
def test_people_are_given_pages_that_run_nothing(public: httpx.Client, path: str) -> None:
    for answer in (
        public.get(path, headers=HTML),
        public.get(path, params={**httpx.URL(path).params, "f": "html"}),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"] == DOCUMENT_POLICY
        page = Page(answer.text)
        assert not page.tags & {"script", "style", "iframe", "object", "form"}
        assert not re.search(r"\s(style|on\w+)=", answer.text)
    (sheet,) = re.findall(r'rel="stylesheet" href="([^"]+)"', answer.text)
    assert public.get(sheet).headers["content-type"].startswith("text/css")


@requirement("/req/html/content")
@pytest.mark.parametrize("path", FEATURES)
def test_a_page_says_all_that_geojson_says(client: httpx.Client, path: str) -> None:
    document = client.get(path).json()
    page = Page(client.get(path, headers=HTML).text)
    features = document.get("features", [document])
    assert page.paths == len(features)
    assert "示例数据" in page.text
    for feature in features:
        for name, value in feature["properties"].items():
            assert LAYERS["compounds"].properties[name].title in page.text
            if isinstance(value, str):
                assert value in page.text
    for link in document["links"]:
        if link["rel"] in {"collection", "alternate"} and link["type"] != "text/html":
            assert link["href"] in page.links
    for feature in features if len(features) > 1 else ():
        here = str(client.base_url).rstrip("/")
        assert f"{here}/collections/compounds/items/{feature['id']}" in page.links


@requirement("/req/html/content")
def test_pages_lead_from_one_to_the_next_as_pages(public: httpx.Client) -> None:
    address, counts = "/collections/streets/items?f=html&limit=20", []
    while address:
        page = Page(public.get(address).raise_for_status().text)
        counts.append(page.paths)
        address = page.next
    assert counts == [20, 20, 20, 2]


@requirement("/req/html/content")
@pytest.mark.parametrize(
    "crs", ["OGC/1.3/CRS84", "EPSG/0/4326", "EPSG/0/4490", "EPSG/0/3857", "EPSG/0/4507"]
)
def test_the_drawing_is_north_up_in_every_reference_system(public: httpx.Client, crs: str) -> None:
    """Of two districts one above the other, the northern one is drawn above."""
    ids = {"north": 640122, "south": 640181}  # 贺兰县, 灵武市
    answer = public.get(
        "/collections/districts/items",
        params={"f": "html", "crs": f"http://www.opengis.net/def/crs/{crs}"},
    )
    drawn = dict(re.findall(r'items/(\d+)"><title>[^<]*</title><path d="([^"]+)"', answer.text))
    tops = {
        name: min(float(y) for y in re.findall(r" (\d+\.\d)", drawn[str(number)]))
        for name, number in ids.items()
    }
    assert tops["north"] < tops["south"]


@requirement("/req/html/content")
def test_a_page_without_features_or_shapes_says_so(public: httpx.Client) -> None:
    none = public.get("/collections/compounds/items?f=html&bbox=0,0,1,1")
    assert "没有符合条件的要素" in none.text
    assert Page(none.text).paths == 0
    bare = public.get("/collections/compounds/items?f=html&skipGeometry=true&properties=name")
    assert Page(bare.text).paths == 0
    assert "示例" in bare.text
    assert "地址" not in bare.text


@requirement("/req/oas30/oas-definition-1")
@requirement("/req/oas30/oas-definition-2")
def test_the_description_is_linked_and_valid(public: httpx.Client) -> None:
    answer = public.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert [str(error) for error in OpenAPIV30SpecValidator(answer.json()).iter_errors()] == []


@requirement("/req/oas30/oas-impl")
def test_every_template_and_every_collection_stands_in_the_description(
    public: httpx.Client,
) -> None:
    paths = public.get("/api").json()["paths"]
    anyone = "/collections/{collectionId}"
    tile = "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
    below = ("", "/items", "/items/{featureId}", "/queryables", "/sortables", "/schema", tile)
    for path in ("/", "/conformance", "/collections", *(f"{anyone}{one}" for one in below)):
        assert "get" in paths[path]
    for one in public.get("/collections").json()["collections"]:
        for path in ("", "/items", "/queryables"):
            assert "get" in paths[f"/collections/{one['id']}{path}"]


@requirement("/req/oas30/completeness")
def test_the_forms_of_every_answer_are_described(public: httpx.Client) -> None:
    paths = public.get("/api").json()["paths"]
    for path in (
        "/collections/{collectionId}/items",
        "/collections/{collectionId}/items/{featureId}",
    ):
        content = paths[path]["get"]["responses"]["200"]["content"]
        assert {"application/geo+json", "text/html"} <= content.keys()
    assert {"application/schema+json", "text/html"} == paths[
        "/collections/{collectionId}/queryables"
    ]["get"]["responses"]["200"]["content"].keys()


@requirement("/req/oas30/exceptions-codes")
@requirement("/req/oas30/security")
def test_errors_and_ways_to_sign_in_are_described(public: httpx.Client) -> None:
    document = public.get("/api").json()
    answers = document["paths"]["/collections/{collectionId}/items"]["get"]["responses"]
    assert "application/problem+json" in answers["4XX"]["content"]
    assert document["components"]["securitySchemes"]["basic"]["type"] == "http"
