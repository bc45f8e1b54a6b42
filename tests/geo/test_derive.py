"""What hangs on a compound's outline follows it, and outlines that ended are kept."""

from collections.abc import Iterator
from datetime import date

import pytest
from shapely import MultiPolygon, box
from sqlalchemy import Connection, Engine, text

from geo.derive import derive_compounds, redraw_compounds
from geo.staging import ewkb

FIRST = box(106.2, 38.4, 106.201, 38.401)
SECOND = box(106.201, 38.4, 106.202, 38.401)
THIRD = box(106.202, 38.4, 106.203, 38.401)


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A transaction with a city, taken back after the test."""
    with database.connect() as made:
        made.execute(text("INSERT INTO registry.city (code, name) VALUES ('640100', '银川市')"))
        yield made
        made.rollback()


@pytest.fixture
def number(connection: Connection) -> int:
    """A compound with the first outline, from a map."""
    insert = text("""
        INSERT INTO registry.compound (city_code, code, name, geom, source, import_id)
        VALUES ('640100', 'A1', '甲', CAST(:geom AS geometry), 'map', 7) RETURNING id
    """)
    given = {"geom": ewkb(MultiPolygon([FIRST]))}
    return int(connection.execute(insert, given).scalar_one())


def _redraw(
    connection: Connection, number: int, shape: object, on: date, *, correct: bool = False
) -> int:
    connection.execute(text("DROP TABLE IF EXISTS drawn"))
    connection.execute(
        text("CREATE TEMPORARY TABLE drawn (id bigint, geom geometry, approximate boolean)")
    )
    connection.execute(
        text("INSERT INTO drawn VALUES (:id, CAST(:geom AS geometry), FALSE)"),
        {"id": number, "geom": ewkb(MultiPolygon([shape]))},
    )
    return redraw_compounds(connection, "drawn", on, import_id=9, correct=correct)


def _history(connection: Connection, number: int) -> list[tuple[object, ...]]:
    query = text("""
        SELECT round(CAST(ST_XMin(geom) AS numeric), 3), CAST(valid AS text),
               superseded_at IS NULL
        FROM registry.compound_outline WHERE compound_id = :id ORDER BY id
    """)
    rows = connection.execute(query, {"id": number}).all()
    return [(float(west), valid, believed) for west, valid, believed in rows]


def _since(connection: Connection, number: int) -> str:
    query = text("SELECT CAST(outline_since AS text) FROM registry.compound WHERE id = :id")
    return str(connection.execute(query, {"id": number}).scalar_one())


def test_area_and_label_point_are_derived_once(connection: Connection, number: int) -> None:
    assert derive_compounds(connection, ids=[number]) == 1
    assert derive_compounds(connection, ids=[number]) == 0
    query = text("""
        SELECT area_m2, ST_Contains(geom, label_point) AS inside
        FROM registry.compound WHERE id = :id
    """)
    row = connection.execute(query, {"id": number}).one()
    # One thousandth of a degree at 38.4° N on the WGS 84 ellipsoid: 87.36 m by 111.01 m.
    assert row.area_m2 == pytest.approx(87.36 * 111.01, rel=1e-3)
    assert row.inside


def test_a_redrawn_outline_ends_the_old_one(connection: Connection, number: int) -> None:
    assert _redraw(connection, number, SECOND, date(2026, 6, 1)) == 1
    assert _history(connection, number) == [(106.2, "[1900-01-01,2026-06-01)", True)]
    assert _since(connection, number) == "2026-06-01"
    query = text("""
        SELECT ST_XMin(c.geom), ST_Contains(c.geom, c.label_point), c.area_m2 > 0, c.import_id,
               o.source, o.import_id
        FROM registry.compound AS c JOIN registry.compound_outline AS o ON o.compound_id = c.id
    """)
    assert connection.execute(query).one() == (106.201, True, True, 9, "map", 7)


def test_the_same_outline_again_changes_nothing(connection: Connection, number: int) -> None:
    assert _redraw(connection, number, FIRST, date(2026, 6, 1)) == 0
    assert _history(connection, number) == []
    assert _since(connection, number) == "1900-01-01"


def test_an_outline_redrawn_on_the_day_it_began_never_held(
    connection: Connection, number: int
) -> None:
    _redraw(connection, number, SECOND, date(2026, 6, 1))
    _redraw(connection, number, THIRD, date(2026, 6, 1))
    assert _history(connection, number) == [
        (106.2, "[1900-01-01,2026-06-01)", True),
        (106.201, "[2026-06-01,)", False),
    ]


def test_an_outline_from_an_earlier_day_cuts_the_history(
    connection: Connection, number: int
) -> None:
    _redraw(connection, number, SECOND, date(2026, 6, 1))
    _redraw(connection, number, THIRD, date(2026, 2, 1))
    assert _history(connection, number) == [
        (106.2, "[1900-01-01,2026-02-01)", True),
        (106.2, "[1900-01-01,2026-06-01)", False),
        (106.201, "[2026-06-01,)", False),
    ]
    assert _since(connection, number) == "2026-02-01"


def test_a_corrected_outline_was_never_the_old_one(connection: Connection, number: int) -> None:
    assert _redraw(connection, number, SECOND, date(2026, 6, 1), correct=True) == 1
    assert _history(connection, number) == [(106.2, "[1900-01-01,)", False)]
    assert _since(connection, number) == "1900-01-01"


def test_an_outline_found_exact_loses_its_mark(connection: Connection, number: int) -> None:
    connection.execute(text("UPDATE registry.compound SET approximate = TRUE"))
    assert _redraw(connection, number, FIRST, date(2026, 6, 1)) == 0
    marked = connection.execute(text("SELECT approximate FROM registry.compound")).scalar_one()
    assert not marked
