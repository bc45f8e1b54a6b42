"""Summaries of places equal their items counted one by one, within the access rules."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import shapely
from pyproj import Geod

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.dates import today
from tests.people import client_of, token_of
from tests.support import Service

XINGQING, JINFENG = "640104", "640106"
PAST = today() - timedelta(days=150)
SCOPED = (
    *("key_target", "exit_case", "orders_", "violations", "hazards", "inspected", "per_1000"),
    "compounds_overdue",
)
BOX = [[106.2, 38.45], [106.3, 38.45], [106.3, 38.55], [106.2, 38.55], [106.2, 38.45]]
MANY = ",".join(str(n) for n in range(640100, 640120))
CROSSED = [BOX[0], BOX[2], BOX[1], BOX[3], BOX[0]]
SWAPPED = [[38, 106], [39, 106], [39, 107], [38, 106]]


@pytest.fixture(scope="module")
def officer(served_city: Service) -> Iterator[httpx.Client]:
    """An officer of 兴庆区."""
    token = token_of(served_city.engine, "district_officer", area_code=XINGQING)
    with client_of(served_city.url, token) as made:
        yield made


def _items(client: httpx.Client, layer: str, **query: Any) -> list[dict[str, Any]]:
    """Every feature of a layer that matches, page by page."""
    found: list[dict[str, Any]] = []
    answer = client.get(f"/collections/{layer}/items", params={"limit": 1000, **query})
    while True:
        body = answer.raise_for_status().json()
        found += body["features"]
        following = [one["href"] for one in body["links"] if one["rel"] == "next"]
        if not following:
            return found
        answer = client.get(following[0])


def _get(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    body: dict[str, Any] = client.get(path, params=query).raise_for_status().json()
    return body


def _within(client: httpx.Client, shape: Any, **query: Any) -> httpx.Response:
    return client.post("/within", content=json.dumps(shape), params=query)


@pytest.mark.parametrize("day", [today(), PAST])
def test_a_district_equals_its_items_counted_one_by_one(client: httpx.Client, day: date) -> None:
    told = _get(client, f"/districts/{XINGQING}/summary", as_of=day)["figures"]
    query = {"district_code": XINGQING, "as_of": day.isoformat()}
    compounds = [one["properties"] for one in _items(client, "compounds", **query)]
    stars = Counter(one["effective_star"] for one in compounds)
    violations = [one["properties"] for one in _items(client, "violations", **query)]
    violations = [one for one in violations if one["status"] != "revoked"]
    orders = [one["properties"] for one in _items(client, "orders", **query)]
    inspections = [one["properties"] for one in _items(client, "inspections", **query)]
    since = (day - timedelta(days=365)).isoformat()
    inspected = {one["compound_id"] for one in inspections if one["inspected_on"] > since}
    households = sum(one["households"] or 0 for one in compounds)
    assert told["compounds"] == len(compounds)
    assert told["stars"]["unrated"] == stars[None]
    assert [told["stars"][str(star)] for star in range(6)] == [stars[star] for star in range(6)]
    assert told["key_targets"] == sum(bool(one["key_target"]) for one in compounds)
    assert told["orders_overdue"] == sum(one["overdue"] for one in orders)
    assert told["inspected"] == len(inspected)
    assert told["inspected_share"] == round(len(inspected) / told["covers"]["of"], 4)
    families = Counter(one["family"] for one in violations)
    assert {k: v["total"] for k, v in told["violations"].items() if v["total"]} == {
        "total": len(violations),
        **families,
    }
    unclosed = [one for one in violations if not one["closed_on"] or one["closed_on"] > str(day)]
    assert told["violations"]["total"]["open"] == len(unclosed)
    assert told["per_1000_households"]["violations"] == round(
        1000 * len(violations) / households, 3
    )


def test_a_series_is_of_the_days_asked_for_one_by_one(client: httpx.Client) -> None:
    first = today().replace(day=1) - timedelta(days=1)
    body = _get(client, f"/streets/{_street(client)}/summary", **{"from": f"{first:%Y-%m}"})
    assert [one["as_of"] for one in body["series"]] == [first.isoformat(), today().isoformat()]
    for one in body["series"]:
        alone = _get(client, f"/streets/{body['code']}/summary", as_of=one["as_of"])
        assert alone["figures"] == one
    assert body["figures"] == body["series"][-1]


def test_the_public_is_told_nothing_scoped(public: httpx.Client) -> None:
    answers = [
        public.get(f"/districts/{XINGQING}/summary", params={"from": "2025-01"}),
        public.get(f"/districts/{XINGQING}/summary", params={"f": "html"}),
        public.get("/compare", params={"districts": f"{XINGQING},{_street(public)}"}),
        _within(public, {"type": "Polygon", "coordinates": [BOX]}),
        public.get("/nearby", params={"lon": 106.27, "lat": 38.47, "radius": 3000}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert not [word for word in SCOPED if word in answer.text]
    assert answers[0].json()["covers"]["scope"] == "public"


def test_an_officer_counts_the_own_area_only_and_is_told_so(
    officer: httpx.Client, client: httpx.Client
) -> None:
    own = _get(officer, f"/districts/{XINGQING}/summary")
    other = _get(officer, f"/districts/{JINFENG}/summary")
    assert own["figures"] == _get(client, f"/districts/{XINGQING}/summary")["figures"]
    assert own["covers"]["partial"] is False
    assert other["covers"]["partial"] is True
    assert other["figures"]["covers"]["compounds"] == 0 < other["figures"]["covers"]["of"]
    assert other["figures"]["key_targets"] == 0
    assert other["figures"]["violations"]["total"]["total"] == 0
    assert other["figures"]["inspected_share"] is None
    everybody = _get(client, f"/districts/{JINFENG}/summary")["figures"]
    assert other["figures"]["stars"] == everybody["stars"]
    assert everybody["key_targets"] > 0


def test_a_street_officer_asking_about_the_district_sees_the_street(
    served_city: Service, client: httpx.Client
) -> None:
    street = _street(client)
    token = token_of(served_city.engine, "street_officer", area_code=street)
    with client_of(served_city.url, token) as asks:
        told = _get(asks, f"/districts/{XINGQING}/summary")
    alone = _get(client, f"/streets/{street}/summary")["figures"]
    assert told["covers"]["partial"] is True
    for name in ("key_targets", "orders_overdue", "violations", "inspected", "per_1000_households"):
        assert told["figures"][name] == alone[name]
    assert told["figures"]["covers"]["compounds"] == alone["covers"]["compounds"]


def test_places_are_compared_in_the_order_asked_for(client: httpx.Client) -> None:
    street = _street(client)
    body = _get(client, "/compare", districts=f"{JINFENG},{street},{XINGQING}")
    assert [one["code"] for one in body["places"]] == [JINFENG, street, XINGQING]
    for one in body["places"]:
        assert client.get(one["href"]).raise_for_status().json()["figures"] == one["figures"]


def test_what_lies_within_a_polygon(client: httpx.Client) -> None:
    shape = shapely.Polygon(BOX)
    inside = [
        one
        for one in _items(client, "compounds", bbox="106.2,38.45,106.3,38.55")
        if shapely.covered_by(shapely.geometry.shape(one["geometry"]), shape)
    ]
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}
    body = _within(client, feature, limit=1000).raise_for_status().json()
    assert body["figures"]["compounds"] == len(inside) > 20
    assert [one["id"] for one in body["list"]] == sorted(one["id"] for one in inside)
    stars = Counter(one["properties"]["effective_star"] for one in inside)
    assert body["figures"]["stars"]["4"] == stars[4]
    assert body["figures"]["key_targets"] == sum(
        bool(one["properties"]["key_target"]) for one in inside
    )


def test_the_list_comes_in_pages_or_not_at_all(client: httpx.Client) -> None:
    shape = {"type": "Polygon", "coordinates": [BOX]}
    whole = _within(client, shape, limit=1000).json()["list"]
    first = _within(client, shape, limit=10).json()
    second = _within(client, shape, limit=10, after=first["next"]).json()
    assert first["list"] + second["list"] == whole[:20]
    counted = _within(client, shape, limit=0).json()
    assert (counted["list"], counted["next"]) == ([], None)


CORNERS = [list(one) for one in shapely.Point(106, 38).buffer(0.1, quad_segs=251).exterior.coords]


@pytest.mark.parametrize(
    ("shape", "status", "word"),
    [
        ([1, 2], 400, "list"),
        ({"type": "Point", "coordinates": [106, 38]}, 400, "Point"),
        ({"type": "Polygon", "coordinates": []}, 400, "empty"),
        ({"type": "Polygon", "coordinates": [BOX[:3]]}, 400, "closed"),
        ({"type": "Polygon", "coordinates": [CROSSED]}, 400, "Self"),
        ({"type": "Polygon", "coordinates": [SWAPPED]}, 400, "first"),
        ({"type": "Polygon", "coordinates": [[[10**400, 0]] * 4]}, 400, "GeoJSON"),
        ({"type": "Polygon", "coordinates": [[["a", 0]] * 4]}, 400, "number"),
        ({"type": "Polygon", "coordinates": [CORNERS]}, 413, "1000 corners"),
        ({"type": "Polygon", "coordinates": [[[70, 0], [130, 0], [130, 60], [70, 0]]]}, 413, "km²"),
        (shapely.geometry.mapping(shapely.box(179, 38, -179, 39)), 413, "km²"),
        (shapely.geometry.mapping(shapely.box(-180, -90, 180, 90)), 413, "510,"),
    ],
)  # fmt: skip
def test_a_bad_polygon_is_refused(public: httpx.Client, shape: Any, status: int, word: str) -> None:
    answer = _within(public, shape)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]


def test_hostile_bodies_are_refused(public: httpx.Client) -> None:
    for body, status in (
        (b"", 400), (b"\xff\xfe", 400), (b"[" * 60_000, 400), (b'{"type": NaN}', 400),
        (b" " * 70_000, 413),
    ):  # fmt: skip
        assert public.post("/within", content=body).status_code == status


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_nearby_is_by_geodesic_distance_in_any_datum(client: httpx.Client, datum: str) -> None:
    lon, lat, radius = 106.27, 38.47, 2500
    turned = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}.get(datum, lambda x, y: (x, y))
    given = turned(lon, lat)
    body = _get(
        client, "/nearby", lon=float(given[0]), lat=float(given[1]), radius=radius,
        datum=datum, limit=1000,
    )  # fmt: skip
    geod = Geod(ellps="WGS84")
    expected = {}
    for one in _items(client, "compounds", skipGeometry="true"):
        point = one["properties"]
        metres = geod.inv(lon, lat, point["label_lon"], point["label_lat"])[2]
        if metres <= radius:
            expected[one["id"]] = metres
    assert body["matched"] == len(expected) == len(body["list"]) > 10
    distances = [one["distance_m"] for one in body["list"]]
    assert distances == sorted(distances)
    for one in body["list"]:
        assert one["distance_m"] == pytest.approx(expected[one["id"]], abs=0.2)


@pytest.mark.parametrize("day", [today(), PAST])
def test_figures_of_a_circle_are_of_the_compounds_in_it(client: httpx.Client, day: date) -> None:
    asked = {"lon": 106.27, "lat": 38.47, "radius": 2500, "as_of": day.isoformat()}
    body = _get(client, "/nearby", limit=1000, **asked)
    inside = {one["id"] for one in body["list"]}
    compounds = [
        one["properties"]
        for one in _items(client, "compounds", as_of=day.isoformat(), skipGeometry="true")
        if one["id"] in inside
    ]
    violations = [
        one["properties"]
        for one in _items(client, "violations", as_of=day.isoformat(), skipGeometry="true")
        if one["properties"]["compound_id"] in inside
    ]
    told = body["figures"]
    assert told["compounds"] == body["matched"] == len(compounds) > 10
    stars = Counter(one["effective_star"] for one in compounds)
    assert [told["stars"][str(star)] for star in range(6)] == [stars[star] for star in range(6)]
    assert told["key_targets"] == sum(bool(one["key_target"]) for one in compounds) > 0
    assert told["households"] == sum(one["households"] or 0 for one in compounds)
    total = sum(one["status"] != "revoked" for one in violations)
    assert told["violations"]["total"]["total"] == total > 0
    assert body["covers"]["scope"] == "all"
    assert "key_targets" in body["labels"]
    counted = _get(client, "/nearby", limit=0, **asked)
    assert (counted["list"], counted["figures"]) == ([], told)


def test_a_circle_has_a_series_of_months(client: httpx.Client, public: httpx.Client) -> None:
    asked = {"lon": 106.27, "lat": 38.47, "radius": 1500, "limit": 0}
    first = (PAST.replace(day=1) - timedelta(days=1)).replace(day=1)
    body = _get(client, "/nearby", **asked, **{"from": f"{first:%Y-%m}"})
    assert len(body["series"]) > 5
    assert body["series"][-1]["as_of"] == today().isoformat()
    assert body["figures"] == body["series"][-1]
    for one in (body["series"][0], body["series"][2]):
        assert _get(client, "/nearby", **asked, as_of=one["as_of"])["figures"] == one
    page = public.get(
        "/nearby",
        params={**asked, "from": f"{first:%Y-%m}"},
        headers={"Accept": "text/html"},
    )
    assert body["series"][0]["as_of"] in page.text
    assert "有效星级分布" in page.text


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/districts/649999/summary", 404, "code"),
        ("/streets/640104999/summary", 404, "code"),
        ("/districts/6401/summary", 400, "code"),
        ("/districts/640104001/summary", 400, "code"),
        ("/streets/%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7%D9%A8%D9%A9/summary", 400, "code"),
        ("/districts/640104/summary?as_of=2999-01-01", 400, "as_of"),
        ("/districts/640104/summary?from=2025-13", 400, "from"),
        ("/districts/640104/summary?to=2025-01", 400, "to"),
        ("/districts/640104/summary?from=2025-02&to=2025-01", 400, "from"),
        ("/districts/640104/summary?from=1990-01", 400, "from"),
        ("/districts/640104/summary?from=2025-01&to=2099-01", 400, "to"),
        ("/districts/640104/summary?from=2025-01&as_of=2025-01-01", 400, "as_of"),
        ("/districts/640104/summary?stars=5", 400, "stars"),
        ("/districts/640104/summary?f=xml", 400, "f"),
        ("/compare", 400, "districts"),
        ("/compare?districts=640104,640104", 400, "districts"),
        ("/compare?districts=640104,x", 400, "districts"),
        ("/compare?districts=640104,649999", 404, "districts"),
        ("/compare?districts=" + ",".join(str(n) for n in range(640100, 640121)), 400, "districts"),
        (f"/compare?districts={MANY}&from=2025-01&to=2025-07", 400, "from"),
        ("/nearby?lon=106&lat=38&radius=20001", 400, "radius"),
        ("/nearby?lon=106&lat=38&radius=0", 400, "radius"),
        ("/nearby?lon=106&lat=91", 400, "lat"),
        ("/nearby?lon=nan&lat=38", 400, "lon"),
        ("/nearby?lon=106&lat=38&datum=mars", 400, "datum"),
        ("/nearby?lat=38", 400, "lon"),
        ("/nearby?lon=106&lat=38&to=2025-01", 400, "to"),
        ("/nearby?lon=106&lat=38&as_of=2999-01-01", 400, "as_of"),
    ],
)
def test_a_bad_question_is_refused_with_the_parameter_named(
    public: httpx.Client, path: str, status: int, parameter: str
) -> None:
    answer = public.get(path)
    assert answer.status_code == status, answer.text
    assert answer.json()["parameter"] == parameter


def test_documents_link_up_and_down_and_to_the_items_they_count(client: httpx.Client) -> None:
    body = _get(client, f"/districts/{XINGQING}/summary", as_of=PAST.isoformat())
    street = next(one["href"] for one in body["links"] if one["rel"] == "item")
    below = client.get(street).raise_for_status().json()
    assert below["as_of"] == PAST.isoformat()
    above = next(one["href"] for one in below["links"] if one["rel"] == "up")
    assert client.get(above).raise_for_status().json() == body
    for star, href in body["items"]["stars"].items():
        answer = client.get(href).raise_for_status().json()
        assert answer["numberMatched"] == body["figures"]["stars"][star]
    for name in ("key_targets", "exit_cases", "orders_overdue", "compounds"):
        answer = client.get(body["items"][name]).raise_for_status().json()
        assert answer["numberMatched"] == body["figures"][name]


def test_pages_for_people_run_no_script_and_speak_both_languages(client: httpx.Client) -> None:
    for path in (
        f"/districts/{XINGQING}/summary?from=2025-06",
        f"/compare?districts={XINGQING},{JINFENG}",
    ):
        page = client.get(path, headers={"Accept": "text/html"}).raise_for_status()
        assert page.headers["content-type"].startswith("text/html")
        assert "重点整治对象" in page.text
        assert "Key targets" in page.text
        assert "<script" not in page.text


def _street(client: httpx.Client) -> str:
    """A street of 兴庆区 with compounds in it."""
    compounds = _items(client, "compounds", district_code=XINGQING, skipGeometry="true")
    return str(Counter(one["properties"]["street_code"] for one in compounds).most_common(1)[0][0])
