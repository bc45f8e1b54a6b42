"""OGC API Features, part 1: core (17-069r4): ``datetime``, and the days that collections tell."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.conformance.requirements import of
from tests.conformance.test_common import linked
from tests.conformance.test_features_core import ITEMS, parameter

requirement = of("ogcapi-features-1/1.0")


@requirement("/req/core/fc-md-extent")
def test_every_collection_with_days_tells_from_when_on(client: httpx.Client) -> None:
    """As its own facts have it; the days of all of its features lie in that."""
    begins = {
        "violations": "found_on",
        "complaints": "received_on",
        "leads": "reported_on",
        "hazards": "found_on",
        "orders": "issued_on",
        "inspections": "inspected_on",
    }
    offered = {one["id"]: one for one in client.get("/collections").json()["collections"]}
    for name, one in offered.items():
        told = one.get("extent", {}).get("temporal")
        if name in ("duties", "communities", "districts", "streets"):
            # No time of their own; none there; nobody recorded when their outlines began.
            assert told is None
            continue
        assert told["trs"] == "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
        ((first, last),) = told["interval"]
        # For none; the executable test suite (FeaturesTime) reads both ends.
        assert last == "9999-12-31T00:00:00+08:00"
        day = datetime.fromisoformat(first)
        assert day.utcoffset() == timedelta(hours=8)
        assert day.time() == time()
        if name in begins:
            days = [told[begins[name]] for told in days_of(client, name).values()]
            assert day.date().isoformat() == min(days)
        for language in ("description", "description_en"):
            assert client.get(f"/collections/{name}").json()[language] == one[language]


@requirement("/req/core/fc-time-response")
def test_what_the_executable_test_suite_asks_of_an_extent_is_answered(
    public: httpx.Client,
) -> None:
    """Its beginning, its second quarter, and two days from where that begins."""
    asked = 0
    for one in public.get("/collections").json()["collections"]:
        if (told := one.get("extent", {}).get("temporal")) is None:
            continue
        begin, end = map(datetime.fromisoformat, told["interval"][0])
        quarter = (end - begin) / 4
        second, third = ((begin + n * quarter).astimezone(UTC) for n in (1, 2))
        for said in (
            f"{begin.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            f"{second:%Y-%m-%dT%H:%M:%S.%fZ}/{third:%Y-%m-%dT%H:%M:%S.%fZ}",
            f"{second:%Y-%m-%d}/P2D",
        ):
            answer = public.get(f"/collections/{one['id']}/items", params={"datetime": said})
            assert answer.status_code == 200
            asked += 1
    assert asked


@requirement("/req/core/fc-time-definition")
def test_datetime_is_described_as_text(public: httpx.Client) -> None:
    assert parameter(public, "datetime")["schema"]["type"] == "string"


@requirement("/req/core/fc-time-response")
def test_features_that_are_there_on_every_day_are_in_the_state_of_the_last_day(
    client: httpx.Client,
) -> None:
    """No compound is left out, and its status and rating are those of the end of the interval."""

    def stars(**asked: str) -> dict[int, Any]:
        found, address = {}, f"{ITEMS}?limit=1000&skipGeometry=true&{urlencode(asked)}"
        while address:
            page = client.get(address).raise_for_status().json()
            found |= {one["id"]: one["properties"]["rated_star"] for one in page["features"]}
            address = next((link["href"] for link in linked(page["links"], "next")), "")
        assert len(found) == 1500
        return found

    today = stars()
    assert stars(datetime="2024-01-01/..") == today
    assert stars(datetime="1990-01-01") != today
    earlier = stars(as_of="2024-01-01")
    for said in (
        "2024-01-01",
        "2024-01-01T00:00:00+08:00",
        "2023-01-01/2024-01-01",
        "../2024-01-01",
    ):
        assert stars(datetime=said) == earlier


@requirement("/req/core/fc-time-response")
@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2026-01-01/2026-03-31", "2026-01-01", "2026-03-31"),
        ("2026-02-10", "2026-02-10", "2026-02-10"),
        ("2026-02-09T16:00:00Z", "2026-02-10", "2026-02-10"),
        ("2026-02-10T00:00:00+08:00/2026-02-11T09:30:00+08:00", "2026-02-10", "2026-02-11"),
        ("2026-02-10/P2D", "2026-02-10", "2026-02-12"),
        ("../2025-06-30", "0001-01-01", "2025-06-30"),
        ("/2025-06-30", "0001-01-01", "2025-06-30"),
        ("2026-06-01/..", "2026-06-01", "9999-12-31"),
        ("2026-06-01/", "2026-06-01", "9999-12-31"),
    ],
)
@pytest.mark.parametrize(
    ("layer", "begins", "ends"),
    [
        ("hazards", "found_on", ("cleared_on",)),
        ("complaints", "received_on", ("closed_on",)),
        ("leads", "reported_on", ("decided_on",)),
        ("orders", "issued_on", ("done_on", "withdrawn_on")),
        ("inspections", "inspected_on", ("inspected_on",)),
    ],
)
def test_only_features_that_meet_the_interval_are_given(
    client: httpx.Client,
    layer: str,
    begins: str,
    ends: tuple[str, ...],
    said: str,
    first: str,
    last: str,
) -> None:
    """From the day a fact begins to the day it ends; one that goes on meets all that follows."""

    def meets(told: dict[str, Any]) -> bool:
        end = min((told[name] for name in ends if told[name]), default="9999-12-31")
        return bool(told[begins] <= last and end >= first)

    every, given = days_of(client, layer), days_of(client, layer, datetime=said)
    expected = {number for number, told in every.items() if meets(told)}
    assert given.keys() == expected
    assert len(expected) < len(every)
    counted = client.get(
        f"/collections/{layer}/counts", params={"by": "district_code", "datetime": said}
    )
    assert counted.json()["total"] == len(expected)


def days_of(client: httpx.Client, layer: str, **asked: str) -> dict[int, dict[str, Any]]:
    """The properties of every feature, as an export gives them."""
    asked = {"f": "geojson", "skipGeometry": "true", **asked}
    answer = client.get(f"/collections/{layer}/export", params=asked).raise_for_status()
    return {one["id"]: one["properties"] for one in answer.json()["features"]}
