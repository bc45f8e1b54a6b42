"""Styles, legends and layer definitions over HTTP: their forms, and who is offered which."""

import httpx
import pytest

from layers.registry import LAYERS

PUBLIC = {name for name, one in LAYERS.items() if one.geometry != "none" and one.readers is None}
MAPBOX = "application/vnd.mapbox.style+json"


def test_the_public_is_offered_the_styles_of_what_it_may_see(public: httpx.Client) -> None:
    listed = public.get("/styles").raise_for_status().json()
    assert {one["id"] for one in listed["styles"]} == {"map", *PUBLIC}
    for path in (
        "/styles/violations",
        "/collections/violations/styles",
        "/styles/orders/metadata",
        "/collections/violations/styles/violations",
        "/collections/violations/legend",
        "/collections/violations/qlr",
    ):
        assert public.get(path).status_code == 401, path


def test_what_is_not_there_is_named(client: httpx.Client) -> None:
    assert "'nowhere'" in client.get("/styles/nowhere").json()["detail"]
    assert client.get("/styles/duties").status_code == 404
    assert client.get("/collections/compounds/styles/streets").status_code == 404
    refused = client.get("/styles/map", params={"f": "qml"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "f")


@pytest.mark.parametrize(
    ("f", "accept", "kind"),
    [
        (None, "*/*", MAPBOX),
        (None, "text/html", "text/html; charset=utf-8"),
        (None, "application/vnd.ogc.sld+xml", "application/vnd.ogc.sld+xml;version=1.1"),
        ("qml", "*/*", "application/x-qgis-style+xml"),
        ("json", "text/html", "application/json"),
    ],
)
def test_a_style_comes_in_the_form_asked_for(
    public: httpx.Client, f: str | None, accept: str, kind: str
) -> None:
    asked = {} if f is None else {"f": f}
    answer = public.get("/styles/compounds", params=asked, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert "Accept" in answer.headers["vary"]


def test_a_style_draws_from_tiles_that_hold_what_it_names(public: httpx.Client) -> None:
    style = public.get("/styles/map").raise_for_status().json()
    tilesets = {
        name: public.get(source["url"]).raise_for_status().json()
        for name, source in style["sources"].items()
    }
    assert not {"glyphs", "sprite"} & style.keys()
    for layer in style["layers"]:
        if layer["type"] != "background":
            parts = tilesets[layer["source"]]["vector_layers"]
            assert layer["source-layer"] in {one["id"] for one in parts}


def test_every_link_of_the_list_of_styles_is_answered_as_it_says(public: httpx.Client) -> None:
    for one in public.get("/styles").json()["styles"]:
        for link in one["links"]:
            answer = public.get(link["href"]).raise_for_status()
            assert answer.headers["content-type"] == link["type"], link


def test_legends_and_layer_definitions(public: httpx.Client) -> None:
    base = "/collections/compounds"
    assert len(public.get(f"{base}/legend").raise_for_status().json()["classes"]) == 7
    assert public.get(f"{base}/legend?f=svg").content.startswith(b"<svg")
    assert public.get(f"{base}/legend?f=png").content.startswith(b"\x89PNG")
    definition = public.get(f"{base}/qlr").raise_for_status()
    assert definition.headers["content-disposition"] == 'attachment; filename="compounds.qlr"'
    assert f"url='{str(public.base_url).rstrip('/')}'" in definition.text


def test_tilesets_and_metadata_lead_to_the_style(public: httpx.Client) -> None:
    tileset = public.get("/collections/compounds/tiles/WebMercatorQuad").json()
    (sheet,) = (one for one in tileset["links"] if one["rel"] == "stylesheet")
    assert public.get(sheet["href"]).headers["content-type"] == sheet["type"] == MAPBOX
    about = public.get("/styles/compounds/metadata").raise_for_status().json()
    drawn = about["layers"][0]["attributes"]
    assert [one["id"] for one in drawn] == ["effective_star", "name"]
