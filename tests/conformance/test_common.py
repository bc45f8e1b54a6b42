"""OGC API Common, part 1 (19-072) and part 2 (20-024)."""

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.conformance.html import Page
from tests.conformance.requirements import of

first, second = of("ogcapi-common-1/1.0"), of("ogcapi-common-2/1.0")

REL = "http://www.opengis.net/def/rel/ogc/1.0"
DOCUMENTS = ["/", "/conformance", "/collections", "/collections/streets"]
RESOURCES = [
    *DOCUMENTS,
    "/api",
    "/collections/streets/queryables",
    "/collections/streets/items?limit=2",
    "/collections/streets/items/640104001",
]
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def linked(links: list[dict[str, str]], rel: str) -> list[dict[str, str]]:
    return [link for link in links if link["rel"] == rel]


@first("/req/core/http")
@pytest.mark.parametrize("path", RESOURCES)
def test_head_answers_as_get_without_the_body(public: httpx.Client, path: str) -> None:
    got, asked = public.get(path), public.head(path)
    assert (got.status_code, asked.status_code) == (200, 200)
    assert asked.content == b""
    for name in ("content-type", "content-security-policy", "vary", "content-crs", "link"):
        assert asked.headers.get(name) == got.headers.get(name)


@first("/req/core/query-param-name-unknown")
@pytest.mark.parametrize("path", RESOURCES)
def test_an_unknown_parameter_is_named(public: httpx.Client, path: str) -> None:
    answer = public.get(path, params={**httpx.URL(path).params, "colour": "red"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == "colour"


@first("/req/core/query-param-value-invalid")
@pytest.mark.parametrize(
    ("path", "parameter"),
    [(f"{path}?f=xml", "f") for path in DOCUMENTS]
    + [
        ("/collections/streets/items?f=", "f"),
        ("/collections/streets/items?f=xml", "f"),
        ("/collections/streets/items?limit=1&limit=1", "limit"),
        ("/collections/streets/items/640104001?crs=EPSG:4326", "crs"),
        ("/collections/streets/items/640104001?as_of=2025-02-30", "as_of"),
    ],
)
def test_a_bad_or_repeated_value_is_named(public: httpx.Client, path: str, parameter: str) -> None:
    answer = public.get(path, headers=HTML)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


@first("/req/landing-page/root-op")
@first("/req/landing-page/root-success")
def test_the_landing_page_leads_to_everything(public: httpx.Client) -> None:
    answer = public.get("/", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    links = answer.json()["links"]
    assert {"title", "description"} <= answer.json().keys()
    for rel in ("self", "alternate", "service-desc", "service-doc", f"{REL}/conformance"):
        assert len(linked(links, rel)) == 1
    for link in links:
        assert link["href"].startswith(str(public.base_url))
        found = public.get(link["href"], headers={"Accept": link["type"]})
        assert found.status_code == 200
        assert found.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0]


@first("/req/landing-page/conformance-op")
@first("/req/landing-page/conformance-success")
def test_the_classes_are_told(public: httpx.Client) -> None:
    answer = public.get("/conformance")
    assert answer.status_code == 200
    assert (
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core" in answer.json()["conformsTo"]
    )


@first("/req/landing-page/api-definition-op")
@first("/req/landing-page/api-definition-success")
def test_the_api_is_described_where_the_landing_page_says(public: httpx.Client) -> None:
    links = public.get("/").json()["links"]
    (described,) = linked(links, "service-desc")
    answer = public.get(described["href"], headers={"Accept": described["type"]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == described["type"]
    assert answer.json()["openapi"].startswith("3.0.")


@first("/req/json/definition")
@first("/req/json/content")
@second("/req/json/definition")
@second("/req/json/content")
@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_json_by_either_way_of_asking(public: httpx.Client, path: str) -> None:
    for answer in (
        public.get(path),
        public.get(path, headers={"Accept": "application/json"}),
        public.get(path, params={"f": "json"}, headers=HTML),
    ):
        assert answer.headers["content-type"] == "application/json"
        assert "Accept" in answer.headers["vary"]
        (own,) = linked(answer.json()["links"], "self")
        assert own["type"] == "application/json"
        (other,) = linked(answer.json()["links"], "alternate")
        assert other["type"] == "text/html"
        assert public.get(other["href"]).headers["content-type"].startswith("text/html")


@first("/req/html/definition")
@first("/req/html/content")
@second("/req/html/definition")
@second("/req/html/content")
@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_pages_by_either_way_of_asking(public: httpx.Client, path: str) -> None:
    for answer in (
        public.get(path, headers=HTML),
        public.get(path, params={"f": "html"}, headers={"Accept": "application/json"}),
    ):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "Accept" in answer.headers["vary"]
        page = Page(answer.text) if path != "/" else None
        for link in public.get(path).json()["links"]:
            if page and link["rel"] not in {"self", "alternate"}:
                assert link["href"] in page.links
        if page:
            assert f"{public.base_url}{path}?f=json".replace("//c", "/c") in page.links
        else:
            assert 'href="/collections' in answer.text
            assert 'href="/conformance' in answer.text


@first("/req/oas30/oas-definition-1")
@first("/req/oas30/oas-definition-2")
@first("/req/oas30/oas-impl")
def test_the_description_is_valid_openapi_3_0(public: httpx.Client) -> None:
    document = public.get("/api").json()
    assert [str(error) for error in OpenAPIV30SpecValidator(document).iter_errors()] == []
    assert document["servers"] == [{"url": str(public.base_url).rstrip("/")}]
    for path in ("/", "/conformance", "/collections"):
        assert "get" in document["paths"][path]


@first("/req/oas30/completeness")
@first("/req/oas30/exceptions-codes")
def test_every_operation_tells_its_answers(public: httpx.Client) -> None:
    for path, item in public.get("/api").json()["paths"].items():
        for operation in item.values():
            told = operation["responses"]
            assert [status for status in told if status[0] in "23"], path
            # A request of WMTS is told what is wrong with it as that standard has it.
            forms = ["application/xml"] if path == "/wmts" else []
            for errors in ("4XX", "5XX"):
                content = list(told[errors]["content"])
                assert content == [*forms, "application/problem+json"], path
            assert "422" not in told or "requestBody" in operation, path


@first("/req/oas30/security")
def test_the_ways_to_say_who_asks_are_described(public: httpx.Client) -> None:
    document = public.get("/api").json()
    schemes = document["components"]["securitySchemes"].values()
    assert {(one["type"], one["scheme"]) for one in schemes} == {
        ("http", "bearer"),
        ("http", "basic"),
    }
    # Nobody need say who they are; who does, sees more.
    assert {} in document["security"]


@second("/req/collections/rc-md-op")
@second("/req/collections/rc-md-success")
def test_the_collections_are_listed(public: httpx.Client) -> None:
    answer = public.get("/collections")
    assert answer.status_code == 200
    assert {"links", "collections"} <= answer.json().keys()


@second("/req/collections/rc-md-items")
@second("/req/collections/rc-md-items-links")
@second("/req/collections/rc-md-extent")
def test_each_collection_tells_its_id_links_and_extent(public: httpx.Client) -> None:
    for one in public.get("/collections").json()["collections"]:
        assert {"id", "title", "description", "links", "itemType"} <= one.keys()
        (own,) = linked(one["links"], "self")
        assert public.get(own["href"]).json()["id"] == one["id"]
        for link in linked(one["links"], "items"):
            found = public.get(link["href"], params={**httpx.URL(link["href"]).params, "limit": 1})
            assert found.headers["content-type"].partition(";")[0] == link["type"]
        # A collection has an extent where its features have shapes, and there are any.
        assert ("extent" in one) == drawn(public, one["id"])
        if "extent" in one:
            west, south, east, north = one["extent"]["spatial"]["bbox"][0]
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90


def drawn(public: httpx.Client, collection: str) -> bool:
    found = public.get(f"/collections/{collection}/items?limit=1").json()["features"]
    return bool(found and found[0]["geometry"])


@second("/req/collections/src-md-op")
@second("/req/collections/src-md-success")
def test_a_collection_alone_says_what_the_list_says_of_it(public: httpx.Client) -> None:
    for listed in public.get("/collections").json()["collections"]:
        alone = public.get(f"/collections/{listed['id']}").json()
        for document in (listed, alone):
            document["links"] = {
                (link["rel"], link["href"].partition("?")[0]) for link in document["links"]
            }
        assert alone == listed
    assert public.get("/collections/nowhere").status_code == 404
