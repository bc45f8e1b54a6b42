"""Whatever is sent: an answer, or a FilterError that says what is wrong; never anything else."""

import json
from contextlib import suppress
from typing import Any

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.cql import FilterError, compile_filter
from layers.cql.compiler import ARITHMETIC, ARRAYS, COMPARES, SPATIAL, TEXTS
from layers.cql.temporal import RELATIONS
from tests.layers.cql.conftest import QUERYABLES, Table

NAMES = [*(one.name for one in QUERYABLES), "nope"]
OPERATORS = [
    *("and", "or", "not", "like", "in", "between", "isNull", "nope", ""),
    *COMPARES,
    *SPATIAL,
    *ARRAYS,
    *ARITHMETIC,
    *TEXTS,
    *RELATIONS,
]

_days = st.sampled_from(["2026-01-01", "2026-02-30", "0001-01-01", "9999-12-31", "..", "x"])
_points = st.tuples(st.floats(), st.floats()).map(list)
_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.lists(st.one_of(st.integers(), st.text(max_size=3), st.booleans()), max_size=3),
    _days.map(lambda day: {"date": day}),
    _days.map(lambda day: {"timestamp": f"{day}T24:00:00Z"}),
    st.tuples(_days, _days).map(lambda ends: {"interval": list(ends)}),
    st.sampled_from(NAMES).map(lambda name: {"property": name}),
    st.lists(st.floats(-400, 400), max_size=6).map(lambda box: {"bbox": box}),
    _points.map(lambda point: {"type": "Point", "coordinates": point}),
    st.lists(_points, max_size=5).map(lambda line: {"type": "LineString", "coordinates": line}),
    st.lists(_points, max_size=5).map(lambda ring: {"type": "Polygon", "coordinates": [ring]}),
)


def _operations(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda op, arguments: {"op": op, "args": arguments},
        st.sampled_from(OPERATORS),
        st.lists(inner, max_size=3),
    )


TREES = st.recursive(_values, _operations, max_leaves=12)
WORDS = st.sampled_from(
    [
        *NAMES,
        *OPERATORS,
        *("(", ")", ",", "'", "''", "'a'", '"', "1", "-1", "1e400", "2.5", "%", "\\", "\x00"),
        *("TRUE", "IS", "NULL", "DATE('2026-01-01')", "INTERVAL('..', '2026-01-01')", "POINT(1 1)"),
        *("BBOX(0,0,1,1)", "POLYGON((0 0,1 0,1 1,0 0))", "金凤", "--", "/*", ";", ":cql_0", "$1"),
    ]
)
HARD = settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def answered(table: Table, given: str, language: Any) -> None:
    # DataError is a calculation out of range, which the service tells as such.
    with suppress(FilterError, asyncpg.DataError):
        table.selected(given, language)


@HARD
@given(tree=TREES)
def test_any_tree(table: Table, tree: Any) -> None:
    answered(table, json.dumps(tree), "cql2-json")


@HARD
@given(words=st.lists(WORDS, max_size=14))
def test_any_words(table: Table, words: list[str]) -> None:
    answered(table, " ".join(words), "cql2-text")


@HARD
@given(text=st.text(max_size=200))
def test_any_text(text: str) -> None:
    for language in ("cql2-text", "cql2-json"):
        with suppress(FilterError):
            compile_filter(text, language, QUERYABLES)
