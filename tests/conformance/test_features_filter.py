"""OGC API Features, part 3: queryables and filters (19-079r2)."""

from typing import Any

import httpx
import pytest
from shapely.geometry import shape

from tests.conformance.requirements import of
from tests.conformance.test_common import HTML, linked
from tests.conformance.test_features_core import parameter
from tests.conformance.test_features_crs import CRS84, SYSTEMS, placed

requirement = of("ogcapi-features-3/1.0")

ITEMS = "/collections/compounds/items"
REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


def collections(client: httpx.Client) -> list[str]:
    return [one["id"] for one in client.get("/collections").json()["collections"]]


@requirement("/req/queryables/queryables-link")
def test_what_can_be_filtered_links_to_what_filters_may_name(public: httpx.Client) -> None:
    for layer in collections(public):
        (link,) = linked(public.get(f"/collections/{layer}").json()["links"], REL)
        assert link["type"] == "application/schema+json"
        for headers in ({}, HTML):
            header = public.get(f"/collections/{layer}/items?limit=1", headers=headers).links[REL]
            assert header["url"] == link["href"]


@requirement("/req/queryables/get-queryables-op")
@requirement("/req/queryables/get-queryables-response")
def test_queryables_are_a_schema_of_properties(public: httpx.Client) -> None:
    for layer in collections(public):
        path = f"/collections/{layer}/queryables"
        answer = public.get(path, headers={"Accept": "application/schema+json"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == f"{str(public.base_url).rstrip('/')}{path}"
        assert public.get(path, params={"f": "json"}).json()["$id"] == schema["$id"]
        assert schema["type"] == "object"
        assert len(schema["properties"]) > 5


@requirement("/req/queryables/expression-construction")
def test_whatever_is_listed_may_be_named_and_nothing_else(
    public: httpx.Client, client: httpx.Client
) -> None:
    """The scoped ones are listed for those who may ask for them, and only for them."""
    seen = {}
    for viewer, reader in (("public", public), ("administrator", client)):
        schema = reader.get("/collections/compounds/queryables").json()
        assert schema["additionalProperties"] is False
        seen[viewer] = set(schema["properties"])
        for name in schema["properties"]:
            said = f"{name} IS NOT NULL"
            assert reader.get(ITEMS, params={"filter": said, "limit": 1}).status_code == 200, name
    scoped = seen["administrator"] - seen["public"]
    assert {"rung", "key_target", "exit_case", "violations_open", "orders_overdue"} <= scoped
    for name in {*scoped, "geom", "version()", "nothing"}:
        answer = public.get(ITEMS, params={"filter": f"{name} IS NULL"})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "filter")


@requirement("/req/filter/filter-param")
@requirement("/req/filter/filter-lang-param")
@requirement("/req/filter/filter-crs-param")
def test_the_parameters_are_described(public: httpx.Client) -> None:
    for path in (ITEMS, "/collections/{collectionId}/items"):
        assert parameter(public, "filter", path)["schema"]["type"] == "string"
        lang = parameter(public, "filter-lang", path)["schema"]
        assert {"cql2-text", "cql2-json"} <= set(lang["enum"])
        assert lang["default"] == "cql2-text"
        crs = parameter(public, "filter-crs", path)["schema"]
        assert (crs["type"], crs["default"]) == ("string", CRS84)


@requirement("/req/filter/filter-crs-wgs84")
@pytest.mark.parametrize("uri", SYSTEMS)
def test_shapes_in_a_filter_are_read_in_their_system(public: httpx.Client, uri: str) -> None:
    (sought,) = public.get(ITEMS, params={"limit": 1}).json()["features"]
    there = placed(shape(sought["geometry"]).representative_point(), uri)
    asked = {"filter": f"S_INTERSECTS(geometry, POINT({there.x:.9f} {there.y:.9f}))"}
    if uri != CRS84:
        asked["filter-crs"] = uri
    found = public.get(ITEMS, params=asked).json()
    assert [one["id"] for one in found["features"]] == [sought["id"]]


@requirement("/req/filter/response")
def test_a_filter_keeps_what_is_true_and_drops_the_rest(public: httpx.Client) -> None:
    def ids(**asked: str) -> set[int]:
        page = public.get(ITEMS, params={"limit": 1000, "bbox": "106.2,38.4,106.3,38.5", **asked})
        return {one["id"] for one in page.json()["features"]}

    true, false = ids(filter="effective_star <= 2"), ids(filter="NOT effective_star <= 2")
    unknown = ids(filter="effective_star IS NULL")
    assert true
    assert false
    assert not true & false
    assert true | false | unknown == ids()


@requirement("/req/filter/mixing-expressions")
@requirement("/req/features-filter/response")
def test_a_filter_and_all_other_parameters_hold_together(public: httpx.Client) -> None:
    def ids(**asked: Any) -> set[int]:
        page = public.get(ITEMS, params={"limit": 1000, **asked}).json()
        assert page["numberMatched"] == len(page["features"])
        return {one["id"] for one in page["features"]}

    parts = [
        {"filter": "effective_star = 3"},
        {"bbox": "106.2,38.4,106.3,38.5"},
        {"district_code": "640106"},
    ]
    whole = ids(**{name: value for part in parts for name, value in part.items()})
    assert whole
    assert whole == set.intersection(*(ids(**part) for part in parts))


@requirement("/req/features-filter/filter-param")
@requirement("/req/features-filter/get-queryables-op")
def test_every_collection_takes_filters_over_its_queryables(public: httpx.Client) -> None:
    for layer in collections(public):
        names = public.get(f"/collections/{layer}/queryables").json()["properties"]
        first = next(name for name in names if name != "geometry")
        for said in (f"{first} IS NULL", f"NOT {first} IS NULL"):
            answer = public.get(f"/collections/{layer}/items", params={"filter": said, "limit": 1})
            assert answer.status_code == 200
        params = {"filter": "geometry IS NULL", "limit": "1"}
        answer = public.get(f"/collections/{layer}/items", params=params)
        assert answer.status_code == (200 if "geometry" in names else 400)


@requirement("/req/features-filter/filter-lang-param")
@requirement("/req/features-filter/filter-crs-param")
@requirement("/req/features-filter/response")
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("filter", {"filter": "effective_star ="}),
        ("filter", {"filter": ""}),
        ("filter", {"filter": "effective_star = 3", "filter-lang": "cql2-json"}),
        ("filter", {"filter": "effective_star = 'three'"}),
        ("filter-lang", {"filter": "effective_star = 3", "filter-lang": "sql"}),
        ("filter-crs", {"filter": "effective_star = 3", "filter-crs": "EPSG:4326"}),
    ],
)
def test_a_bad_filter_is_refused(public: httpx.Client, name: str, asked: dict[str, str]) -> None:
    answer = public.get(ITEMS, params=asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == name
