"""Every layer: its query gives what it declares, and agrees with what the rules say."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from geo.dates import today
from layers.registry import LAYERS

EMPTY = {"communities", "duties"}
"""The sample city has no communities, and the test's city no duties."""


@pytest.fixture(scope="module")
def connection(city: Engine) -> Iterator[Connection]:
    with city.connect() as made:
        yield made


def rows(connection: Connection, query: str, **more: object) -> list[Any]:
    escaped = query.replace("::", r"\:\:")
    return list(connection.execute(text(escaped), {"as_of": today(), **more}).mappings())


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_selects_what_it_declares(connection: Connection, name: str) -> None:
    layer = LAYERS[name]
    found = rows(connection, layer.features)
    if name not in EMPTY:
        assert found
    for row in found:
        assert set(row) - {"id", "geom"} >= set(layer.properties)
        for key, one in layer.properties.items():
            if one.codes and row[key] is not None:
                assert row[key] in one.codes, (key, row[key])
    assert len({row["id"] for row in found}) == len(found)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_draws_what_it_declares(connection: Connection, name: str) -> None:
    layer = LAYERS[name]
    found = rows(connection, layer.drawn, zoom=12)
    assert all({"reach", "label_point", *layer.drawn_attributes} <= set(row) for row in found[:5])
    if layer.filters:
        assert all(set(layer.filters) - {"q"} <= set(row) for row in found[:5])
    assert set(layer.countable) | set(layer.drawn_attributes) <= set(layer.properties)


def test_orders_are_open_and_overdue_as_the_status_says(connection: Connection) -> None:
    said: dict[str, set[int]] = {"open": set(), "overdue": set()}
    for row in rows(connection, LAYERS["orders"].features):
        for state, numbers in said.items():
            if row[state]:
                numbers.add(row["id"])
    for state, numbers in said.items():
        expected = connection.scalars(
            text(
                f"SELECT CAST(jsonb_array_elements_text(detail -> 'orders_{state}') AS bigint)"
                " FROM oversight.status WHERE upper_inf(valid)"
            )
        )
        assert numbers == set(expected)
        assert numbers


def test_hazards_are_open_and_overdue_as_the_status_says(connection: Connection) -> None:
    found = rows(connection, LAYERS["hazards"].features)
    for state in ("open", "overdue"):
        expected = connection.scalars(
            text(
                f"SELECT CAST(jsonb_array_elements_text(detail -> 'hazards_{state}') AS bigint)"
                " FROM oversight.status WHERE upper_inf(valid)"
            )
        )
        assert {row["id"] for row in found if row[state]} == set(expected)
