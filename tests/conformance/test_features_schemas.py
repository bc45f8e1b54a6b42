"""OGC API Features, part 5: schemas (23-058)."""

import re
from typing import Any

import httpx
import jsonschema
import pytest

from tests.conformance.requirements import of
from tests.conformance.test_common import linked

requirement = of("ogcapi-features-5/1.0")

REL = "http://www.opengis.net/def/rel/ogc/1.0"
KINDS = ["schema", "queryables", "sortables"]
GEOMETRIES = {"multipolygon", "point", "any"}


def schemas(client: httpx.Client, kind: str) -> dict[str, dict[str, Any]]:
    """By the id of the collection."""
    return {
        one["id"]: client.get(f"/collections/{one['id']}/{kind}").raise_for_status().json()
        for one in client.get("/collections").json()["collections"]
    }


@requirement("/req/schemas/json-schema")
@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_json_schemas_found_at_their_id(client: httpx.Client, kind: str) -> None:
    for schema in schemas(client, kind).values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert "?" not in schema["$id"]
        again = client.get(schema["$id"], headers={"Accept": "application/schema+json"})
        assert again.json() == schema
        assert schema["type"] == "object"


@requirement("/req/schemas/properties")
@pytest.mark.parametrize("kind", KINDS)
def test_properties_tell_their_type_or_kind_of_geometry(client: httpx.Client, kind: str) -> None:
    for schema in schemas(client, kind).values():
        assert schema["additionalProperties"] is False
        for one in schema["properties"].values():
            assert one["title"]
            if one.get("format", "").startswith("geometry-"):
                assert one["format"].removeprefix("geometry-") in GEOMETRIES
                assert not {"type", "$ref"} & one.keys()
            else:
                assert one["type"] in {"string", "integer", "number", "boolean"}
                assert "format" not in one or one["format"] in {"date", "date-time"}


@requirement("/req/schemas/properties")
def test_features_hold_what_their_schema_says(client: httpx.Client) -> None:
    for layer, schema in schemas(client, "schema").items():
        declared = {
            name: {**one, "type": [one["type"], "null"]}
            for name, one in schema["properties"].items()
            if "x-ogc-role" not in one
        }
        validator = jsonschema.Draft202012Validator(
            {
                "type": "object",
                "properties": declared,
                "additionalProperties": False,
                "required": list(declared),
            },
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )
        for feature in client.get(f"/collections/{layer}/items?limit=200").json()["features"]:
            assert [one.message for one in validator.iter_errors(feature["properties"])] == []


@requirement("/req/schemas/additional-keywords")
@requirement("/req/schemas/role")
@requirement("/req/schemas/role-id")
def test_one_property_is_the_id(client: httpx.Client) -> None:
    known = {"type", "format", "title", "description", "enum", "readOnly", "writeOnly"}
    for layer, schema in schemas(client, "schema").items():
        for one in schema["properties"].values():
            assert all(re.fullmatch(r"x-ogc-\w+", word) for word in one.keys() - known)
            assert isinstance(one.get("x-ogc-role", ""), str)
        ids = [one for one in schema["properties"].values() if one.get("x-ogc-role") == "id"]
        assert [one["type"] for one in ids] == ["integer"]
        for feature in client.get(f"/collections/{layer}/items?limit=5").json()["features"]:
            assert isinstance(feature["id"], int)


@requirement("/req/core-roles-features/role-primary-geometry")
@requirement("/req/core-roles-features/primary-temporal-constraints")
def test_one_geometry_is_the_first(client: httpx.Client) -> None:
    for layer, schema in schemas(client, "schema").items():
        roles = [
            (one["x-ogc-role"], one) for one in schema["properties"].values() if "x-ogc-role" in one
        ]
        found = client.get(f"/collections/{layer}/items?limit=5").json()["features"]
        kinds = {feature["geometry"]["type"].lower() for feature in found if feature["geometry"]}
        if [role for role, _ in roles] == ["id"]:
            assert layer == "duties"
            assert not kinds
            continue
        assert sorted(role for role, _ in roles) == ["id", "primary-geometry"]
        format_ = dict(roles)["primary-geometry"]["format"]
        assert format_ == "geometry-any" or kinds <= {format_.removeprefix("geometry-")}


@requirement("/req/queryables/link")
@requirement("/req/sortables/link")
@requirement("/req/queryables/op")
@requirement("/req/sortables/op")
@requirement("/req/queryables/response")
@requirement("/req/sortables/response")
@pytest.mark.parametrize("kind", KINDS)
def test_collections_link_to_their_schemas(public: httpx.Client, kind: str) -> None:
    for one in public.get("/collections").json()["collections"]:
        (link,) = linked(one["links"], f"{REL}/{kind}")
        assert link["type"] == "application/schema+json"
        answer = public.get(link["href"], headers={"Accept": link["type"]})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == link["type"]


@requirement("/req/queryables/response")
def test_only_queryables_may_be_named_in_filters(public: httpx.Client) -> None:
    for layer, schema in schemas(public, "queryables").items():
        assert "nothing" not in schema["properties"]
        answer = public.get(f"/collections/{layer}/items", params={"filter": "nothing = 1"})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "filter")


@requirement("/req/sortables/response")
def test_only_sortables_may_be_sorted_by_and_they_sort(public: httpx.Client) -> None:
    for layer, schema in schemas(public, "sortables").items():
        items = f"/collections/{layer}/items"
        for name, one in schema["properties"].items():
            assert one["type"] in {"string", "integer", "number", "boolean"}
            found = public.get(items, params={"sortby": name, "limit": 50, "properties": name})
            values = [
                feature["properties"][name]
                for feature in found.json()["features"]
                if feature["properties"][name] is not None
            ]
            if one["type"] != "string":
                assert values == sorted(values)
        answer = public.get(items, params={"sortby": "geometry"})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "sortby")
