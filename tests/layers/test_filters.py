"""What a client sends becomes conditions with bound values, never SQL."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.compounds import COMPOUNDS
from layers.filters import check, conditions, parameters
from layers.registry import LAYERS


def test_a_comma_list_means_any_of() -> None:
    clauses, values = conditions(COMPOUNDS, {"rated_star": "1,2"})
    assert clauses == ["f.rated_star = ANY(CAST(:rated_star AS int[]))"]
    assert values == {"rated_star": [1, 2]}


def test_unrated_alone_means_without_a_star() -> None:
    assert conditions(COMPOUNDS, {"rated_star": "unrated"}) == (["f.rated_star IS NULL"], {})


def test_unrated_among_stars_means_either() -> None:
    clauses, values = conditions(COMPOUNDS, {"rated_star": "0,unrated"})
    assert clauses == ["(f.rated_star = ANY(CAST(:rated_star AS int[])) OR f.rated_star IS NULL)"]
    assert values == {"rated_star": [0]}


def test_what_nobody_assessed_is_no_key_target() -> None:
    clauses, values = conditions(COMPOUNDS, {"key_target": "false"})
    assert clauses == ["COALESCE(f.key_target, false) = CAST(:key_target AS boolean)"]
    assert values == {"key_target": False}


@pytest.mark.parametrize(("word", "bound"), [("100%", r"%100\%%"), ("a_b", r"%a\_b%")])
def test_wildcards_in_a_name_are_letters(word: str, bound: str) -> None:
    assert conditions(COMPOUNDS, {"q": word})[1] == {"q": bound}


@given(word=st.text(min_size=1, max_size=50))
def test_the_sql_does_not_depend_on_the_word_searched_for(word: str) -> None:
    clauses, _values = conditions(COMPOUNDS, {"q": word})
    assert clauses == ["f.name ILIKE :q"]


@given(word=st.text(min_size=1, max_size=50))
def test_a_property_is_compared_with_what_is_sent_bound(word: str) -> None:
    clauses, values = conditions(COMPOUNDS, {"district_name": word})
    assert clauses == ["f.district_name = CAST(:district_name AS text)"]
    assert values == {"district_name": word}


@pytest.mark.parametrize(
    ("layer", "name", "raw", "value"),
    [
        ("compounds", "year_built", "1998", 1998),
        ("compounds", "name_generated", "false", False),
        ("violations", "confirmed_on", "2024-02-29", date(2024, 2, 29)),
    ],
)
def test_the_value_of_a_property_has_its_kind(layer: str, name: str, raw: str, value: Any) -> None:
    assert conditions(LAYERS[layer], {name: raw})[1] == {name: value}


def test_no_value_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        check(LAYERS["violations"], "confirmed_on", "2024-02-31")


def test_every_filter_refuses_sql() -> None:
    for layer in LAYERS.values():
        for name, rule in parameters(layer).items():
            text_ = rule.kind == "equal" and layer.properties[name].kind == "string"
            if rule.kind != "contains" and not text_:
                assert not re.search(rule.pattern, "1'; DROP TABLE registry.compound; --"), name
