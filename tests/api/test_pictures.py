"""Pictures of tiles over HTTP: for everybody alike, kept, and where their descriptions say."""

import io

import httpx
import pytest
from PIL import Image

from api.pictured import PICTURED
from layers import pictures
from layers.pictures import EMPTY
from layers.registry import LAYERS

TILE = "/collections/compounds/map/tiles/WebMercatorQuad/12/1573/3257"
WHOLE = "/map/tiles/WebMercatorQuad/12/1573/3257"
SHARED = "public, max-age=0, s-maxage=1"


def opened(answer: httpx.Response) -> Image.Image:
    assert answer.raise_for_status().headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content)).convert("RGBA")


def test_only_layers_of_the_public_are_drawn(public: httpx.Client, client: httpx.Client) -> None:
    assert PICTURED.keys() == {
        name for name, one in LAYERS.items() if one.readers is None and one.geometry != "none"
    }
    for name, layer in PICTURED.items():
        assert not layer.scoped & set(layer.properties)
        assert public.get(f"/collections/{name}/map/tiles").status_code == 200
    for asking in (public, client):
        assert asking.get("/collections/violations/map/tiles").status_code == 404
        told = asking.get(TILE, params={"filter": "rung > 1"})
        assert (told.status_code, told.json()["parameter"]) == (400, "filter")


@pytest.mark.parametrize("path", [TILE, WHOLE, f"{TILE}?scale=2"])
def test_everybody_sees_the_same_picture(
    public: httpx.Client, client: httpx.Client, path: str
) -> None:
    shown = public.get(path)
    assert shown.headers["cache-control"] == SHARED
    assert opened(shown).size == ((512, 512) if "scale" in path else (256, 256))
    assert client.get(path).content == shown.content
    assert client.get(path).headers["cache-control"].startswith("private")
    again = public.get(path, headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_map_has_land_below_its_compounds(public: httpx.Client) -> None:
    alone, whole = opened(public.get(TILE)), opened(public.get(WHOLE))
    assert alone.getextrema()[3][0] == 0
    assert whole.getextrema()[3] == (255, 255)


def test_a_filter_and_a_day_narrow_a_picture(public: httpx.Client) -> None:
    def covered(**asked: str) -> int:
        return sum(opened(public.get(TILE, params=asked)).getchannel("A").histogram()[1:])

    every = covered()
    assert 0 < covered(filter="effective_star <= 1") < every
    assert public.get(TILE, params={"filter": "year_built > 3000"}).content == EMPTY[1]
    assert opened(public.get(TILE, params={"as_of": "2026-01-01"})).size == (256, 256)


def test_where_nothing_lies_the_picture_is_empty(public: httpx.Client) -> None:
    for path, scale in (
        ("/map/tiles/WebMercatorQuad/12/0/0", 1),
        ("/collections/compounds/map/tiles/WebMercatorQuad/3/3/6?scale=2", 2),
        ("/collections/communities/map/tiles/WorldCRS84Quad/8/73/407", 1),
    ):
        assert public.get(path).content == EMPTY[scale], path


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/map/tiles/WebMercatorQuad/20/0/0", 404, "in the matrices 0 to 19, not 20"),
        ("/map/tiles/WorldCRS84Quad/19/0/0", 404, "in the matrices 0 to 18, not 19"),
        ("/map/tiles/WebMercatorQuad/3/8/0", 404, "matrix 3 has 8 rows"),
        (f"{TILE}?scale=3", 400, "scale"),
        (f"{TILE}?style=x", 400, "style"),
        ("/map/tiles/WorldCRS84Quad?f=tilejson", 400, "web mercator only"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    public: httpx.Client, path: str, status: int, said: str
) -> None:
    answer = public.get(path)
    assert answer.status_code == status
    assert said in answer.text


@pytest.mark.parametrize("base", ["/map/tiles", "/collections/streets/map/tiles"])
def test_descriptions_lead_to_pictures(public: httpx.Client, base: str) -> None:
    for one in public.get(base).raise_for_status().json()["tilesets"]:
        assert one["dataType"] == "map"
        described = public.get(one["links"][0]["href"]).raise_for_status().json()
        (item,) = (link for link in described["links"] if link["rel"] == "item")
        z = 8 if one["title"] == "WorldCRS84Quad" else 9
        row, col = (73, 407) if z == 8 else (196, 407)
        for name, number in (("tileMatrix", z), ("tileRow", row), ("tileCol", col)):
            item["href"] = item["href"].replace(f"{{{name}}}", str(number))
        assert opened(public.get(item["href"])).getextrema()[3][1] > 0
    told = public.get(f"{base}/WebMercatorQuad?f=tilejson").raise_for_status().json()
    (address,) = told["tiles"]
    assert (told["tilejson"], told["maxzoom"]) == ("2.2.0", pictures.DEEPEST)
    place = address.replace("{z}", "9").replace("{y}", "196").replace("{x}", "407")
    assert opened(public.get(place)).size == (256, 256)


def test_a_collection_leads_to_its_tiles(public: httpx.Client, client: httpx.Client) -> None:
    def tilesets(asking: httpx.Client, name: str) -> set[str]:
        links = asking.get(f"/collections/{name}").raise_for_status().json()["links"]
        found = [one for one in links if "/tilesets-" in one["rel"]]
        assert all(asking.get(one["href"]).status_code == 200 for one in found)
        return {one["rel"].rpartition("-")[2] for one in found}

    assert tilesets(public, "compounds") == {"vector", "map"}
    assert tilesets(client, "violations") == {"vector"}
