"""What is answered before routing is the routes' own, and what is wrong is told by the routes."""

import re

import httpx
import pytest

from geo.dates import today
from tests.support import Service

PAGE = "/collections/compounds/items"
TILES = [
    "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257",
    "/collections/compounds/tiles/WebMercatorQuad/12/0/0",
    "/collections/compounds/tiles/WorldCRS84Quad/11/586/3257",
    "/collections/districts/tiles/WebMercatorQuad/8/98/203",
    "/collections/streets/tiles/WebMercatorQuad/10/393/814",
]


@pytest.mark.parametrize("tile", TILES)
def test_a_plain_tile_is_that_of_today(public: httpx.Client, tile: str) -> None:
    plain = public.get(tile)
    routed = public.get(tile, params={"as_of": today().isoformat()})
    assert (plain.status_code, plain.content) == (routed.status_code, routed.content)
    told = ("content-type", "cache-control", "etag", "vary")
    assert [plain.headers.get(one) for one in told] == [routed.headers.get(one) for one in told]


@pytest.mark.parametrize(
    ("tile", "status"),
    [
        ("/collections/compounds/tiles/WebMercatorQuad/12/4096/0", 404),
        ("/collections/compounds/tiles/WebMercatorQuad/2/0/0", 404),
        ("/collections/compounds/tiles/WebMercatorQuad/99/0/0", 400),
        ("/collections/compounds/tiles/Nothing/12/0/0", 404),
        ("/collections/nothing/tiles/WebMercatorQuad/12/0/0", 404),
        ("/collections/violations/tiles/WebMercatorQuad/12/1573/3257", 401),
        ("/collections/duties/tiles/WebMercatorQuad/12/1573/3257", 404),
    ],
)
def test_what_is_no_tile_of_the_public_is_refused(
    public: httpx.Client, tile: str, status: int
) -> None:
    answer = public.get(tile)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_tiles_are_counted_under_the_route_as_it_is_declared(
    served_city: Service, public: httpx.Client
) -> None:
    public.get(TILES[0]).raise_for_status()
    said = httpx.get(f"{served_city.url}/metrics").text
    route = "/collections/compounds/tiles/WebMercatorQuad/{z}/{row}/{col}"
    assert f'route="{route}"' in said


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"limit": "3", "sortby": "-name"},
        {"bbox": "106.2,38.4,106.3,38.5", "crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
        {"filter": "effective_star >= 4", "limit": "5"},
        {"f": "csv", "limit": "5"},
        {"f": "html", "limit": "5"},
    ],
)
def test_a_page_is_that_of_the_route(public: httpx.Client, asked: dict[str, str]) -> None:
    plain = public.get(PAGE, params=asked)
    routed = public.get(PAGE, params=asked, headers={"Cookie": "nobody=1"})
    assert plain.status_code == routed.status_code == 200
    assert _timeless(plain.content) == _timeless(routed.content)
    told = ("content-type", "content-crs", "link", "vary")
    assert [plain.headers.get(one) for one in told] == [routed.headers.get(one) for one in told]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("?limit=0", 400),
        ("?limit=1&limit=2", 400),
        ("?nothing=1", 400),
        ("?filter=effective_star%20%3E", 400),
    ],
)
def test_a_page_that_is_asked_for_wrongly_is_refused(
    public: httpx.Client, asked: str, status: int
) -> None:
    answer = public.get(PAGE + asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    routed = public.get(PAGE + asked, headers={"Cookie": "nobody=1"}).json()
    assert answer.json()["detail"] == routed["detail"]


def test_a_page_of_what_is_not_everybodys_needs_a_sign_in(public: httpx.Client) -> None:
    assert public.get("/collections/violations/items").status_code == 401


def _timeless(body: bytes) -> bytes:
    return re.sub(rb'"timeStamp": ?"[^"]+"', b"", body)
