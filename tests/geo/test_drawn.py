"""The narrow tables of tiles say at any time what the compounds and their statuses say."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from geo.drawn import cells_later, gather_cells
from tests.support import new_database

WORLD = 40075016.685578488

MARKS = """
    SELECT m.compound_id, ST_AsText(m.point, 3), m.name, m.district_code, m.street_code,
           m.synthetic
    FROM registry.compound_mark AS m ORDER BY 1"""
MARKED = """
    SELECT c.id, ST_AsText(ST_Transform(c.label_point, 3857), 3), c.name, c.district_code,
           c.street_code, c.synthetic
    FROM registry.compound AS c WHERE c.superseded_at IS NULL ORDER BY 1"""
BANDS = MARKS.replace("compound_mark", "compound_band")
STARS = """
    SELECT m.compound_id, s.effective_star, s.rated_star FROM registry.compound_mark AS m
    LEFT JOIN registry.compound_star AS s ON s.compound_id = m.compound_id ORDER BY 1"""
STARRED = """
    SELECT c.id, p.effective_star, p.rated_star FROM registry.compound AS c
    LEFT JOIN oversight.status_public AS p ON p.compound_id = c.id AND upper_inf(p.valid)
    WHERE c.superseded_at IS NULL ORDER BY 1"""
# What is drawn from holds copies, which are to be true of all that are not noted.
COPIES = """
    SELECT m.compound_id FROM registry.compound_{table} AS m
    LEFT JOIN registry.compound_star AS s ON s.compound_id = m.compound_id
    WHERE (m.effective_star, m.rated_star) IS DISTINCT FROM (s.effective_star, s.rated_star)
      AND m.compound_id NOT IN (SELECT compound_id FROM registry.compound_outdated)"""
CELLS = """
    SELECT zoom, x, y, district_code, effective_star, sum(compounds) AS compounds
    FROM registry.compound_cell GROUP BY 1, 2, 3, 4, 5 HAVING sum(compounds) <> 0
    ORDER BY 1, 2, 3, 4, 5"""
COUNTED = f"""
    SELECT z AS zoom,
           floor((ST_X(g) + {WORLD} / 2) / {WORLD} * 128 * 2 ^ z)::int AS x,
           floor(({WORLD} / 2 - ST_Y(g)) / {WORLD} * 128 * 2 ^ z)::int AS y,
           district_code, effective_star, count(*) AS compounds
    FROM (
        SELECT ST_Transform(c.label_point, 3857) AS g, c.district_code, p.effective_star
        FROM registry.compound AS c
        LEFT JOIN oversight.status_public AS p ON p.compound_id = c.id AND upper_inf(p.valid)
        WHERE c.superseded_at IS NULL
    ) AS one, generate_series(3, 8) AS z
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"""
OUTLINES = """
    SELECT b.compound_id, c.id,
           ST_HausdorffDistance(b.geom, ST_Transform(c.geom, 3857)) < 0.001,
           ST_HausdorffDistance(b.geom_14, b.geom, 0.1) <= 40075016.7 / (2048 * 2 ^ 14),
           ST_HausdorffDistance(b.geom_12, b.geom, 0.1) <= 40075016.7 / (2048 * 2 ^ 12),
           ST_HausdorffDistance(b.geom_10, b.geom, 0.1) <= 40075016.7 / (2048 * 2 ^ 10)
    FROM registry.compound_band AS b
    FULL JOIN (SELECT * FROM registry.compound WHERE superseded_at IS NULL) AS c
           ON c.id = b.compound_id"""
TEXTS = """
    SELECT t.compound_id, c.id, t.shape FROM registry.compound_geojson AS t
    FULL JOIN (SELECT * FROM registry.compound WHERE superseded_at IS NULL) AS c
           ON c.id = t.compound_id
    ORDER BY 1"""
WRITTEN = """
    SELECT id, id, CAST(json_build_object(
               'bbox', json_build_array(
                   round(ST_XMin(geom)::numeric, 7), round(ST_YMin(geom)::numeric, 7),
                   round(ST_XMax(geom)::numeric, 7), round(ST_YMax(geom)::numeric, 7)),
               'geometry', ST_AsGeoJSON(geom, 7, 0)::json) AS text)
    FROM registry.compound WHERE superseded_at IS NULL ORDER BY 1"""

CHANGES = (
    "UPDATE registry.compound SET name = name || '甲' WHERE id % 7 = 0",
    "UPDATE registry.compound SET households = 1",
    "UPDATE registry.compound SET district_code = NULL, street_code = NULL WHERE id % 50 = 1",
    "UPDATE registry.compound SET geom = ST_Translate(geom, 0.01, 0.002),"
    " label_point = ST_Translate(label_point, 0.01, 0.002) WHERE id % 11 = 0",
    "UPDATE registry.compound SET superseded_at = now() WHERE id % 13 = 0",
    "UPDATE registry.compound SET superseded_at = NULL WHERE id % 26 = 0",
    "UPDATE oversight.status_public SET effective_star = 5 - effective_star"
    " WHERE upper_inf(valid) AND compound_id % 3 = 0",
    "UPDATE oversight.status_public SET effective_star = NULL"
    " WHERE upper_inf(valid) AND compound_id % 17 = 0",
    "INSERT INTO registry.compound (city_code, code, name, geom, label_point, source)"
    " SELECT city_code, 'new' || code, name, geom, label_point, 'test' FROM registry.compound"
    " WHERE id <= 40",
)


@pytest.fixture(scope="module")
def changed(server: str, city_template: str) -> Iterator[Engine]:
    with new_database(server, city_template) as made:
        yield made


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


def assert_true(connection: Connection) -> None:
    assert rows(connection, MARKS) == rows(connection, BANDS) == rows(connection, MARKED)
    for table in ("mark", "band"):
        assert rows(connection, COPIES.format(table=table)) == []
    assert rows(connection, STARS) == rows(connection, STARRED)
    assert rows(connection, CELLS) == rows(connection, COUNTED)
    texts, written = rows(connection, TEXTS), rows(connection, WRITTEN)
    assert [one[:2] for one in texts] == [one[:2] for one in written]
    for (*_, given), (*_, expected) in zip(texts, written, strict=True):
        assert json.loads(f"{{{given}}}") == json.loads(expected)
    wrong = [one for one in rows(connection, OUTLINES) if one[0] != one[1] or not all(one[2:])]
    assert wrong == []


def test_the_sample_city_is_drawn_as_it_is(changed: Engine) -> None:
    with changed.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM registry.compound_mark")) == 1500
        assert_true(connection)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one[:60])
def test_what_changes_is_drawn_anew_in_the_same_transaction(changed: Engine, change: str) -> None:
    with changed.begin() as connection:
        touched = connection.execute(text(change)).rowcount
        assert touched > 0
        assert_true(connection)


def test_places_are_never_given_twice(changed: Engine) -> None:
    with changed.connect() as connection:
        most, several, before = connection.execute(
            text("SELECT max(place), count(*), min(place) FROM registry.compound_mark")
        ).one()
    assert before >= 0
    assert most >= several - 1


def test_cells_counted_anew_are_the_same_and_fewer_rows(changed: Engine) -> None:
    count = text("SELECT count(*) FROM registry.compound_cell")
    with changed.begin() as connection:
        expected, many = rows(connection, CELLS), connection.scalar(count)
        gather_cells(connection)
        assert rows(connection, CELLS) == expected
        assert connection.scalar(count) == len(expected) < many


def test_who_changes_everything_counts_at_the_end(changed: Engine) -> None:
    with changed.begin() as connection:
        with cells_later(connection):
            before = rows(connection, CELLS)
            connection.execute(
                text("UPDATE oversight.status_public SET effective_star = 1 WHERE upper_inf(valid)")
            )
            assert rows(connection, CELLS) == before
        assert_true(connection)


def test_what_two_writers_add_at_a_time_is_counted_once(changed: Engine) -> None:
    """One counts all cells anew while another changes a star and has not committed yet."""
    star = text(
        "UPDATE oversight.status_public SET effective_star = 3"
        " WHERE upper_inf(valid) AND compound_id = 1"
    )
    with changed.connect() as writer, changed.connect() as gathering:
        writer.execute(star)
        gather_cells(gathering)
        gathering.commit()
        writer.commit()
    with changed.connect() as connection:
        assert rows(connection, CELLS) == rows(connection, COUNTED)


def test_deleting_and_emptying_leave_nothing(changed: Engine) -> None:
    with changed.connect() as connection:
        connection.execute(text("TRUNCATE registry.compound CASCADE"))
        for table in ("mark", "band", "star", "cell"):
            assert rows(connection, f"SELECT FROM registry.compound_{table}") == []
        connection.rollback()
