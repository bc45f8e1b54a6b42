"""No format shows anybody more than the pages of features do: every format, every role."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from layers.compounds import COMPOUNDS
from layers.formats import FORMATS
from layers.registry import LAYERS
from tests.read_back import Read, dated, read
from tests.security.conftest import BOUND, Person

ROLES = ("public", *BOUND)
SCOPED = sorted(COMPOUNDS.scoped)
HIDDEN = ",".join(["district_code", "street_code", *SCOPED])

Features = dict[int, Mapping[str, Any]]


def paged(client: httpx.Client, **asked: str) -> Features:
    """What the pages of GeoJSON show."""
    found: Features = {}
    address = "/collections/compounds/items"
    given: Mapping[str, str] | None = {"limit": "1000", "skipGeometry": "true", **asked}
    while address:
        page = client.get(address, params=given).raise_for_status().json()
        found |= {one["id"]: dated(one["properties"], COMPOUNDS) for one in page["features"]}
        address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        given = None
    return found


def exported(client: httpx.Client, name: str, folder: Path, **asked: str) -> Read:
    answer = client.get("/collections/compounds/export", params={"f": name, **asked})
    assert answer.status_code == 200, answer.text
    return read(name, answer.content, folder, COMPOUNDS)


@pytest.fixture(scope="module")
def shown(clients: Mapping[str, httpx.Client]) -> Mapping[str, Features]:
    """By role what the pages show of what is not public; of the public, everything."""
    asked = {role: {} if role == "public" else {"properties": HIDDEN} for role in ROLES}
    return {role: paged(clients[role], **asked[role]) for role in ROLES}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("role", BOUND)
def test_a_file_holds_what_the_pages_show(
    clients: Mapping[str, httpx.Client],
    shown: Mapping[str, Features],
    tmp_path: Path,
    role: str,
    name: str,
) -> None:
    found = exported(clients[role], name, tmp_path, properties=HIDDEN)
    assert found.properties == shown[role]


@pytest.mark.parametrize("role", ["district_officer", "street_officer"])
def test_what_is_elsewhere_is_empty_in_the_pages_that_files_are_held_to(
    shown: Mapping[str, Features], people: Mapping[str, Person], role: str
) -> None:
    bound = str(people[role].bound)
    column = "district_code" if len(bound) == 6 else "street_code"
    told = [one for one in shown[role].values() if any(one[name] is not None for name in SCOPED)]
    assert told
    assert {one[column] for one in told} == {bound}
    everything = shown["administrator"].values()
    assert any(one["rung"] is not None and one[column] != bound for one in everything)


@pytest.mark.parametrize("name", FORMATS)
def test_the_public_gets_only_what_is_public(
    clients: Mapping[str, httpx.Client],
    shown: Mapping[str, Features],
    tmp_path: Path,
    name: str,
) -> None:
    found = exported(clients["public"], name, tmp_path)
    assert found.properties == shown["public"]
    for one in found.properties.values():
        assert not set(one) & COMPOUNDS.scoped
    content = clients["public"].get("/collections/compounds/export", params={"f": name}).content
    for scoped in SCOPED:
        assert scoped.encode() not in content


@pytest.mark.parametrize("where", ["items", "export"])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("scoped", SCOPED)
def test_the_public_cannot_ask_for_the_rest(
    clients: Mapping[str, httpx.Client], name: str, where: str, scoped: str
) -> None:
    public, address = clients["public"], f"/collections/compounds/{where}"
    for parameter, said in (
        ("properties", scoped),
        ("sortby", scoped),
        ("filter", f"{scoped} IS NOT NULL"),
    ):
        answer = public.get(address, params={"f": name, parameter: said})
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_page_in_a_format_is_what_the_public_may_see(
    clients: Mapping[str, httpx.Client], tmp_path: Path, layer: str, name: str
) -> None:
    answer = clients["public"].get(f"/collections/{layer}/items", params={"f": name})
    if not LAYERS[layer].readable_by("public"):
        exported = clients["public"].get(f"/collections/{layer}/export", params={"f": name})
        assert (answer.status_code, exported.status_code) == (401, 401)
        return
    assert answer.status_code == 200
    seen = LAYERS[layer].seen_by("public")
    page = clients["public"].get(f"/collections/{layer}/items").json()
    expected = {one["id"]: dated(one["properties"], seen) for one in page["features"]}
    if expected:  # some readers open no file of nothing
        assert read(name, answer.content, tmp_path, seen).properties == expected


@pytest.mark.parametrize("role", ["public", "street_officer"])
def test_answers_with_what_is_not_public_are_kept_by_nobody_else(
    clients: Mapping[str, httpx.Client], role: str
) -> None:
    for where in ("items", "export"):
        answer = clients[role].get(
            f"/collections/compounds/{where}", params={"f": "csv", "q": "一期"}
        )
        assert {"authorization", "cookie"} <= {
            one.strip().lower() for one in answer.headers["vary"].split(",")
        }
        kept = answer.headers.get("cache-control", "")
        assert ("private" in kept) == (role != "public")


def test_a_token_that_does_not_hold_gets_no_file(clients: Mapping[str, httpx.Client]) -> None:
    answer = clients["public"].get(
        "/collections/compounds/export?f=csv", headers={"Authorization": "Bearer atlas_wrong"}
    )
    assert answer.status_code == 401
