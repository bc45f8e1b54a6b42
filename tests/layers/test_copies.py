"""The stars in the rows that tiles are drawn from: true, or noted, at any moment."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import mapbox_vector_tile
import pytest
from sqlalchemy import Connection, Engine, text

from geo.dates import today
from layers import tiles, whole
from layers.grids import WEB_MERCATOR
from layers.items import Selection
from layers.registry import LAYERS
from layers.tiles import Place
from tests.layers import prepared
from tests.support import new_database

COMPOUNDS = LAYERS["compounds"].seen_by("public")
LOW, HIGH = Place(WEB_MERCATOR, 6, 24, 50), Place(WEB_MERCATOR, 10, 393, 814)
STARS = text("SELECT compound_id, effective_star FROM registry.compound_star")
NOTED = text("SELECT count(*) FROM registry.compound_outdated")
UNTRUE = text("""
    SELECT m.compound_id FROM registry.compound_mark AS m
    JOIN registry.compound_band AS b USING (compound_id)
    LEFT JOIN registry.compound_star AS s USING (compound_id)
    WHERE (m.effective_star, m.rated_star) IS DISTINCT FROM (s.effective_star, s.rated_star)
       OR (b.effective_star, b.rated_star) IS DISTINCT FROM (s.effective_star, s.rated_star)""")
RECOLOUR = text(
    "UPDATE oversight.status_public SET effective_star = (effective_star + 1) % 6"
    " WHERE upper_inf(valid) AND compound_id = ANY(:ids)"
)
RENAME = text("UPDATE registry.compound SET name = name || '·' WHERE id = ANY(:ids)")
REDRAW = text(
    "UPDATE registry.compound SET geom = ST_Translate(geom, 1e-6, 0) WHERE id = ANY(:ids)"
)


@pytest.fixture(scope="module")
def changed(server: str, city_template: str) -> Iterator[Engine]:
    with new_database(server, city_template) as made:
        whole.write(made)
        yield made


def drawn(connection: Connection, place: Place) -> dict[int, int | None]:
    """The star of each compound in a tile, of its outline and its mark alike."""
    with connection.connection.cursor() as cursor:
        asked = tiles.tile([COMPOUNDS], place, Selection(today()))
        body = bytes(prepared.rows(cursor, asked)[0][0])
    found: list[dict[int, int | None]] = [
        {one["id"]: one["properties"].get("effective_star") for one in part["features"]}
        for part in mapbox_vector_tile.decode(body).values()
    ]
    stars = found[0]
    for others in found[1:]:
        assert all(stars[one] == star for one, star in others.items())
    return stars


def told(connection: Connection) -> dict[int, int | None]:
    return {row.compound_id: row.effective_star for row in connection.execute(STARS)}


@pytest.mark.parametrize("place", [LOW, HIGH], ids=["marks", "outlines"])
def test_a_star_is_drawn_in_the_transaction_that_changes_it(changed: Engine, place: Place) -> None:
    with changed.begin() as connection:
        before = drawn(connection, place)
        few = sorted(before)[::7]
        connection.execute(RECOLOUR, {"ids": few})
        after = drawn(connection, place)
        assert {one for one in before if before[one] != after[one]} == {
            one for one in few if before[one] is not None
        }
    with changed.connect() as connection:
        assert drawn(connection, place) == after
    assert whole.write(changed) == len(few)
    with changed.connect() as connection:
        assert connection.scalar(NOTED) == 0
        assert drawn(connection, place) == after


def test_without_notes_the_copies_are_drawn(changed: Engine) -> None:
    """Else a tile would have to look at the truth each time."""
    with changed.connect() as connection:
        connection.execute(text("UPDATE registry.compound_mark SET effective_star = 9"))
        connection.execute(text("UPDATE registry.compound_band SET effective_star = 9"))
        assert set(drawn(connection, LOW).values()) == set(drawn(connection, HIGH).values()) == {9}


def test_a_row_that_somebody_is_changing_is_left_and_noted(changed: Engine) -> None:
    """Nobody waits for whoever may be waiting for them."""
    with changed.begin() as connection:
        connection.execute(RECOLOUR, {"ids": [1, 2, 3]})
    with changed.connect() as importing:
        importing.execute(RENAME, {"ids": [1]})
        importing.execute(REDRAW, {"ids": [2]})
        assert whole.write(changed) == 1
        with changed.connect() as connection:
            noted = connection.scalars(
                text("SELECT compound_id FROM registry.compound_outdated ORDER BY 1")
            )
            assert noted.all() == [1, 2]
            stars = told(connection)
            assert all(stars.get(one) == star for one, star in drawn(connection, LOW).items())
        importing.rollback()
    assert whole.write(changed) == 2
    with changed.connect() as connection:
        assert connection.scalars(UNTRUE).all() == []


def test_at_any_moment_copies_are_true_or_something_is_noted(changed: Engine) -> None:
    """Writers of stars, names and outlines and the worker, all at once, without a deadlock."""
    over = threading.Event()
    failed: list[BaseException] = []

    def again(step: Callable[[], Any]) -> threading.Thread:
        def run() -> None:
            try:
                while not over.wait(0.05):
                    step()
            except BaseException as error:
                failed.append(error)
                over.set()

        return threading.Thread(target=run)

    def writes(*statements: Any, ids: list[int]) -> Callable[[], None]:
        def step() -> None:
            with changed.begin() as connection:
                for statement in statements:
                    connection.execute(statement, {"ids": ids})

        return step

    threads = [
        again(writes(RECOLOUR, ids=list(range(1, 60)))),
        again(writes(RENAME, REDRAW, ids=list(range(1, 60, 3)))),
        again(writes(RECOLOUR, ids=list(range(200, 230)))),
        again(lambda: whole.write(changed)),
    ]
    for thread in threads:
        thread.start()
    quiet = looked = 0
    reading = changed.execution_options(isolation_level="REPEATABLE READ")
    try:
        while looked < 150 and not over.wait(0.02):
            looked += 1
            with reading.connect() as connection:
                if connection.scalar(NOTED) == 0:
                    quiet += 1
                    assert connection.scalars(UNTRUE).all() == []
                stars = told(connection)
                assert all(stars.get(one) == star for one, star in drawn(connection, LOW).items())
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert quiet > 0
    whole.write(changed)
    with changed.connect() as connection:
        assert connection.scalar(NOTED) == 0
        assert connection.scalars(UNTRUE).all() == []
