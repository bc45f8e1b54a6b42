"""What filters select, asked of PostGIS through the driver that serves requests."""

import json
import time
from contextlib import suppress

import pytest

from layers.cql import FilterError, compile_filter
from layers.cql.parse import Language
from layers.crs import CRSS
from tests.layers.cql.conftest import QUERYABLES, Table

TEXTS = {
    "star <= 3": {1, 2},
    "star <> 3": {1, 3},
    "3 >= star": {1, 2},
    "star < 2.5": {1},
    "star = 2.5": set(),
    "star IN (0, 5)": {1, 3},
    "star NOT IN (0, 5)": {2},
    "star IN (1 - 1, 5)": {1, 3},
    "star NOT IN (1 - 1, 5)": {2},
    "name IN (name, 'x')": {1, 2, 3},
    "casei(name) IN (casei('CAFÉ_100%'), casei('cafe'))": {2, 3},
    "accenti(name) IN (accenti('Café_100%'))": {2},
    "star BETWEEN 1 AND 5": {2, 3},
    "star IS NULL": {4},
    "star IS NOT NULL AND NOT star = 0": {2, 3},
    "star = 0 OR name = 'CAFE'": {1, 3},
    "name = '金凤''苑'": {1},
    "name LIKE '金%'": {1},
    r"name LIKE '%\_100\%'": {2},
    r"name = '金凤\'苑'": {1},
    r"name = 'a\\' OR name = 'CAFE'": {3},
    r"name = 'a\\\'b' OR name = 'CAFE'": {3},
    r"name LIKE 'a\\'": set(),
    "name LIKE '_AFE'": {3},
    "casei(name) = casei('cafe')": {3},
    "casei(name) LIKE casei('caf%')": {2, 3},
    "accenti(name) LIKE accenti('Cafe%')": {2},
    "casei(accenti(name)) LIKE casei(accenti('CAFÉ%'))": {2, 3},
    "name < 'D' AND name > 'A'": {2, 3},
    "key_target": {1, 4},
    "key_target = false": {2},
    "NOT key_target": {2},
    "true": {1, 2, 3, 4},
    "area > star": {1, 2},
    "area * 2 + 1 = 22": {1},
    "area / 0 = 1": set(),
    "area % 4 = 2.5": {1},
    "area div 3 = 3": {1},
    "star ^ 2 = 9": {2},
    "-area > 0": {4},
    "rated_on = '2026-02-01'": {2},
    "rated_on >= DATE('2026-02-01')": {2, 3},
    "rated_on = TIMESTAMP('2026-01-31T17:00:00Z')": {2},
    "rated_on < ended_on": {1, 3},
    "T_AFTER(rated_on, DATE('2026-01-15'))": {2, 3},
    "T_BEFORE(rated_on, DATE('2026-02-01'))": {1},
    "T_EQUALS(rated_on, DATE('2026-02-01'))": {2},
    "T_DURING(rated_on, INTERVAL('2026-01-15', '2026-02-15'))": {2},
    "T_DURING(rated_on, INTERVAL('2026-01-15', '..'))": {2, 3},
    "T_INTERSECTS(INTERVAL(rated_on, ended_on), INTERVAL('2026-02-15', '2026-02-20'))": {1, 2, 4},
    "T_DISJOINT(INTERVAL(rated_on, ended_on), INTERVAL('2026-02-15', '2026-02-20'))": {3},
    "T_MEETS(INTERVAL(rated_on, ended_on), INTERVAL('2026-03-01', '..'))": {1},
    "T_METBY(INTERVAL(rated_on, ended_on), INTERVAL('..', '2026-03-01'))": {3},
    "T_OVERLAPS(INTERVAL(rated_on, ended_on), INTERVAL('2026-02-01', '2026-03-15'))": {1},
    "T_OVERLAPPEDBY(INTERVAL(rated_on, ended_on), INTERVAL('2025-12-01', '2026-02-01'))": {1},
    "T_STARTS(INTERVAL(rated_on, ended_on), INTERVAL('2026-01-01', '2026-12-31'))": {1},
    "T_STARTEDBY(INTERVAL(rated_on, ended_on), INTERVAL('2026-01-01', '2026-02-01'))": {1},
    "T_FINISHES(INTERVAL(rated_on, ended_on), INTERVAL('2025-01-01', '2026-04-01'))": {3},
    "T_FINISHEDBY(INTERVAL(rated_on, ended_on), INTERVAL('2026-02-01', '2026-03-01'))": {1},
    "T_CONTAINS(INTERVAL(rated_on, ended_on), INTERVAL('2026-01-10', '2026-02-20'))": {1, 4},
    "T_AFTER(seen_at, TIMESTAMP('2026-01-15T00:00:00Z'))": {2, 4},
    "seen_at = TIMESTAMP('2026-01-01T00:00:00Z')": {1},
    "seen_at >= DATE('2026-03-01')": {4},
    "A_CONTAINS(kinds, ('fees', 'works'))": {1},
    "A_CONTAINEDBY(kinds, ('fees', 'x'))": {2, 3},
    "A_EQUALS(kinds, ('works', 'fees'))": {1},
    "A_OVERLAPS(kinds, ('works', 'x'))": {1},
    "S_INTERSECTS(geometry, POINT(1 1))": {1, 4},
    "S_INTERSECTS(POINT(1 1), geometry)": {1, 4},
    "S_DISJOINT(geometry, BBOX(-1, -1, 5, 5))": {3},
    "S_WITHIN(geometry, BBOX(-1, -1, 3, 3))": {1, 4},
    "S_CONTAINS(geometry, POINT(1 1))": {1, 4},
    "S_TOUCHES(geometry, POLYGON((4 0, 5 0, 5 2, 4 2, 4 0)))": {2},
    "S_OVERLAPS(geometry, POLYGON((1 1, 3 1, 3 5, 1 5, 1 1)))": {1, 2},
    "S_CROSSES(geometry, LINESTRING(-1 1, 1 1.5))": {1},
    "S_EQUALS(geometry, POINT(1 1))": {4},
    "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(11 11, 20 20)))": {1, 3, 4},
    "S_INTERSECTS(geometry, BBOX(170, -5, -170, 5))": set(),
    "S_INTERSECTS(geometry, BBOX(1, 1, 1, 1))": {1, 4},
    "S_INTERSECTS(geometry, BBOX(1, 1, 3, 1))": {1, 2, 4},
    "S_CROSSES(geometry, BBOX(3, 1, 3, 5))": {2},
    "S_DISJOINT(geometry, BBOX(170, 11, 11, 11))": {1, 2, 4},
    "S_WITHIN(geometry, BBOX(180, -1, 11, 11))": {1, 2, 4},
    "S_WITHIN(geometry, BBOX(5, -1, -180, 12))": {3},
    "S_WITHIN(geometry, BBOX(180, 1, 11, 1))": {4},
}


@pytest.mark.parametrize("given", TEXTS)
def test_a_filter_selects(table: Table, given: str) -> None:
    assert table.selected(given) == TEXTS[given]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"op": "<=", "args": [{"property": "star"}, 3]}, {1, 2}),
        ({"op": "in", "args": [{"property": "star"}, [0, 5]]}, {1, 3}),
        ({"op": "between", "args": [{"property": "star"}, 1, 5]}, {2, 3}),
        ({"op": "a_containedBy", "args": [{"property": "kinds"}, ["fees"]]}, {2, 3}),
        (
            {
                "op": "s_intersects",
                "args": [
                    {"property": "geometry"},
                    {"type": "Point", "coordinates": [1, 1]},
                ],
            },
            {1, 4},
        ),
        (
            {
                "op": "t_metBy",
                "args": [
                    {"interval": [{"property": "rated_on"}, {"property": "ended_on"}]},
                    {"interval": ["..", "2026-03-01"]},
                ],
            },
            {3},
        ),
    ],
)
def test_a_filter_in_json_selects(table: Table, tree: object, expected: set[int]) -> None:
    assert table.selected(json.dumps(tree), "cql2-json") == expected


def test_sql_in_a_text_stays_a_text(table: Table) -> None:
    assert table.selected("name = ''' OR true --'") == set()
    assert table.selected("name = ':cql_9' OR name LIKE '$1%'") == set()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nope = 1", "nope is not known; there are id, star"),
        ("star = 'three'", "star: 'three' is not a whole number"),
        ("name = 3", "name: 3 is not a text"),
        ("name > star", r"name \(string\) and star \(integer\) cannot be compared"),
        ("rated_on = '2026-02-30'", "rated_on: '2026-02-30' is not a day"),
        ("geometry = 1", r"geometry \(geometry\) has no order"),
        ("star", "star is neither true nor false"),
        ("foo(star) = 1", "foo is no operator"),
        ("S_INTERSECTS(star, POINT(1 1))", "compares geometries"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "not valid: Self-inter"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0)))", "geometry|CQL2"),
        ("S_INTERSECTS(geometry, POINT(200 0))", "outside the world"),
        ("S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(1 1)))", "s_intersects, s_disjoint only"),
        ("T_AFTER(star, DATE('2026-01-01'))", "compares dates, moments and intervals"),
        ("T_AFTER(rated_on, seen_at)", "days or moments, not both"),
        (r"name LIKE '\'", "single backslash"),
        ("star IN (name, 1)", r"star \(integer\) and name \(string\) cannot be compared"),
        ("star IN (casei(name))", "cannot be compared"),
        ("star = ", "is no CQL2"),
        ("star = 1 AND", "is no CQL2"),
        ("(" * 5000, "nests more than 100"),
        ("((" * 1000 + "star = 1" + "))" * 1000, "nests more than 100"),
        ("NOT " * 1500 + "key_target", "nests more than 100"),
        ("-" * 4000 + "1 = area", "nests more than 100"),
        (" OR ".join(["star = 1"] * 400), "more than 500 operators"),
        ("name = '" + "x" * 9000 + "'", "longer than 8192 bytes"),
        ("star = 1\x00", "code 0"),
    ],
)
def test_what_cannot_be_answered_is_named(given: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        compile_filter(given, "cql2-text", QUERYABLES)


@pytest.mark.parametrize(
    "given",
    [
        "[" * 4000,
        '{"op":' * 1000,
        '{"op":"not","args":[' * 300 + "true" + "]}" * 300,
        '{"op":"=","args":[{"property":"name"},"\\u0000"]}',
        '{"op":"=","args":[{"property":"name"},"\\ud800"]}',
        '{"op":"=","args":[{"property":"area"},1e999]}',
        '{"op":"=","args":[{"property":"area"},NaN]}',
        '{"op":"=","args":[]}',
        '{"op":"and","args":[]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":["a",1,2,3]}]}',
        '{"op":"in","args":[{"property":"star"},[1,"a"]]}',
        '{"op":"in","args":[{"property":"star"},[[1]]]}',
        '{"op":1,"args":2}',
        '{"property":{"a":1}}',
        "{}",
        "null",
        '"x"',
    ],
)
def test_json_that_is_no_filter_is_refused(given: str) -> None:
    with pytest.raises(FilterError):
        compile_filter(given, "cql2-json", QUERYABLES)


@pytest.mark.parametrize("number", [906004889.6111655, 983309465.8485913, 38.47123456789012])
@pytest.mark.parametrize("language", ["cql2-text", "cql2-json"])
def test_a_number_keeps_its_last_digit(table: Table, number: float, language: Language) -> None:
    whole, parts = number.as_integer_ratio()
    given = {
        "cql2-text": f"{whole} / {parts} = {number!r}",
        "cql2-json": f'{{"op":"=","args":[{{"op":"/","args":[{whole},{parts}]}},{number!r}]}}',
    }
    assert table.selected(given[language], language) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("crs", "given", "expected"),
    [
        (4326, "S_INTERSECTS(geometry, BBOX(-1, -1, 1, 5))", {1, 2, 4}),
        (4326, "S_INTERSECTS(geometry, BBOX(9, 170, 11, -170))", set()),
        (4490, "S_DISJOINT(geometry, BBOX(-5, 170, 5, -170))", {1, 2, 3, 4}),
        (3857, "S_INTERSECTS(geometry, BBOX(-100, -100, 100, 100))", {1}),
        (3857, "S_INTERSECTS(geometry, BBOX(0, 0, 0, 0))", {1}),
        (3857, "S_INTERSECTS(geometry, BBOX(-100, 0, 300000, 0))", {1, 2}),
        (4326, "S_INTERSECTS(geometry, BBOX(-1, 3, 5, 3))", {2}),
    ],
)
def test_a_box_is_of_the_filter_s_reference_system(
    table: Table, crs: int, given: str, expected: set[int]
) -> None:
    system = CRSS[f"http://www.opengis.net/def/crs/EPSG/0/{crs}"]
    assert table.selected(given, crs=system) == expected


@pytest.mark.parametrize(
    ("crs", "corners", "said"),
    [
        (3857, "11830000, 4640000, 11820000, 4650000", "lower left"),
        (3857, "20000000, 0, -20000000, 100000", "lower left"),
        (4507, "4000000, 500000, 3000000, 600000", "lower left"),
        (4326, "10, 0, -10, 5", "south not above north"),
        (4490, "0, 170, 5, 190", "between -180 and 180"),
    ],
)
def test_a_box_that_is_none_is_refused(crs: int, corners: str, said: str) -> None:
    system = CRSS[f"http://www.opengis.net/def/crs/EPSG/0/{crs}"]
    given = f"S_INTERSECTS(geometry, BBOX({corners}))"
    with pytest.raises(FilterError, match=f"a box .*({said})"):
        compile_filter(given, "cql2-text", QUERYABLES, system)


@pytest.mark.parametrize(
    "hostile",
    [
        "1" * 8000,
        "'" + r"\'" * 4000,
        '"' * 8000,
        "'" * 8001,
        r"'\\" * 2600,
        "-" * 8000,
        "1.1" * 2700,
    ],
)
def test_a_hostile_filter_is_read_in_a_moment(hostile: str) -> None:
    # What is read from each of its characters anew takes a hundred times as long as plain text.
    plain, asked = _seconds("x" * 8000), _seconds(hostile)
    assert asked < max(20 * plain, 0.02)


def _seconds(said: str) -> float:
    spent = []
    for _ in range(3):
        began = time.process_time()
        with suppress(FilterError):
            compile_filter(f"name = {said}", "cql2-text", QUERYABLES)
        spent.append(time.process_time() - began)
    return min(spent)


def test_the_same_shape_is_compiled_once() -> None:
    first = compile_filter("star <= 2 AND name = 'a'", "cql2-text", QUERYABLES)
    second = compile_filter("star <= 3 AND name = 'b'", "cql2-text", QUERYABLES)
    assert first.sql is second.sql
    assert (first.values, second.values) == (
        {"cql_0": 2, "cql_1": "a"},
        {"cql_0": 3, "cql_1": "b"},
    )
