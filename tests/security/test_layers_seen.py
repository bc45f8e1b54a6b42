"""Each layer shows each bounded role the features that row policies give it, and no other.

Features of pages and tiles, and the extent, are compared with what the database gives that role,
asked in SQL of this file's own and not of the layer.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, text

from access.rules import PUBLIC
from geo.dates import FIRST_DAY, today
from layers.layer import Layer
from layers.registry import LAYERS
from tests.security.conftest import BOUNDED, Person, acting

FACTS: Mapping[str, tuple[str, str]] = {
    "complaints": ("oversight.complaint", "received_on <= CAST(:today AS date)"),
    "hazards": ("oversight.hazard", "found_on <= CAST(:today AS date)"),
    "inspections": ("planning.inspection", "inspected_on <= CAST(:today AS date)"),
    "leads": ("oversight.lead", "reported_on <= CAST(:today AS date)"),
    "orders": ("oversight.rectification_order", "issued_on <= CAST(:today AS date)"),
    "self-government": ("registry.committee", "valid @> CAST(:today AS date)"),
    "utilities": ("registry.utility", "valid @> CAST(:today AS date)"),
    "violations": ("oversight.violation", "found_on <= CAST(:today AS date)"),
}
"""Of a layer of facts its table, and which rows it shows of today."""

_RECORDED = {
    layer: f"SELECT id FROM {table} WHERE superseded_at IS NULL AND {of_today}"
    for layer, (table, of_today) in FACTS.items()
}
QUERIES: Mapping[str, str] = {
    **_RECORDED,
    # Where the community acts unrecorded, as the statuses say that the role sees.
    "self-government": f"""{_RECORDED["self-government"]}
        UNION ALL
        SELECT compound_id + 1000000000000000 FROM oversight.status
        WHERE valid @> CAST(:today AS date) AND self_government = 'community_acting'
          AND compound_id NOT IN (
              SELECT compound_id FROM registry.committee
              WHERE kind = 'community_acting' AND superseded_at IS NULL
                AND valid @> CAST(:today AS date))""",
    "communities": "SELECT CAST(code AS bigint) FROM registry.community",
    "compounds": "SELECT id FROM registry.compound WHERE superseded_at IS NULL",
    "districts": "SELECT CAST(code AS bigint) FROM registry.district",
    "duties": "SELECT id FROM oversight.duty WHERE superseded_at IS NULL",
    "streets": "SELECT CAST(code AS bigint) FROM registry.street",
}
"""The numbers of a layer's features; gaps of jurisdictions are worked out, and in no table."""

_DAYS = {
    **{layer: of_today.partition(" ")[0] for layer, (_, of_today) in FACTS.items()},
    "self-government": "lower(valid)",
    "utilities": "lower(valid)",
}
FIRST_DAYS: Mapping[str, str] = {
    layer: f"SELECT min({_DAYS[layer]}) AS day FROM {table} WHERE superseded_at IS NULL"
    for layer, (table, _) in FACTS.items()
} | {
    "self-government": """
        SELECT LEAST(
            (SELECT min(lower(valid)) FROM registry.committee WHERE superseded_at IS NULL),
            (SELECT min(lower(valid)) FROM oversight.status
             WHERE self_government = 'community_acting')) AS day""",
}
"""The first day of the facts of a layer."""

STANDING = "SELECT compound_id FROM oversight.status WHERE valid @> CAST(:today AS date)"
"""The compounds of which more is told than the public knows."""

PLACED = [name for name, layer in LAYERS.items() if layer.geometry != "none"]
ZOOM = 7
"""A tile is wider than the city, so four hold all of it."""

Gives = Callable[[str, str], frozenset[int]]


@pytest.fixture(scope="module")
def gives(city: Engine, engines: Mapping[str, Engine], people: Mapping[str, Person]) -> Gives:
    """The numbers that a query gives somebody in a role, or who sees everything (``owner``)."""

    @cache
    def numbers(role: str, query: str) -> frozenset[int]:
        given = {"today": today()} if ":today" in query else {}
        if role == "owner":
            with city.connect() as connection:
                return frozenset(connection.scalars(text(query), given))
        with acting(engines, people[role]) as connection:
            return frozenset(connection.scalars(text(query), given))

    return numbers


@pytest.fixture(scope="module")
def tiles(city: Engine) -> Callable[[int], list[tuple[int, int]]]:
    """Row and column of the tiles of a zoom that hold the districts."""
    extent = "SELECT ST_Extent(geom) AS e FROM registry.district_boundary"
    with city.connect() as connection:
        west, south, east, north = connection.execute(
            text(f"SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM ({extent}) AS box")
        ).one()

    def holding(zoom: int) -> list[tuple[int, int]]:
        (left, top), (right, bottom) = _tile(west, north, zoom), _tile(east, south, zoom)
        return list(product(range(top, bottom + 1), range(left, right + 1)))

    return holding


def _tile(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """Column and row of the web-mercator tile a place lies in."""
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int(across * 2**zoom), int(down * 2**zoom)


def paged(client: httpx.Client, layer: str) -> Iterator[dict[str, Any]]:
    """All features of a layer, page by page."""
    asked = {"limit": "10000", "skipGeometry": "true"}
    page = client.get(f"/collections/{layer}/items", params=asked).raise_for_status().json()
    while True:
        yield from page["features"]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            return
        page = client.get(following[0]).raise_for_status().json()


def drawn(
    client: httpx.Client, base: str, places: list[tuple[int, int]], zoom: int, **asked: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The features of tiles, each with its layer; borders that two share are of neither."""
    for row, column in places:
        answer = client.get(f"{base}/WebMercatorQuad/{zoom}/{row}/{column}", params=asked)
        for name, part in mapbox_vector_tile.decode(answer.raise_for_status().content).items():
            if not name.endswith("_line"):
                yield from ((name.removesuffix("_label"), one) for one in part["features"])


def known(layer: Layer, person: Person) -> bool:
    return layer.readable_by(person.kind)


def test_every_layer_is_compared() -> None:
    assert {*QUERIES, "jurisdictions"} == set(LAYERS)
    assert set(FACTS) == {name for name, layer in LAYERS.items() if layer.readers is not None}


@pytest.mark.parametrize("role", BOUNDED)
def test_there_is_something_to_see_and_to_hide(gives: Gives, role: str) -> None:
    """Else the comparisons below would show nothing."""
    seen = [gives(role, QUERIES[name]) for name in FACTS]
    there = [gives("owner", QUERIES[name]) for name in FACTS]
    assert any(seen)
    if role != "city_officer":  # whose city is the only one with facts
        assert all(one < of for one, of in zip(seen, there, strict=True))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("role", BOUNDED)
def test_pages_hold_what_the_role_may_see(
    clients: Mapping[str, httpx.Client],
    people: Mapping[str, Person],
    gives: Gives,
    role: str,
    layer: str,
) -> None:
    if not known(LAYERS[layer], people[role]):
        assert clients[role].get(f"/collections/{layer}/items").status_code == 403
        return
    shown = [feature["id"] for feature in paged(clients[role], layer)]
    assert len(shown) == len(set(shown))
    if layer == "jurisdictions":
        assert shown == [feature["id"] for feature in paged(clients["administrator"], layer)]
    else:
        assert set(shown) == gives(role, QUERIES[layer])


@pytest.mark.parametrize("layer", PLACED)
@pytest.mark.parametrize("role", BOUNDED)
def test_tiles_hold_what_the_role_may_see(
    clients: Mapping[str, httpx.Client],
    people: Mapping[str, Person],
    gives: Gives,
    tiles: Callable[[int], list[tuple[int, int]]],
    role: str,
    layer: str,
) -> None:
    zoom = max(LAYERS[layer].min_zoom, ZOOM)
    base, places = f"/collections/{layer}/tiles", tiles(zoom)
    if not known(LAYERS[layer], people[role]):
        row, column = places[0]
        tile = f"{base}/WebMercatorQuad/{zoom}/{row}/{column}"
        assert clients[role].get(tile).status_code == 403
        return
    shown = {feature["id"] for _, feature in drawn(clients[role], base, places, zoom)}
    if layer == "jurisdictions":
        everybody = drawn(clients["administrator"], base, places, zoom)
        assert shown == {feature["id"] for _, feature in everybody}
    else:
        assert shown == gives(role, QUERIES[layer])


@pytest.mark.parametrize("role", BOUNDED)
def test_tiles_of_several_layers_hold_what_the_role_may_see_of_each(
    clients: Mapping[str, httpx.Client],
    people: Mapping[str, Person],
    gives: Gives,
    tiles: Callable[[int], list[tuple[int, int]]],
    role: str,
) -> None:
    names = [name for name in FACTS if known(LAYERS[name], people[role])]
    found: dict[str, set[int]] = {name: set() for name in names}
    asked = {"collections": ",".join(names)}
    for name, feature in drawn(clients[role], "/tiles", tiles(ZOOM), ZOOM, **asked):
        found[name].add(feature["id"])
    assert found == {name: gives(role, QUERIES[name]) for name in names}


@pytest.mark.parametrize("role", BOUNDED)
def test_of_compounds_more_is_told_where_the_role_sees_their_status(
    clients: Mapping[str, httpx.Client],
    gives: Gives,
    tiles: Callable[[int], list[tuple[int, int]]],
    role: str,
) -> None:
    scoped = LAYERS["compounds"].scoped
    base = "/collections/compounds/tiles"
    shown = {
        "pages": paged(clients[role], "compounds"),
        "tiles": (one for _, one in drawn(clients[role], base, tiles(ZOOM), ZOOM)),
    }
    for way, features in shown.items():
        told = {
            feature["id"]
            for feature in features
            if any(feature["properties"].get(name) is not None for name in scoped)
        }
        assert told == gives(role, STANDING), way


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("role", BOUNDED)
def test_the_extent_tells_of_no_hidden_row(
    clients: Mapping[str, httpx.Client],
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    role: str,
    layer: str,
) -> None:
    answer = clients[role].get(f"/collections/{layer}", params={"f": "json"})
    if not known(LAYERS[layer], people[role]):
        assert answer.status_code == 403
        return
    # Facts are shown within the extent of all compounds, which everybody knows.
    table = LAYERS[layer].table
    assert table in PUBLIC
    extent = f"SELECT ST_Extent(geom) AS e FROM {table}"
    with acting(engines, people[role]) as connection:
        seen = connection.execute(
            text(f"SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM ({extent}) AS box")
        ).one()
    shown = answer.raise_for_status().json().get("extent", {}).get("spatial", {}).get("bbox")
    placed = LAYERS[layer].geometry != "none" and seen[0] is not None
    assert shown == ([pytest.approx(list(seen))] if placed else None)


@pytest.mark.parametrize("layer", FACTS)
@pytest.mark.parametrize("role", BOUNDED)
def test_the_first_day_is_that_of_what_the_role_sees(
    clients: Mapping[str, httpx.Client],
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    role: str,
    layer: str,
) -> None:
    if not known(LAYERS[layer], people[role]):
        return
    document = clients[role].get(f"/collections/{layer}", params={"f": "json"}).json()
    with acting(engines, people[role]) as connection:
        day = connection.scalar(text(FIRST_DAYS[layer]))
    told = document.get("extent", {}).get("temporal")
    if day is None or day == FIRST_DAY:
        # Of a day of which nobody knows when it was nothing is told.
        assert told is None
        return
    assert told["interval"] == [[f"{day}T00:00:00+08:00", "9999-12-31T00:00:00+08:00"]]


@pytest.mark.parametrize("layer", [name for name in FACTS if name != "utilities"])
def test_the_first_day_differs_by_who_sees_it(
    city: Engine, engines: Mapping[str, Engine], people: Mapping[str, Person], layer: str
) -> None:
    """Else the comparison above would show nothing."""
    with city.connect() as connection:
        of_all = connection.scalar(text(FIRST_DAYS[layer]))
    days = set()
    for role in BOUNDED:
        with acting(engines, people[role]) as connection:
            days.add(connection.scalar(text(FIRST_DAYS[layer])))
    assert days - {of_all}
