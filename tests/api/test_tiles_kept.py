"""Tiles of the running service: kept for everybody, and as new as the database."""

from collections.abc import Iterator
from functools import partial

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Connection, Engine, text

from layers.registry import LAYERS
from tests.people import client_of, token_of
from tests.support import Service, cut_off_listeners, new_database, served, until

TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257"
SHARED = "public, max-age=0, s-maxage=1"
SOON = 3.0


@pytest.fixture(scope="module")
def register(server: str, city_template: str) -> Iterator[Engine]:
    with new_database(server, city_template) as made:
        yield made


@pytest.fixture(scope="module")
def two(register: Engine) -> Iterator[tuple[Service, Service]]:
    """Two processes over one database, as workers are."""
    with served(register) as first, served(register) as second:
        yield first, second


@pytest.fixture
def anyone(two: tuple[Service, Service]) -> Iterator[list[httpx.Client]]:
    with client_of(two[0].url, None) as first, client_of(two[1].url, None) as second:
        yield [first, second]


def names(client: httpx.Client, tile: str = TILE) -> set[str]:
    drawn = mapbox_vector_tile.decode(client.get(tile).raise_for_status().content)
    return {one["properties"]["name"] for one in drawn["compounds_label"]["features"]}


def some_name(client: httpx.Client) -> str:
    return min(names(client))


def _drawn(client: httpx.Client, name: str) -> bool:
    return name in names(client)


def rename(engine: Engine, old: str, new: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE registry.compound SET name = :new WHERE name = :old"),
            {"old": old, "new": new},
        )


def test_a_change_shows_in_every_process(register: Engine, anyone: list[httpx.Client]) -> None:
    for number in range(3):
        old, new = some_name(anyone[0]), f"改名{number}"
        assert [names(one) == names(anyone[0]) for one in anyone] == [True, True]
        rename(register, old, new)
        for one in anyone:
            until(partial(_drawn, one, new), SOON)
            assert old not in names(one)


def test_a_star_that_changes_shows(register: Engine, anyone: list[httpx.Client]) -> None:
    def star(client: httpx.Client, number: int) -> int | None:
        drawn = mapbox_vector_tile.decode(client.get(TILE).content)["compounds"]["features"]
        (found,) = [one["properties"] for one in drawn if one["id"] == number]
        value: int | None = found.get("effective_star")
        return value

    drawn = mapbox_vector_tile.decode(anyone[0].get(TILE).content)["compounds"]["features"]
    number = drawn[0]["id"]
    before = star(anyone[0], number)
    wanted = 1 if before != 1 else 2
    with register.begin() as connection:
        connection.execute(
            text(
                "UPDATE oversight.status_public SET effective_star = :star"
                " WHERE compound_id = :id AND upper_inf(valid)"
            ),
            {"star": wanted, "id": number},
        )
    until(lambda: star(anyone[1], number) == wanted, SOON)


def test_a_picture_is_kept_until_a_star_changes(
    register: Engine, anyone: list[httpx.Client]
) -> None:
    pictured = "/collections/compounds/map/tiles/WebMercatorQuad/12/1573/3257"
    by_parameters = {
        "service": "WMTS",
        "request": "GetTile",
        "layer": "compounds",
        "format": "image/png",
        "tilematrixset": "WebMercatorQuad",
        "tilematrix": "12",
        "tilerow": "1573",
        "tilecol": "3257",
    }

    def shown(client: httpx.Client) -> set[bytes]:
        both = (client.get(pictured), client.get("/wmts", params=by_parameters))
        return {one.raise_for_status().content for one in both}

    def kept(client: httpx.Client) -> int:
        text = client.get("/metrics").raise_for_status().text
        (line,) = (one for one in text.splitlines() if "kept" in one and 'found="yes"' in one)
        return int(float(line.split()[-1]))

    before = shown(anyone[0])
    hits = kept(anyone[0])
    assert shown(anyone[0]) == before
    assert kept(anyone[0]) == hits + 2
    drawn = mapbox_vector_tile.decode(anyone[0].get(TILE).content)["compounds_label"]["features"]
    with register.begin() as connection:
        connection.execute(
            text(
                "UPDATE oversight.status_public"
                " SET effective_star = CASE effective_star WHEN 5 THEN 0 ELSE 5 END"
                " WHERE compound_id = :id AND upper_inf(valid)"
            ),
            {"id": drawn[0]["id"]},
        )
    until(lambda: not any(shown(one) & before for one in anyone), SOON)


def test_what_changed_while_nobody_listened_shows_too(
    register: Engine, anyone: list[httpx.Client]
) -> None:
    old = some_name(anyone[0])
    with register.begin() as connection:
        ended = cut_off_listeners(connection)
        connection.execute(
            text("UPDATE registry.compound SET name = '无人听见' WHERE name = :old"), {"old": old}
        )
    assert ended
    until(lambda: all(_drawn(one, "无人听见") for one in anyone), SOON)


def test_the_public_may_keep_it_a_second_and_nobody_what_is_somebody_s(
    two: tuple[Service, Service], anyone: list[httpx.Client]
) -> None:
    assert anyone[0].get(TILE).headers["cache-control"] == SHARED
    with client_of(two[0].url, token_of(two[0].engine, "administrator")) as officer:
        answer = officer.get(TILE)
        assert answer.headers["cache-control"] == "private, no-cache"
        drawn = mapbox_vector_tile.decode(answer.content)["compounds"]["features"]
        assert any("rung" in one["properties"] for one in drawn)
    drawn = mapbox_vector_tile.decode(anyone[0].get(TILE).content)["compounds"]["features"]
    assert not any("rung" in one["properties"] for one in drawn)


def test_a_kept_tile_is_confirmed_and_packed_as_each_client_can(
    anyone: list[httpx.Client],
) -> None:
    found = {
        coding: anyone[0].get(TILE, headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip", "identity", "gzip")
    }
    assert found["identity"].content == found["gzip"].content
    assert "content-encoding" not in found["identity"].headers
    assert found["gzip"].headers["content-encoding"] == "gzip"
    tag = found["gzip"].headers["etag"]
    for told in (tag, f"W/{tag}", f'"other", {tag}'):
        again = anyone[0].get(TILE, headers={"If-None-Match": told, "Accept-Encoding": "gzip"})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    empty = "/collections/compounds/tiles/WebMercatorQuad/12/0/0"
    assert [anyone[0].get(empty).status_code for _ in range(2)] == [204, 204]
    wrong = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257?filter=nothing%3D1"
    assert [anyone[0].get(wrong).status_code for _ in range(2)] == [400, 400]


def relations(connection: Connection, sql: str) -> set[str]:
    """The tables that a query reads, by its plan."""
    plan = connection.scalar(
        text(f"EXPLAIN (FORMAT JSON, VERBOSE) {sql}"), {"as_of": "2026-01-01", "zoom": 12}
    )
    found, waiting = set(), [plan[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if "Relation Name" in node:
            found.add(f"{node['Schema']}.{node['Relation Name']}")
    return found


def told(connection: Connection) -> set[str]:
    """The tables whose changes are told."""
    return set(
        connection.scalars(
            text(
                "SELECT DISTINCT CAST(CAST(tgrelid AS regclass) AS text) FROM pg_trigger"
                " WHERE tgname LIKE 'tells%'"
            )
        )
    )


PUBLIC = [name for name, one in LAYERS.items() if one.readers is None]


@pytest.mark.parametrize("name", [one for one in PUBLIC if LAYERS[one].geometry != "none"])
def test_every_table_that_the_public_sees_drawn_tells_its_changes(
    register: Engine, name: str
) -> None:
    layer = LAYERS[name].seen_by("public")
    columns = ", ".join(f"f.{one}" for one in ("id", "geom", *layer.drawn_attributes))
    with register.connect() as connection:
        read = relations(connection, f"SELECT {columns} FROM ({layer.drawn}) AS f")
        # Of the parts that only offices see nothing is kept.
        assert read - {"oversight.status"} <= told(connection)
    assert read


@pytest.mark.parametrize("name", PUBLIC)
def test_every_table_that_the_public_reads_of_features_tells_its_changes(
    register: Engine, name: str
) -> None:
    layer = LAYERS[name].seen_by("public")
    columns = ", ".join(f"f.{one}" for one in ("id", "geom", *layer.properties))
    with register.connect() as connection:
        read = relations(connection, f"SELECT {columns} FROM ({layer.features}) AS f")
        assert read - {"oversight.status"} <= told(connection)
    assert read
