"""Columns say of every feature what its items say, in the order of their numbers."""

import json
import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pyarrow as pa
import pytest

from geo.dates import today
from layers.registry import LAYERS
from tests.columns import unpacked

BASE = "/collections/compounds"
PUBLIC = ("name", "district_code", "effective_star", "rated_star", "households", "rated_on")
SCOPED = ("rung", "key_target", "exit_case", "violations_open", "next_inspection_on", "orders_open")
DAYS = [today(), today() - timedelta(days=200), date(2025, 3, 1), date(1999, 1, 1)]


def columns(client: httpx.Client, path: str, **asked: str) -> dict[str, list[Any]]:
    answer = client.get(f"{BASE}/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.compound-atlas.columns"
    return unpacked(answer.content)[1]


def features(client: httpx.Client, **asked: str) -> dict[int, dict[str, Any]]:
    found, address = {}, f"{BASE}/items"
    query: dict[str, str] | None = {"limit": "1000", "skipGeometry": "true", **asked}
    while address:
        page = client.get(address, params=query).raise_for_status().json()
        found |= {one["id"]: one["properties"] for one in page["features"]}
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        query = None
    return found


def plain(name: str, value: Any) -> Any:
    """Days as columns have them."""
    if value is not None and LAYERS["compounds"].properties[name].kind == "date":
        return (date.fromisoformat(value) - date(1970, 1, 1)).days
    return value


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("who", ["public", "client"])
def test_columns_say_what_items_say(request: pytest.FixtureRequest, who: str, day: date) -> None:
    client = request.getfixturevalue(who)
    names = PUBLIC if who == "public" else PUBLIC + SCOPED
    numbers = columns(client, "ids")["id"]
    expected = features(client, as_of=day.isoformat(), properties=",".join(names))
    # Asked together they come from the whole layer, alone from the narrow tables where these do.
    found = columns(client, "columns", as_of=day.isoformat(), properties=",".join(names))
    assert sorted(one for one in numbers if one) == sorted(expected)
    for place, number in enumerate(numbers):
        if number:
            values = {name: plain(name, value) for name, value in expected[number].items()}
            assert {name: found[name][place] for name in names} == values
    for name in names:
        assert (
            columns(client, "columns", as_of=day.isoformat(), properties=name)[name] == found[name]
        )


@pytest.mark.parametrize("name", ["effective_star", "rated_star", "company_id"])
def test_a_history_says_what_columns_say_of_any_day(public: httpx.Client, name: str) -> None:
    _said_of_any_day(public, name)


@pytest.mark.parametrize("name", ["rung", "key_target", "exit_case", "orders_overdue"])
def test_so_does_that_of_what_is_not_public(client: httpx.Client, name: str) -> None:
    _said_of_any_day(client, name)


def _said_of_any_day(client: httpx.Client, name: str) -> None:
    steps = columns(client, "columns/history", property=name)
    by_place: dict[int, list[tuple[int, Any]]] = {}
    for place, day, value in zip(steps["place"], steps["day"], steps["value"], strict=True):
        by_place.setdefault(place, []).append((day, value))
    for changes in by_place.values():
        days, values = zip(*changes, strict=True)
        assert list(days) == sorted(set(days))
        assert all(one != next_ for one, next_ in pairwise(values))
        assert values[0] is not None
    shuffled = random.Random(name)  # noqa: S311 - no secret
    asked = [today(), *(today() - timedelta(days=shuffled.randrange(1500)) for _ in range(4))]
    for day in asked:
        number = (day - date(1970, 1, 1)).days
        expected = columns(client, "columns", as_of=day.isoformat(), properties=name)[name]
        for place, value in enumerate(expected):
            passed = [one for since, one in by_place.get(place, []) if since <= number]
            assert (passed[-1] if passed else None) == value, (place, day)


def test_points_are_where_labels_are(public: httpx.Client) -> None:
    numbers = columns(public, "ids")["id"]
    points = columns(public, "points")
    expected = features(public, properties="label_lon,label_lat")
    for number, lon, lat in zip(numbers, points["lon"], points["lat"], strict=True):
        assert abs(expected[number]["label_lon"] - lon) <= 0.00005 + 1e-6
        assert abs(expected[number]["label_lat"] - lat) <= 0.00005 + 1e-6


def test_neighbours_in_the_order_are_neighbours_on_the_ground(public: httpx.Client) -> None:
    points = columns(public, "points")

    def walked(order: list[int]) -> float:
        steps = pairwise(order)
        lon, lat = points["lon"], points["lat"]
        return sum(abs(lon[a] - lon[b]) + abs(lat[a] - lat[b]) for a, b in steps)

    places = list(range(len(points["lon"])))
    shuffled = random.Random(1).sample(places, len(places))  # noqa: S311 - no secret
    assert walked(places) < walked(shuffled) / 8


@pytest.mark.parametrize(
    "path", ["ids", "points", "columns", "columns/history?property=effective_star"]
)
def test_json_and_arrow_say_the_same(public: httpx.Client, path: str) -> None:
    join = "&" if "?" in path else "?"
    header, expected = unpacked(public.get(f"{BASE}/{path}").content)
    document = public.get(f"{BASE}/{path}{join}f=json").json()
    assert {**document, "columns": None} == {**header, "columns": None}
    assert [one["name"] for one in document["columns"]] == list(expected)
    stream = public.get(f"{BASE}/{path}{join}f=arrow")
    assert stream.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(stream.content).read_all()
    assert table.column_names == list(expected)
    said = {key.decode(): json.loads(value) for key, value in table.schema.metadata.items()}
    assert said == {key: value for key, value in header.items() if key != "columns"}
    for one in document["columns"]:
        plain_ = [one["codes"][n] if "codes" in one else n for n in one["values"]]
        if "scale" in one:
            plain_ = [value * one["scale"] for value in plain_]
        elif "none" in one:
            plain_ = [None if value == one["none"] else value for value in plain_]
        assert plain_ == expected[one["name"]]
        assert len(table.column(one["name"])) == len(plain_)


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("columns?properties=rung", 400, "properties"),
        ("columns?properties=", 400, "properties"),
        ("columns?properties=nothing", 400, "properties"),
        ("columns?as_of=yesterday", 400, "as_of"),
        ("columns?block=1", 404, "block"),
        ("columns?block=-1", 400, "block"),
        ("columns?f=xml", 400, "f"),
        ("columns?colour=red", 400, "colour"),
        ("columns/history", 400, "property"),
        ("columns/history?property=rung", 400, "property"),
        ("columns/history?property=name", 400, "property"),
        ("ids?block=7", 404, "block"),
        ("ids?block=99999999999", 400, "block"),
        ("points?block=0", 400, "block"),
    ],
)
def test_what_cannot_be_asked_says_so(
    public: httpx.Client, path: str, status: int, parameter: str
) -> None:
    answer = public.get(f"{BASE}/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


def test_what_everybody_may_have_is_shared_and_the_rest_is_not(
    public: httpx.Client, client: httpx.Client
) -> None:
    for path in ("ids", "points", "columns", "columns/history?property=effective_star"):
        answer = public.get(f"{BASE}/{path}")
        assert answer.headers["cache-control"].startswith("public, max-age=0, s-maxage=1")
        for known in (answer.headers["etag"], f'"0", W/{answer.headers["etag"]}', "*"):
            again = public.get(f"{BASE}/{path}", headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
        assert client.get(f"{BASE}/{path}", headers={"If-None-Match": "*"}).status_code == 304
        assert client.get(f"{BASE}/{path}").headers["cache-control"] == "private, no-cache"
