"""Named values become numbered ones."""

import pytest

from layers.statement import bind


def test_a_name_used_twice_has_one_number() -> None:
    statement = bind("SELECT :a, :b, :a", {"a": 1, "b": 2})
    assert statement.sql == "SELECT $1, $2, $1"
    assert statement.arguments == (1, 2)


def test_casts_are_left_alone() -> None:
    assert bind("SELECT :day::date", {"day": "x"}).sql == "SELECT $1::date"


def test_values_that_are_not_named_are_not_sent() -> None:
    assert bind("SELECT :a", {"a": 1, "b": 2}).arguments == (1,)


def test_a_name_without_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="missing"):
        bind("SELECT :missing", {})
