"""Filters in both languages of CQL2 (21-065r2), each with what Python makes of one feature."""

import operator
from collections.abc import Callable
from typing import Any

import pytest
from shapely.geometry import LineString, Point, box, mapping
from shapely.geometry.base import BaseGeometry

from tests.conformance.requirements import of

requirement = of("cql2/1.0")

type Feature = dict[str, Any]
type Test = Callable[[Feature], bool | None]

WEST, SOUTH, EAST, NORTH = 106.2, 38.4, 106.3, 38.5
WINDOW = box(WEST, SOUTH, EAST, NORTH)
RING = f"POLYGON(({WEST} {SOUTH},{EAST} {SOUTH},{EAST} {NORTH},{WEST} {NORTH},{WEST} {SOUTH}))"
LINE = LineString([(106.15, 38.45), (106.35, 38.49)])


def known(name: str, test: Callable[[Any], bool]) -> Test:
    """Of a property that is not null."""
    return lambda one: None if one[name] is None else test(one[name])


def prop(name: str) -> dict[str, str]:
    return {"property": name}


def op(name: str, *arguments: Any) -> dict[str, Any]:
    return {"op": name, "args": list(arguments)}


def day(said: str) -> dict[str, str]:
    return {"date": said}


def interval(start: Any, end: Any) -> dict[str, Any]:
    return {"interval": [start, end]}


def case(name: str, text: str, tree: dict[str, Any], test: Test, *paths: str) -> Any:
    """One filter; it shows ``paths`` and what both languages say of their class."""
    groups = {path.split("/")[2] for path in paths}
    languages = [f"/req/cql2-{kind}/{group}" for group in groups for kind in ("text", "json")]
    marks = [requirement(path) for path in (*paths, *languages)]
    return pytest.param(text, tree, test, id=name, marks=marks)


COMPARES = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
BASIC = "/req/basic-cql2"
BASIC_CASES = [
    *(
        case(
            f"number {sign}",
            f"effective_star {sign} 3",
            op(sign, prop("effective_star"), 3),
            known("effective_star", lambda star, compare=compare: compare(star, 3)),
            f"{BASIC}/binary-comparison-predicate",
            f"{BASIC}/property",
        )
        for sign, compare in COMPARES.items()
    ),
    *(
        case(
            f"day {sign}",
            f"rated_on {sign} DATE('2025-01-01')",
            op(sign, prop("rated_on"), day("2025-01-01")),
            known("rated_on", lambda on, compare=compare: compare(on, "2025-01-01")),
            f"{BASIC}/binary-comparison-predicate",
        )
        for sign, compare in COMPARES.items()
    ),
    case(
        "text",
        "district_name = '金凤区'",
        op("=", prop("district_name"), "金凤区"),
        lambda one: one["district_name"] == "金凤区",
        f"{BASIC}/binary-comparison-predicate",
    ),
    case(
        "boolean",
        "key_target = TRUE",
        op("=", prop("key_target"), True),
        known("key_target", bool),
        f"{BASIC}/binary-comparison-predicate",
    ),
    case(
        "value first",
        "3 < effective_star",
        op("<", 3, prop("effective_star")),
        known("effective_star", lambda star: star > 3),
        f"{BASIC}/binary-comparison-predicate",
    ),
    case(
        "null",
        "effective_star IS NULL",
        op("isNull", prop("effective_star")),
        lambda one: one["effective_star"] is None,
        f"{BASIC}/null-predicate",
    ),
    case(
        "not null",
        "effective_star IS NOT NULL",
        op("not", op("isNull", prop("effective_star"))),
        lambda one: one["effective_star"] is not None,
        f"{BASIC}/null-predicate",
    ),
    case(
        "and or not",
        "(effective_star = 1 OR effective_star = 2) AND NOT district_code = '640106'",
        op(
            "and",
            op("or", *(op("=", prop("effective_star"), star) for star in (1, 2))),
            op("not", op("=", prop("district_code"), "640106")),
        ),
        lambda one: one["effective_star"] in {1, 2} and one["district_code"] != "640106",
        f"{BASIC}/cql2-filter",
    ),
]

ADVANCED = "/req/advanced-comparison-operators"
ADVANCED_CASES = [
    case(
        "like",
        "name LIKE '示例%苑_期'",
        op("like", prop("name"), "示例%苑_期"),
        lambda one: one["name"][-3:-2] == "苑" and one["name"][-1] == "期",
        f"{ADVANCED}/like-predicate",
    ),
    case(
        "not like",
        "NOT name LIKE '示例%期'",
        op("not", op("like", prop("name"), "示例%期")),
        lambda one: not one["name"].endswith("期"),
        f"{ADVANCED}/like-predicate",
    ),
    case(
        "between",
        "year_built BETWEEN 1995 AND 2005",
        op("between", prop("year_built"), 1995, 2005),
        known("year_built", lambda year: 1995 <= year <= 2005),
        f"{ADVANCED}/between-predicate",
    ),
    case(
        "in",
        "district_code IN ('640104', '640106')",
        op("in", prop("district_code"), ["640104", "640106"]),
        lambda one: one["district_code"] in {"640104", "640106"},
        f"{ADVANCED}/in-predicate",
    ),
    case(
        "not in",
        "effective_star NOT IN (1, 2)",
        op("not", op("in", prop("effective_star"), [1, 2])),
        known("effective_star", lambda star: star not in {1, 2}),
        f"{ADVANCED}/in-predicate",
    ),
]

FOLDED_CASES = [
    case(
        "case",
        "CASEI(code) = CASEI('sample640100000007')",
        op("=", op("casei", prop("code")), op("casei", "sample640100000007")),
        lambda one: one["code"] == "SAMPLE640100000007",
        "/req/case-insensitive-comparison/casei-function",
    ),
    case(
        "case like",
        "CASEI(code) LIKE CASEI('sample%9')",
        op("like", op("casei", prop("code")), op("casei", "sample%9")),
        lambda one: one["code"].endswith("9"),
        "/req/case-insensitive-comparison/casei-function",
    ),
    case(
        "accents",
        "ACCENTI(code) = ACCENTI('SÂMPLÉ640100000007')",
        op("=", op("accenti", prop("code")), op("accenti", "SÂMPLÉ640100000007")),
        lambda one: one["code"] == "SAMPLE640100000007",
        "/req/accent-insensitive-comparison/accenti-function",
    ),
]

POINTED = mapping(Point(106.25, 38.45))
SPATIAL_CASES = [
    case(
        "box",
        f"S_INTERSECTS(geometry, BBOX({WEST}, {SOUTH}, {EAST}, {NORTH}))",
        op("s_intersects", prop("geometry"), {"bbox": [WEST, SOUTH, EAST, NORTH]}),
        lambda one: one["shape"].intersects(WINDOW),
        "/req/basic-spatial-functions/spatial-functions",
        "/req/basic-spatial-functions/spatial-predicate",
        "/req/basic-spatial-operators/spatial-operators",
        "/req/basic-spatial-operators/spatial-predicate",
    ),
    case(
        "point",
        "S_INTERSECTS(geometry, POINT(106.25 38.45))",
        op("s_intersects", prop("geometry"), POINTED),
        lambda one: one["shape"].intersects(Point(106.25, 38.45)),
        "/req/basic-spatial-functions/spatial-functions",
    ),
    case(
        "polygon",
        f"S_INTERSECTS(geometry, {RING})",
        op("s_intersects", prop("geometry"), mapping(WINDOW)),
        lambda one: one["shape"].intersects(WINDOW),
        "/req/basic-spatial-functions-plus/spatial-data-types",
    ),
    case(
        "line",
        f"S_INTERSECTS(geometry, {LINE.wkt})",
        op("s_intersects", prop("geometry"), mapping(LINE)),
        lambda one: one["shape"].intersects(LINE),
        "/req/basic-spatial-functions-plus/spatial-data-types",
    ),
    *(
        case(
            name,
            f"{name}(geometry, {other.wkt})",
            op(name.lower(), prop("geometry"), mapping(other)),
            lambda one, other=other, test=test: test(one["shape"], other),
            "/req/spatial-functions/spatial-functions",
            "/req/spatial-functions/spatial-data-types",
        )
        for name, other, test in (
            ("S_WITHIN", WINDOW, BaseGeometry.within),
            ("S_DISJOINT", WINDOW, BaseGeometry.disjoint),
            ("S_OVERLAPS", WINDOW, BaseGeometry.overlaps),
            ("S_CROSSES", LINE, BaseGeometry.crosses),
        )
    ),
]

SPAN = ("2025-01-01", "2026-06-01")


def temporal(name: str, other: tuple[str, ...], test: Callable[[str], bool]) -> Any:
    """A relation of the day of a rating to a day, or to two with what lies between."""
    if len(other) == 1:
        said, tree = f"DATE('{other[0]}')", day(other[0])
    else:
        said, tree = f"INTERVAL('{other[0]}', '{other[1]}')", interval(*other)
    return case(
        f"{name} {other}",
        f"{name}(rated_on, {said})",
        op(name.lower(), prop("rated_on"), tree),
        known("rated_on", test),
        "/req/temporal-functions/temporal-functions",
        "/req/temporal-functions/temporal-predicates",
    )


def temporal_cases(days: tuple[str, str]) -> list[Any]:
    first, last = days
    return [
        temporal("T_AFTER", (first,), lambda on: on > first),
        temporal("T_BEFORE", (last,), lambda on: on < last),
        temporal("T_EQUALS", (first,), lambda on: on == first),
        temporal("T_DISJOINT", days, lambda on: not first <= on <= last),
        temporal("T_INTERSECTS", days, lambda on: first <= on <= last),
        temporal("T_INTERSECTS", ("..", last), lambda on: on <= last),
        temporal("T_DURING", days, lambda on: first < on < last),
        temporal("T_STARTS", days, lambda on: on == first),
        temporal("T_FINISHES", days, lambda on: on == last),
        temporal("T_AFTER", days, lambda on: on > last),
    ]


PROPERTIES_CASES = [
    case(
        "two properties",
        "rated_star > effective_star",
        op(">", prop("rated_star"), prop("effective_star")),
        lambda one: (
            None
            if None in (one["rated_star"], one["effective_star"])
            else one["rated_star"] > one["effective_star"]
        ),
        "/req/property-property/withdraw-permissions",
    ),
    case(
        "property within others",
        "year_built BETWEEN households AND company_id",
        op("between", prop("year_built"), prop("households"), prop("company_id")),
        lambda one: (
            None
            if None in (one["households"], one["year_built"], one["company_id"])
            else one["households"] <= one["year_built"] <= one["company_id"]
        ),
        "/req/property-property/withdraw-permissions",
    ),
]


def per_household(one: Feature) -> float:
    return float(one["area_m2"] / one["households"])


ARITHMETIC_CASES = [
    case(
        "plus times",
        "households * 2 + 10 > year_built",
        op(">", op("+", op("*", prop("households"), 2), 10), prop("year_built")),
        lambda one: one["households"] * 2 + 10 > one["year_built"],
        "/req/arithmetic/arithmetic",
    ),
    case(
        "minus divided",
        "area_m2 / households - 1 < 40",
        op("<", op("-", op("/", prop("area_m2"), prop("households")), 1), 40),
        lambda one: per_household(one) - 1 < 40,
        "/req/arithmetic/arithmetic",
    ),
    case(
        "modulo",
        "year_built % 10 = 3",
        op("=", op("%", prop("year_built"), 10), 3),
        lambda one: one["year_built"] % 10 == 3,
        "/req/arithmetic/arithmetic",
    ),
    case(
        "whole part",
        "year_built div 10 = 200",
        op("=", op("div", prop("year_built"), 10), 200),
        lambda one: one["year_built"] // 10 == 200,
        "/req/arithmetic/arithmetic",
    ),
    case(
        "power",
        "effective_star ^ 2 = 9",
        op("=", op("^", prop("effective_star"), 2), 9),
        known("effective_star", lambda star: star**2 == 9),
        "/req/arithmetic/arithmetic",
    ),
]

ARRAYS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "A_EQUALS": set.__eq__,
    "A_CONTAINS": set.__ge__,
    "A_CONTAINEDBY": set.__le__,
    "A_OVERLAPS": lambda one, other: bool(one & other),
}
ARRAY_CASES = [
    case(
        f"{name} {left} {right}",
        f"{name}({left}, {right})",
        op(name.lower(), list(left), list(right)),
        lambda _, holds=holds, left=left, right=right: holds(set(left), set(right)),
        "/req/array-functions/array-predicates",
    )
    for name, holds in ARRAYS.items()
    for left, right in (
        (("a", "b"), ("b", "a")),
        (("a", "b", "c"), ("c", "a")),
        (("a", "b"), ("b", "c", "a")),
        (("a", "b"), ("c", "d")),
    )
]

CASES = [
    *BASIC_CASES,
    *ADVANCED_CASES,
    *FOLDED_CASES,
    *SPATIAL_CASES,
    *PROPERTIES_CASES,
    *ARITHMETIC_CASES,
    *ARRAY_CASES,
    *temporal_cases(SPAN),
]
