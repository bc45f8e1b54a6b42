"""CQL2 (21-065r2): each class in both languages, held to what Python makes of the same features."""

import json
from datetime import date
from typing import Any

import httpx
import pytest
from shapely.geometry import mapping, shape

from tests.conformance.cql2_cases import CASES, Feature, Test, op, prop, requirement
from tests.conformance.test_common import linked

ITEMS = "/collections/compounds/items"


@pytest.fixture(scope="module")
def everyone(client: httpx.Client) -> list[Feature]:
    """Every compound with its shape."""
    found, address = [], f"{ITEMS}?limit=1000"
    while address:
        page = client.get(address).raise_for_status().json()
        found += page["features"]
        address = next((link["href"] for link in linked(page["links"], "next")), "")
    return [
        {**one["properties"], "id": one["id"], "shape": shape(one["geometry"])} for one in found
    ]


def matching(client: httpx.Client, said: str | dict[str, Any]) -> set[int]:
    """The compounds that a filter keeps, in text or as JSON."""
    text = isinstance(said, str)
    asked = {
        "filter": said if text else json.dumps(said, ensure_ascii=False),
        "filter-lang": "cql2-text" if text else "cql2-json",
        "skipGeometry": "true",
        "properties": "code",
        "limit": "1000",
    }
    found: set[int] = set()
    answer = client.get(ITEMS, params=asked)
    while True:
        assert answer.status_code == 200, answer.text
        found |= {one["id"] for one in answer.json()["features"]}
        onward = linked(answer.json()["links"], "next")
        if not onward:
            return found
        answer = client.get(onward[0]["href"])


@pytest.mark.parametrize(("text", "tree", "test"), CASES)
def test_both_languages_keep_what_python_keeps(
    client: httpx.Client, everyone: list[Feature], text: str, tree: dict[str, Any], test: Test
) -> None:
    expected = {one["id"] for one in everyone if test(one)}
    assert matching(client, text) == expected
    assert matching(client, tree) == expected


@requirement("/req/spatial-functions/spatial-functions")
@pytest.mark.parametrize("name", ["S_EQUALS", "S_TOUCHES", "S_CONTAINS"])
def test_a_compound_equals_itself_touches_its_border_and_contains_its_point(
    client: httpx.Client, name: str
) -> None:
    (sought,) = client.get(ITEMS, params={"limit": 1, "geometry-precision": 15}).json()["features"]
    outline = shape(sought["geometry"])
    others = {
        "S_EQUALS": outline,
        "S_TOUCHES": outline.boundary,
        "S_CONTAINS": outline.representative_point(),
    }
    assert matching(client, f"{name}(geometry, {others[name].wkt})") == {sought["id"]}
    tree = op(name.lower(), prop("geometry"), mapping(others[name]))
    assert matching(client, tree) == {sought["id"]}


@requirement("/req/temporal-functions/temporal-functions")
def test_relations_of_spans_to_spans(client: httpx.Client) -> None:
    """Table 14 on spans of days that are known, so that it holds for all or for none."""
    days = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1)]
    a, b, c, d = (one.isoformat() for one in days)
    true = {
        "T_CONTAINS": ((a, d), (b, c)),
        "T_DURING": ((b, c), (a, d)),
        "T_EQUALS": ((a, b), (a, b)),
        "T_FINISHEDBY": ((a, c), (b, c)),
        "T_FINISHES": ((b, c), (a, c)),
        "T_MEETS": ((a, b), (b, c)),
        "T_METBY": ((b, c), (a, b)),
        "T_OVERLAPPEDBY": ((b, d), (a, c)),
        "T_OVERLAPS": ((a, c), (b, d)),
        "T_STARTEDBY": ((a, c), (a, b)),
        "T_STARTS": ((a, b), (a, c)),
        "T_BEFORE": ((a, b), (c, d)),
        "T_AFTER": ((c, d), (a, b)),
        "T_DISJOINT": ((a, b), (c, d)),
    }
    for name, (first, second) in true.items():
        said = f"{name}(INTERVAL{first}, INTERVAL{second})"
        assert len(matching(client, said)) == 1500, said
        for other in true.keys() - {name}:
            implied = (other, name) in {("T_DISJOINT", "T_BEFORE"), ("T_DISJOINT", "T_AFTER")}
            same = other in {"T_BEFORE", "T_DISJOINT"} and name in {"T_BEFORE", "T_DISJOINT"}
            if not implied and not same:
                said = f"{other}(INTERVAL{first}, INTERVAL{second})"
                asked = {"filter": said, "limit": 1}
                assert client.get(ITEMS, params=asked).json()["numberMatched"] == 0, said


@requirement("/req/cql2-text/escaping")
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("'it''s'", "it's"),
        (r"'it\'s'", "it's"),
        (r"'it\'s' AND ''='' AND name <> 'x'", "it's"),
        ("'\"'", '"'),
        ("'('", "("),
    ],
)
def test_quotation_marks_are_escaped_in_two_ways(
    client: httpx.Client, said: str, meant: str
) -> None:
    literal = f"{meant}".replace("'", "''")
    assert len(matching(client, f"'{literal}' = {said}")) == 1500
    assert matching(client, f"name = {said}") == set()


@requirement("/req/cql2-text/basic-cql2")
def test_text_is_the_language_where_none_is_named(client: httpx.Client) -> None:
    said = "effective_star <= 2"
    silent = client.get(ITEMS, params={"filter": said, "limit": 1}).json()["numberMatched"]
    assert silent == len(matching(client, said)) > 0
    older = client.get(ITEMS, params={"filter": said, "filter-lang": "cql-text", "limit": 1})
    assert older.json()["numberMatched"] == silent
