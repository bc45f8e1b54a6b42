"""OGC API Styles (draft 20-009): core, global styles, collection styles."""

from typing import Any

import httpx

from tests.conformance.requirements import of

requirement = of("ogcapi-styles-1/1.0")

REL = "http://www.opengis.net/def/rel/ogc/1.0/styles"


def rel_styles(document: dict[str, Any]) -> list[str]:
    return [one["href"] for one in document["links"] if one["rel"] == REL]


def check_list(client: httpx.Client, listed: dict[str, Any]) -> None:
    names = [one["id"] for one in listed["styles"]]
    assert len(names) == len(set(names)) > 0
    assert listed["default"] in names
    for one in listed["styles"]:
        sheets = [link for link in one["links"] if link["rel"] == "stylesheet"]
        assert sheets
        for sheet in sheets:
            answer = client.get(sheet["href"])
            assert answer.status_code == 200
            assert answer.headers["content-type"] == sheet["type"]


def with_shapes(client: httpx.Client) -> list[dict[str, Any]]:
    collections: list[dict[str, Any]] = client.get("/collections").json()["collections"]
    return [one for one in collections if rel_styles(one)]


@requirement("/req/core/base-resource-link")
def test_base_resources_link_to_their_styles(client: httpx.Client) -> None:
    (of_all,) = rel_styles(client.get("/", headers={"Accept": "application/json"}).json())
    assert of_all.endswith("/styles")
    for one in with_shapes(client):
        (own,) = rel_styles(one)
        assert own.endswith(f"/collections/{one['id']}/styles")
        assert client.get(own).status_code == 200


@requirement("/req/core/styles-op")
@requirement("/req/core/styles-success")
@requirement("/req/global-styles/styles-op")
def test_styles_are_listed_with_their_stylesheets(client: httpx.Client) -> None:
    answer = client.get("/styles")
    assert answer.status_code == 200
    check_list(client, answer.json())


@requirement("/req/core/style-op")
@requirement("/req/core/style-success")
@requirement("/req/global-styles/style-op")
def test_each_style_is_found_by_its_id(client: httpx.Client) -> None:
    for one in client.get("/styles").json()["styles"]:
        answer = client.get(f"/styles/{one['id']}")
        assert answer.status_code == 200
        assert answer.json()["version"] == 8


@requirement("/req/collection-styles/styles-op")
@requirement("/req/collection-styles/style-op")
def test_a_collection_lists_its_styles(client: httpx.Client) -> None:
    for one in with_shapes(client):
        listed = client.get(f"/collections/{one['id']}/styles").json()
        check_list(client, listed)
        for style in listed["styles"]:
            at = f"/collections/{one['id']}/styles/{style['id']}"
            assert client.get(at).status_code == 200


@requirement("/req/core/style-feature-type")
@requirement("/req/collection-styles/styles-applicability")
def test_the_rules_of_a_style_are_of_the_collections_tiles(client: httpx.Client) -> None:
    for one in with_shapes(client):
        style = client.get(f"/collections/{one['id']}/styles/{one['id']}").json()
        tileset = client.get(style["sources"][one["id"]]["url"]).json()
        parts = {part["id"] for part in tileset["vector_layers"]}
        named = {layer["source-layer"] for layer in style["layers"] if "source" in layer}
        assert named
        assert named <= parts
