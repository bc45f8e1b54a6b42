"""OGC API Features, part 1: core (17-069r4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from shapely.geometry import box, shape
from sqlalchemy import Engine, text

from tests.api import register
from tests.conformance.requirements import of
from tests.conformance.test_common import HTML, RESOURCES, linked
from tests.support import served, until

requirement = of("ogcapi-features-1/1.0")

ITEMS = "/collections/compounds/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def parameter(client: httpx.Client, name: str, path: str = ITEMS) -> dict[str, Any]:
    """A query parameter as the description of the API tells it."""
    document = client.get("/api").json()
    found = document["paths"][path]["get"]["parameters"]
    shared = document["components"]["parameters"]
    whole = [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in found]
    (told,) = [one for one in whole if one["name"] == name]
    assert told["in"] == "query"
    assert told["required"] is False
    assert (told["style"], told["explode"]) == ("form", False)
    return told


@pytest.fixture(scope="module")
def everyone(client: httpx.Client) -> list[dict[str, Any]]:
    """Every compound, as pages give them."""
    found, address = [], f"{ITEMS}?limit=1000"
    while address:
        page = client.get(address).raise_for_status().json()
        found += page["features"]
        address = next((link["href"] for link in linked(page["links"], "next")), "")
    assert len(found) == 1500
    return found


@requirement("/req/core/root-op")
@requirement("/req/core/root-success")
def test_the_landing_page_links_to_description_conformance_and_data(public: httpx.Client) -> None:
    answer = public.get("/")
    assert answer.status_code == 200
    for rel in ("service-desc", "conformance", "data"):
        assert len(linked(answer.json()["links"], rel)) == 1


@requirement("/req/core/api-definition-op")
@requirement("/req/core/api-definition-success")
def test_every_linked_definition_is_there(public: httpx.Client) -> None:
    links = public.get("/").json()["links"]
    for link in linked(links, "service-desc") + linked(links, "service-doc"):
        assert public.get(link["href"], headers={"Accept": link["type"]}).status_code == 200


@requirement("/req/core/conformance-op")
@requirement("/req/core/conformance-success")
def test_the_class_core_is_told(public: httpx.Client) -> None:
    answer = public.get("/conformance")
    assert answer.status_code == 200
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in answer.json()["conformsTo"]
    )


@requirement("/req/core/http")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", ITEMS, 405),
        ("DELETE", f"{ITEMS}/1", 405),
        ("GET", f"{ITEMS}/99999", 404),
        ("HEAD", f"{ITEMS}/99999", 404),
        ("GET", "/collections/nowhere/items", 404),
    ],
)
def test_statuses_are_those_of_http(
    public: httpx.Client, method: str, path: str, status: int
) -> None:
    assert public.request(method, path).status_code == status


@requirement("/req/core/query-param-unknown")
@pytest.mark.parametrize("path", RESOURCES)
def test_unknown_parameters_are_refused(public: httpx.Client, path: str) -> None:
    # For people / is the map, which opens whatever a messenger appended to its address.
    headers = None if path == "/" else HTML
    answer = public.get(path, params={**httpx.URL(path).params, "Limit": "10"}, headers=headers)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "Limit")


@requirement("/req/core/query-param-invalid")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "abc"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "1.5"),
        ("limit", "1_0"),
        ("limit", "10.0"),
        ("geometry-precision", "1_0"),
        ("bbox", "1,2,3"),
        ("bbox", "106,38,x,39"),
        ("bbox", "1_06,38,107,39"),
        ("bbox", "106,38,inf,39"),
        ("bbox", "106,39,107,38"),
        ("datetime", "yesterday"),
        ("datetime", "2025-13-01"),
        ("datetime", "2025-02-01/2025-01-01"),
        ("datetime", "../P2D"),
        ("datetime", "P2D/2025-01-01"),
        ("datetime", "9999-12-30/P2D"),
        ("effective_star", "6"),
        ("sortby", "colour"),
        ("sortby", "--name"),
        ("properties", "colour"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/1"),
        ("next", "abc"),
    ],
)
def test_bad_values_are_refused(public: httpx.Client, name: str, value: str) -> None:
    answer = public.get(ITEMS, params={name: value})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == name


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ITEMS}/1_0", 404),
        (f"{ITEMS}/1.0", 404),
        ("/companies/1_0/status", 404),
        ("/collections/compounds/tiles/WebMercatorQuad/10/393/8_14", 400),
        ("/collections/compounds/tiles/WebMercatorQuad/10/393/814.0", 400),
        ("/nearby?lon=106.2&lat=3_8.4&radius=500", 400),
    ],
)
def test_numbers_are_written_in_digits(public: httpx.Client, path: str, status: int) -> None:
    answer = public.get(path)
    assert answer.status_code == status
    assert ("in digits" if status == 400 else "there is none") in answer.json()["detail"]


@requirement("/req/core/crs84")
def test_coordinates_are_longitude_and_latitude_unless_asked_otherwise(
    public: httpx.Client,
) -> None:
    answer = public.get(ITEMS, params={"limit": 20})
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    for feature in answer.json()["features"]:
        west, south, east, north = shape(feature["geometry"]).bounds
        assert 105.8 < west < east < 106.9
        assert 37.6 < south < north < 38.9


@requirement("/req/core/fc-md-op")
@requirement("/req/core/fc-md-success")
@requirement("/req/core/fc-md-links")
def test_the_collections_link_to_themselves_and_their_other_forms(public: httpx.Client) -> None:
    answer = public.get("/collections")
    assert answer.status_code == 200
    for rel in ("self", "alternate"):
        (link,) = linked(answer.json()["links"], rel)
        assert link["type"]


@requirement("/req/core/fc-md-items")
@requirement("/req/core/fc-md-items-links")
@requirement("/req/core/fc-md-extent")
def test_every_collection_links_to_its_features_in_every_form(
    public: httpx.Client, everyone: list[dict[str, Any]]
) -> None:
    offered = {one["id"]: one for one in public.get("/collections").json()["collections"]}
    assert len(offered) >= 4
    for one in offered.values():
        links = linked(one["links"], "items")
        assert {"application/geo+json", "text/html"} <= {link["type"] for link in links}
        assert all(link["href"] for link in links)
    extent = box(*offered["compounds"]["extent"]["spatial"]["bbox"][0]).buffer(1e-6)
    assert offered["compounds"]["extent"]["spatial"]["crs"] == CRS84
    assert all(extent.contains(shape(feature["geometry"])) for feature in everyone)


@requirement("/req/core/sfc-md-op")
@requirement("/req/core/sfc-md-success")
def test_each_collection_is_described_as_in_the_list(public: httpx.Client) -> None:
    for one in public.get("/collections").json()["collections"]:
        answer = public.get(f"/collections/{one['id']}")
        assert answer.status_code == 200
        for name in ("id", "title", "description", "extent", "itemType", "crs"):
            assert answer.json().get(name) == one.get(name)


@requirement("/req/core/fc-op")
@requirement("/req/core/fc-response")
def test_every_collection_gives_its_features(public: httpx.Client) -> None:
    for one in public.get("/collections").json()["collections"]:
        answer = public.get(f"/collections/{one['id']}/items")
        assert answer.status_code == 200
        assert answer.json()["type"] == "FeatureCollection"
        assert {feature["type"] for feature in answer.json()["features"]} <= {"Feature"}


@requirement("/req/core/fc-limit-definition")
def test_limit_is_described_with_its_bounds(public: httpx.Client) -> None:
    schema = parameter(public, "limit")["schema"]
    assert schema == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    whole = public.get("/api").json()
    assert whole["components"]["parameters"]["limit"]["schema"] == schema


@requirement("/req/core/fc-limit-response-1")
@requirement("/req/core/fc-limit-response-2")
@pytest.mark.parametrize(
    ("asked", "given"), [(None, 100), (1, 1), (7, 7), (1000, 1000), (5000, 1000)]
)
def test_a_page_holds_no_more_than_asked(
    public: httpx.Client, asked: int | None, given: int
) -> None:
    page = public.get(ITEMS, params={"limit": asked} if asked else {}).json()
    assert len(page["features"]) == page["numberReturned"] == given
    assert linked(page["links"], "next")


@requirement("/req/core/fc-bbox-definition")
def test_bbox_is_described_as_four_or_six_numbers(public: httpx.Client) -> None:
    schema = parameter(public, "bbox")["schema"]
    assert schema == {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}


@requirement("/req/core/fc-bbox-response")
@pytest.mark.parametrize(
    "corners", ["106.2,38.45,106.26,38.5", "106.2,38.45,0,106.26,38.5,2000", "-170,-60,-160,60"]
)
def test_only_features_that_meet_the_box_are_given(
    client: httpx.Client, everyone: list[dict[str, Any]], corners: str
) -> None:
    numbers = [float(word) for word in corners.split(",")]
    half = len(numbers) // 2
    asked = box(*numbers[:2], *numbers[half : half + 2])
    found = client.get(ITEMS, params={"bbox": corners, "limit": 1000}).json()
    expected = {one["id"] for one in everyone if shape(one["geometry"]).intersects(asked)}
    assert {one["id"] for one in found["features"]} == expected
    assert found["numberMatched"] == len(expected) < 1000


@requirement("/req/core/fc-links")
@requirement("/req/core/fc-rel-type")
def test_a_page_links_to_itself_its_other_forms_and_the_next(public: httpx.Client) -> None:
    asked = {"limit": "3", "district_code": "640106"}
    page = public.get(ITEMS, params=asked).json()
    assert all(link["rel"] and link["type"] for link in page["links"])
    (own,) = linked(page["links"], "self")
    assert dict(httpx.URL(own["href"]).params) == asked
    assert own["type"] == "application/geo+json"
    types = [link["type"] for link in linked(page["links"], "alternate")]
    assert "text/html" in types
    assert len(types) == len(set(types))
    assert "application/geo+json" not in types
    for link in linked(page["links"], "alternate"):
        found = public.get(link["href"])
        assert found.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0]
    (onward,) = linked(page["links"], "next")
    assert onward["type"] == "application/geo+json"
    second = public.get(onward["href"]).json()
    assert not {one["id"] for one in page["features"]} & {one["id"] for one in second["features"]}


@requirement("/req/core/fc-links")
def test_the_last_page_has_no_next(public: httpx.Client) -> None:
    page = public.get("/collections/districts/items", params={"limit": 6}).json()
    assert page["numberReturned"] == page["numberMatched"] == 6
    assert not linked(page["links"], "next")


@requirement("/req/core/fc-timeStamp")
def test_a_page_tells_when_it_was_made(public: httpx.Client) -> None:
    # A page is kept with its moment, so this asks for one that nobody has asked for yet.
    asked = {"bbox": f"105,37,108,39.{datetime.now(UTC):%S%f}", "limit": 1}
    said = datetime.fromisoformat(public.get(ITEMS, params=asked).json()["timeStamp"])
    assert said.tzinfo is not None
    assert abs(datetime.now(UTC) - said) < timedelta(seconds=60)


@requirement("/req/core/fc-numberMatched")
@requirement("/req/core/fc-numberReturned")
def test_numbers_are_exact(client: httpx.Client, everyone: list[dict[str, Any]]) -> None:
    page = client.get(ITEMS, params={"effective_star": "3", "limit": 5}).json()
    matching = [one for one in everyone if one["properties"]["effective_star"] == 3]
    assert page["numberMatched"] == len(matching) > 5
    assert page["numberReturned"] == len(page["features"]) == 5


@requirement("/req/core/fc-numberMatched")
def test_beyond_the_bound_no_number_is_told_rather_than_an_estimate(fresh: Engine) -> None:
    register.found(fresh)
    with fresh.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO registry.compound
                    (id, city_code, code, name, district_code, street_code, geom, source)
                SELECT 100 + n, '649900', 'M' || n, '小区', '649904', '649904001',
                    ST_Multi(ST_MakeEnvelope(west, 38.4, west + 0.000009, 38.4001, 4326)), 'office'
                FROM generate_series(1, 9998) AS n, LATERAL (SELECT 106 + n * 0.00001) AS w (west)
            """)
        )
    with served(fresh) as service, httpx.Client(base_url=service.url, timeout=60) as reader:
        beyond = reader.get(ITEMS, params={"limit": 1}).json()
        assert "numberMatched" not in beyond
        assert linked(beyond["links"], "next")
        page = reader.get(ITEMS, params={"limit": 1, "f": "html"})
        assert "本页 1 项" in page.text
        assert "共" not in page.text
        with fresh.begin() as connection:
            connection.execute(text("DELETE FROM registry.compound WHERE code = 'M1'"))
        # The page of before is kept until the change is heard of.
        until(lambda: "numberMatched" in reader.get(ITEMS, params={"limit": 1}).json(), 10)
        assert reader.get(ITEMS, params={"limit": 1}).json()["numberMatched"] == 10_000


@requirement("/req/core/f-op")
@requirement("/req/core/f-success")
@requirement("/req/core/f-links")
def test_one_feature_is_the_same_as_on_its_page(public: httpx.Client) -> None:
    for layer in ("districts", "streets", "compounds", "jurisdictions"):
        here = f"/collections/{layer}"
        (listed,) = public.get(f"{here}/items", params={"limit": 1}).json()["features"]
        answer = public.get(f"{here}/items/{listed['id']}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/geo+json"
        links = answer.json().pop("links")
        assert {name: one for name, one in answer.json().items() if name != "links"} == listed
        assert [link["href"] for link in linked(links, "self")] == [str(answer.url)]
        (above,) = linked(links, "collection")
        assert above["href"] == f"{str(public.base_url).rstrip('/')}{here}"
        assert "text/html" in {link["type"] for link in linked(links, "alternate")}
