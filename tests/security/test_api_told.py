"""The description of the API names nothing that the viewer cannot ask for."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from layers.registry import LAYERS
from tests.people import client_of
from tests.security.conftest import Person
from tests.support import Service

SCOPED = [name for name, layer in LAYERS.items() if layer.readers is not None]
HIDDEN = sorted({name for layer in LAYERS.values() for name in layer.scoped})


def parameters(document: dict[str, Any]) -> set[str]:
    return {
        one["name"]
        for item in document["paths"].values()
        for operation in item.values()
        for one in operation.get("parameters", ())
        if "name" in one
    }


@pytest.mark.parametrize("address", ["/api", "/openapi.json"])
def test_the_public_is_not_told_of_what_offices_read(public: httpx.Client, address: str) -> None:
    document = public.get(address).raise_for_status().json()
    if address == "/api":
        validate(document)
    paths = document["paths"]
    assert "/collections/compounds/items" in paths
    assert not any(path.startswith(f"/collections/{name}") for path in paths for name in SCOPED)
    assert not any(path.startswith(("/violations", "/imports", "/audit")) for path in paths)
    assert "effective_star" in parameters(document)
    assert parameters(document).isdisjoint(HIDDEN)
    said = json.dumps(document)
    assert not any(f'"{name}"' in said or f"|{name}" in said for name in HIDDEN)


def test_an_officer_is_told_of_it(client: httpx.Client) -> None:
    document = client.get("/api").raise_for_status().json()
    validate(document)
    assert {f"/collections/{name}/items" for name in SCOPED} <= document["paths"].keys()
    assert {"rung", "key_target"} <= parameters(document)
    assert "/violations" in document["paths"]


def test_who_reads_a_layer_is_told_of_that_and_no_other(
    served_city: Service, people: Mapping[str, Person]
) -> None:
    with client_of(served_city.url, people["agency_officer"].token) as agency:
        document = agency.get("/api").raise_for_status().json()
    for name, layer in LAYERS.items():
        told = f"/collections/{name}/items" in document["paths"]
        assert told == layer.readable_by("agency"), name
