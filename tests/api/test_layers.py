"""Layers of facts over HTTP: who knows of them, and what they are told."""

from collections.abc import Mapping

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, text

from layers.registry import LAYERS
from tests.people import client_of, token_of
from tests.support import Service

SCOPED = {name for name, layer in LAYERS.items() if layer.readers is not None}


@pytest.fixture(scope="module")
def officer(served_city: Service) -> httpx.Client:
    token = token_of(served_city.engine, "district_officer", area_code="640106")
    return client_of(served_city.url, token)


def test_the_public_is_offered_what_everybody_may_know(public: httpx.Client) -> None:
    offered = {one["id"] for one in public.get("/collections").json()["collections"]}
    assert offered == set(LAYERS) - SCOPED
    assert {"districts", "streets", "compounds"} <= offered
    for name in SCOPED:
        for rest in ("", "/items", "/items/1", "/queryables", "/schema", "/tiles"):
            answer = public.get(f"/collections/{name}{rest}")
            assert answer.status_code == 401, answer.url
    mixed = public.get("/tiles/WebMercatorQuad/9/196/407", params={"collections": "violations"})
    assert (mixed.status_code, mixed.json()["parameter"]) == (400, "collections")


@pytest.mark.parametrize("name", sorted(SCOPED))
def test_an_officer_reads_the_facts_of_the_district(
    officer: httpx.Client, client: httpx.Client, name: str
) -> None:
    asked = {"limit": 1, "skipGeometry": "true"}
    own = officer.get(f"/collections/{name}/items", params=asked).raise_for_status().json()
    inside = {**asked, "district_code": "640106"}
    everything = client.get(f"/collections/{name}/items", params=inside).raise_for_status().json()
    assert own.get("numberMatched") == everything.get("numberMatched")
    by = "district_code"
    counted = officer.get(f"/collections/{name}/counts", params={"by": by}).json()
    assert {one["value"] for one in counted["counts"]} <= {"640106"}


def test_a_filter_finds_the_overdue_orders_of_a_company(client: httpx.Client, city: Engine) -> None:
    with city.connect() as connection:
        company = connection.scalar(
            text(
                "SELECT o.company_id FROM oversight.status AS u, oversight.rectification_order AS o"
                " WHERE upper_inf(u.valid) AND u.detail -> 'orders_overdue' @> to_jsonb(o.id)"
                " AND o.company_id IS NOT NULL LIMIT 1"
            )
        )
    asked = {"filter": f"overdue AND company_id = {company}", "sortby": "-due_on"}
    page = client.get("/collections/orders/items", params=asked).raise_for_status().json()
    assert page["features"]
    days = [feature["properties"]["due_on"] for feature in page["features"]]
    assert days == sorted(days, reverse=True)
    assert {feature["properties"]["company_id"] for feature in page["features"]} == {company}


def test_a_tile_may_hold_several_layers(client: httpx.Client) -> None:
    asked = {"collections": "compounds,violations", "as_of": "2026-06-01"}
    answer = client.get("/tiles/WebMercatorQuad/10/393/814", params=asked).raise_for_status()
    assert set(mapbox_vector_tile.decode(answer.content)) == {
        "compounds",
        "compounds_label",
        "violations",
    }


@pytest.mark.parametrize(("row", "col"), [(73, 407), (73, 406)])
def test_tiles_of_the_other_grid_hold_the_same_compounds(
    client: httpx.Client, row: int, col: int
) -> None:
    path = f"/collections/compounds/tiles/WorldCRS84Quad/8/{row}/{col}"
    answer = client.get(path)
    side = 180 / 2**8
    west, north = -180 + col * side, 90 - row * side
    box = f"{west},{north - side},{west + side},{north}"
    inside = client.get(
        "/collections/compounds/items", params={"bbox": box, "limit": 1, "skipGeometry": "true"}
    ).json()["numberMatched"]
    tile = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    labels = tile.get("compounds_label", {"features": []})["features"]
    assert abs(len(labels) - inside) <= max(3, inside * 0.1)
    assert labels or not inside


def test_a_filter_narrows_a_tile(client: httpx.Client) -> None:
    path = "/collections/compounds/tiles/WebMercatorQuad/10/393/814"
    asked = {"filter": "effective_star <= 2 AND households > 500"}
    tile = mapbox_vector_tile.decode(client.get(path, params=asked).content)
    whole = mapbox_vector_tile.decode(client.get(path).content)
    some, every = (len(one["compounds"]["features"]) for one in (tile, whole))
    assert 0 < some < every
    assert {f["properties"]["effective_star"] for f in tile["compounds"]["features"]} <= {0, 1, 2}
    wrong = client.get(path, params={"filter": "nope = 1"})
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "filter")


def test_tilesets_say_where_their_tiles_are(client: httpx.Client) -> None:
    described: Mapping[str, str] = client.get(
        "/collections/streets/tiles/WebMercatorQuad", params={"f": "tilejson"}
    ).json()
    assert described["tilejson"] == "3.0.0"
    (address,) = described["tiles"]
    place = address.replace("{z}", "9").replace("{y}", "196").replace("{x}", "407")
    assert client.get(place).headers["content-type"] == "application/vnd.mapbox-vector-tile"
    tileset = client.get("/collections/streets/tiles/WorldCRS84Quad").json()
    item = next(one for one in tileset["links"] if one["rel"] == "item")
    assert item["templated"] is True
    scheme = next(one for one in tileset["links"] if one["rel"].endswith("tiling-scheme"))
    matrices = client.get(scheme["href"]).json()["tileMatrices"]
    assert (matrices[8]["matrixWidth"], matrices[8]["matrixHeight"]) == (512, 256)
    assert tileset["tileMatrixSetURI"].endswith("/WorldCRS84Quad")


def test_every_scoped_layer_follows_a_rule_of_its_table() -> None:
    for name in SCOPED:
        readers = LAYERS[name].readers
        assert readers is not None
        assert "public" not in readers
        assert {"area", "all"} <= readers


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/collections/compounds/items", {}),
        ("/collections/compounds/counts", {"by": "effective_star"}),
        ("/collections/compounds/export", {"f": "xlsx"}),
        ("/collections/compounds/export", {"f": "csv"}),
        ("/collections/compounds/tiles/WebMercatorQuad/10/393/814", {}),
    ],
)
def test_a_filter_that_cannot_be_calculated_is_the_clients(
    client: httpx.Client, path: str, asked: Mapping[str, str]
) -> None:
    answer = client.get(path, params={**asked, "filter": "area_m2 ^ 400 > 3"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter"), answer.text


def test_the_community_acts_where_the_status_says_so_recorded_or_not(
    client: httpx.Client, city: Engine
) -> None:
    with city.connect() as connection:
        expected = set(
            connection.scalars(
                text(
                    "SELECT compound_id FROM oversight.status"
                    " WHERE upper_inf(valid) AND self_government = 'community_acting'"
                )
            )
        )
    here = "/collections/self-government"
    page = client.get(
        f"{here}/items", params={"kind": "community_acting", "limit": 1000}
    ).raise_for_status()
    shown = {one["properties"]["compound_id"]: one["id"] for one in page.json()["features"]}
    assert shown.keys() == expected
    assert page.json()["numberMatched"] == len(expected)
    counted = client.get(f"{here}/counts", params={"by": "kind"}).json()["counts"]
    assert {"value": "community_acting", "count": len(expected)} in counted
    unrecorded = {number for number in shown.values() if number > 10**15}
    assert 0 < len(unrecorded) < len(expected)


def test_what_is_not_recorded_is_read_and_not_written(client: httpx.Client) -> None:
    here = "/collections/self-government/items"
    page = client.get(here, params={"kind": "community_acting", "limit": 1000}).json()
    number = max(one["id"] for one in page["features"])
    assert number > 10**15
    answer = client.get(f"{here}/{number}").raise_for_status()
    assert answer.json()["properties"]["kind"] == "community_acting"
    assert "etag" not in answer.headers
    own = {"If-Match": '"x"', "Origin": str(client.base_url).rstrip("/")}
    assert client.delete(f"{here}/{number}", headers=own).status_code == 404


def test_nobody_is_shown_who_acts_in_compounds_of_others(served_city: Service) -> None:
    token = token_of(served_city.engine, "street_officer", area_code="640104001")
    with client_of(served_city.url, token) as officer:
        page = officer.get(
            "/collections/self-government/items", params={"limit": 1000}
        ).raise_for_status()
    features = page.json()["features"]
    assert {one["properties"]["street_code"] for one in features} == {"640104001"}
    assert [one for one in features if one["id"] > 10**15]
